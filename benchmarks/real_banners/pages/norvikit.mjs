// vue: vue2/dist/vue.esm.js
import Vue from "vue";
import VueCookiesConsent from "@norvikit/vue-cookies-consent";

Vue.component("vue-cookies-consent", VueCookiesConsent.component ?? VueCookiesConsent);
new Vue({
  el: "#app",
  methods: { both: () => site.both() },
  mounted() { if (/VueCookiesConsent|vcc/i.test(document.cookie)) site.both(); },
  template: `<div>
    <header class="site-head"><a href="/">Sākums</a><a href="/cenas">Cenas</a></header>
    <main class="site-main"><h1>Laivu noma Gaujā</h1><p>Kanoe laivas un SUP dēļi no Valmieras līdz Siguldai, ar atvešanu un aizvešanu.</p></main>
    <footer class="site-foot"><a href="/privatums">Privātuma politika</a></footer>
    <vue-cookies-consent save-method="cookies" @accept="both">
      <template #title>Mēs izmantojam sīkdatnes</template>
      <template #description><p>Tās palīdz skaitīt apmeklējumus un rādīt reklāmas.</p></template>
      <template #button>Piekrītu</template>
    </vue-cookies-consent>
  </div>`,
});
