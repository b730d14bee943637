// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import FdcCookieLawTool from "vue-fdc-cookie-law-tool";

const known = () => {
  const has = (service) => document.cookie.includes(`sagra_cookies_service__${service}=accepted`);
  if (has("contatore")) site.count(); else site.uncount();
  if (has("annunci")) site.follow(); else site.unfollow();
};
known();
document.addEventListener("click", () => setTimeout(known, 50));
const isPolicy = location.pathname === "/cookie-policy";
const app = createApp({
  template: `
    <header class="site-head"><a href="/">Home</a><a href="/programma">Programma</a></header>
    <main class="site-main"><h1>Sagra della castagna di Vallerano</h1>
      ${isPolicy ? `<fdc-cookie-law-tool config="/page/vue-fdc.config.json" docs="/page/vue-fdc.docs.json" page="cookies"></fdc-cookie-law-tool>` : "<p>Caldarroste, vino nuovo e cantine aperte, ogni fine settimana di ottobre.</p>"}
    </main>
    <footer class="site-foot"><a href="/privacy">Privacy policy</a> <a href="/cookie-policy">Cookie policy e preferenze</a></footer>
    ${isPolicy ? "" : `<fdc-cookie-law-tool config="/page/vue-fdc.config.json" docs="/page/vue-fdc.docs.json" :banner="true"></fdc-cookie-law-tool>`}`,
});
app.use(FdcCookieLawTool);
app.mount("#app");
