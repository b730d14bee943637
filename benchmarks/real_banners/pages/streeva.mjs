// vue: vue2/dist/vue.esm.js
import Vue from "vue";
import CookieBar from "@streeva/vue-cookie-bar-plugin";

Vue.use(CookieBar.default ?? CookieBar, {
  havenOptions: {
    domains: [".streeva.example"],
    services: [
      { name: "counter", purposes: ["analytics"], type: "custom", options: { id: "counter" }, inject: () => site.count() },
      { name: "adverts", purposes: ["marketing"], type: "custom", options: { id: "adverts" }, inject: () => site.follow() },
    ],
  },
});
const known = () => {
  if (!/cookies-analytics=true/.test(document.cookie)) site.uncount();
  if (!/cookies-marketing=true/.test(document.cookie)) site.unfollow();
};
known();
document.addEventListener("change", () => setTimeout(known, 50));
const isPolicy = location.pathname === "/cookies";
const app = new Vue({
  el: "#app",
  template: `<div>
    <header class="site-head"><a href="/">Home</a><a href="/donate">Donate</a></header>
    <main class="site-main"><h1>Hedgehog Rescue Drumlin</h1>
      ${isPolicy ? `<h2>Cookies</h2><p>We use cookies to count visits and to show our appeals elsewhere.</p><div id="cookie-preferences"></div>` : "<p>We nurse some four hundred hedgehogs a year and send them home fat.</p>"}
    </main>
    <footer class="site-foot"><a href="/privacy">Privacy</a> <a href="/cookies">Cookie policy and preferences</a></footer>
    <CookieBar>
      <template v-slot:title>🍪 Can we use optional cookies?</template>
      <template v-slot:text>These cookies help us give you a better experience. We won’t turn them on unless you accept. Want to know more or adjust your preferences? Here's our <a href="/cookies">cookie policy</a></template>
    </CookieBar>
  </div>`,
});
