import "zone.js";
import "@angular/compiler";
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { CookieAlertComponent } from "@dlr-eoc/cookie-alert";

@Component({ standalone: true, selector: "app-root", imports: [CookieAlertComponent as any], template: `
<header class="site-head"><a href="/">Start</a><a href="/wege">Wege</a></header>
<main class="site-main"><h1>Karten Oberland</h1><p>Wanderkarten und Luftbilder vom Alpenrand, zum Ansehen und zum Ausdrucken.</p></main>
<footer class="site-foot"><a href="/datenschutz">Datenschutz</a></footer>
<ukis-cookie-alert [alert-text]="'Wenn Sie diese Seite benutzen, stimmen Sie zu, dass wir Cookies setzen.'" [privacy-link]="'/datenschutz'"></ukis-cookie-alert>` })
class App {}
bootstrapApplication(App);
(window as any).site.both();
