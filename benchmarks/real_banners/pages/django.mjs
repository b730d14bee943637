import { showCookieBar } from "django-cookie-consent";

// The package's server, as far as its script speaks with it: what the visitor said stands in one cookie.
const answered = () => (/(?:^|; )cookie_consent=([^;]*)/.exec(document.cookie) || [])[1] ?? "";
const groups = ["analytics", "marketing"];
const real = window.fetch;
window.fetch = async (url, options) => {
  const path = String(url);
  if (path.startsWith("/cookies/status")) {
    const kept = answered();
    const those = (what) => groups.filter((one) => kept.includes(`${one}=${what}`));
    return new Response(JSON.stringify({ csrftoken: "x", acceptUrl: "/cookies/accept/", declineUrl: "/cookies/decline/", acceptedCookieGroups: those("yes"), declinedCookieGroups: those("no"), notAcceptedOrDeclinedCookieGroups: kept ? [] : groups }));
  }
  if (path.startsWith("/cookies/accept") || path.startsWith("/cookies/decline")) {
    const what = path.includes("accept") ? "yes" : "no";
    document.cookie = `cookie_consent=${groups.map((one) => `${one}=${what}`).join("|")}; max-age=31536000; path=/; secure; samesite=lax`;
    return new Response("");
  }
  return real(url, options);
};
showCookieBar({ statusUrl: "/cookies/status/", onAccept: (accepted) => { if (accepted.length) site.both(); }, onDecline: () => site.neither() });
