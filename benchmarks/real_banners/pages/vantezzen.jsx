import { createRoot } from "react-dom/client";
import { useEffect } from "react";
import { CookieBanner, CookieConsentProvider, CookieService, FloatingConsentInfo } from "@vantezzen/react-cookie-banner";

const Runs = ({ on, off }) => { useEffect(() => { on(); return off; }, []); return null; };

createRoot(document.getElementById("app")).render(<CookieConsentProvider>
  <header className="site-head"><a href="/">Start</a><a href="/zeiten">Öffnungszeiten</a></header>
  <main className="site-main"><h1>Hofladen Petersen</h1><p>Gemüse, Eier und Käse vom eigenen Hof. Freitags und samstags geöffnet.</p></main>
  <footer className="site-foot"><a href="/datenschutz">Datenschutz</a></footer>
  <CookieBanner lang="de" privacyPolicyUrl="/datenschutz" />
  <FloatingConsentInfo />
  <CookieService id="count" category="analytics" name="Zähler"><Runs on={() => site.count()} off={() => site.uncount()} /></CookieService>
  <CookieService id="follow" category="marketing" name="Werbung"><Runs on={() => site.follow()} off={() => site.unfollow()} /></CookieService>
</CookieConsentProvider>);
