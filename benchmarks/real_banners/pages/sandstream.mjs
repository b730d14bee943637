import { CookieConsent } from "@sandstreamdev/cookieconsent";

const follow = () => {
  const is = (name) => new RegExp(`(?:^|; )cookieconsent_status_${name}=ALLOW`, "i").test(document.cookie);
  if (is("ANALYTICS")) site.count(); else site.uncount();
  if (is("MARKETING")) site.follow(); else site.unfollow();
};
const consent = new CookieConsent({
  cookie: { name: "cookieconsent_status", domain: location.hostname, path: "/", expiryDays: 365, secure: true, sameSite: "Lax" },
  type: "opt-in", layout: "categories",
  consentSettingsElementId: "btn-revokeChoice",
  showCategories: { [CookieConsent.UNCATEGORIZED]: false, [CookieConsent.ESSENTIAL]: true, [CookieConsent.PERSONALIZATION]: false, [CookieConsent.ANALYTICS]: true, [CookieConsent.MARKETING]: true },
  content: {
    header: "Slapukai", message: "Naudojame slapukus statistikai ir reklamai, jei sutinkate.", allow: "Priimti visus slapukus", customize: "Keisti nustatymus",
    customizeHeader: "Jūsų pasirinkimas", customizeMessage: "Pasirinkite, su kuriais slapukais sutinkate. Pasirinkimą galite bet kada pakeisti.", acceptSelected: "Priimti pasirinktus",
    categoryEssentialDisplayName: "Būtini (visada įjungti)", categoryAnalyticsDisplayName: "Statistika", categoryMarketingDisplayName: "Rinkodara",
    categoryEssential: "Be jų svetainė neveikia.", categoryAnalytics: "Skaičiuojame apsilankymus.", categoryMarketing: "Rodome reklamą.",
    privacyPolicyLink: "/privatumas", cookiePolicyLink: "/privatumas",
  },
});
consent.on("statusChanged", () => setTimeout(follow));
follow();
