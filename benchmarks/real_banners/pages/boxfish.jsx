import { createRoot } from "react-dom/client";
import { useEffect } from "react";
import { CookieLibrary, CookieManager, CookieManagerProvider, useCookieManager } from "@boxfish-studio/react-cookie-manager";

const configuration = {
  disclaimer: { title: "Tämä sivusto käyttää evästeitä", body: "Käytämme evästeitä kävijämäärän laskemiseen ja mainontaan, jos suostut siihen.", letUserTurnOff: true, policyUrl: "/evasteet", policyText: "Evästekäytäntö", acceptButtonText: "Hyväksy", rejectButtonText: "Hylkää" },
  services: { googleAnalytics4Id: "G-SAUNA00001", customAnalyticsCookies: [{ name: "_count", purpose: "Kävijämäärä", expiry: "1 vuosi", type: "http", showDisclaimerIfMissing: true }] },
  onDeclineCookies: () => site.neither(),
  theme: { primary: "#14cabf", dark: "#131f37", medium: "#b0bfd9", light: "#fff" },
};
const Counter = () => {
  const { servicesInitialized } = useCookieManager();
  useEffect(() => { if (servicesInitialized) site.both(); else site.neither(); }, [servicesInitialized]);
  return null;
};
const isLibrary = location.pathname === "/evasteet";
createRoot(document.getElementById("app")).render(<CookieManagerProvider>
  <header className="site-head"><a href="/">Etusivu</a><a href="/hinnasto">Hinnasto</a></header>
  <main className="site-main"><h1>Saunalautta Saimaa</h1>{isLibrary ? <CookieLibrary configuration={configuration} /> : <p>Kolmen tunnin risteily, kiuas lämpimänä, kahdeksalle hengelle.</p>}</main>
  <footer className="site-foot"><a href="/evasteet">Evästeet</a></footer>
  <Counter />
  <CookieManager configuration={configuration} />
</CookieManagerProvider>);
