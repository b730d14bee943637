const allowed = __md_get("__consent") || {};
if (allowed.analytics) site.count(); else site.uncount();
if (allowed.marketing) site.follow(); else site.unfollow();
