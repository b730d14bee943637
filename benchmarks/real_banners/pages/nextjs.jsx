import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { ConsentProvider, CookieBanner, useConsent } from "nextjs-cookie-consent";
import "nextjs-cookie-consent/dist/styles/styles.css";

const categories = [{ key: "analytics", label: "Statistik" }, { key: "marketing", label: "Marketing" }];
const Loader = () => {
  const { consent } = useConsent(["analytics", "marketing"]);
  useEffect(() => {
    if (consent.analytics) site.count(); else site.uncount();
    if (consent.marketing) site.follow(); else site.unfollow();
  }, [consent]);
  return null;
};
createRoot(document.getElementById("app")).render(<ConsentProvider>
  <header className="site-head"><a href="/">Start</a><a href="/touren">Touren</a></header>
  <main className="site-main"><h1>Kanuverleih Spreewald</h1><p>Kajaks und Kanadier für einen Tag oder eine Woche, mit Karte und Schwimmweste.</p></main>
  <footer className="site-foot"><a href="/datenschutz">Datenschutz</a></footer>
  <Loader />
  <CookieBanner categories={categories} content={<p>Wir verwenden Cookies, um unsere Seite zu verbessern. <a href="/datenschutz">Mehr erfahren</a>.</p>} />
</ConsentProvider>);
