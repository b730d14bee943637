import "zone.js";
import "@angular/compiler";
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { provideAnimations } from "@angular/platform-browser/animations";
import { NgxGdprCookieConsent, NgxGdprCookieConsentService, provideNgxGdprCookieConsent } from "ngx-gdpr-cookie-consent";

const site = (window as any).site;
@Component({ standalone: true, selector: "app-root", imports: [NgxGdprCookieConsent as any], template: `
<header class="site-head"><a href="/">Início</a><a href="/azeite">Azeite</a></header>
<main class="site-main"><h1>Quinta da Amendoeira</h1><p>Azeite, amêndoas e quartos de turismo rural, entre o Douro e o Sabor.</p></main>
<footer class="site-foot"><a href="/privacidade">Privacidade</a> <button type="button" (click)="again()">Definições de cookies</button></footer>
<cookie-consent [config]="config"></cookie-consent>` })
class App {
  config = {
    title: "Cookies", subtitle: "Usamos cookies no nosso site. Alguns são essenciais, outros ajudam-nos a melhorar o site e a mostrar publicidade.",
    confirmAllButtonText: "Aceitar todos os cookies", confirmButtonText: "Guardar", backButtonText: "Voltar", individualPrivacySettingsButtonText: "Definições individuais",
    individualPrivacySettingsSubtitle: "Aqui encontra todos os cookies usados e pode escolher quais aceita.", legalLinks: [{ name: "Política de privacidade", url: "/privacidade" }],
  };
  constructor(public consent: any) {
    consent.selectionState.subscribe((selection: any[]) => {
      if (!selection.length) return;
      if (consent.hasConsent("stats")) site.count(); else site.uncount();
      if (consent.hasConsent("ads")) site.follow(); else site.unfollow();
    });
  }
  again() { this.consent.showModal(); }
}
(App as any).ctorParameters = () => [{ type: NgxGdprCookieConsentService }];
bootstrapApplication(App, { providers: [provideAnimations(), provideNgxGdprCookieConsent({ cookieTypes: [
  { id: "essential", name: "Essenciais", description: "Sem eles o site não funciona.", disabled: true, selected: true },
  { id: "stats", name: "Estatística", description: "Contamos as visitas." },
  { id: "ads", name: "Publicidade", description: "Mostramos anúncios." },
] } as any)] });
