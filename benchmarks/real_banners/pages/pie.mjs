import "@justeattakeaway/pie-cookie-banner";

const banner = document.querySelector("pie-cookie-banner");
const keep = (what) => { document.cookie = `lepel-consent=${what}; max-age=31536000; path=/; samesite=lax; secure`; known(); };
const known = () => {
  const has = (/(?:^|; )lepel-consent=([\w.]*)/.exec(document.cookie) || [])[1];
  if (has === undefined) return;
  banner.remove();
  if (has.includes("analytical")) site.count(); else site.uncount();
  if (has.includes("personalized")) site.follow(); else site.unfollow();
};
banner.addEventListener("pie-cookie-banner-accept-all", () => keep("analytical.personalized"));
banner.addEventListener("pie-cookie-banner-necessary-only", () => keep("necessary"));
banner.addEventListener("pie-cookie-banner-prefs-saved", (event) => keep(["necessary", ...["analytical", "personalized"].filter((one) => event.detail[one])].join(".")));
known();
