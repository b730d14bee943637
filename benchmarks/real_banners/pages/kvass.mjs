import CookieManager from "@kvass/cookie-manager";

const manager = CookieManager({
  title: "Deze website gebruikt cookies",
  description: "Wij gebruiken cookies om bezoek te meten en om advertenties te tonen die bij u passen.\n\nMeer leest u in onze privacyverklaring.",
  labels: { acceptAll: "Alles accepteren", decline: "Alleen noodzakelijke", confirm: "Bevestigen" },
  consents: [
    { id: "required", required: true, title: "Noodzakelijke cookies", description: "Zonder deze werkt de site niet." },
    { id: "statistics", default: true, title: "Statistieken", description: "Wij tellen bezoek." },
    { id: "marketing", default: true, title: "Marketing", description: "Wij tonen advertenties." },
  ],
  onChange(consents) {
    if (consents.includes("statistics")) site.count(); else site.uncount();
    if (consents.includes("marketing")) site.follow(); else site.unfollow();
  },
});
document.getElementById("cookies-again").addEventListener("click", (event) => { event.preventDefault(); manager.show(); });
