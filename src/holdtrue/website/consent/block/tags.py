"""What becomes of one tag: nothing, or made inert in a way that the banner can undo (docs/reference/consent-middleware.md).

Making inert only adds: ` data-consent="<service>"` after the name, `data-holdtrue-` before the name of each attribute that
would ask a host, and for scripts `type="text/plain"`. Taking the additions away gives back the tag byte for byte.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from holdtrue.website.consent.block import addresses, grammar
from holdtrue.website.consent.block.rules import Hosts

# A longer inline script is an application, not the snippet that a tracker hands out; the Content-Security-Policy watches it.
LONGEST_SNIPPET = 16_384
UNDECLARED = "undeclared"

_ANYWHERE = frozenset({b"background", b"ping"})
_SOURCES = {
    name: _ANYWHERE | frozenset(attributes.encode().split())
    for name, attributes in {
        "script": "src href xlink:href",
        "link": "href imagesrcset",
        "img": "src srcset lowsrc",
        "image": "src srcset href xlink:href",
        "feimage": "href xlink:href",
        "use": "href xlink:href",
        "source": "src srcset",
        "video": "src poster",
        "audio": "src",
        "track": "src",
        "iframe": "src",
        "frame": "src",
        "embed": "src",
        "object": "data",
        "input": "src",
    }.items()
}
_SETS = frozenset({b"srcset", b"imagesrcset"})
_ASKING_LINKS = frozenset(
    [
        "stylesheet",
        "preload",
        "modulepreload",
        "prefetch",
        "prerender",
        "preconnect",
        "dns-prefetch",
        "icon",
        "apple-touch-icon",
        "mask-icon",
        "manifest",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "import",
        "pingback",
        "compression-dictionary",
    ]
)
# No Content-Security-Policy covers these: here, and only here, a host that nobody declared is made inert in the markup.
_UNCOVERED_LINKS = frozenset({"preconnect", "dns-prefetch", "prefetch", "prerender"})
_SCRIPT_TYPES = re.compile(
    rb"(?i)[\t\n\f\r ]*(?:(?:text|application)/(?:x-)?(?:java|ecma|live|j)script[0-9.]*|module|speculationrules)?[\t\n\f\r ]*"
)
_LOADS = re.compile(
    rb"createElement|\.src\b|import\s*\(|importScripts|fetch\s*\(|sendBeacon|XMLHttpRequest|new\s+Image|document\.write|WebSocket|"
    rb"EventSource|[\"']prefetch[\"']|[\"']prerender[\"']"
)
_FUNCTION = re.compile(r"(?i)(?:url|src|image|image-set|-webkit-image-set)\(\s*(\"[^\"]*\"|'[^']*'|[^)]*)\s*\)?")

_UNMARKED: frozenset[str] = frozenset()
_LONGEST_REMEMBERED = 512  # bytes of a tag
_MOST_REMEMBERED = 1024  # tags, for each set of granted services
# A start tag as most are written; whatever fits this is one whole tag, and its quotes are those of its values.
_PLAIN = re.compile(
    rb"<([a-zA-Z][a-zA-Z0-9]*+)(?:[\t\n\f\r ]++[a-zA-Z][a-zA-Z0-9:_-]*+(?:=\"[^\"<>]*+\"|(?!=)))*+[\t\n\f\r ]*+/?>"
)
# In a plain tag: the part of an address after its host. It decides nothing, so tags that differ in it alone share a decision.
_REST = re.compile(rb"(=\"(?:(?:https?:)?//[a-z0-9.-]++/|/(?!/)))([A-Za-z0-9_./?=%+~#-]++)(?=\")")
_HOLE = b"\0"

_Made = TypeVar("_Made")
Attribute = tuple[bytes, bytes, int]  # name in lower case, value, where the name begins in the tag


class Edited(NamedTuple):
    """A tag's name, how the tag is sent, and what it is to the rewriter: "inline" for a script to be read first, else ""."""

    name: str
    sent: bytes
    meaning: str = ""


class _Shape(NamedTuple):
    """What becomes of all tags that differ in the holes alone."""

    name: str
    pieces: list[bytes]
    """How they are sent, from hole to hole; nothing for tags that are not plain."""
    meaning: str


_ODD = _Shape("", [], "")


