import { createRoot } from "react-dom/client";
import { startReactDsfr } from "@codegouvfr/react-dsfr/spa";
import { createConsentManagement } from "@codegouvfr/react-dsfr/consentManagement";
import { Footer } from "@codegouvfr/react-dsfr/Footer";
import { Header } from "@codegouvfr/react-dsfr/Header";

startReactDsfr({ defaultColorScheme: "light" });
const { ConsentBannerAndConsentManagement, FooterConsentManagementItem, FooterPersonalDataPolicyItem } = createConsentManagement({
  finalityDescription: () => ({
    statistics: { title: "Mesure d'audience", description: "Nous comptons les visites." },
    ads: { title: "Publicité", description: "Nous affichons des annonces." },
  }),
  personalDataPolicyLinkProps: { href: "/donnees-personnelles" },
  consentCallback: async ({ finalityConsent }) => {
    if (finalityConsent.statistics) site.count(); else site.uncount();
    if (finalityConsent.ads) site.follow(); else site.unfollow();
  },
});
const brand = <>République<br />française</>;
createRoot(document.getElementById("app")).render(<>
  <ConsentBannerAndConsentManagement />
  <Header brandTop={brand} serviceTitle="Mes démarches fluviales" homeLinkProps={{ href: "/", title: "Accueil - Mes démarches fluviales" }} />
  <main className="site-main"><h1>Mes démarches fluviales</h1><p>Immatriculer un bateau, demander un permis, payer un péage.</p></main>
  <Footer brandTop={brand} accessibility="partially compliant" homeLinkProps={{ href: "/", title: "Accueil" }} bottomItems={[<FooterPersonalDataPolicyItem key="p" />, <FooterConsentManagementItem key="c" />]} />
</>);
