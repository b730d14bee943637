import "zone.js";
import "@angular/compiler";
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { provideAnimations } from "@angular/platform-browser/animations";
import { CookieBannerModule } from "angular2-cookie-law-banner";

@Component({ standalone: true, selector: "app-root", imports: [CookieBannerModule], template: `<cookie-banner position="bottom" learnMore="/privacy"></cookie-banner>` })
class App {}
bootstrapApplication(App, { providers: [provideAnimations()] });
(window as any).site.both();
