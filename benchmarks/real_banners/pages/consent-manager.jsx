// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import { ConsentManagerDefaultInterface } from "@consent-manager/interface-default";

const Icon = () => <span>•</span>;
const follow = (decisions) => {
  if (decisions.statistics) site.count(); else site.uncount();
  if (decisions.adverts) site.follow(); else site.unfollow();
};
const kept = () => JSON.parse(localStorage.getItem("consent-manager") ?? '{"decisions":{}}');
follow(kept().decisions);
const config = {
  integrations: [
    { id: "statistics", title: "Počítadlo", category: "Statistika", description: "Počítáme návštěvy stránek.", privacyPolicyUrl: "/ochrana-udaju", Icon },
    { id: "adverts", title: "Reklama", category: "Marketing", description: "Ukazujeme reklamy podle zájmů.", privacyPolicyUrl: "/ochrana-udaju", Icon },
  ],
};
const messages = {
  "consent-manager.close": "zavřít",
  "consent-manager.introduction.title": "Ochrana údajů je zapnutá",
  "consent-manager.introduction.description": "Některé funkce webu jsou kvůli ochraně vašeho soukromí vypnuté.",
  "consent-manager.introduction.learn-more": "Zjistit více",
  "consent-manager.introduction.enable-all": "Povolit všechny funkce",
  "consent-manager.form.headline": "Funkce webu a cookies",
  "consent-manager.form.description": () => <p>Funkce třetích stran jsou ve výchozím stavu vypnuté. Když je zapnete, souhlasíte s jejich cookies. Svou volbu můžete kdykoli změnit.</p>,
  "consent-manager.form.reset": "obnovit výchozí",
  "consent-manager.form.enable-all": "povolit všechny funkce",
  "consent-manager.form.disable-all": "vypnout všechny funkce",
  "consent-manager.form.save": "uložit a zavřít",
  "consent-manager.integration.default.company": ({ IntegrationLabel }) => <>od <IntegrationLabel /></>,
  "consent-manager.integration.default.privacy-policy": ({ Link, title }) => <Link>Zásady: {title}</Link>,
};
const App = () => {
  const [state, setState] = React.useState(kept);
  const store = [state, (next) => setState((last) => {
    const value = typeof next === "function" ? next(last) : next;
    localStorage.setItem("consent-manager", JSON.stringify(value));
    follow(value.decisions);
    return value;
  })];
  return <ConsentManagerDefaultInterface config={config} store={store} messages={messages}>
    <header className="site-head"><a href="/">Domů</a><a href="/vstupne">Vstupné</a></header>
    <main className="site-main"><h1>Skanzen Horní Ves</h1><p>Roubenky, mlýn a kovárna pod jedním kopcem. Otevřeno od dubna do října.</p></main>
    <footer className="site-foot"><a href="/ochrana-udaju">Ochrana osobních údajů</a></footer>
  </ConsentManagerDefaultInterface>;
};
render(<App />, document.getElementById("app"));
