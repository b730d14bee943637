import "zone.js";
import "@angular/compiler";
import { Component, effect, inject } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { ConsentBadgeComponent, ConsentBannerComponent, ConsentService, provideCookieConsent } from "@ngrithms/cookie-consent";

const page = (window as any).site;

@Component({ standalone: true, selector: "app-root", imports: [ConsentBannerComponent, ConsentBadgeComponent], template: `<ngr-consent-banner></ngr-consent-banner><ngr-consent-badge></ngr-consent-badge>` })
class App {
  consent = inject(ConsentService);
  constructor() {
    const counts = this.consent.isGranted("statistika");
    const follows = this.consent.isGranted("reklama");
    effect(() => { if (counts()) page.count(); else page.uncount(); });
    effect(() => { if (follows()) page.follow(); else page.unfollow(); });
  }
}
bootstrapApplication(App, {
  providers: [provideCookieConsent({
    privacyPolicyUrl: "/ochrana-udajov",
    defaultLanguage: "sk",
    availableLanguages: ["sk"],
    categories: [
      { key: "statistika", name: "Štatistika", items: [{ key: "statistika", name: "Počítadlo návštev", description: "Počítame návštevy stránok." }] },
      { key: "reklama", name: "Reklama", items: [{ key: "reklama", name: "Reklamy", description: "Ukazujeme reklamy podľa záujmov." }] },
    ],
    customLanguages: {
      sk: {
        languageKey: "sk", languageName: "Slovenčina", fallback: "en",
        translations: {
          "banner.title": "Používame cookies", "banner.description": "Cookies nám pomáhajú počítať návštevy a ukazovať reklamy. Vyberte si, s čím súhlasíte.",
          "banner.accept_all": "Prijať všetko", "banner.deny_all": "Odmietnuť všetko", "banner.customize": "Prispôsobiť", "banner.save_preferences": "Uložiť nastavenia",
          "banner.show_details": "Zobraziť podrobnosti", "banner.hide_details": "Skryť podrobnosti", "badge.open": "Nastavenia cookies", "footer.privacy_policy": "Ochrana osobných údajov",
          "modal.title": "Nastavenia cookies", "modal.locked": "Vždy zapnuté",
        },
      },
    },
  } as any)],
});
