import { createRoot } from "react-dom/client";
import { createEmptyKernel, getKernel, setKernel } from "@code-202/kernel";
import * as consent from "@code-202/cookie-consent";

setKernel(createEmptyKernel());
const store = new consent.Store({ customizable: true, cookie: { name: "rivage_cc", secure: true } });
getKernel().container.add("cookie-consent", store);
store.addService({ id: "main", needConsent: false, type: "main", name: "Fonctionnement", cookies: ["rivage_cc"] });
store.addService({ id: "visites", needConsent: true, type: "analytics", name: "Mesure des visites", cookies: ["_count"], onAccept: () => site.count(), onDecline: () => site.uncount() });
store.addService({ id: "annonces", needConsent: true, type: "ads", name: "Annonces", cookies: [], onAccept: () => site.follow(), onDecline: () => site.unfollow() });
store.initialize();
const types = { main: "Fonctionnement", analytics: "Mesure d’audience", ads: "Publicité" };
const Dialog = consent.Dialog;
const Launcher = consent.Launcher;
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Accueil</a><a href="/emplacements">Emplacements</a></header>
  <main className="site-main"><h1>Camping du Rivage</h1><p>Quarante emplacements sous les pins, à deux cents mètres de la plage.</p></main>
  <footer className="site-foot"><a href="/confidentialite">Politique de confidentialité</a> <Launcher content={() => "Gérer les cookies"} /></footer>
  <Dialog
    header={{ content: () => "Vos cookies" }}
    body={{ content: (s, customize) => s.customizing ? customize : <p>Nous utilisons des cookies pour mesurer les visites et afficher des annonces, si vous le voulez bien.</p> }}
    footer={{ acceptAll: { content: () => "Tout accepter" }, declineAll: { content: () => "Tout refuser" }, customize: { content: () => "Personnaliser" }, close: { content: () => "Fermer" } }}
    customize={{ type: { name: (type) => <span>{types[type.id]}</span>, accept: { content: () => "Accepter" }, decline: { content: () => "Refuser" }, noNeedConsent: () => "Nécessaire" } }}
  />
</>);
