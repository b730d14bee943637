// Counts visits once the visitor agrees, and forgets everything when they no longer do.
const DAY = 24 * 3600;
const banner = document.getElementById("banner");
const read = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1];
const write = (name, value, days) => { document.cookie = `${name}=${value}; Max-Age=${days * DAY}; Path=/; SameSite=Lax`; };
const forget = (name) => { document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax`; };

function count() {
  const visitor = `${Math.trunc(Math.random() * 1e9)}.${Math.trunc(Date.now() / 1000)}`;
  if (!read("_ga")) write("_ga", `GA1.1.${visitor}`, 730);
  write("_gid", `GA1.1.${visitor}`, 1);
  // The agency added this last spring and told nobody.
  write("_campaign", "spring", 90);
  sessionStorage.setItem("pages_seen", String(Number(sessionStorage.getItem("pages_seen")) + 1));
}

function decide(choice) {
  const before = read("cookie_choice");
  write("cookie_choice", choice, 180);
  banner.hidden = true;
  if (choice === "all") count();
  else if (before === "all") {
    ["_ga", "_gid", "_campaign"].forEach(forget);
    sessionStorage.removeItem("pages_seen");
  }
}

banner.querySelector('[data-holdtrue="accept"]').addEventListener("click", () => decide("all"));
banner.querySelector('[data-holdtrue="refuse"]').addEventListener("click", () => decide("none"));
document.getElementById("cookie-settings").addEventListener("click", () => { banner.hidden = false; });
if (!read("cookie_choice")) banner.hidden = false;
else if (read("cookie_choice") === "all") count();
