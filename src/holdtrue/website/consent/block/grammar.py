"""How HTML is cut into tags, as regular expressions over bytes (HTML Standard, 13.2.5 Tokenization).

Every expression is possessive where going back could cost anything, so hostile input costs no more than its length.
A tag is matched whole or not at all, which is what makes the cutting independent of how the bytes arrive.
"""

import re
from collections.abc import Iterable

_NAME = rb"[^\t\n\f\r />]*+"
_ATTRIBUTE = rb"(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
_VALUE = rb"[\t\n\f\r ]*+(?:=[\t\n\f\r ]*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>))|(?!=))"
# The rest of a tag as nearly all are written: quotes only around whole values, no < or > inside them. Then the first > ends
# the tag, whatever else is odd about it. Names that end like those of `_ASKING` take the exact way, as does everything else.
_NAME_END = rb"(?<=[^lnLN][^\t\n\f\r ]|[lnLN][^eEdDgGtT\t\n\f\r ])"
_USUAL = rb"(?=[ >])(?:>|[^<>\"'=]*+(?:" + _NAME_END + rb"=\"[^\"<>]*\"[^<>\"'=]*)*+>)[^<]*"
# Attributes that can ask a host on any element: a style with a function (or an escape that may hide one), background, ping.
_ASKING = (
    rb"(?:[sS](?i:tyle)[\t\n\f\r ]*+=[\t\n\f\r ]*+"
    rb"(?:\"[^\"(&\\]*+[(&\\]|'[^'(&\\]*+[(&\\]|[^\t\n\f\r >\"'(&\\][^\t\n\f\r >(&\\]*+[(&\\]|[(&\\])"
    rb"|(?:[bB](?i:ackground)|[pP](?i:ing)|[dD](?i:ata-consent))[\t\n\f\r ]*+=)"
)
_EXACT = rb"(?:[\t\n\f\r /]++|(?!" + _ASKING + rb")" + _ATTRIBUTE + _VALUE + rb")*+>"
_TEXT = rb"[^<]++|<(?=[^a-zA-Z/!?])"

TAG = re.compile(rb"</?([a-zA-Z]" + _NAME + rb")((?:[\t\n\f\r /]++|" + _ATTRIBUTE + _VALUE + rb")*+)>")
ATTRIBUTES = re.compile(
    rb"(=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'][^\t\n\f\r >]*+)|(?=>|\Z))"
    rb"|(?![\t\n\f\r ]*+=))"
)

# What can ask a host, changes how what follows is read, or holds its address.
CONCERNED = (
    "base", "embed", "frame", "iframe", "image", "img", "input", "link", "feimage", "math", "noembed", "noframes",
    "noscript", "object", "plaintext", "script", "source", "style", "svg", "textarea", "title", "track", "use", "video",
    "audio", "xmp",
)  # fmt: skip


