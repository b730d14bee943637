// react: react19 react-dom: react-dom19
import { createRoot } from "react-dom/client";
import { CookieConsentModal, CookieConsentPreferences, CookieConsentProvider, subscribeToCookieConsent } from "docusaurus-plugin-cookie-consent/client";
import "../node_modules/docusaurus-plugin-cookie-consent/dist/Modal-A27T2POF.css";

const categories = {
  necessary: { label: "Nødvendige", description: "Uden dem virker siden ikke." },
  analytics: { label: "Statistik", description: "Vi tæller besøg." },
  marketing: { label: "Markedsføring", description: "Vi viser annoncer." },
  functional: { label: "Funktionelle", enabled: false },
};
const options = {
  title: "Vi bruger cookies", description: "Vi bruger cookies til statistik og annoncer, hvis du siger ja. Læs vores [privatlivspolitik](/privatliv).",
  acceptAllText: "Accepter alle", rejectText: "Kun nødvendige", toastMode: true, preferencesHref: "/cookieindstillinger", preferencesLinkText: "Cookieindstillinger", showDetailsButton: false, categories,
};
subscribeToCookieConsent((consent) => {
  if (consent?.analytics) site.count(); else site.uncount();
  if (consent?.marketing) site.follow(); else site.unfollow();
}, { emitCurrent: true });
const isSettings = location.pathname === "/cookieindstillinger";
createRoot(document.getElementById("app")).render(<CookieConsentProvider storageKey="cookie-consent-preferences">
  <header className="site-head"><a href="/">Forside</a><a href="/vejledning">Vejledning</a></header>
  <main className="site-main"><h1>Vindmølleklubben</h1>{isSettings ? <CookieConsentPreferences categories={categories} saveText="Gem valg" savedText="Gemt" /> : <p>Byg din egen lille mølle: tegninger, dele og et forum for dem, der er gået i gang.</p>}</main>
  <footer className="site-foot"><a href="/privatliv">Privatliv</a><a href="/cookieindstillinger">Cookieindstillinger</a></footer>
  <CookieConsentModal options={options} />
</CookieConsentProvider>);
