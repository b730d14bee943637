import { createRoot } from "react-dom/client";
import { useEffect, useState } from "react";
import { CookieConsentProvider, useCookieConsentContext } from "@use-cookie-consent/react";

const Banner = () => {
  const { acceptAllCookies, declineAllCookies, acceptCookies, consent } = useCookieConsentContext();
  const [isOpen, setOpen] = useState(!("firstParty" in consent));
  useEffect(() => {
    if (consent.firstParty) site.count(); else site.uncount();
    if (consent.thirdParty) site.follow(); else site.unfollow();
  }, [consent]);
  const answer = (act) => () => { act(); setOpen(false); };
  return <>
    <footer className="site-foot"><a href="/privaatsus">Privaatsus</a> <button type="button" onClick={() => setOpen(true)}>Küpsiste valikud</button></footer>
    {isOpen && <div role="region" aria-label="Küpsised" style={{ position: "fixed", bottom: 0, left: 0, right: 0, background: "#eef", padding: 16 }}>
      <p>Kasutame küpsiseid külastuste loendamiseks ja reklaami jaoks.</p>
      <button onClick={answer(acceptAllCookies)}>Nõustu kõigiga</button> <button onClick={answer(() => acceptCookies({ thirdParty: true }))}>Luba kolmandad osapooled</button>{" "}
      <button onClick={answer(() => acceptCookies({ firstParty: true }))}>Luba ainult meie omad</button> <button onClick={answer(declineAllCookies)}>Keeldu kõigist</button>
    </div>}
  </>;
};
createRoot(document.getElementById("app")).render(<CookieConsentProvider>
  <header className="site-head"><a href="/">Avaleht</a><a href="/hooldus">Hooldus</a></header>
  <main className="site-main"><h1>Rattapood Velo</h1><p>Jalgrattad, varuosad ja kiire hooldus Tartu kesklinnas.</p></main>
  <Banner />
</CookieConsentProvider>);
