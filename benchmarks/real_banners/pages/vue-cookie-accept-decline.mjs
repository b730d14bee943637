// vue: vue/dist/vue.esm-bundler.js
import { createApp } from "vue";
import VueCookieAcceptDecline from "vue-cookie-accept-decline";

createApp({
  components: { VueCookieAcceptDecline },
  methods: {
    status(what) { if (what === "accept") site.both(); },
    again() { this.$refs.panel.removeCookie(); site.neither(); this.$refs.panel.init(); },
    accept: () => site.both(),
  },
  template: `<header class="site-head"><a href="/">Início</a><a href="/quartos">Quartos</a></header>
    <main class="site-main"><h1>Pensão da Ribeira</h1><p>Doze quartos com vista para o rio, a cinco minutos da estação.</p></main>
    <footer class="site-foot"><a href="/privacidade">Privacidade</a> <a href="#" @click.prevent="again">Rever a escolha de cookies</a></footer>
    <vue-cookie-accept-decline ref="panel" elementId="panel" type="floating" position="bottom-left" transitionName="slideFromBottom"
      :showPostponeButton="true" @status="status" @clicked-accept="accept">
      <template #postponeContent>&times;</template>
      <template #message>Usamos cookies de estatística e publicidade para melhorar a sua experiência. <a href="/privacidade">Saber mais…</a></template>
      <template #declineContent>Recusar</template>
      <template #acceptContent>Aceitar</template>
    </vue-cookie-accept-decline>`,
}).mount("#app");
