import astroConsent from "astro-consent";
import * as template from "../node_modules/astro-consent/dist/templates/cssTemplate.cjs";

const known = (has) => {
  if (has?.analytics) site.count(); else site.uncount();
  if (has?.marketing) site.follow(); else site.unfollow();
};
const css = Object.values(template).find((one) => typeof one === "string" && one.includes("{"));
document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
const scripts = [];
astroConsent({
  siteName: "Harbour Chess Club", headline: "Manage cookie preferences for Harbour Chess Club",
  description: "We use cookies to improve site performance, measure traffic, and support marketing.",
  acceptLabel: "Accept all", rejectLabel: "Reject all", manageLabel: "Manage preferences", cookiePolicyUrl: "/cookie-policy", privacyPolicyUrl: "/privacy",
}).hooks["astro:config:setup"]({ injectScript: (_, text) => scripts.push(text) });
for (const text of scripts) document.body.append(Object.assign(document.createElement("script"), { textContent: text }));

const values = () => window.astroConsent.get()?.categories ?? window.astroConsent.get();
known(values());
document.addEventListener("click", () => setTimeout(() => known(values()), 50));
document.getElementById("again").addEventListener("click", (event) => { event.preventDefault(); window.astroConsent.reset(); site.neither(); location.reload(); });
