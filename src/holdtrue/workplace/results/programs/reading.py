"""Finding out what a file is, and reading it."""

import bz2
import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from holdtrue.errors import Invalid

from . import fleet, inspec, lynis, spreadsheet
from .statements import HINT, Host, Statement, made, once_for_each_host, short

LARGEST = 64_000_000
"""Bytes of one file once unpacked; OpenSCAP's ARF of a whole benchmark has about 20 MB."""
_TIME = "Write it as 2026-11-25T12:00:00Z, not in the future."
_Reader: TypeAlias = Callable[..., list[Statement]]


def _openscap(document: bytes, *, at: datetime, stated: datetime | None) -> list[Statement]:
    # Every command of the command line comes by here; only this one needs a parser of XML.
    from . import openscap

    return openscap.read(document, at=at, stated=stated)


def _looks_like_openscap(document: bytes) -> bool:
    """Whether these bytes begin as an XCCDF or ARF document."""
    start = document.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    return start.startswith(b"<") and (b"/xccdf/" in start or b"asset-reporting-format" in start)


_KNOWN: tuple[tuple[Callable[[bytes], bool], _Reader], ...] = (
    (_looks_like_openscap, _openscap),
    (lynis.looks_like_lynis, lynis.read),
    (fleet.looks_like_fleet, fleet.read),
    (inspec.looks_like_inspec, inspec.read),
    (spreadsheet.looks_like_table, spreadsheet.read),
)


def read(document: bytes, *, at: datetime, device: str = "", made_at: str = "") -> list[Statement]:
    """Return what a file says, device by device; `device` names the one that a nameless file is about.

    `made_at` is when its results were made, for a file that does not say. Raises `Invalid` for what nobody here can read, or
    for a file that does not say which device it is about, or when it was made.
    """
    stated = _stated(made_at, at=at) if made_at else None
    plain = unpacked(document)
    for looks, reader in _KNOWN:
        if looks(plain):
            return once_for_each_host(_named(statement, device) for statement in reader(plain, at=at, stated=stated))
    raise Invalid("Nobody here knows this format.", hint=HINT)


def _stated(made_at: str, *, at: datetime) -> datetime:
    try:
        return made(made_at, at=at)
    except Invalid as error:
        raise Invalid(f"{short(made_at)} is no time at which results can have been made.", hint=_TIME) from error


def _named(statement: Statement, device: str) -> Statement:
    if device:
        return replace(statement, host=Host(serial=device, name=device))
    if statement.host.is_nameless:
        raise Invalid("The file does not say which device it is about.", hint="Name it: --device, or ?device= in the address.")
    return statement


def unpacked(document: bytes) -> bytes:
    """Return the bytes without gzip or bzip2 around them; raises `Invalid` when they are damaged or too many."""
    try:
        if document.startswith(b"\x1f\x8b"):
            plain = _inflate(document)
        elif document.startswith(b"BZh"):
            plain = _unbzip(document)
        else:
            plain = document
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"The file is damaged: {error}.", hint="Send it again.") from error
    if len(plain) > LARGEST:
        raise Invalid(f"The file has more than {LARGEST:,} bytes.", hint="Give the results of fewer devices at a time.")
    return plain


def _inflate(document: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(document)) as file:
        return file.read(LARGEST + 1)


def _unbzip(document: bytes) -> bytes:
    decompressor = bz2.BZ2Decompressor()
    return decompressor.decompress(document, LARGEST + 1)
