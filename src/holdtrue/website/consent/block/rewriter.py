"""Rewrites a page while it passes: every tag of a service without consent leaves inert, everything else byte for byte.

The result does not depend on how the bytes arrive. What is held back is never more than one unfinished tag, one short inline
script, or the few bytes that may be the beginning of an end tag.

Where the markup alone cannot tell what a browser will do (a `<style>` that a `<select>` swallows, HTML inside a drawing
inside HTML), the Content-Security-Policy that goes with the page is what holds;
docs/reference/consent-middleware.md names the cases.
"""

import re

from holdtrue.website.consent.block import addresses, grammar
from holdtrue.website.consent.block.tags import LONGEST_SNIPPET, Tags

_STILL_HEAD = frozenset({"html", "head", "base", "link", "meta", "title", "script", "style", "noscript", "template"})
_HEAD_BEFORE_SCRIPTS = _STILL_HEAD - {"script"}
_OFTEN = 1 << 16  # bytes of one unfinished tag, above which it is looked at only each time it has doubled
_DEEPEST = 64


class Rewriter:
    """One page on its way to one visitor: `feed` each chunk, then `finish`; each returns what may be sent on."""

    __slots__ = (
        "_again", "_base", "_buffer", "_insert", "_is_early", "_is_noscript", "_is_page", "_must_wait", "_nest", "_out", "_raw",
        "_raw_end", "_script", "_sent", "_skip", "_still", "_tags", "_templates", "_unsure",
    )  # fmt: skip

    def __init__(self, tags: Tags, *, insert: bytes = b"", is_page: bool = False, is_early: bool = False) -> None:
        """Edit with these tags; `insert` goes to the end of the head, into a fragment only when it `is_page`.

        When it `is_early`, it goes before the first script already, or before a policy in the markup that may forbid it.
        """
        self._tags = tags
        self._insert = insert
        self._is_page = is_page
        self._is_early = is_early
        self._still = _HEAD_BEFORE_SCRIPTS if is_early else _STILL_HEAD
        self._unsure = bool(insert)  # the place of the insert is still to come
        self._buffer = b""
        self._out: list[bytes] = []
        self._sent = 0  # what of the buffer is in `_out`
        self._again = 0
        self._must_wait = False
        self._base = ""
        self._nest: list[
            tuple[bytes, bytes]
        ] = []  # what is open of drawings and formulas, each with whose rules hold inside it
        self._templates = 0
        self._is_noscript = False
        self._raw: re.Pattern[bytes] | None = None
        self._raw_end = False  # resume after what ends the raw text, not before it
        self._script: grammar.ScriptText | None = None
        self._choose()

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the page and return what is settled."""
        if not self._buffer:
            self._buffer = data
        else:
            self._buffer += data
            # No unfinished tag ends without one of these; and a giant is not read again for every packet.
            if self._raw is None and self._script is None and (b">" not in data or len(self._buffer) < self._again):
                return b""
        return self._run(is_last=False)

    def finish(self) -> bytes:
        """Return what was held back; an insert that found no place goes to the end of a page, and nowhere in a fragment."""
        rest = self._run(is_last=True)
        if self._unsure and self._is_page and not self._is_noscript and not self._templates:
            rest += self._insert
        self._unsure = False
        return rest

    def _run(self, *, is_last: bool) -> bytes:
        at, size = 0, len(self._buffer)
        self._must_wait = False
        while at < size and not self._must_wait:
            if self._raw is not None or self._script is not None:
                at = self._text(at)
                continue
            match = self._skip.match(self._buffer, at)
            at = match.end() if match else at
            if at < size:
                after = self._familiar(at) or self._construct(at, is_last=is_last)
                self._must_wait = after < 0
                at = max(after, at)
        keep = size if is_last else at
        self._out.append(self._buffer[self._sent : keep])
        self._buffer = self._buffer[keep:]
        self._sent = 0
        left = len(self._buffer)
        self._again = left * 2 if left > _OFTEN else 0
        settled = b"".join(self._out)
        self._out.clear()
        return settled

    # Text in which no tag counts but the one that ends it.

    def _text(self, at: int) -> int:
        buffer = self._buffer
        is_over, end = False, at
        if self._script is not None:
            is_over, end = self._script.end(buffer, at)
        elif self._raw is not None:
            match = self._raw.search(buffer, at)
            is_over = match is not None
            end = (match.end() if self._raw_end else match.start()) if match else max(at, len(buffer) - grammar.LONGEST_MARK)
        if (
            self._is_noscript
            and (out := grammar.NOSCRIPT_END.search(buffer, at)) is not None
            and (not is_over or out.start() < end)
        ):
            # To a browser with scripts a noscript is text, and its end tag counts wherever it stands.
            is_over, end = True, out.start()
        if is_over:
            self._raw = self._script = None
        # Else the last bytes may be the beginning of the end.
        self._must_wait = not is_over
        return end

    def _raw_until(self, pattern: re.Pattern[bytes], at: int, *, after: bool) -> int:
        self._raw, self._raw_end = pattern, after
        return at

    # What begins with "<" and is not boring.

    def _familiar(self, at: int) -> int:
        """Return the end of a plainly written tag in a plain place, whose decision is known or soon made; 0 for all others."""
        if self._nest or self._is_noscript or self._base:
            return 0
        end = self._buffer.find(b">", at) + 1
        tag = self._buffer[at:end]
        known = self._tags.familiar(tag)
        if known is None or known.meaning:
            return 0
        name = known.name
        if name in _PECULIAR or (self._unsure and self._is_place(name, tag)):
            return 0
        if known.sent != tag:
            self._out += (self._buffer[self._sent : at], known.sent)
            self._sent = end
        return self._after(end, name) if name in _CHANGING else end

    def _construct(self, at: int, *, is_last: bool) -> int:
        sign, name = self._buffer[at + 1 : at + 2], self._buffer[at + 2 : at + 3]
        if sign.isalpha():
            return self._start_tag(at)
        if sign == b"!":
            return self._declaration(at, is_last=is_last)
        if not sign or (sign == b"/" and not name):
            return -1
        if sign == b"/" and name.isalpha():
            return self._end_tag(at)
        # `</>` is nothing, `</ x>` and `<?x>` are comments.
        return at + 3 if name == b">" and sign == b"/" else self._raw_until(grammar.BOGUS_END, at + 2, after=True)

    def _declaration(self, at: int, *, is_last: bool) -> int:
        begin = self._buffer[at : at + 9]
        if len(begin) < 9 and b">" not in begin and not is_last:  # noqa: PLR2004 - the length of <![CDATA[ and <!doctype
            return -1
        if begin.startswith((b"<!-->", b"<!--->")):
            return at + begin.index(b">") + 1
        if begin.startswith(b"<!--"):
            return self._raw_until(grammar.COMMENT_END, at + 4, after=True)
        if begin == b"<![CDATA[" and self._is_foreign():
            return self._raw_until(grammar.CDATA_END, at + 9, after=True)
        if begin.lower() == b"<!doctype":
            self._is_page = True
        return self._raw_until(grammar.BOGUS_END, at + 2, after=True)

    def _left_noscript(self, match: re.Match[bytes] | None, at: int) -> int:
        """Return where a noscript ends, if inside this tag: to a browser with scripts it is text, and ends there."""
        out = grammar.NOSCRIPT_END.search(self._buffer, at, match.end() if match else len(self._buffer))
        if out is None or (match is None and out.start() == at):
            return -1
        self._is_noscript = False
        self._choose()
        return out.start()

    def _end_tag(self, at: int) -> int:
        match = grammar.TAG.match(self._buffer, at)
        if self._is_noscript and (out := self._left_noscript(match, at)) > at:
            return out
        if match is None:
            return -1
        name = match[1].lower()
        if name == b"head":
            self._is_page = True
            self._place(at)
        elif name == b"template":
            self._templates = max(0, self._templates - 1)
        elif self._nest and any(name == open_ for open_, _ in self._nest):
            self._close(name)
        elif name in (b"p", b"br") and self._is_foreign():
            self._break_out()
        return match.end()

    def _close(self, name: bytes) -> None:
        # HTML inside a drawing cannot end the drawing around it.
        if self._nest[-1][0] == name or self._is_foreign():
            while self._nest.pop()[0] != name:
                pass
            self._choose()

    def _start_tag(self, at: int) -> int:
        match = grammar.TAG.match(self._buffer, at)
        if self._is_noscript and (out := self._left_noscript(match, at)) > at:
            return out
        if match is None:
            return -1
        name = match[1].lower()
        text = name.decode("latin-1")
        if self._unsure:
            self._look_for_place(text, match[0], at)
        if self._nest or name in (b"svg", b"math"):
            if self._is_foreign() and _leaves_drawings(name, match):
                self._break_out()
            elif self._is_foreign() or name in (b"svg", b"math"):
                return self._foreign(match, name, text)
        return self._html(match, text)

    def _html(self, match: re.Match[bytes], name: str) -> int:
        edited = self._tags.edit(match[0], name, self._base)
        if edited.meaning and not self._is_noscript:
            return self._snippet(match)
        self._put(match, edited.sent)
        if name == "base" and not self._base:
            self._take_base(match)
        return self._after(match.end(), name) if name in _CHANGING else match.end()

    def _after(self, end: int, name: str) -> int:
        """Take note of what the tag that ends here changes about what follows."""
        if self._buffer.startswith(b"</", end) and self._buffer[end : end + 3 + len(name)].lower() == _ENDS[name]:
            return end  # as empty as nearly every script and frame
        if name == "script":
            self._script = grammar.ScriptText()
        elif name == "noscript" and not self._is_noscript:
            self._is_noscript = True
            self._skip = grammar.TEXT_ALONE
        elif name == "template":
            self._templates += 1
        elif name in grammar.RAW:
            return self._raw_until(grammar.RAW[name], end, after=False)
        return end

    def _snippet(self, match: re.Match[bytes]) -> int:
        """Decide about an inline script when its text is here, or is too long to be a snippet."""
        start = match.end()
        is_over, end = grammar.ScriptText().end(self._buffer, start)
        if not is_over and len(self._buffer) - start < LONGEST_SNIPPET + grammar.LONGEST_MARK:
            return -1
        if is_over and end - start < LONGEST_SNIPPET:
            self._put(match, self._tags.snippet(match[0], self._buffer[start:end]))
            return end
        self._script = grammar.ScriptText()
        return start

    def _put(self, match: re.Match[bytes], tag: bytes) -> None:
        if tag != match[0]:
            self._out += (self._buffer[self._sent : match.start()], tag)
            self._sent = match.end()

    def _take_base(self, match: re.Match[bytes]) -> None:
        for found in grammar.ATTRIBUTES.finditer(match[2]):
            if found[1].lower() == b"href":
                self._base = addresses.host_of(found[2] or found[3] or found[4] or b"")
                return

    # Drawings and formulas.

    def _is_foreign(self) -> bool:
        return bool(self._nest) and self._nest[-1][1] != _HTML

    def _foreign(self, match: re.Match[bytes], name: bytes, text: str) -> int:
        edited = self._tags.edit(match[0], text, self._base)
        if not edited.meaning:
            self._put(match, edited.sent)
        rules = self._nest[-1][1] if self._is_foreign() else name
        if name in grammar.HTML_INSIDE[rules] and (name != b"annotation-xml" or b"html" in match[2].lower()):
            rules = _HTML
        elif name not in (b"svg", b"math"):
            return match.end()
        if not _is_self_closing(match) and len(self._nest) < _DEEPEST:
            self._nest.append((name, rules))
            self._choose()
        return match.end()

    def _break_out(self) -> None:
        while self._is_foreign():
            self._nest.pop()
        self._choose()

    # Where the banner goes.

    def _look_for_place(self, name: str, tag: bytes, at: int) -> None:
        if self._is_noscript or self._templates:
            return
        if name in ("html", "head", "body", "frameset"):
            self._is_page = True
        if self._is_place(name, tag):
            self._place(at)

    def _is_place(self, name: str, tag: bytes) -> bool:
        is_policy = self._is_early and name == "meta" and b"content-security-policy" in tag.lower()
        return is_policy or name not in self._still

    def _place(self, at: int) -> None:
        if not self._unsure or self._is_noscript or self._templates:
            return
        self._unsure = False
        if self._is_page:
            self._out += (self._buffer[self._sent : at], self._insert)
            self._sent = at
        self._choose()

    def _choose(self) -> None:
        if self._is_noscript:
            self._skip = grammar.TEXT_ALONE
        elif self._unsure:
            self._skip = grammar.TEXT_ALONE if self._is_early else grammar.IN_HEAD
        else:
            self._skip = grammar.IN_DRAWING if self._nest else grammar.IN_BODY


_HTML = b"html"
_CHANGING = frozenset({"script", "noscript", "template", *grammar.RAW})
_ENDS = {name: f"</{name}>".encode() for name in _CHANGING}
_PECULIAR = frozenset({"svg", "math", "base", "html", "head"})  # they change more than what directly follows them


def _leaves_drawings(name: bytes, match: re.Match[bytes]) -> bool:
    return name in grammar.BREAKING_OUT or (
        name == b"font" and re.search(rb"(?i)\b(?:color|face|size)\b", match[2]) is not None
    )


def _is_self_closing(match: re.Match[bytes]) -> bool:
    if not match[2].endswith(b"/"):
        return False
    # `<svg a=b/>` has an unquoted value that ends in a slash.
    ends = [found.end() for found in grammar.ATTRIBUTES.finditer(match[2])]
    return not ends or ends[-1] < len(match[2])
