import "zone.js";
import "@angular/compiler";
import { AfterViewInit, Component, NgModule, ViewChild } from "@angular/core";
import { BrowserModule, platformBrowser } from "@angular/platform-browser";
import { BrowserAnimationsModule } from "@angular/platform-browser/animations";
import { NgxCookieBannerComponent, NgxCookieBannerModule } from "ngx-cookie-banner/fesm2015/ngx-cookie-banner.js";

@Component({ standalone: false, selector: "app-root", template: `
<header class="site-head"><a href="/">Domov</a><a href="/med">Med</a></header>
<main class="site-main"><h1>Čebelarstvo Pod Krnom</h1><p>Gozdni in cvetlični med, propolis in sveče iz voska, vse iz Tolmina.</p></main>
<footer class="site-foot"><a href="/zasebnost">Zasebnost</a></footer>
<ngx-cookie-banner #cookieBanner><div style="background:#fff;border-top:2px solid #333;padding:16px 5%">Spletna stran uporablja piškotke za merjenje obiska in oglaševanje. Z nadaljnjo uporabo se z njimi strinjate. <a href="/zasebnost">Več o tem</a> <button type="button" (click)="cookieBanner.dismiss()">V redu</button></div></ngx-cookie-banner>` })
class App implements AfterViewInit {
  @ViewChild("cookieBanner") banner!: NgxCookieBannerComponent;
  ngAfterViewInit() { (this.banner as any).isSeen.subscribe(); }
}
@NgModule({ imports: [BrowserModule, BrowserAnimationsModule, NgxCookieBannerModule.forRoot({ cookieName: "piskotki" })], declarations: [App], bootstrap: [App] })
class AppModule {}
platformBrowser().bootstrapModule(AppModule);
(window as any).site.both();
