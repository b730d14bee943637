"""Addresses without the values in them that stand for a visitor or a person; names of parameters are told.

An address is where a cookie's value leaves a browser, and it would be where it leaves a report too.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from urllib.parse import unquote_plus

from holdtrue.website.scan.engine.identifiers import looks_unique, mail_addresses, readable, tokens
from holdtrue.website.scan.engine.observations import Answer, Banner, Kind, Note, Observation, PolicyPage, Sighting, Signal

BLANK = "…"
"""What stands for a value."""
LONGEST_PLAIN = 60
"""Letters of a value in a page's own address above which nobody needs it to find the page."""
_CODE = re.compile(
    r"[A-Za-z]{1,16}|[a-z]{2,12}(?:[_-][a-z]{2,12}){1,2}|\d{1,4}(?:\.\d{1,4}){0,2}|v\d{1,3}|(?:G|GT|GTM|AW|DC|UA|ca-pub)-[A-Z0-9]{4,16}(?:-\d{1,3})?"
)
"""A word, a small number, a version, or the number that a tag has for everybody: without it nobody finds the tag."""
_ADDRESS = re.compile(r"(?:https?|wss?)://[^\s\"“”«»„<>|`]*[^\s\"“”«»„<>|`.,;:)]")
_PART = re.compile(r"[^&;]+")
_USER = re.compile(r"(://)[^/?#@]*@")
_MATRIX = re.compile(r";([\w.~-]+)=[^/;?#]+")
_BLOB = re.compile(r"[A-Za-z0-9+_=-]{12,4000}")
_TELLING = re.compile(
    r"sid$|sess|token|auth|key|code|secret|sign|mail|phone|uid|guid|user|visitor|client|click|clid|ticket|hash", re.IGNORECASE
)
"""Names of parameters whose values are no way to a page."""
_PERSONAL = re.compile(
    r"name|^[fls]n$|^q$|query|search|birth|^dob$|addr|city|zip|post|street|gender|^age$|^l(?:at|on|ng)$", re.IGNORECASE
)
"""Names of parameters whose values may tell somebody else of a person, in a single word or number."""


def blanked(address: str, pages: Collection[str] = ()) -> str:
    """Return an address with the names of its parameters, and of their values only single words and small numbers.

    Of an address among `pages`, which a person may want to open, all stays that does not look made up for one visitor.
    """
    if "://" not in address:
        return address
    is_page = address in pages
    whole, sharp, fragment = _USER.sub(rf"\1{BLANK}@", address, count=1).partition("#")
    path, mark, query = whole.partition("?")
    path = _without_mail(_MATRIX.sub(rf";\1={BLANK}", path))
    if query:
        query = _PART.sub(partial(_blank_part, is_page=is_page), query)
    if fragment:
        fragment = _PART.sub(partial(_blank_part, is_page=is_page), fragment)
    return f"{path}{mark}{query}{sharp}{fragment}"


def _blank_part(found: re.Match[str], *, is_page: bool) -> str:
    name, equals, value = found.group(0).partition("=")
    if not equals:
        name, value = "", name
    stays = _is_plain if is_page else _is_code
    if value in {"", BLANK} or stays(name, value):
        return found.group(0)
    return f"{name}{equals}{BLANK}"


def _is_plain(name: str, value: str) -> bool:
    """Whether a value leads to a page, as a number or a word does, and stands for nobody."""
    text = unquote_plus(value)
    if len(text) > LONGEST_PLAIN or "@" in text or _TELLING.search(name):
        return False
    return text.isdigit() or not any(map(looks_unique, tokens(text)))


def _is_code(name: str, value: str) -> bool:
    """Whether a value says what is asked for, and stands for nobody."""
    return bool(_CODE.fullmatch(value)) and not _TELLING.search(name) and not _PERSONAL.search(name)


def _without_mail(path: str) -> str:
    plain = path.replace("%40", "@")
    for address in mail_addresses(plain):
        plain = re.sub(re.escape(address), BLANK, plain, flags=re.IGNORECASE)
    return plain if plain.count("@") < path.replace("%40", "@").count("@") else path


def blanked_within(text: str, pages: Collection[str] = ()) -> str:
    """Return a text with every address in it blanked."""
    return _ADDRESS.sub(lambda found: blanked(found.group(0), pages), text) if "://" in text else text


