import { CookiesConsent } from "@metamorfosilab/cookies-consent";

const follow = (cookies) => {
  if (cookies.stats?.status) site.count(); else site.uncount();
  if (cookies.ads?.status) site.follow(); else site.unfollow();
};
new CookiesConsent({
  expirationDays: 365,
  buttons: ["accept", "reject", "settings", "dismiss"],
  content: {
    title: "Pliki cookie", message: "Używamy plików cookie do statystyk i reklam, jeśli wyrazisz na to zgodę.", policy: "Polityka prywatności", policyLink: "/prywatnosc",
    btnAccept: "Akceptuj wszystkie", btnReject: "Odrzuć wszystkie", btnSettings: "Ustawienia", btnDismiss: "Pliki cookie",
    btnSettingsSelectAll: "Zaznacz wszystkie", btnSettingsUnselectAll: "Odznacz wszystkie", btnSettingsAccept: "Zapisz wybór",
  },
  cookies: [
    { name: "stats", title: "Statystyki", description: "<p>Liczymy odwiedziny.</p>", checked: false },
    { name: "ads", title: "Reklamy", description: "<p>Pokazujemy reklamy.</p>", checked: false },
  ],
  callback: { accept: follow, reject: follow, load: follow },
});
