import BootstrapCookieConsent from "bootstrap-cookie-consent";

document.addEventListener("DOMContentLoaded", () => {
  const consent = new BootstrapCookieConsent({
    services: ["Statistiques", "Publicite"],
    services_descr: { Statistiques: "Nous permet d'améliorer le site en fonction de son utilisation", Publicite: "Affiche des annonces" },
    link_more_info: "/confidentialite",
  });
  const allow = { Statistiques: () => site.count(), Publicite: () => site.follow() };
  const forbid = { Statistiques: () => site.uncount(), Publicite: () => site.unfollow() };
  consent.cookieConsent.on("accept", (service) => allow[service]());
  consent.cookieConsent.on("refuse", (service) => forbid[service]());
  for (const service of Object.keys(allow)) if (consent.cookieConsent.isAccepted(service)) allow[service]();
});
