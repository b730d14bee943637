import BootstrapCookieConsent from "bootstrap-cookie-consent";

document.addEventListener("DOMContentLoaded", () => {
  const consent = new BootstrapCookieConsent({
    services: ["Statistiques", "Publicite"],
    services_descr: { Statistiques: "Nous permet d'améliorer le site en fonction de son utilisation", Publicite: "Affiche des annonces" },
    link_more_info: "/confidentialite",
  });
  const follow = () => {
    if (consent.cookieConsent.isAccepted("Statistiques")) site.count(); else site.uncount();
    if (consent.cookieConsent.isAccepted("Publicite")) site.follow(); else site.unfollow();
  };
  consent.cookieConsent.on("accept", follow);
  consent.cookieConsent.on("refuse", follow);
  follow();
});
