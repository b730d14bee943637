// svelte
import GdprBanner from "@beyonk/gdpr-cookie-consent-banner";

const what = { analytics: [() => site.count(), () => site.uncount()], marketing: [() => site.follow(), () => site.unfollow()] };
const choice = (label, description) => ({ label, description, value: true });
for (const [kind, [on, off]] of Object.entries(what)) window.addEventListener(`consent:${kind}`, (event) => (event.detail.agreed ? on() : off()));
new GdprBanner({
  target: document.getElementById("banner"),
  props: {
    cookieName: "le_querce_gdpr",
    cookieConfig: { domain: location.hostname, path: "/" },
    heading: "Informativa sui cookie",
    description: "Usiamo i cookie per capire come viene usato il sito e per mostrare pubblicità. Leggi la nostra <a href='/privacy'>informativa</a>.",
    acceptAllLabel: "Accetta tutti", acceptSelectedLabel: "Accetta selezionati", rejectLabel: "Rifiuta tutti",
    settingsLabel: "Preferenze", closeLabel: "Chiudi", editLabel: "Modifica le impostazioni",
    choices: {
      necessary: { label: "Cookie necessari", description: "Ricordano la tua scelta.", value: true },
      tracking: choice("Cookie di tracciamento", "Seguono le visite da un sito all'altro."),
      analytics: choice("Cookie statistici", "Contano le visite."),
      marketing: choice("Cookie di marketing", "Mostrano pubblicità."),
    },
    showEditIcon: true,
    canRejectCookies: true,
  },
});
