// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import * as comply from "@ipaat/vue3-tailwind3-cookie-comply";

const follow = () => {
  const chosen = JSON.parse(localStorage.getItem("cookie-comply") ?? "[]");
  if (chosen.includes("statistik")) site.count(); else site.uncount();
  if (chosen.includes("werbung")) site.follow(); else site.unfollow();
};
follow();
const preferences = [
  { title: "Statistik", description: "Wir zählen Besuche.", items: [{ label: "Besuchszähler", value: "statistik" }] },
  { title: "Werbung", description: "Wir zeigen passende Anzeigen.", items: [{ label: "Anzeigen", value: "werbung" }] },
];
const app = createApp({
  data: () => ({ preferences }),
  methods: { follow },
  template: `
    <header class="site-head"><a href="/">Start</a><a href="/kurse">Kurse</a></header>
    <main class="site-main"><h1>Töpferei am Wehr</h1><p>Drehkurse am Wochenende, offene Werkstatt am Donnerstagabend.</p></main>
    <footer class="site-foot"><a href="/datenschutz">Datenschutz</a></footer>
    <cookie-comply :preferences="preferences" banner-title="Cookie-Einstellungen" banner-description="Wir verwenden Cookies, um Besuche zu zählen und passende Werbung zu zeigen." preferences-btn-label="Einstellungen" accept-all-btn-label="Alle akzeptieren" decline-all-btn-label="Alle ablehnen" save-preferences-btn-label="Speichern" modal-title="Ihre Cookie-Einstellungen" @on-accept-all="follow" @on-decline-all="follow" @on-save-preferences="follow"></cookie-comply>`,
});
const plugin = comply.default ?? comply.VueCookieComply;
app.component("cookie-comply", comply.VueCookieComply ?? plugin);
app.mount("#app");
