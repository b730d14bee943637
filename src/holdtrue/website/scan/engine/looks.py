"""What a banner looks like before anybody touches it, and where the site tells what it stores."""

import asyncio
import json
import re
from collections.abc import Iterable
from importlib import resources

from holdtrue.website.scan.engine.dates import date_in
from holdtrue.website.scan.engine.observations import Banner, Button, PolicyPage
from holdtrue.website.scan.engine.offered import Control, View
from holdtrue.website.scan.engine.prose import asks_to_write
from holdtrue.website.scan.engine.protocol import Message
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.wording import Role, plain

_DATA = resources.files("holdtrue.website.scan.engine")
LOOKS = _DATA.joinpath("data/looks.js").read_text(encoding="utf-8").rstrip()
WALL = _DATA.joinpath("data/wall.js").read_text(encoding="utf-8").rstrip()
MOST_BUTTONS = 12
LONGEST_QUOTE = 200
MEANS_POLICY = re.compile(
    r"cookie ?(policy|statement|notice|declaration|beleid|verklaring|richtlini\w*|erklarung|hinweis\w*|poli\w*|deklar\w*)"
    r"|(policy|politique|politica|polityka|politika|informativa|zasady|evaste\w*|uso|utilisation|uporab\w*) .{0,25}cookie"
    r"|evastekaytant\w*|slapuk\w* polit\w*|sikdat\w* polit\w*"
    r"|privacy|datenschutz|confidentialit\w*|privatliv|integritet|privatnost|zasebnost|prywatnosc\w*|tietosuoj\w*|adatvedel\w*"
    r"|απορρητου|soukromi|osobnich udaju|sukromi\w*|osobnych udajov|privaatsus\w*|andmekaits\w*|privatum\w*|privatuma\w*"
    r"|privatumo|datu aizsardz\w*|duomenu apsaug\w*|поверителност|лични данни|προσωπικων δεδομενων|privacidad|privacidade"
    r"|protecao de dados|proteccion de datos|protezione dei dati|riservatezza|personvern|persondata|personuppgift\w*"
    r"|data protection|protection des donnees|donnees personnelles|vie privee|datos personales|dati personali|dados pessoais"
    r"|databeskyttels\w*|dataskydd\w*|gegevensbescherming|adatkezel\w*|osobnih podat\w*|osebnih podat\w*|cosaint sonrai"
    r"|rekisteriselost\w*|protezzjoni tad ?data|asmens duomen\w*|isikuandme\w*|personas datu\w*|date cu caracter personal"
    r"|protectia datelor|zastita podataka|zastite podataka|varstvo podatkov|privatezza|priobhaideach\w*|danych osobowych"
    r"|ochran\w* (udajov|udaju|dat|osob\w*)|ochron\w* danych|защита на данни\w*|προστασια\w* δεδομενων"
    r"|persoonsgegevens|personop?plysning\w*"
    # What tells of cookies, in one word or with the word for it before or behind.
    r"|\b(evaste|kupsis|sikdat|slapuk|suti|kak|cookies?|keksi|informasjonskaps)\w* ?(kezelesi |kasutamise |izmantosanas )?"
    r"(notice|statement|selost|kaytan|ilmoitu|lausek|tiedo|poliitik|politik|policy|teatis|teave|pranesim|pazinojum|noteikum|tajekozt|szabalyz"
    r"|nyilatkoz|informa[tc]|meddelande|melding|bestimmung|regeling|erkl\w+ring|oplysning|avviz)\w*"
    r"|\b(pravila|obavijest|obvestilo|izjava|politika|vyhlaseni?e|informac\w*|prohlaseni|zasady|oswiadczenie|aviso|avis|avviz"
    r"|declara\w*|dichiarazione|nota|charte|beartas|raiteas|fogra|декларация|уведомление|политика|πολιτικη|δηλωση|ενημερωση)"
    r" .{0,25}(cookie|kolacic|piskot|ciastecz|susenk|бисквит|fian[ai]n)\w*"
)
_ONLY_COOKIES = re.compile(
    r"cookies?|kakor|kolacici|kolaciky|soubory cookies?|subory cookies?|pliki cookies?|ciasteczka|piskotki|slapukai|sikdatnes"
    r"|kupsised|evasteet|sutik|fianain|бисквитки|fisiere cookies?|cookie ?urile?|module cookies?"
)
"""All that some links to a policy say."""
_SURELY = re.compile(r"cookie|evaste|slapuk|sikdat|piskot|kolacic|kakor|susenk|бисквит|suti|kupsis|fianan")
_LINKS = """[...document.querySelectorAll('a[href]')].slice(0, 3000).filter((a) => {
        // To the page itself leads what a script answers, unless there is a place on it that a visitor comes to.
        if (a.getAttribute('href').trim() === '#') return false;
        if (a.href.split('#')[0] !== location.href.split('#')[0] || !a.href.includes('#')) return true;
        try {
            const place = document.getElementById(decodeURIComponent(a.hash.slice(1)));
            return Boolean(place && place.getClientRects().length);
        } catch { return false; }
    }).map(a => [a.href, (a.innerText || a.ariaLabel || '').trim().slice(0, 120)])"""
