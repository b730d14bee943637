// What the rest of the page is told: Google's consent mode, an event on the document, an event in the data layer.
import { CATEGORIES, gpc, has, script, state } from "./state.js";

/** @param {string} _command @param {string} _action @param {object} _values */
function gtag(_command, _action, _values) {
  // The tag reads an Arguments object, not an array.
  (window.dataLayer ||= []).push(arguments);
}

/** Google's consent mode, version 2. @param {"default" | "update"} action */
export const consentMode = (action) => {
  if (!state.notice_.consent_mode && !("consentMode" in script.dataset)) return;
  // The page may have set the defaults itself, before its first tag.
  if (action === "default" && window.dataLayer?.some((one) => one?.[0] === "consent" && one[1] === action)) return;
  /** @param {Category} category */
  const of = (category) => (action === "update" && has(category) ? "granted" : "denied");
  const [preferences, analytics, marketing] = CATEGORIES.map(of);
  gtag("consent", action, {
    ad_storage: marketing, ad_user_data: marketing, ad_personalization: marketing, analytics_storage: analytics,
    functionality_storage: preferences, personalization_storage: preferences, security_storage: "granted", wait_for_update: 500,
  });
};

/** The choice in force as the page may know it. */
export const told = () => ({ granted: [...state.granted_], decided: !!state.decided_, gpc, language: state.language_ });

export const tell = () => {
  consentMode("update");
  const detail = told();
  window.dataLayer?.push({ event: "holdtrue_change", holdtrue: detail });
  document.dispatchEvent(new CustomEvent("holdtrue:change", { detail }));
};
