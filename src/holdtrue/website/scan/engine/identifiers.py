"""Telling visitors apart, and giving them away: values that are different for everybody, and where they are sent.

Nothing in here is ever written down: values stay in the scanner's memory and only their item's name is told.
"""

import base64
import binascii
import contextlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import md5, sha1, sha256
from urllib.parse import unquote_plus

from holdtrue.website.scan.engine.protocol import Message

LEAST = 8
"""Letters below which a value cannot tell many visitors apart."""
MOST_TOKENS = 40_000
LONGEST_BODY = 20_000
LONE_PART = 12
"""Letters of a part of a digest that nobody else's has by chance."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
_PAIR = re.compile(r"(?<!\d)\d{5,10}\.\d{10}(?![\d.])")
"""A number and the second in which it was drawn, as analytics write a visitor's: together they tell apart."""
_PART = re.compile(r"[A-Za-z0-9]{8,}")
_TIME = re.compile(
    r"1[5-9]\d{8}(?:\d{3}|\d{6})?|20[2-4]\d[01]\d[0-3]\d(?:T?\d{6}Z?)?"
    r"|(?:19[7-9]|20[0-4])\d-[01]\d-[0-3]\d(?:[T_-][0-2]\d(?:[_-]?[0-5]\d){0,2}(?:[_-]?\d{3})?Z?)?"
)
"""A time as a number, or as it is written (ISO 8601), up to the first sign that ends a piece."""
_TRIAL = re.compile(rf"[A-Za-z_-]{{0,12}}(?:{_TIME.pattern})")
"""A time behind a word, as scripts name what they only try out."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,4000}={0,2}")
_NAMED = re.compile(
    r"(?:^|[_.-])(?:u|g)?u?id$|uuid|guid|(?:user|visitor|client|device|browser|anonymous)[_.-]?id|^_ga|fingerprint|^fp$",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,12}", re.IGNORECASE)
_OFFICES = re.compile(
    r"^(?:info|contact|hello|hallo|office|support|help|sales|admin|webmaster|press|privacy|noreply|no-reply|service)@",
    re.IGNORECASE,
)
_ORDINARY = re.compile(
    r"(?i:accept|sec-|user-agent$|referer$|origin$|content-|cache-control$|pragma$|upgrade-|dnt$|x-requested-with$)"
)
"""Headers that browsers send by themselves, or that say what the body is."""
_FILES = (".js", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".json", ".html", ".mjs", ".map")


def tokens(text: str) -> set[str]:
    """Return the pieces of a text that are long enough to tell visitors apart."""
    whole = set(_TOKEN.findall(text))
    return whole | set(_PAIR.findall(text)) | {part for one in whole for part in _PART.findall(one)}


def looks_unique(token: str) -> bool:
    """Whether a piece looks made up for one visitor: long and mixed, or a long number that is no time."""
    if len(token) < LEAST or _TRIAL.fullmatch(token) or len(set(token)) < 5:  # noqa: PLR2004 - "00000000" is nobody
        return False
    if token.isdigit():
        return True
    has_digit = any(sign.isdigit() for sign in token)
    # "version-3" and "homepage2024" are words; "k3j9x1pq" and "QmFzZTY0WHl6" are not.
    return has_digit and not re.fullmatch(r"(?:[A-Za-z]{3,}[_-]?)+v?\d{0,4}", token)


def names_identifier(name: str) -> bool:
    """Whether a name says that its value stands for one visitor."""
    return bool(_NAMED.search(name))


def readable(text: str) -> str:
    """Return what was sent as it can be read: decoded as addresses and in base 64, one after the other."""
    plain = unquote_plus(unquote_plus(text)) if "%" in text or "+" in text else text
    found = [text, plain] if plain != text else [text]
    for match in _BASE64.finditer(plain[:LONGEST_BODY]):
        decoded = _decoded(match.group(0))
        if decoded:
            found.append(decoded)
    return "\n".join(found)


def _decoded(text: str) -> str:
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return raw if raw.isprintable() else ""


def body_of(request: Message) -> str:
    """Return what a request carries as a text, unpacked where it was packed (gzip, RFC 1952)."""
    try:
        raw = b"".join(base64.b64decode(one.get("bytes", "")) for one in request.get("postDataEntries", ()))
    except binascii.Error:
        raw = b""
    if raw.startswith(b"\x1f\x8b"):
        with contextlib.suppress(zlib.error):
            unpacked = zlib.decompressobj(wbits=31).decompress(raw, LONGEST_BODY)
            if unpacked:
                return unpacked.decode("utf-8", "ignore")
    return str(request.get("postData") or raw[:LONGEST_BODY].decode("utf-8", "ignore"))


def own_words(headers: Mapping[str, object]) -> str:
    """Return what a script says in headers of its own making."""
    return "\n".join(str(value) for name, value in headers.items() if not _ORDINARY.match(name))


def mail_addresses(text: str) -> set[str]:
    """Return the e-mail addresses of persons in a text: not those of offices, nor what only looks like one."""
    found = {match.group(0).lower() for match in _MAIL.finditer(text)} if "@" in text else set()
    return {one for one in found if not _OFFICES.match(one) and not one.endswith(_FILES)}


def disguises(piece: str, whole: str) -> set[str]:
    """Return the pieces that a message shows of a value, or of a piece of it, which was hashed, or written in another way."""
    written = {other for one in {piece, whole} for other in (one.encode().hex(), one[::-1])}
    return written | {digest for one in {piece, whole} for digest in (*digests(one), *_digests_as_they_stand(one))}


def _digests_as_they_stand(text: str) -> set[str]:
    made = [make(text.encode(), usedforsecurity=False) for make in (md5, sha1, sha256)]
    whole = {base64.b64encode(one.digest()).decode() for one in made}
    found = {one.hexdigest() for one in made} | {base64.urlsafe_b64encode(one.digest()).decode().rstrip("=") for one in made}
    # Between the signs that end a piece.
    return found | {part for one in whole for part in re.split(r"[+/=]", one) if len(part) >= LONE_PART}


def digests(text: str) -> set[str]:
    """Return the usual digests of a text in hexadecimal, as trackers send an address that they call anonymous."""
    raw = text.strip().lower().encode()
    return {make(raw, usedforsecurity=False).hexdigest() for make in (md5, sha1, sha256)}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message in which a piece was seen."""

    state: str
    page: str
    url: str
    by: str
    via: str


@dataclass(slots=True)
class Payloads:
    """Every long piece that went to other parties, and where."""

    where: dict[str, dict[str, Sent]] = field(default_factory=dict)
    """By piece, then by state and host."""

    def go_back(self, state: str, before: str) -> None:
        """Say that what was sent in a state belongs to the one before it."""
        self._move(state, lambda place, sent: (f"{before} {place.partition(' ')[2]}", replace(sent, state=before)))

    def abandon(self, state: str) -> None:
        """Forget what was sent in a state."""
        self._move(state, lambda *_: None)

    def _move(self, state: str, where_to: Callable[[str, Sent], tuple[str, Sent] | None]) -> None:
        for places in self.where.values():
            for place in [one for one in places if one.partition(" ")[0] == state]:
                moved = where_to(place, places.pop(place))
                if moved is not None:
                    places.setdefault(*moved)

    def note(self, text: str, host: str, sent: Sent) -> None:
        """Remember the pieces of one message."""
        for token in tokens(text):
            places = self.where.get(token)
            if places is None:
                if len(self.where) >= MOST_TOKENS:
                    return
                places = self.where[token] = {}
            places.setdefault(f"{sent.state} {host}", sent)
