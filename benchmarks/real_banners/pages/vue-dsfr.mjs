// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import { DsfrConsent } from "@gouvminint/vue-dsfr";

const KEY = "consentement";
createApp({
  components: { DsfrConsent },
  data: () => ({ isOpen: !localStorage.getItem(KEY), isCustom: false, choice: JSON.parse(localStorage.getItem(KEY) || "{}") }),
  methods: {
    keep(choice) {
      this.choice = choice;
      localStorage.setItem(KEY, JSON.stringify(choice));
      this.isOpen = this.isCustom = false;
      this.follow();
    },
    follow() {
      if (this.choice.stats) site.count(); else site.uncount();
      if (this.choice.ads) site.follow(); else site.unfollow();
    },
  },
  mounted() { if (!this.isOpen) this.follow(); },
  template: `<div>
    <header class="site-head"><a href="/">Accueil</a><a href="/expositions">Expositions</a></header>
    <main class="site-main"><h1>Musée de la Batellerie</h1><p>Maquettes, moteurs et récits de mariniers, ouvert du mercredi au dimanche.</p></main>
    <footer class="site-foot"><a href="/donnees-personnelles">Données personnelles</a> <button type="button" @click="isOpen = true">Revoir mes choix de cookies</button></footer>
    <DsfrConsent v-if="isOpen && !isCustom" url="/donnees-personnelles" @accept-all="keep({ stats: true, ads: true })" @refuse-all="keep({})" @customize="isCustom = true">
      Bienvenue ! Nous utilisons des cookies pour mesurer l'audience et afficher des annonces. Vous pouvez choisir ceux que vous acceptez.
    </DsfrConsent>
    <form v-if="isCustom" class="fr-consent-banner" @submit.prevent="keep({ ...choice })">
      <h2 class="fr-h6">Vos choix</h2>
      <p><label><input type="checkbox" v-model="choice.stats"> Mesure d'audience</label></p>
      <p><label><input type="checkbox" v-model="choice.ads"> Publicité</label></p>
      <button class="fr-btn">Enregistrer</button>
    </form>
  </div>`,
}).mount("#app");
