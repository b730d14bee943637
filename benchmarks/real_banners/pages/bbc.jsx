import { createRoot } from "react-dom/client";
import { useState } from "react";
import { ConsentBanner, ConsentBannerText } from "@bbc/psammead-consent-banner";
import { latin } from "@bbc/gel-foundations/scripts";

const App = () => {
  const [isHidden, setHidden] = useState(document.cookie.includes("ckns_privacy=1"));
  const agree = () => { document.cookie = "ckns_privacy=1; max-age=31536000; path=/; secure; samesite=lax"; setHidden(true); };
  return <>
    <ConsentBanner dir="ltr" title="Let us know you agree to cookies" hidden={isHidden} script={latin} service="news" id={null}
      text={<ConsentBannerText dir="ltr" script={latin} service="news">We use <a href="/cookies">cookies</a> to give you the best online experience. Please let us know if you agree to all of these cookies.</ConsentBannerText>}
      accept={<button type="button" onClick={agree}>Yes, I agree</button>} reject={<a href="/cookies">No, take me to settings</a>} />
    <header className="site-head"><a href="/">Home</a><a href="/listen">Listen</a></header>
    <main className="site-main"><h1>Radio Skerry</h1><p>Weather, fiddles and the fish prices, from a shed by the pier.</p></main>
    <footer className="site-foot"><a href="/privacy">Privacy</a></footer>
  </>;
};
createRoot(document.getElementById("app")).render(<App />);
site.both();
