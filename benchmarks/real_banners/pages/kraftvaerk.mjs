import CookieConsent from "@kraftvaerk/cookieconsent/src/index.js";

const consent = new CookieConsent({ cookieName: "cookieConsent" });
consent.onCheck = (_, status) => { if (status === "allowed") site.both(); };
consent.onAccept = () => site.both();
consent.onShow = () => document.getElementById("cookieContent").classList.add("is-shown");
consent.onHide = () => document.getElementById("cookieContent").classList.remove("is-shown");
consent.init("#cookieContent");