class Tags:
    """Edits tags for one set of granted services; remembers the tags that pages repeat."""

    __slots__ = ("_acts", "_hosts", "_mentions", "_refused", "_remembered", "_shapes")

    def __init__(self, hosts: Hosts, refused: frozenset[str], *, acts: bool = True) -> None:
        """Edit by these rules, or leave every tag alone when it is not to act."""
        self._acts = acts
        self._hosts = hosts
        self._refused = refused
        self._remembered: dict[bytes, Edited] = {}
        self._shapes: dict[bytes, _Shape] = {}
        self._mentions = [(host, _mention(host, is_suffix=is_suffix), service) for host, is_suffix, service in hosts.blocked]

    def familiar(self, tag: bytes) -> Edited | None:
        """Return what becomes of a plainly written start tag, decided once for all that differ in nothing that counts.

        None for anything else, which needs reading by the rules.
        """
        known = self._remembered.get(tag)
        if known is not None or not self._acts or len(tag) > _LONGEST_REMEMBERED:
            return known
        if _HOLE in tag:
            return None
        parts = _REST.split(tag)
        rests = parts[2::3]
        parts[2::3] = [_HOLE] * len(rests)
        written = b"".join(parts)
        # What stands in the holes holds no quote and no bracket, so the tag is as plain as its shape.
        shape = self._shapes.get(written) or _kept(self._shapes, written, self._shape(written))
        if len(shape.pieces) != len(rests) + 1:
            return None
        sent = [b""] * (2 * len(rests) + 1)
        sent[::2], sent[1::2] = shape.pieces, rests
        return _kept(self._remembered, tag, Edited(shape.name, b"".join(sent), shape.meaning))

    def _shape(self, written: bytes) -> "_Shape":
        plain = _PLAIN.fullmatch(written)
        if plain is None:
            return _ODD
        edited = self._edit(written, plain[1].lower().decode("ascii"), "")
        return _Shape(edited.name, edited.sent.split(_HOLE), edited.meaning)

    def edit(self, tag: bytes, name: str, base: str) -> Edited:
        """Return what becomes of a tag of that name, in lower case, on a page with that base."""
        if not self._acts:
            return Edited(name, tag)
        if base or len(tag) > _LONGEST_REMEMBERED:
            return self._edit(tag, name, base)
        known = self._remembered.get(tag)
        return _kept(self._remembered, tag, self._edit(tag, name, base)) if known is None else known

    def snippet(self, tag: bytes, content: bytes) -> bytes:
        """Return the start tag of an inline script: inert when the script loads from a host that may not be asked."""
        lowered = content.lower()
        for host, mention, service in self._mentions:
            if host in lowered and mention.search(lowered) and _LOADS.search(content):
                return _inert_script(tag, _attributes(tag, len("<script")), service)
        return tag

    def _edit(self, tag: bytes, name: str, base: str) -> Edited:
        return Edited(name, *self._decide(tag, name, base))

    def _decide(self, tag: bytes, name: str, base: str) -> tuple[bytes, str]:
        attributes = _attributes(tag, len(name) + 1)
        mark = _value(attributes, b"data-consent")
        marked = frozenset(addresses.text_of(mark).split()) if mark is not None else _UNMARKED
        if name == "script":
            return self._script(tag, attributes, marked, base)
        sources = _SOURCES.get(name, _ANYWHERE)
        relations = _relations(attributes) if name == "link" else _UNMARKED
        if name == "link" and _ASKING_LINKS.isdisjoint(relations):
            sources = _ANYWHERE
        wanted = [entry for entry in attributes if entry[0] in sources]
        if marked & self._refused:
            return (_inert(tag, name, wanted, "") if wanted else tag), ""
        service = self._blocker(wanted, base) if wanted else None
        if service is None and not _UNCOVERED_LINKS.isdisjoint(relations):
            service = self._undeclared(wanted, base)
        if service is not None:
            return _inert(tag, name, wanted, service), ""
        return self._styled(tag, name, attributes), ""

    def _undeclared(self, wanted: Sequence[Attribute], base: str) -> str | None:
        unknown = any(host and self._hosts.blocker(host) is None for host in _hosts(wanted, base))
        return UNDECLARED if unknown else None

    def _script(self, tag: bytes, attributes: Sequence[Attribute], marked: frozenset[str], base: str) -> tuple[bytes, str]:
        kind = _value(attributes, b"type")
        if kind is None:
            language = _value(attributes, b"language")
            kind = b"text/" + language if language else b""
        if not _SCRIPT_TYPES.fullmatch(kind):
            return tag, ""
        if marked & self._refused:
            return _inert_script(tag, attributes, ""), ""
        sources = [entry for entry in attributes if entry[0] in (b"src", b"href", b"xlink:href")]
        if not any(entry[0] == b"src" for entry in sources):
            service = self._blocker(sources, base)
            if service:
                return _inert_script(tag, attributes, service), ""
            return tag, "" if "necessary" in marked or not self._mentions else "inline"
        service = self._blocker(sources, base)
        return (_inert_script(tag, attributes, service) if service else tag), ""

    def _blocker(self, wanted: Sequence[Attribute], base: str) -> str | None:
        for host in _hosts(wanted, base):
            if host and (service := self._hosts.blocker(host)):
                return service
        return None

    def _styled(self, tag: bytes, name: str, attributes: Sequence[Attribute]) -> bytes:
        for entry in attributes:
            if entry[0] != b"style" or not any(sign in entry[1] for sign in (b"(", b"&", b"\\")):
                continue
            found: list[str] = []

            def without(call: re.Match[str], found: list[str] = found) -> str:
                host = addresses.host_of_text(call[1].strip("\"' "))
                service = self._hosts.blocker(host) if host else None
                if not service:
                    return call[0]
                found.append(service)
                return "none"

            rest = _FUNCTION.sub(without, addresses.text_of(entry[1]))
            if found:
                kept = rest.replace("&", "&amp;").replace('"', "&quot;").encode("latin-1", "xmlcharrefreplace")
                return _inert(tag, name, [entry], found[0], extra=b' style="' + kept + b'"')
        return tag


