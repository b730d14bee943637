// vue: vue2/dist/vue.esm.js
import Vue from "vue";
import * as law from "vue-cookie-law";
const CookieLaw = law.default.default ?? law.default;

new Vue({
  components: { CookieLaw },
  methods: { accept: () => site.both(), again() { this.$refs.law.revoke(); site.neither(); location.reload(); } },
  mounted() { if (this.$refs.law.isAccepted()) site.both(); },
  template: `<div>
    <header class="site-head"><a href="/">Strona główna</a><a href="/menu">Menu</a></header>
    <main class="site-main"><h1>Pierogarnia u Zosi</h1><p>Pierogi lepione ręcznie, codziennie od 11 do 21, na Kazimierzu.</p></main>
    <footer class="site-foot"><a href="/prywatnosc">Polityka prywatności</a> <button type="button" @click="again">Zmień ustawienia plików cookie</button>
      <cookie-law ref="law" theme="dark-lime" button-text="Akceptuję" :button-decline="true" button-decline-text="Odrzucam"
        message="Ta strona używa plików cookie do statystyk i reklam, jeśli się na to zgodzisz." @accept="accept"></cookie-law></footer>
  </div>`,
}).$mount("#app");
