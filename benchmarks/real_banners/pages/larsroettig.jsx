// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import { CookieImprintButton, CookiePopup } from "@larsroettig/react-cookie-popup";

const known = () => { if (/(?:^|; )cookie-opt-in=true/.test(document.cookie)) site.both(); else site.neither(); };
known();
document.addEventListener("click", () => setTimeout(known, 50));
const isImprint = location.pathname === "/impressum";
render(<>
  <header className="site-head"><a href="/">Start</a><a href="/touren">Touren</a></header>
  <main className="site-main"><h1>Kanuverleih an der Alz</h1>
    {isImprint ? <><p>Angaben gemäß Gesetz: Kanuverleih an der Alz, Seebruck.</p><h2>Cookies</h2><CookieImprintButton textAcceptButton="Cookies erlauben" textDeclineButton="Cookies ablehnen" /></> : <p>Kanus und Kajaks von Mai bis September, mit Rückfahrt im Bus.</p>}
  </main>
  <footer className="site-foot"><a href="/impressum">Impressum und Datenschutz</a></footer>
  <CookiePopup textAcceptButton="Akzeptieren" textDeclineButton="Ablehnen"><section><h4 className="py-5 text-xl">Diese Seite verwendet Cookies für Statistik und Werbung.</h4></section></CookiePopup>
</>, document.getElementById("app"));