def _kept(memory: dict[bytes, _Made], key: bytes, made: _Made) -> _Made:
    if len(memory) >= _MOST_REMEMBERED:
        memory.clear()
    memory[key] = made
    return made


def _attributes(tag: bytes, offset: int) -> list[Attribute]:
    """Return the attributes of a tag whose name ends at the offset."""
    return [
        (found[1].lower(), found[2] or found[3] or found[4] or b"", found.start())
        for found in grammar.ATTRIBUTES.finditer(tag, offset, len(tag) - 1)
    ]


def _value(attributes: Sequence[Attribute], name: bytes) -> bytes | None:
    """Return the value that counts: of attributes with one name, the first."""
    for found, value, _ in attributes:
        if found == name:
            return value
    return None


def _relations(attributes: Sequence[Attribute]) -> frozenset[str]:
    return frozenset(addresses.text_of(_value(attributes, b"rel") or b"").lower().split())


def _hosts(wanted: Sequence[Attribute], base: str) -> Sequence[str]:
    hosts: list[str] = []
    for name, value, _ in wanted:
        if name in _SETS:
            hosts += addresses.hosts_of_set(value, base)
        elif name == b"ping":
            hosts += [addresses.host_of_text(one, base) for one in addresses.text_of(value).split()]
        else:
            hosts.append(addresses.host_of(value, base))
    return hosts


def _inert(tag: bytes, name: str, taken: Sequence[Attribute], service: str, *, extra: bytes = b"") -> bytes:
    """Return the tag with the attributes set aside; a service of "" keeps the mark that its author gave it."""
    place = len(name) + 1
    mark = f' data-consent="{service}"'.encode() if service else b""
    parts = [tag[:place], mark, extra]
    for _, _, start in taken:
        parts += [tag[place:start], b"data-holdtrue-"]
        place = start
    return b"".join([*parts, tag[place:]])


def _inert_script(tag: bytes, attributes: Sequence[Attribute], service: str) -> bytes:
    taken = [entry for entry in attributes if entry[0] in (b"type", b"src", b"href", b"xlink:href")]
    return _inert(tag, "script", taken, service, extra=b' type="text/plain"')


@lru_cache(maxsize=4096)
def _mention(host: bytes, *, is_suffix: bool) -> re.Pattern[bytes]:
    before = rb"(?<=\.)" if is_suffix else rb"(?<![a-z0-9.-])"
    return re.compile(before + re.escape(host) + rb"(?![a-z0-9-]|\.[a-z0-9])")
