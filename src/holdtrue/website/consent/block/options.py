"""How the block behaves on one site; docs/reference/consent-middleware.md describes each option."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from holdtrue.errors import Invalid
from holdtrue.website.consent.block.cookies import Unknown
from holdtrue.website.consent.block.notice import Notice, own_host, read_notice
from holdtrue.website.consent.block.violations import Violation

PREFIX = "/.holdtrue/"
BANNER = Path(__file__).parents[1] / "static" / "consent" / "holdtrue.js"
"""The banner's script that comes with Holdtrue; its texts lie beside it."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options, checked."""

    notice: Notice | Path
    banner: Path | None = BANNER
    banner_url: str = ""
    prefix: str = PREFIX
    necessary_cookies: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    unknown_cookies: Unknown = Unknown.STRIP
    enforce: bool = True
    on_violation: Callable[[Violation], None] | None = None
    deliver: bool = True
    clock: Callable[[], float] = time.time


class Given(TypedDict, total=False):
    """The options as a middleware is given them, all of them optional."""

    banner: str | Path | None
    banner_url: str
    prefix: str
    necessary_cookies: Iterable[str]
    own_hosts: Iterable[str]
    unknown_cookies: str
    enforce: bool
    on_violation: Callable[[Violation], None]
    deliver: bool
    clock: Callable[[], float]


def options_from(notice: Notice | Path | str | bytes, given: Given) -> Options:
    """Return the options; `notice` is a `Notice`, the path of its document, or the document itself. Raises `Invalid`."""
    if isinstance(notice, bytes) or (isinstance(notice, str) and notice.lstrip().startswith("{")):
        notice = read_notice(notice)
    elif isinstance(notice, str):
        notice = Path(notice)
    try:
        unknown = Unknown(given.get("unknown_cookies", Unknown.STRIP))
    except ValueError as error:
        raise Invalid(f"Unknown cookies cannot be {given['unknown_cookies']!r}.", hint="Say strip or keep.") from error
    return Options(
        notice=notice,
        banner=_banner(given),
        banner_url=given.get("banner_url", ""),
        prefix=given.get("prefix", PREFIX),
        necessary_cookies=tuple(given.get("necessary_cookies", ())),
        own_hosts=tuple(own_host(host) for host in (*given.get("own_hosts", ()), *_host_of_banner(given))),
        unknown_cookies=unknown,
        enforce=given.get("enforce", True),
        on_violation=given.get("on_violation"),
        deliver=given.get("deliver", True),
        clock=given.get("clock", time.time),
    )


def _banner(given: Given) -> Path | None:
    if given.get("banner_url"):
        return None
    named = given.get("banner", BANNER)
    return Path(named) if named is not None else None


def _host_of_banner(given: Given) -> tuple[str, ...]:
    """Return the host that serves the banner, when it is another than the site: our own policy must let the banner in."""
    host = urlsplit(given.get("banner_url", "")).netloc.lower()
    return (host,) if host else ()
