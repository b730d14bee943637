import { useState } from "react";
import { createRoot } from "react-dom/client";
import { CookieAcceptance } from "@huler/cookie-acceptance";

const inject = (cookie) => { if (cookie === "performance") site.count(); if (cookie === "tracking") site.follow(); };
const chosen = () => {
  if (!localStorage.getItem("Oakhill_performance")) site.uncount();
  if (!localStorage.getItem("Oakhill_tracking")) site.unfollow();
};
const App = () => {
  const [settings, setSettings] = useState(false);
  return <>
    <header className="site-head"><a href="/">Home</a><a href="/menu">Menu</a></header>
    <main className="site-main"><h1>Oakhill Tearoom</h1><p>Scones from the oven at ten, soup from noon, and dogs are welcome on the terrace.</p></main>
    <footer className="site-foot"><a href="/privacy">Privacy policy</a> <button onClick={() => setSettings(true)}>Cookie preferences</button></footer>
    <CookieAcceptance
      smallText="We use cookies to count visits and to show our offers on other sites."
      largeText="Choose which cookies we may use."
      cookies={["performance", "tracking"]}
      appName="Oakhill"
      injectScript={inject}
      privacyPolicyURL="/privacy"
      settings={settings}
      onConfirm={() => { setSettings(false); setTimeout(chosen, 0); }}
      onClose={() => setSettings(false)}
    />
  </>;
};
createRoot(document.getElementById("app")).render(<App />);
