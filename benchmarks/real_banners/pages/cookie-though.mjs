import { getPreferences, init, onPreferencesChanged, show } from "cookie-though";

init({
  policies: [
    { id: "essential", label: "Nužni kolačići", description: "Bez njih stranica ne radi.", category: "essential" },
    { id: "stats", label: "Statistika", description: "Brojimo posjete da bismo poboljšali stranicu.", category: "statistics" },
    { id: "ads", label: "Marketing", description: "Prikazujemo oglase koji vas zanimaju.", category: "marketing" },
  ],
  essentialLabel: "Uvijek uključeno",
  permissionLabels: { accept: "Prihvati", acceptAll: "Prihvati sve", decline: "Odbij" },
  cookiePreferenceKey: "cookie-preferences",
  header: { title: "Kolačići na ovoj stranici", subTitle: "I mi ih pečemo", description: "Koristimo kolačiće za statistiku i oglase, ako to dopustite." },
  cookiePolicy: { url: "/privatnost", label: "Pročitajte pravila o kolačićima" },
  customizeLabel: "Prilagodi",
});
const follow = ({ cookieOptions }) => {
  const is = (id) => cookieOptions.find((option) => option.id === id)?.isEnabled;
  if (is("stats")) site.count(); else site.uncount();
  if (is("ads")) site.follow(); else site.unfollow();
};
onPreferencesChanged(follow);
if (getPreferences().isCustomised) follow(getPreferences());
document.getElementById("cookies").onclick = () => show();
