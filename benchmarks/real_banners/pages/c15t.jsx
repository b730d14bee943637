// react: react19 react-dom: react-dom19
import "@c15t/react/styles.css";
import { baseTranslations } from "@c15t/translations/all";
import { createRoot } from "react-dom/client";
import { useEffect } from "react";
import { ConsentBanner, ConsentDialog, ConsentManagerProvider, useConsentManager } from "@c15t/react";

const Site = () => {
  const { consents, setActiveUI } = useConsentManager();
  useEffect(() => {
    if (consents.measurement) site.count(); else site.uncount();
    if (consents.marketing) site.follow(); else site.unfollow();
  }, [consents]);
  return <>
    <header className="site-head"><a href="/">Hem</a><a href="/tidtabell">Tidtabell</a></header>
    <main className="site-main"><h1>Skärgårdsbåtarna</h1><p>Turer till Vaxholm, Grinda och Sandhamn, varje dag från maj till september.</p></main>
    <footer className="site-foot"><a href="/integritet">Integritet</a> <button type="button" onClick={() => setActiveUI("dialog")}>Cookieinställningar</button></footer>
  </>;
};
createRoot(document.getElementById("app")).render(
  <ConsentManagerProvider options={{ mode: "offline", consentCategories: ["necessary", "measurement", "marketing"], i18n: { locale: "sv", messages: { sv: baseTranslations.sv } }, legalLinks: { privacyPolicy: { href: "/integritet" } } }}>
    <Site /><ConsentBanner /><ConsentDialog />
  </ConsentManagerProvider>,
);
