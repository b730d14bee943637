import { dpConsent } from "@demos-europe/dp-consent/dist/dp-consent.es.min.js";

const consent = dpConsent({
  notice: "Wir verwenden Cookies, um zu verstehen, wie diese Seite genutzt wird.",
  optionalCookies: [{ name: "_count", explanation: "Zählt Besuche." }, { name: "follow_id", explanation: "Erkennt Besucher wieder." }],
  necessaryCookies: [{ name: "dp-consent", explanation: "Merkt sich Ihre Wahl." }],
  onGrantConsent: () => site.both(),
  onRevokeConsent: () => site.neither(),
});
document.getElementById("adjust").addEventListener("click", () => consent.adjustSettings());
