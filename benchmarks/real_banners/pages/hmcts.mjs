import cookieManager from "@hmcts/cookie-manager";

const known = (preferences) => { if (preferences?.analytics === "on" || preferences?.analytics === true) site.both(); else site.neither(); };
cookieManager.on("UserPreferencesLoaded", known);
cookieManager.on("UserPreferencesSet", known);
cookieManager.on("PreferenceFormSubmitted", () => document.querySelector("form").insertAdjacentHTML("beforebegin", "<p role='status'>You’ve set your cookie preferences.</p>"));
cookieManager.init({
  userPreferences: { cookieName: "cookie-preferences", cookieSecure: true },
  cookieManifest: [{ categoryName: "essential", optional: false, cookies: ["session"] }, { categoryName: "analytics", cookies: ["_count"] }],
});
