"""The few facts about cookies' names that the lint needs: how well-known ones are spelt, and whose they are."""

import re
from typing import Final

from holdtrue.policy.text.spelling import is_one_slip_away

_OWNERS: Final[tuple[tuple[str, str], ...]] = (
    ("Google Analytics", r"_ga|_ga_.+|_gid|_gat|_gat_.+|__utm[abctvz]|AMP_TOKEN"),
    ("Google", r"IDE|DSID|test_cookie|NID|_gcl_au|_gcl_aw|__gads|__gpi|1P_JAR|ANID"),
    ("Cloudflare", r"__cfduid|__cfruid|__cf_bm|_cfuvid|cf_clearance"),
    ("Tawk.to", r"__?tawkuuid|tawkUUID|TawkConnectionTime|TawkCookie|twk_.+"),
    ("Optimizely", r"optimizelyEndUserId|optimizelySession|optimizelyOptOut"),
    ("Meta", r"_fbp|_fbc|fr|datr"),
    ("Hotjar", r"_hjid|_hjSession_.+|_hjSessionUser_.+|_hjAbsoluteSessionInProgress"),
    ("LogRocket", r"_lr_.+"),
    ("HubSpot", r"hubspotutk|__hstc|__hssc|__hssrc"),
    ("Matomo", r"_pk_id.*|_pk_ses.*|_pk_ref.*"),
    ("Stripe", r"__stripe_mid|__stripe_sid"),
    ("LinkedIn", r"li_at|li_sugr|bcookie|lidc|UserMatchHistory|AnalyticsSyncHistory"),
    ("Microsoft", r"MUID|_uetsid|_uetvid|_clck|_clsk"),
    ("AddThis", r"__atuvc|__atuvs"),
    ("Quantcast", r"__qca"),
    ("PHP", r"PHPSESSID"),
    ("Java", r"JSESSIONID"),
)
_SPELT: Final = (
    "_ga", "_gid", "_gat", "__utma", "__utmb", "__utmc", "__utmt", "__utmv", "__utmz", "IDE", "DSID", "test_cookie", "_gcl_au",
    "__gads", "__gpi", "__cfduid", "__cfruid", "__cf_bm", "_cfuvid", "cf_clearance", "__tawkuuid", "_tawkuuid", "tawkUUID",
    "TawkConnectionTime", "TawkCookie", "optimizelyEndUserId", "_fbp", "_fbc", "_hjid", "hubspotutk", "__hstc", "__hssc",
    "__hssrc", "__stripe_mid", "__stripe_sid", "_uetsid", "_uetvid", "_clck", "_clsk", "__atuvc", "__atuvs", "__qca",
    "PHPSESSID", "JSESSIONID", "ASP.NET_SessionId", "MUID",
)  # fmt: skip
_PLAIN: Final[dict[str, str]] = {re.sub(r"[_-]", "", name).casefold(): name for name in reversed(_SPELT)}
_LONG_ENOUGH: Final = 7
"""Letters from which one that is wrong leaves no doubt, in a row that names whose the cookie is."""
_TOO_SHORT: Final = 4
"""Letters below which a likeness says nothing."""
_PATHS: Final = re.compile(r"^(?:[a-z]/)?collect$|^/|/|^(?:pixel|beacon|track|tr|ga-audiences)$|\.(?:gif|png|js|php)$")
RETIRED: Final[dict[str, str]] = {
    "__cfduid": "Cloudflare stopped setting it in May 2021",
    "__utma": "Universal Analytics ended in July 2024",
    "__utmb": "Universal Analytics ended in July 2024",
    "__utmz": "Universal Analytics ended in July 2024",
}
"""Cookies that nobody sets any more, and since when."""
_RETIRED_LIKE: Final = (
    (re.compile(r"_gat_(?:gtag_)?UA_\d+_\d+|_dc_gtm_UA-\d+-\d+"), "Universal Analytics ended in July 2024"),
)


def _bare(name: str) -> str:
    return re.sub(r"[_-]", "", name).casefold()


def retired(name: str) -> str:
    """Return since when nobody sets a cookie of this name any more; empty for one that is still set."""
    return RETIRED.get(name) or next((reason for pattern, reason in _RETIRED_LIKE if pattern.fullmatch(name)), "")


def owner_of(name: str) -> str:
    """Return the service that sets a cookie of this name; empty when unknown."""
    spelt = right_spelling(name) or name
    return next((owner for owner, pattern in _OWNERS if re.fullmatch(pattern, spelt)), "")


def right_spelling(name: str) -> str:
    """Return how a well-known cookie is really called, when the name differs in underscores, hyphens or case alone."""
    plain = _bare(name)
    known = _PLAIN.get(plain, "")
    return "" if name in _SPELT or name == known or len(plain) < _TOO_SHORT or "*" in name else known


def slip_of(name: str, words: str) -> str:
    """Return the well-known cookie of which a name is one letter off, in a row whose words tell its owner; empty for none."""
    plain = _bare(name)
    if len(plain) < _LONG_ENOUGH or plain in _PLAIN or owner_of(name) or "*" in name:
        return ""
    near = {right for known, right in _PLAIN.items() if len(known) >= _LONG_ENOUGH and is_one_slip_away(plain, known)}
    return next((right for right in near if owner_of(right).split()[0].casefold() in words.casefold()), "")


def is_request_path(name: str) -> bool:
    """Whether the name is that of an address which trackers call, not of something stored."""
    return _PATHS.search(name) is not None


SERVICES: Final[dict[str, str]] = {
    "tawk": "Tawk.to", "google analytics": "Google Analytics", "doubleclick": "DoubleClick", "hotjar": "Hotjar",
    "logrocket": "LogRocket", "facebook": "Meta", "medium": "Medium", "hubspot": "HubSpot", "linkedin": "LinkedIn",
    "intercom": "Intercom", "zendesk": "Zendesk", "youtube": "YouTube", "vimeo": "Vimeo", "matomo": "Matomo",
    "cloudflare": "Cloudflare", "stripe": "Stripe", "optimizely": "Optimizely", "crisp": "Crisp",
}  # fmt: skip
"""Services by a word that gives them away in a sentence."""
OF_GOOGLE: Final = frozenset({"Google Analytics", "DoubleClick", "YouTube"})
"""Services whose cookies may be called by the name of their company."""
