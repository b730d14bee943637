import { createRoot } from "react-dom/client";
import { CookieBanner } from "@whotechs/react-gdpr-cookie-banner";

const follow = (preferences) => {
  if (preferences.analytics_storage) site.count(); else site.uncount();
  if (preferences.ad_storage) site.follow(); else site.unfollow();
};
follow(JSON.parse(localStorage.getItem("cookieConsent") ?? "{}"));
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Home</a><a href="/repairs">Repairs</a></header>
  <main className="site-main"><h1>Clockmaker Delaney</h1><p>Long-case clocks, barometers and watches, repaired in Kilkenny since 1961.</p></main>
  <footer className="site-foot"><a href="/privacy">Privacy policy</a></footer>
  <CookieBanner primaryColor="#4CAF50" titleText="Cookie Settings" descriptionText="We use cookies to count visits and to show adverts. Choose what you allow." onPreferencesUpdate={follow} />
</>);
