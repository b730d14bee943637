import { createRoot } from "react-dom/client";
import CookieBanner from "@s-ui/react-cookie-banner";

if (document.cookie.includes("user-has-accepted-cookies=true")) site.both();
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Inicio</a><a href="/alquiler">Alquiler</a></header>
  <main className="site-main"><h1>Pisos Ribera</h1><p>Alquileres junto al Ebro, visitas de lunes a viernes.</p></main>
  <footer className="site-foot"><a href="/privacidad">Privacidad</a></footer>
  <CookieBanner lang="es" link="/privacidad" onAccept={() => site.both()} />
</>);