def _by_letter(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return each first letter with what may follow it, as an expression."""
    rests: dict[str, list[str]] = {}
    for name in names:
        rests.setdefault(name[0], []).append(name[1:])
    return [(letter, "|".join(sorted(found))) for letter, found in sorted(rests.items())]


def _names(names: Iterable[str]) -> bytes:
    parts = (f"[{letter}{letter.upper()}](?i:{rests})" for letter, rests in _by_letter(names))
    return b"(?:" + "|".join(parts).encode() + rb")(?=[\t\n\f\r />])"


def _small_names_but(names: Iterable[str]) -> bytes:
    """Return what matches every name in small letters but these; a first letter that none of them has settles it."""
    letters = _by_letter(names)
    free = "".join(sorted(set("abcdefghijklmnopqrstuvwxyz") - {letter for letter, _ in letters}))
    parts = (f"{letter}(?!(?:{rests})[\\t\\n\\f\\r />])" for letter, rests in letters)
    return f"(?:[{free}]|{'|'.join(parts)})[a-z0-9]*+".encode()


def passing_all_but(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """Return what runs over text, end tags, and start tags of other names that ask nobody by their attributes."""
    # A start tag with the end tags after it, as pages have them. Where giving back could gain nothing it is not forbidden: the
    # engine is quicker then.
    often = b"<" + _small_names_but(names) + _USUAL + rb"(?:</[a-zA-Z][a-z0-9]*>[^<]*)*+"
    end = rb"/[a-zA-Z][^<>\"'=]*+>"
    exact = b"(?:/|(?!" + _names(names) + b"))[a-zA-Z]" + _NAME + _EXACT
    return re.compile(b"[^<]*(?:" + often + b"|<(?:" + end + b"|" + exact + b"|(?=[^a-zA-Z/!?]))[^<]*)*+")


def passing_only(names: tuple[str, ...], ends: tuple[str, ...]) -> re.Pattern[bytes]:
    """Return what runs over text and over start and end tags of these names alone."""
    exact = b"<(?:/(?=" + _names(ends) + b")|(?=" + _names(names) + b"))[a-zA-Z]" + _NAME + _EXACT
    return re.compile(b"(?:" + _TEXT + b"|" + exact + b")*+")


IN_BODY = passing_all_but(CONCERNED)
# Until the banner has its place, every element counts but those that can only stand in a head.
IN_HEAD = passing_only(("meta",), ("html", "meta", "title", "script", "style", "noscript", "link", "base"))
DRAWING = (
    "path", "g", "circle", "rect", "line", "polyline", "polygon", "ellipse", "defs", "lineargradient", "radialgradient",
    "stop", "text", "tspan", "symbol", "clippath", "mask",
)  # fmt: skip
IN_DRAWING = passing_only(DRAWING, DRAWING)
TEXT_ALONE = re.compile(b"(?:" + _TEXT + b")*+")

COMMENT_END = re.compile(rb"--!?>")
BOGUS_END = re.compile(rb">")
CDATA_END = re.compile(rb"\]\]>")
_SCRIPT_MARK = re.compile(rb"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)
NOSCRIPT_END = re.compile(rb"</noscript(?=[\t\n\f\r />])", re.IGNORECASE)
LONGEST_MARK = 12  # bytes of a mark that the end of a chunk can cut: `</noscript` and what follows it


def element_end(name: str) -> re.Pattern[bytes]:
    """Return what finds the end tag of an element whose content is text."""
    return re.compile(rb"</" + name.encode() + rb"(?=[\t\n\f\r />])", re.IGNORECASE)


RAW = {name: element_end(name) for name in ("textarea", "title", "style", "xmp", "noembed", "noframes", "iframe")}
RAW["plaintext"] = re.compile(rb"(?!)")  # nothing ends it

# Elements that close every open drawing or formula (13.2.6.5).
BREAKING_OUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol "
    b"p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
# Elements inside drawings and formulas whose content is HTML again.
HTML_INSIDE = {
    b"svg": frozenset({b"foreignobject", b"desc", b"title"}),
    b"math": frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext", b"annotation-xml"}),
}


class ScriptText:
    """Finds where a script element ends, with its two ways of being escaped (13.2.5.15 to 13.2.5.31)."""

    __slots__ = ("_depth",)

    def __init__(self) -> None:
        self._depth = 0  # 0 plain, 1 after <!--, 2 after <!-- <script

    def end(self, data: bytes, start: int) -> tuple[bool, int]:
        """Return whether the end tag was found, and where it begins or where to look on when more has come."""
        at = start
        while (mark := _SCRIPT_MARK.search(data, at)) is not None:
            at = mark.end()
            text = mark[0]
            if text == b"<!--":
                self._depth = self._depth or 1
                at -= 2  # `<!-->` opens and closes at once
            elif text == b"-->":
                self._depth = 0
            elif mark[1]:
                if self._depth != 2:  # noqa: PLR2004
                    return True, mark.start()
                self._depth = 1
            elif self._depth == 1:
                self._depth = 2
        return False, max(at, len(data) - LONGEST_MARK, start)
