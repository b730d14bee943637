import { createRoot } from "react-dom/client";
import { CookieBanner, CookieConsentContextProvider, CookieSettingsPage, useGroupConsent } from "hds-react/components/CookieConsent";

const sv = (text) => ({ sv: text });
const cookie = (name, storageType, description) => ({ name, storageType, host: "hds.example", description: sv(description), expiration: sv("1 år") });
const siteSettings = {
  siteName: "Skärgårdsbiblioteket",
  cookieName: "skargard-consents",
  monitorInterval: 0,
  remove: false,
  fallbackLanguage: "sv",
  languages: [{ code: "sv", name: "Svenska", direction: "ltr" }],
  requiredGroups: [{ groupId: "essential", title: sv("Nödvändiga kakor"), description: sv("Utan dem fungerar inte webbplatsen."), cookies: [cookie("skargard-consents", 1, "Ditt val")] }],
  optionalGroups: [
    { groupId: "statistics", title: sv("Statistik"), description: sv("Vi räknar besök."), cookies: [cookie("_count", 1, "Besök")] },
    { groupId: "marketing", title: sv("Marknadsföring"), description: sv("Vi visar annonser."), cookies: [cookie("follow_id", 2, "Annonser")] },
  ],
  robotCookies: [],
  translations: {
    bannerAriaLabel: sv("Kakor"), heading: sv("Skärgårdsbiblioteket använder kakor"), description: sv("Vi använder nödvändiga kakor, och med ditt samtycke även kakor för statistik och marknadsföring."),
    showDetails: sv("Visa detaljer"), hideDetails: sv("Dölj detaljer"), formHeading: sv("Om kakorna på webbplatsen"), formText: sv("Här kan du välja vilka kakor du godkänner."),
    highlightedGroup: sv("Du måste godkänna den här gruppen."), highlightedGroupAria: sv("Du måste godkänna den här gruppen."), showCookieSettings: sv("Visa kakor"), hideCookieSettings: sv("Dölj kakor"),
    acceptedAt: sv("Du godkände den {{date}} kl. {{time}}."), tableHeadingsName: sv("Namn"), tableHeadingsHostName: sv("Värd"), tableHeadingsDescription: sv("Beskrivning"), tableHeadingsExpiration: sv("Giltighet"), tableHeadingsType: sv("Typ"),
    approveRequiredAndSelectedConsents: sv("Godkänn valda kakor"), approveOnlyRequiredConsents: sv("Godkänn endast nödvändiga kakor"), approveAllConsents: sv("Godkänn alla kakor"),
    settingsSaved: sv("Dina inställningar har sparats."), notificationAriaLabel: sv("Meddelande"), storageType1: sv("Kaka"), storageType2: sv("localStorage"), storageType3: sv("sessionStorage"), storageType4: sv("IndexedDB"), storageType5: sv("Cache Storage"),
  },
};
const follow = (groups) => {
  if (groups.includes("statistics")) site.count(); else site.uncount();
  if (groups.includes("marketing")) site.follow(); else site.unfollow();
};
const Known = () => {
  const statistics = useGroupConsent("statistics");
  const marketing = useGroupConsent("marketing");
  if (statistics || marketing) follow([statistics && "statistics", marketing && "marketing"]);
  return null;
};
const isSettings = location.pathname === "/kakor";
createRoot(document.getElementById("app")).render(<CookieConsentContextProvider siteSettings={siteSettings} options={{ language: "sv" }} onChange={(event) => follow(event.acceptedGroups)}>
  <header className="site-head"><a href="/">Hem</a><a href="/bokbat">Bokbåten</a></header>
  <main className="site-main"><h1>Skärgårdsbiblioteket</h1>{isSettings ? <CookieSettingsPage /> : <p>Bokbåten går till öarna varje tisdag, med sagostund för barn.</p>}</main>
  <footer className="site-foot"><a href="/dataskydd">Dataskydd</a><a href="/kakor">Kakinställningar</a></footer>
  <Known />
  {!isSettings && <CookieBanner />}
</CookieConsentContextProvider>);
