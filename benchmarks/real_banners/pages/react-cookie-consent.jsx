import { createRoot } from "react-dom/client";
import CookieConsent, { getCookieConsentValue } from "react-cookie-consent";

if (getCookieConsentValue("vlinder") === "true") site.both();
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Home</a><a href="/plaatsen">Plaatsen</a></header>
  <main className="site-main"><h1>Camping De Vlinder</h1><p>Zestig plaatsen aan de Ourthe, met een winkeltje en een speelweide.</p></main>
  <footer className="site-foot"><a href="/privacy">Privacy</a></footer>
  <CookieConsent location="bottom" buttonText="Prima!" declineButtonText="Liever niet" enableDeclineButton cookieName="vlinder" expires={150} onAccept={() => site.both()}>
    Deze website gebruikt cookies om uw ervaring te verbeteren en advertenties te tonen. <span style={{ fontSize: "10px" }}>Meer in ons privacybeleid.</span>
  </CookieConsent>
</>);
