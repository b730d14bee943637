import { BenGorCookies, BenGorCookiesTemplates } from "bengor-cookies";

if (/(?:^|; )bengor-cookie=/.test(document.cookie)) site.both();
new BenGorCookies({
  triggers: "html",
  maxPageYOffset: false,
  template: BenGorCookiesTemplates.Default({
    link: "/cookies", linkText: "política de cookies",
    text: "Usamos cookies para ofrecer una mejor experiencia y un servicio más personalizado. Si continúas navegando, consideramos que aceptas su uso. Puedes obtener más información en nuestra",
    acceptText: "Aceptar",
  }),
  onAcceptCallback: () => site.both(),
});
