"""What names and labels look like. Used only where no declaration and no knowledge says what an item is for."""

import re

from holdtrue.policy.text.rules import Category
from holdtrue.website.scan.engine.vocabulary import LANGUAGES
from holdtrue.website.scan.engine.wording import Role, agrees_to_something, plain, role

_CHOICE = re.compile(
    r"consent|cookies?[-_.]?(notice|law|banner|choice|policy|settings?|prefs?|preferences|control|agreed|hub|yes|first|bar|permission"
    r"|level|status|allowed|accepted|ok|message|info|alert|modal|popup|dismissed|displayed|seen"
    r"|selections?|decisions?|answers?|acceptance)"
    r"|(accept|allow|banner|notice|message)(ed)?[-_]?cookies?|gdpr|rgpd|dsgvo|(^|[-_.])(choice|optout|opt[-_]out)s?$"
    r"|privacy[-_.]?(choice|settings?|prefs?|preferences)|toestemming|consentement|einwilligung"
    r"|^cc(_|$)|optanon|onetrust|klaro|tarteaucitron|cmplz|borlabs|didomi|euconsent|usprivacy|^uc_|holdtrue|iubenda|axeptio|osano",
    re.IGNORECASE,
)
"""What remembers the choice itself."""
_SAFE = re.compile(
    r"sess(ion)?[-_.]?id|session$|^session|(^|[-_.])sess$|csrf|xsrf|^sid$|(^|[-_.])connect\.sid$|^dokuwiki$|^dw[0-9a-f]{32}$"
    r"|^wordpress_(test_cookie|logged_in|sec)|^(awsalb(cors)?|serverid)$|^(__host-|__secure-)?(auth|login|jwt|access)[-_.]?(token)?$"
    r"|^(__cf_bm|cf_clearance)$",
    re.IGNORECASE,
)
"""What keeps a session together and safe."""
_SESSION = re.compile(
    r"sess(ion)?[-_.]?id|session$|(^|[-_.])sess$|^(__host-|__secure-)?(sid|auth|login|jwt|remember)([-_.]?(token|me|key))?$"
    r"|connect\.sid$|^wordpress_(logged_in|sec)|(auth|access|login|session)[-_.]?token$",
    re.IGNORECASE,
)
_PROBE = re.compile(
    r"(cookie|storage|local|session)s?[-_.]*(test|check|probe|enabled|support|available)"
    r"|(test|check|probe|can|has|try|is)[-_.]*(cookie|storage|local|session|write|enabled)|^_*(test|probe|check|modernizr)_*$",
    re.IGNORECASE,
)
"""What is set to see whether anything can be, and taken away at once."""
_FORGERY = re.compile(r"csrf|xsrf", re.IGNORECASE)
_WORD = r"(?:^|[-_.:])(?:{})(?:[-_.:]|id|$)"
_MARKETING = re.compile(
    _WORD.format(r"ads?|adv(?:ert\w*)?|adid|retarget\w*|remarketing|marketing|campaigns?|fbp|fbc|gcl\w*|doubleclick|affiliate"),
    re.IGNORECASE,
)
_ANALYTICS = re.compile(
    _WORD.format(
        r"ga|gid|gat\w*|analytics?|track(?:er|ing)?|trk|stats?|statistics|metrics|pixel|visits?|visitors?|hj\w*|pk|matomo"
    ),
    re.IGNORECASE,
)
_LENIENT = (
    "functional",
    "functioneel",
    "functionele",
    "fonctionnel",
    "funktional",
    "always active",
    "altijd actief",
    "immer aktiv",
)


def looks_essential(name: str) -> bool:
    """Whether a name is one that sessions, security and consent tools usually use."""
    return bool(_CHOICE.search(name) or _SAFE.search(name))


def looks_like_probe(name: str) -> bool:
    """Whether a name is one of what a script sets and takes away to see whether the browser stores anything at all."""
    return bool(_PROBE.search(name))


def looks_like_choice(name: str) -> bool:
    """Whether a name is one that consent tools use to remember the choice."""
    return bool(_CHOICE.search(name))


def looks_like_session(name: str) -> bool:
    """Whether whoever holds this cookie is likely to be taken for the visitor: a session's or a sign-in's key."""
    return bool(_SESSION.search(name)) and not _CHOICE.search(name)


def looks_readable(name: str) -> bool:
    """Whether scripts must read the cookie for it to work, as a token against forged requests is."""
    return bool(_FORGERY.search(name))


def category_by_name(name: str) -> Category | None:
    """Return the category that a name speaks of by itself; None for most."""
    if looks_essential(name):
        return None
    if _MARKETING.search(name):
        return Category.MARKETING
    return Category.ANALYTICS if _ANALYTICS.search(name) else None


def looks_necessary(label: str) -> bool:
    """Whether a box in a banner stands for what needs no consent, in any language that the scanner reads."""
    words = plain(label)
    return any(word in words for word in _LENIENT) or bool(_NECESSARY.search(words))


def keeps_choice(label: str) -> bool:
    """Whether a box in a banner stands for nothing but keeping what was chosen in the others."""
    return role(label) is Role.SAVE and not agrees_to_something(label)


def _necessary() -> re.Pattern[str]:
    stems = {stem.rstrip("*") for words in LANGUAGES.values() for stem in words.necessary.split("|")}
    return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(stems, key=len, reverse=True))) + r")\w*")


_NECESSARY = _necessary()
