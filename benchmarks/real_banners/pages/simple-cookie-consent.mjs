import SimpleCookieConsent from "simple-cookie-consent";

const known = () => { if (localStorage.getItem("consent") === "true") site.both(); };
known();
document.addEventListener("click", () => setTimeout(known, 50), true);
new (SimpleCookieConsent.default ?? SimpleCookieConsent)({ additionalLink: "/privacy", additionalLinkText: "Find out more" });
