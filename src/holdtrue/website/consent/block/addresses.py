"""The host that a browser would ask for an address found in markup (WHATWG URL Standard, as far as the host goes)."""

import contextlib
import html
import re
import unicodedata
from urllib.parse import unquote

_USUAL = re.compile(rb"[\t\n\f\r ]*(?:https?:)?//([a-z0-9.-]+)(?:[:/?#][^&\\\t\r\n]*)?", re.IGNORECASE)
_RELATIVE = re.compile(rb"[A-Za-z0-9_./?#-](?![A-Za-z0-9+.-]*[:&\\\t\n\r])[^&\\\t\n\r]*")
_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]*):")
_SPECIAL = frozenset({"http", "https", "ws", "wss", "ftp"})
_CANDIDATE = re.compile(r"[^\s,]\S*")


def text_of(value: bytes) -> str:
    """Return an attribute's value as the browser reads it, character references resolved; Latin-1 stands in for any charset."""
    text = value.decode("latin-1")
    return html.unescape(text) if "&" in text else text


def host_of(value: bytes, base: str = "") -> str:
    """Return the host in lower case, `base` for a relative address, "" for one that asks nobody (`data:`, `blob:`)."""
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        return usual[1].decode("ascii").lower().rstrip(".")
    if not base and not value.startswith(b"//") and _RELATIVE.fullmatch(value):
        return ""
    return host_of_text(text_of(value), base)


def host_of_text(text: str, base: str = "") -> str:
    """Do the same for a value whose character references are resolved."""
    # Tabs and line ends disappear anywhere in a URL, spaces and controls at its edges.
    text = text.strip(_EDGES).translate({9: None, 10: None, 13: None})
    scheme = _SCHEME.match(text)
    if scheme is not None:
        if scheme[1].lower() not in _SPECIAL:
            return ""
        # `https:host` is relative on an https page and absolute on an http one: the careful reading is that it names a host.
        rest = text[scheme.end() :].replace("\\", "/")
    else:
        rest = text.replace("\\", "/")
        if not rest.startswith("//"):
            return base
    authority = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0]
    return _host(authority.rpartition("@")[2])


def _host(host: str) -> str:
    host = unquote(re.sub(r":\d*$", "", host))
    if not host.isascii():
        # What was read as Latin-1 is UTF-8 in nearly every page.
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            host = host.encode("latin-1").decode("utf-8")
        host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").replace("\u00ad", "")
        with contextlib.suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    return host.lower().rstrip(".")


def hosts_of_set(value: bytes, base: str = "") -> list[str]:
    """Return the host of every candidate of a `srcset`."""
    return [host_of_text(found[0], base) for found in _CANDIDATE.finditer(text_of(value))]
