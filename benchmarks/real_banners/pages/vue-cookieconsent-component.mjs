// vue: vue2/dist/vue.esm.js
import Vue from "vue";
import CookieConsent from "vue-cookieconsent-component/src/components/CookieConsent.vue";
import "./vue-cookieconsent-component.scss";

const known = () => { if (/(?:^|; )cookieconsent_status=1/.test(document.cookie)) site.both(); };
known();
document.addEventListener("click", () => setTimeout(known, 50));
Vue.component("cookie-consent", CookieConsent);
new Vue({
  el: "#app",
  template: `<div>
    <header class="site-head"><a href="/">Start</a><a href="/preise">Preise</a></header>
    <main class="site-main"><h1>Skiservice Patscherkofel</h1><p>Kanten schleifen, Belag wachsen, Bindung einstellen: am Abend gebracht, am Morgen fertig.</p></main>
    <footer class="site-foot"><a href="/datenschutz">Datenschutz</a></footer>
    <cookie-consent message="Diese Website verwendet Cookies für Statistik und Werbung." link-label="Mehr erfahren" button-label="Verstanden!" href="/datenschutz" />
  </div>`,
});
