// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import { createConsentPlugin, useConsent } from "@structured-world/vue-privacy/vue";
import "@structured-world/vue-privacy/banner.css";
import "@structured-world/vue-privacy/modal.css";

const known = (consent) => {
  if (consent.categories.analytics) site.count(); else site.uncount();
  if (consent.categories.marketing) site.follow(); else site.unfollow();
};
const app = createApp({ setup: () => ({ again: useConsent().showPreferenceCenter }), template: `
  <header class="site-head"><a href="/">Accueil</a><a href="/marche">Le marché</a></header>
  <main class="site-main"><h1>Fromagerie des Aravis</h1><p>Reblochon fermier, tomme et beurre cru, au marché de Thônes le samedi.</p></main>
  <footer class="site-foot"><a href="/confidentialite">Confidentialité</a> <button type="button" @click="again">Gérer les cookies</button></footer>
  <ConsentBanner position="bottom" /><ConsentPreferenceModal />` });
app.use(createConsentPlugin({ locale: "fr", euDetection: "always", 
  banner: {
    title: "Vos cookies", message: "Nous comptons les visites et montrons de la publicité, si vous le voulez bien.", acceptAll: "Tout accepter",
    rejectAll: "Tout refuser", customize: "Personnaliser", privacyLink: "/confidentialite", privacyLinkText: "Politique de confidentialité",
  },
  preferenceCenter: {
    title: "Vos préférences", description: "Choisissez ce que vous permettez.", savePreferences: "Enregistrer mes choix", acceptAll: "Tout accepter",
    categories: { necessary: { name: "Nécessaires", description: "Toujours actifs." }, analytics: { name: "Mesure d'audience", description: "Nous comptons." }, marketing: { name: "Publicité", description: "Nos partenaires." }, functional: { name: "Confort", description: "Vos préférences." } },
  }, onConsentChange: known }));
app.mount("#app");
