import { createRoot } from "react-dom/client";
import { CookieGuardBanner } from "react-cookie-guard";

if (localStorage.getItem("cookies_consent_state") === "1") site.both();
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Inicio</a><a href="/rutas">Rutas</a></header>
  <main className="site-main"><h1>Burros de la Sierra</h1><p>Paseos en burro por la sierra de Aracena, para familias y grupos escolares.</p></main>
  <footer className="site-foot"><a href="/privacidad">Política de privacidad</a></footer>
  <CookieGuardBanner lang="es" learnMore="/privacidad" handleAccept={() => site.both()} handleReject={() => site.neither()} />
</>);
