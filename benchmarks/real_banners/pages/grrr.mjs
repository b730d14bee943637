import CookieConsent from "@grrr/cookie-consent";

if (window.customElements.get("cookie-consent") === undefined) window.customElements.define("cookie-consent", CookieConsent);
const consent = document.querySelector("cookie-consent");
const follow = (cookies) => {
  const is = (id) => cookies.some((cookie) => cookie.id === id && cookie.accepted);
  if (is("analytical")) site.count(); else site.uncount();
  if (is("marketing")) site.follow(); else site.unfollow();
};
consent.on("update", follow);
const known = consent.preferences.getAll();
if (known.length) follow(known); else consent.show();
document.getElementById("cookies").onclick = () => consent.show();
