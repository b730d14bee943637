import { createRoot } from "react-dom/client";
import { useEffect } from "react";
import { CookieManager, useCookieConsent } from "react-cookie-manager";

function App() {
  const { detailedConsent } = useCookieConsent();
  useEffect(() => {
    if (!detailedConsent) return;
    if (detailedConsent.Analytics.consented) site.count(); else site.uncount();
    if (detailedConsent.Advertising.consented) site.follow(); else site.unfollow();
  }, [detailedConsent]);
  return (<>
    <header className="site-head"><a href="/">Úvod</a><a href="/jizdni-rad">Jízdní řád</a></header>
    <main className="site-main"><h1>Přívoz Sázava</h1><p>Jezdíme od dubna do října, každý den od šesti do osmi večer. Kolo zdarma.</p></main>
    <footer className="site-foot"><a href="/soukromi">Ochrana soukromí</a></footer>
  </>);
}

createRoot(document.getElementById("app")).render(
  <CookieManager
    translations={{
      title: "Dáte si sušenku?", message: "Vážíme si vašeho soukromí. Vyberte, které cookies povolíte.",
      buttonText: "Přijmout vše", declineButtonText: "Odmítnout vše", manageButtonText: "Spravovat cookies", privacyPolicyText: "Zásady ochrany soukromí",
      manageTitle: "Předvolby cookies", manageMessage: "Spravujte své předvolby níže.", manageEssentialTitle: "Nezbytné",
      manageEssentialSubtitle: "Potřebné pro chod webu", manageEssentialStatus: "Stav: vždy zapnuto", manageEssentialStatusButtonText: "Vždy zapnuto",
      manageAnalyticsTitle: "Analytika", manageAnalyticsSubtitle: "Počítání návštěv", manageSocialTitle: "Sociální sítě", manageSocialSubtitle: "Sdílení obsahu",
      manageAdvertTitle: "Reklama", manageAdvertSubtitle: "Reklama na míru", manageCookiesStatus: "Stav: {{status}} od {{date}}",
      manageCookiesStatusConsented: "povoleno", manageCookiesStatusDeclined: "odmítnuto", manageCancelButtonText: "Zrušit", manageSaveButtonText: "Uložit předvolby",
    }}
    showManageButton enableFloatingButton privacyPolicyUrl="/soukromi" theme="light" displayType="popup"
  ><App /></CookieManager>,
);
