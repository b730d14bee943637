import { createRoot } from "react-dom/client";
import { ConsentPopup, ConsentProvider, useConsent } from "react-cookie-consent-popup";

const services = [
  { id: "nodig", name: "Nødvendige cookies", description: "Siden virker ikke uden dem.", mandatory: true },
  { id: "statistik", name: "Statistik", description: "Vi tæller besøg.", scripts: [{ id: "count", code: "site.count()" }], cookies: [{ pattern: /^_count/ }] },
  { id: "marketing", name: "Markedsføring", description: "Viser relevante annoncer.", scripts: [{ id: "follow", code: "site.follow()" }], localStorage: ["follow_id"] },
];

function Foot() {
  const { showPopup } = useConsent();
  return <footer className="site-foot"><a href="/privatliv">Privatlivspolitik</a> <button onClick={showPopup}>Administrer cookies</button></footer>;
}

createRoot(document.getElementById("app")).render(
  <ConsentProvider options={{ services, theme: "light" }}>
    <header className="site-head"><a href="/">Forside</a><a href="/priser">Priser</a></header>
    <main className="site-main"><h1>Nørrebro Cykelværksted</h1><p>Drop ind uden aftale. De fleste reparationer er klar samme dag.</p></main>
    <Foot />
    <ConsentPopup
      settings={{ label: "Tilpas", modal: { title: "Cookieindstillinger", approve: "Gem valg", decline: "Afvis alle", close: "Luk" } }}
      decline={{ label: "Afvis" }}
      approve={{ label: "Accepter alle" }}
    >Vi bruger cookies til statistik og annoncer. Du bestemmer selv.</ConsentPopup>
  </ConsentProvider>,
);
