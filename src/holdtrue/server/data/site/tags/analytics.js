// Stands for Google's tag: it keeps what that keeps, and asks nobody.
{
  const DAY = 24 * 3600;
  const has = (name) => document.cookie.split("; ").some((pair) => pair.startsWith(`${name}=`));
  const write = (name, value, days) => { document.cookie = `${name}=${value}; Max-Age=${days * DAY}; Path=/; SameSite=Lax`; };
  const visitor = `${Math.trunc(Math.random() * 1e9)}.${Math.trunc(Date.now() / 1000)}`;
  if (!has("_ga")) write("_ga", `GA1.1.${visitor}`, 730);
  write("_gid", `GA1.1.${visitor}`, 1);
  // The agency added this last spring and told nobody.
  write("_campaign", "spring", 90);
}
