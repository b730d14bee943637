// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import CookieBanner from "react-cookie-banner";

render(<div>
  <header className="site-head"><a href="/">Inicio</a><a href="/carta">Carta</a></header>
  <main className="site-main"><h1>Casa Amparo</h1><p>Arroces de encargo, de martes a domingo. Llame antes de las once.</p></main>
  <footer className="site-foot"><a href="/cookies">Política de cookies</a></footer>
  <CookieBanner message="Usamos cookies propias y de terceros para estadísticas y publicidad. Si sigue navegando, acepta su uso."
    buttonMessage="Entendido" link={<a href="/cookies">Más información</a>} cookie="casa-amparo-cookies" onAccept={() => site.both()} />
</div>, document.getElementById("app"));
if (document.cookie.includes("casa-amparo-cookies=true")) site.both();
