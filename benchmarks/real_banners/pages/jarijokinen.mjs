import { consent } from "@jarijokinen/consent";

const follow = () => {
  if (window.consent.state.analytics_storage === "granted") site.count(); else site.uncount();
  if (window.consent.state.ad_storage === "granted") site.follow(); else site.unfollow();
};
document.addEventListener("DOMContentLoaded", () => {
  consent({
    storages: { analytics_storage: "Statistika", ad_storage: "Turundus" },
    actions: { denyAll: "Keela kõik", allowSelected: "Luba valitud", allowAll: "Luba kõik" },
    dialogTitle: "Küpsised", dialogMessage: "See veebileht kasutab küpsiseid järgmisteks eesmärkideks:",
  });
  if (!window.consent.consentMissing) follow();
});
// What Google Tag Manager would hear of each answer.
const push = window.dataLayer.push.bind(window.dataLayer);
window.dataLayer.push = (...entries) => {
  const length = push(...entries);
  if (entries[0]?.[1] === "update") follow();
  return length;
};
