"""Whether a page is a sign-in that stands before the site, and not a page of it with a corner to sign in."""

from urllib.parse import urlsplit

from holdtrue.website.scan.engine.tab import Tab, Visit

LITTLE = 600
"""Letters beside which a password field is the page and no corner of it."""
_SIGNING_IN = (
    r"sign.?in|log.?in\b|\bsso\b|\bauth\b|inlog|aanmeld|connexion|identifi|anmeld|einlogg|iniciar.?sesi|accedi|acc[eé]der|entrar"
    r"|zalog|p[rř]ihlas|bejelentkez|kirjaudu|logga in|logg inn|log ind|sisene|pieslēg|prisijung|prijav|vpis|autentific"
    r"|σύνδεση|вход"
)
_BESIDE_IT = (
    rf"{_SIGNING_IN}|regist|sign.?up|account|passw|wachtwoord|privacy|datenschutz|cookie|terms|imprint|impressum|legal|help"
)
"""Where the links of a sign-in lead that open nothing of the site behind it."""
_LOOK = """(() => {
  const fields = [...document.querySelectorAll("input[type=password]")];
  if (!fields.some((one) => one.checkVisibility())) return null;
  const heading = document.querySelector("h1, h2");
  const said = [location.pathname, document.title, heading ? heading.innerText : ""].join(" ");
  const links = [...document.links].filter((one) => one.host === location.host && one.pathname !== location.pathname);
  return {
    letters: (document.body.innerText || "").length,
    speaks: /SIGNING_IN/i.test(said),
    ways: links.filter((one) => one.checkVisibility() && !/BESIDE_IT/i.test(one.href + " " + one.innerText)).length,
  };
})()""".replace("SIGNING_IN", _SIGNING_IN).replace("BESIDE_IT", _BESIDE_IT)


async def asks_to_sign_in(tab: Tab, visit: Visit) -> bool:
    """Whether the visitor was shown a sign-in where the site was asked for: sent to it, or left without another way."""
    found = await tab.value(_LOOK)
    if not isinstance(found, dict):
        return False
    is_sent_on = urlsplit(visit.landed or visit.url).path != urlsplit(visit.url).path
    is_little = found["letters"] < LITTLE
    return bool((found["speaks"] and (is_sent_on or is_little)) or (is_little and not found["ways"]))
