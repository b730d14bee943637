import MozConsentBanner from "@mozmeao/consent-banner";
import CookieHelper from "@mozmeao/cookie-helper";

const banner = document.getElementById("moz-consent-banner");
if (banner) {
  document.getElementById("moz-consent-banner-button-accept").addEventListener("click", MozConsentBanner.onAcceptClick, false);
  document.getElementById("moz-consent-banner-button-reject").addEventListener("click", MozConsentBanner.onRejectClick, false);
  window.addEventListener("mozConsentOpen", () => banner.classList.add("is-visible"), false);
  window.addEventListener("mozConsentClose", () => banner.classList.remove("is-visible"), false);
}
window.addEventListener("mozConsentStatus", (event) => { if (event.detail.analytics) site.both(); }, false);
MozConsentBanner.init({ helper: CookieHelper, cookieDomain: location.hostname });

const settings = document.getElementById("settings");
if (settings) {
  const kept = CookieHelper.getItem("moz-consent-pref");
  if (kept) settings.elements.analytics.value = JSON.parse(kept).analytics ? "yes" : "no";
  settings.addEventListener("submit", (event) => {
    event.preventDefault();
    const agrees = settings.elements.analytics.value === "yes";
    const until = new Date(Date.now() + 182 * 864e5).toUTCString();
    CookieHelper.setItem("moz-consent-pref", JSON.stringify({ preference: agrees, analytics: agrees }), until, "/", location.hostname, false, "lax");
    if (!agrees) site.neither();
    document.getElementById("saved").textContent = "Your Cookie settings have been updated.";
  });
}