def discreet(observations: Iterable[Observation]) -> list[Observation]:
    """Return what was seen with its addresses blanked, those of the pages on which it was seen with care."""
    these = list(observations)
    pages = frozenset(one.page for one in these)
    say = partial(blanked, pages=pages)
    known: dict[str, str] = {}

    def once(address: str) -> str:
        if address not in known:
            known[address] = say(address)
        return known[address]

    return [_observation(one, once) for one in these]


def _observation(one: Observation, say: Callable[[str], str]) -> Observation:
    return replace(
        one,
        name=_name(one, say),
        domain=say(one.domain),
        page=say(one.page),
        set_by=say(one.set_by),
        url=say(one.url),
        chain=tuple(map(say, one.chain)),
        detail=say(one.detail),
    )


def _name(one: Observation, say: Callable[[str], str]) -> str:
    """Return the name of what was seen: that of an item is its own, any other is made of an address."""
    if one.kind is Kind.SERVICE_WORKER:
        return say(one.name)
    return say(f"https://{one.name}").removeprefix("https://") if one.kind.is_sent else one.name


def pages_in(sighting: Sighting) -> frozenset[str]:
    """Return the addresses of pages in a sighting."""
    walked = (page for answer in sighting.answers for page in answer.pages)
    signalled = sighting.signal.observations if sighting.signal else ()
    seen = [one.page for one in (*sighting.observations, *signalled)]
    noted = (one.page for one in sighting.notes)
    policy = (sighting.policy_page.url,) if sighting.policy_page else ()
    return frozenset({sighting.site, sighting.landed, *sighting.pages, *walked, *seen, *noted, *policy})


class Discretion:
    """Keeps back what is known to be an identifier, wherever it stands: by its mark, since its value is kept nowhere."""

    def __init__(self, pages: Collection[str], *, secret: Collection[str] = (), mark: Callable[[str], str] = str) -> None:
        self.pages = pages
        self.secret = secret
        self.mark = mark
        self.known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """Return a text without values."""
        if not text:
            return text
        if text not in self.known:
            self.known[text] = self._without_pieces(blanked_within(text, self.pages))
        return self.known[text]

    def _without_pieces(self, text: str) -> str:
        if not self.secret:
            return text
        for blob in sorted({one for one in _BLOB.findall(text) if self._gives_away(one)}, key=len, reverse=True):
            pieces = [one for one in sorted(tokens(blob), key=len, reverse=True) if self.mark(one) in self.secret]
            for piece in pieces or [blob]:
                text = text.replace(piece, BLANK)
        return text

    def _gives_away(self, blob: str) -> bool:
        return any(looks_unique(piece) and self.mark(piece) in self.secret for piece in tokens(readable(blob)))

    def of(self, sighting: Sighting) -> Sighting:
        """Return everything that was seen, to be told."""
        signal = sighting.signal
        return replace(
            sighting,
            site=self(sighting.site),
            landed=self(sighting.landed),
            pages=tuple(map(self, sighting.pages)),
            answers=tuple(map(self._answer, sighting.answers)),
            observations=self._observations(sighting.observations),
            notes=tuple(map(self._note, sighting.notes)),
            banner=self._banner(sighting.banner) if sighting.banner else None,
            signal=Signal(
                reached=signal.reached, has_banner=signal.has_banner, observations=self._observations(signal.observations)
            )
            if signal
            else None,
            policy_page=self._policy_page(sighting.policy_page) if sighting.policy_page else None,
        )

    def _observations(self, observations: Iterable[Observation]) -> tuple[Observation, ...]:
        """Return them with those put together that differed by a visitor's own value in an address."""
        return tuple(dict.fromkeys(_observation(one, self) for one in observations))

    def _answer(self, one: Answer) -> Answer:
        return replace(
            one,
            steps=tuple(map(self, one.steps)),
            pages=tuple(map(self, one.pages)),
            why_not=self(one.why_not),
            behind=self(one.behind),
            let_in=self(one.let_in),
        )

    def _note(self, one: Note) -> Note:
        return replace(one, page=self(one.page), message=self(one.message))

    def _banner(self, one: Banner) -> Banner:
        buttons = tuple(replace(button, label=self(button.label)) for button in one.buttons)
        boxes = tuple(replace(box, label=self(box.label)) for box in one.boxes)
        return replace(one, text=self(one.text), buttons=buttons, boxes=boxes)

    def _policy_page(self, one: PolicyPage) -> PolicyPage:
        return replace(one, url=self(one.url), link=self(one.link), writing=self(one.writing))
