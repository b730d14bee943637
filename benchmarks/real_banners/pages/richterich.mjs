import ConsentBanner from "@richterich/cookie-consent-banner";

const toggle = (value, enabled, readonly) => ({ value, enabled, readonly });
const known = (categories) => {
  localStorage.agreed = categories.join(" ");
  if (categories.includes("analytics")) site.count(); else site.uncount();
  if (categories.includes("marketing")) site.follow(); else site.unfollow();
};
const banner = new ConsentBanner(document.getElementById("consent"), {
  consent: { title: "Mes naudojame slapukus", description: "Slapukais skaičiuojame apsilankymus ir rodome reklamą.", primaryButton: "Priimti visus", secondaryButton: "Atmesti visus", settingsButton: "Nustatymai" },
  settings: {
    title: "Slapukų nustatymai", primaryButton: "Priimti visus", secondaryButton: "Atmesti visus", saveButton: "Išsaugoti nustatymus", closeButton: "Uždaryti",
    cookieTableHeaders: { name: "Pavadinimas", provider: "Tiekėjas", purpose: "Paskirtis", retantion: "Trukmė" },
    blocks: [
      { title: "Būtinieji", description: "Be jų svetainė neveikia.", toggle: toggle("necessary", true, true) },
      { title: "Statistika", description: "Skaičiuoja apsilankymus.", toggle: toggle("analytics", false, false) },
      { title: "Reklama", description: "Rodo reklamą.", toggle: toggle("marketing", false, false) },
    ],
  },
}, { acceptAll: known, rejectAll: known, applySettings: known });
banner.subscribeListeners();
if (localStorage.agreed === undefined) banner.showConsent(300); else known(localStorage.agreed.split(" "));