_TEXT = "(document.body ? document.body.innerText : '').slice(0, 60000)"


async def banner_of(tab: Tab, seen: View) -> Banner:
    """Return how the first layer of a banner looks, in the order of the page."""
    asking = seen.asking
    controls = _distinct(one for one in seen.controls if asking is not None and one.banner == asking.banner)[:MOST_BUTTONS]
    top = next((world for world in tab.worlds() if world.is_top), None)
    by_world = {one.world: [other.index for other in controls if other.world == one.world] for one in controls}
    looked = await asyncio.gather(*(tab.run(world, f"{LOOKS}({json.dumps(indexes)})") for world, indexes in by_world.items()))
    looks: dict[tuple[str, int, int], Message] = {}
    language = ""
    for (world, indexes), found in zip(by_world.items(), looked, strict=True):
        if isinstance(found, dict):
            language = language or str(found["language"])
            looks |= {(world.session, world.context, at): one for at, one in zip(indexes, found["buttons"], strict=True) if one}
    framed = asking is not None and not asking.world.is_top
    index = -1 if framed or asking is None else asking.index
    wall = await tab.run(top, f"{WALL}({index})") if top is not None else None
    wall = wall if isinstance(wall, dict) else {}
    return Banner(
        tool=seen.tool,
        text=str(seen.text or wall.get("text", ""))[:2000],
        buttons=tuple(
            Button(label=one.label, role=one.role.value, **looks[place])
            for one in controls
            if (place := (one.world.session, one.world.context, one.index)) in looks
        ),
        boxes=seen.drawn,
        covered=round(float(wall.get("covered", 0.0)), 2),
        blocks=bool(wall.get("blocks")),
        locks_scrolling=bool(wall.get("locks_scrolling")),
        hides_content=bool(wall.get("hides_content")),
        language=language,
        is_framed=framed,
    )


async def is_walled(tab: Tab, seen: View) -> bool:
    """Whether what asks now leaves one way alone, to accept, and keeps the page out of reach until then."""
    if seen.of(Role.ACCEPT) is None or seen.of(Role.REFUSE, Role.SAVE, Role.SETTINGS) is not None:
        return False
    asking = await banner_of(tab, seen)
    return asking.blocks or asking.locks_scrolling or asking.hides_content


def _distinct(controls: Iterable[Control]) -> list[Control]:
    """Return each button once: a known tool's are found by their structure and by their words."""
    kept: dict[tuple[str, str], Control] = {}
    for one in controls:
        kept.setdefault((one.label, one.role.value), one)
    return sorted(kept.values(), key=lambda one: one.index)


async def policy_link(tab: Tab) -> tuple[str, str] | None:
    """Return where a page's link to its cookie policy, or else to its privacy policy, leads, and its words."""
    found = await tab.value(_LINKS)
    links = [(str(url), str(words)) for url, words in found] if isinstance(found, list) else []
    meant = [(url, words) for url, words in links if url.startswith("http") and MEANS_POLICY.search(plain(words))]
    here = str(await tab.value("location.href")).partition("#")[0]
    meant = meant or [
        (url, words)
        for url, words in links
        if url.startswith("http") and _ONLY_COOKIES.fullmatch(plain(words)) and url.partition("#")[0] != here
    ]
    if not meant:
        return None
    return min(meant, key=lambda one: not names_cookies(one[1]))


async def policy_page(tab: Tab, link: tuple[str, str]) -> PolicyPage:
    """Follow the first page's link to its policy, and return what a visitor finds."""
    url, words = link
    # To the place within a page on which the tab stands already there is no way that the browser would tell of.
    visit = await tab.open(url.split("#", 1)[0])
    if visit.trouble is not None and not visit.status:
        return PolicyPage(url=url, link=words, status=visit.status)
    text = str(await tab.value(_TEXT) or "")
    return PolicyPage(
        url=url,
        link=words,
        status=visit.status,
        dated=date_in(text),
        letters=len(text.strip()),
        writing=asks_to_write(text)[:LONGEST_QUOTE],
    )


def leads_to_policy(words: str) -> bool:
    """Whether a link says that it leads to a policy, and not to a choice about cookies."""
    said = MEANS_POLICY.search(plain(words))
    return said is not None and ("cookie" not in plain(words) or "cookie" in said.group(0))


def names_cookies(words: str) -> bool:
    """Whether words speak of cookies, in any language that the scanner reads."""
    return _SURELY.search(plain(words)) is not None
