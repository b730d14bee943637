"""The body of a page on its way: decoded if it comes compressed, left alone if its charset hides the tags, else rewritten."""

import zlib
from typing import Protocol

from holdtrue.website.consent.block.rewriter import Rewriter

# In these the bytes of a tag are not the letters of a tag. Browsers read every other charset so that ASCII is ASCII.
OPAQUE_CHARSETS = frozenset(
    {"utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "hz-gb-2312", "unicode"}
)
_WIDE_MARKS = (b"\xfe\xff", b"\xff\xfe")
_PIECE = 1 << 16


class Decoder(Protocol):
    """Undoes a content coding."""

    def decode(self, data: bytes) -> bytes:
        """Return what the next bytes stand for."""


class _Zlib:
    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._is_first = True

    def decode(self, data: bytes) -> bytes:
        parts = []
        while data:
            if self._stream.eof:  # gzip may come in several members
                self._stream = zlib.decompressobj(self._window)
            parts.append(self._some(data))
            data = self._stream.unused_data
        return b"".join(parts)

    def _some(self, data: bytes) -> bytes:
        try:
            return self._stream.decompress(data)
        except zlib.error:
            if not self._is_first or self._window != zlib.MAX_WBITS:
                raise
            # "deflate" is meant to have a zlib header, and often has none.
            self._window = -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(self._window)
            return self._stream.decompress(data)
        finally:
            self._is_first = False


class _Brotli:
    def __init__(self) -> None:
        import brotli  # type: ignore[import-not-found,unused-ignore]

        self._stream = brotli.Decompressor()

    def decode(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data))


def decoder(coding: str) -> Decoder | None:
    """Return what undoes a `Content-Encoding`, or None when nothing here can."""
    if coding in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if coding == "deflate":
        return _Zlib(zlib.MAX_WBITS)
    if coding == "br":
        try:
            return _Brotli()
        except ImportError:
            return None
    return None


class Body:
    """Takes the chunks of one page and gives them back as they are to be sent."""

    __slots__ = ("_decoder", "_rewriter", "_start")

    def __init__(self, rewriter: Rewriter, decoder: Decoder | None) -> None:
        self._rewriter: Rewriter | None = rewriter
        self._decoder = decoder
        self._start: bytes | None = b""

    def feed(self, data: bytes) -> bytes:
        """Return what can be sent after these bytes."""
        if self._decoder is not None:
            data = self._decoder.decode(data)
        if self._start is not None:
            data = self._start + data
            if len(data) < len(_WIDE_MARKS[0]):
                self._start = data
                return b""
            self._start = None
            if data.startswith(_WIDE_MARKS):
                self._rewriter = None
        return self._rewriter.feed(data) if self._rewriter is not None else data

    def finish(self) -> bytes:
        """Return the rest."""
        start, self._start = self._start or b"", None
        if self._rewriter is None:
            return start
        return (self._rewriter.feed(start) if start else b"") + self._rewriter.finish()
