import CookieConsent from "@masth0/cookie-consent";

CookieConsent.setup({ version: "1", forceReload: true, categories: [], translations: CookieConsent.UITranslationsDefault }).then((consent) => {
  const follow = () => { if (!/annonces[^}]*"accepted":true/.test(decodeURIComponent(document.cookie))) site.unfollow(); if (!/compteur[^}]*"accepted":true/.test(decodeURIComponent(document.cookie))) site.uncount(); };
  follow();
  document.getElementById("cookies-again").addEventListener("click", (event) => { event.preventDefault(); consent.show(); });
});
