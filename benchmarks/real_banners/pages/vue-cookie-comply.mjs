// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import VueCookieComply from "vue-cookie-comply";

const app = createApp({
  data: () => ({ preferences: [
    { title: "Nužni", description: "Bez njih stranica ne radi.", items: [{ label: "Aktivno", value: "nuzni", isRequired: true }] },
    { title: "Statistika i oglasi", description: "Brojimo posjete i prikazujemo oglase.", items: [{ label: "Statistika", value: "count" }, { label: "Oglasi", value: "follow" }] },
  ] }),
  methods: {
    all: () => { localStorage.allows = "count follow"; site.both(); },
    some: (values) => { localStorage.allows = [values].flat().join(" "); known(); },
  },
  template: `<header class="site-head"><a href="/">Početna</a><a href="/jelovnik">Jelovnik</a></header>
    <main class="site-main"><h1>Konoba Škrapa</h1><p>Riba s gradela i domaće vino, svaki dan osim ponedjeljka.</p></main>
    <footer class="site-foot"><a href="/privatnost">Privatnost</a></footer>
    <vue-cookie-comply header-title="Postavke kolačića" header-description="Koristimo kolačiće za statistiku i oglase. Možete ih prilagoditi klikom na postavke."
      preferences-label="Postavke" accept-all-label="Prihvati sve" :preferences="preferences" @on-accept-all-cookies="all" @on-save-cookie-preferences="some" />`,
});
const known = () => {
  const has = localStorage.allows ?? "";
  if (has.includes("count")) site.count();
  if (has.includes("follow")) site.follow();
};
app.use(VueCookieComply);
app.mount("#app");
known();
