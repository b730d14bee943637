"""What the words in an item's name are about: general words only, no products."""

import re
from functools import lru_cache

PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
LEAST = 4
"""Shorter words count only when they stand alone."""
IDEAS = {
    "consent": (
        "consent cookieconsent cookiebar cookielaw cookienotice cookiepolicy cookiebanner gdpr rgpd dsgvo "
        "ccpa tcf optin optout accept accepted accepts agree agreed privacy dnt cookies cookie policy banner "
        "notice consents opt declined disclaimer euc compliance"
    ),
    "session": "sess session sessionid sid jsession phpsess sessid jsessionid phpsessid aspsession sessions",
    "guard": (
        "csrf xsrf antiforgery forgery verification nonce captcha challenge bot bots human verify secure "
        "security guard waf firewall fraud clearance attack ddos protection shield"
    ),
    "login": (
        "auth login logged logon signin signup user username token jwt sso oauth openid account remember "
        "password pass identity member credential authenticated ticket userid customer loggedin register "
        "profile email"
    ),
    "balance": (
        "lb route routing balance balancer affinity arr server srv backend node sticky cluster haproxy bigip "
        "loadbalancer instance pool proxy edge cdn cache varnish dc upstream host region zone"
    ),
    "language": (
        "lang language locale i18n culture country currency market languageid lng locales idioma langue "
        "sprache translate translation geo location city zip timezone tz store website shop site"
    ),
    "look": (
        "theme dark mode font size view sort tab menu sidebar collapsed popup modal dismissed dismiss closed "
        "close hide hidden show shown seen layout grid toast tooltip tour filter panel display screen color "
        "style skin width height resolution device mobile desktop newsletter promo alert message overlay "
        "wizard intro welcome expanded open prefs pref preference preferences settings setting config options "
        "option columns"
    ),
    "basket": (
        "cart basket checkout order wishlist product recently compare quote coupon viewed purchase payment "
        "pay shipping price catalog item items section storage private content form key"
    ),
    "media": "player volume video quality muted caption playback audio stream media live",
    "chat": ("chat messenger widget support livechat helpdesk conversation feedback survey poll msg help ticket intercom"),
    "visit": (
        "visit visits visitor visitors vid visitorid hit hits pageview pageviews page pages count counter "
        "stat stats analytics analytic track tracking tracker trk referrer ref referer refer landing source "
        "metric metrics heat heatmap recording replay click clicks event events rum perf performance beacon "
        "monitor monitoring usage log sample sampling load timing insight insights measure funnel scroll "
        "unique returning new entry exit duration engagement firstvisit lastvisit"
    ),
    "trial": (
        "ab abtest test variant variation split bucket experiment experiments exp optimize testing cohort "
        "flag feature group control variants"
    ),
    "ads": (
        "ad ads adid adv advert advertising click clickid gclid fbclid pixel conversion conv campaign camp "
        "retarget retargeting remarketing affiliate aff partner partners sync match matching bid bidder "
        "bidding dsp ssp dmp rtb segment segments audience segs seg exchange impression imp capping freq "
        "frequency cap promo utm offer sponsor lead leads attribution targeting target interest interests "
        "optout user_match usersync syncs cm cookiesync idsync creative banner views placement prebid buyer "
        "seller"
    ),
    "ident": (
        "uid uuid uuid2 guid id ids puid tuid muid duid cuid vuid suid buid anon anonymous anonid anid client "
        "clientid cid device deviceid fingerprint fp browser browserid machine personalization unique userid "
        "tid pid did xid"
    ),
    "check": (
        "test cookietest testcookie check cookiecheck enabled supported support tldtest cookies detect "
        "detection available probe samesite tld set"
    ),
    "time": (
        "time date ts timestamp last first start expires expire expiry exp updated at since now timer ttl modified created"
    ),
    "debug": "debug env version ver build release stage preview flags",
}
"""An idea, and the words that stand for it."""
_IDEAS_OF: dict[str, tuple[str, ...]] = {}
for _idea, _words in IDEAS.items():
    for _word in _words.split():
        _IDEAS_OF[_word] = (*_IDEAS_OF.get(_word, ()), _idea)
_LONG = re.compile("|".join(sorted((word for word in _IDEAS_OF if len(word) >= LEAST), key=lambda word: (-len(word), word))))


@lru_cache(maxsize=8192)
def parts_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, cut where its writer cut them: at signs, capitals and digits."""
    return tuple(dict.fromkeys(part.lower() for part in PARTS.findall(name)))


@lru_cache(maxsize=8192)
def ideas_in(name: str) -> tuple[str, ...]:
    """Return what the words in a name are about, in the order of `IDEAS`."""
    found: set[str] = set()
    for part in parts_of(name):
        if part in _IDEAS_OF:
            found.update(_IDEAS_OF[part])
        else:
            for word in _LONG.findall(part):
                found.update(_IDEAS_OF[word])
    return tuple(idea for idea in IDEAS if idea in found)
