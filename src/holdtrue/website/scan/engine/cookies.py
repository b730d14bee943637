"""Reading a cookie from the words that set it, since the browser caps what it keeps at 400 days (RFC 6265, section 5.2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One cookie as its author asked for it."""

    name: str
    value: str
    """Kept in memory alone."""
    domain: str
    """Empty for a host-only cookie."""
    path: str
    retention_days: float | None
    """Days it was asked to be kept; None means until the browser closes; 0 or less deletes it."""
    secure: bool
    http_only: bool
    same_site: str
    partitioned: bool

    @property
    def deletes(self) -> bool:
        """Whether the words take a cookie away."""
        return self.retention_days is not None and self.retention_days <= 0


def parse(line: str, *, at: datetime) -> SetCookie:
    """Return what a `Set-Cookie` line or an assignment to `document.cookie` asks for, at the time it was seen."""
    pair, *attributes = line.split(";")
    name, equals, held = pair.partition("=")
    # Without an equals sign browsers take the whole as the value of a cookie without a name.
    name = name.strip() if equals else ""
    said = {}
    for attribute in attributes:
        key, _, value = attribute.partition("=")
        said[key.strip().lower()] = value.strip()
    return SetCookie(
        name=name,
        value=held.strip()[:300],
        domain=said.get("domain", "").lstrip(".").lower(),
        path=said.get("path", ""),
        retention_days=_retention(said, at),
        secure="secure" in said,
        http_only="httponly" in said,
        same_site=said.get("samesite", "").capitalize(),
        partitioned="partitioned" in said,
    )


def why_refused(cookie: SetCookie, *, host: str, is_secure: bool) -> str:
    """Return why a browser refuses a script's cookie, in the browser's own words; empty when no rule says so (RFC 6265bis)."""
    is_host, is_prefixed = cookie.name.startswith("__Host-"), cookie.name.startswith(("__Host-", "__Secure-"))
    domain = cookie.domain
    rules = (
        ("InvalidDomain", bool(domain) and domain != host and not host.endswith(f".{domain}")),
        ("SecureOnly", cookie.secure and not is_secure),
        ("InvalidPrefix", (is_prefixed and not cookie.secure) or (is_host and (bool(domain) or cookie.path not in {"", "/"}))),
        ("SameSiteNoneInsecure", cookie.same_site == "None" and not cookie.secure),
        ("InvalidPartitioned", cookie.partitioned and not cookie.secure),
        ("HttpOnlyByScript", cookie.http_only),
    )
    return next((reason for reason, holds in rules if holds), "")


def _retention(said: dict[str, str], at: datetime) -> float | None:
    age = said.get("max-age", "")
    if age.lstrip("-").isdigit() and age.isascii():
        return int(age[:12]) * timedelta(seconds=1) / DAY
    expires = said.get("expires", "").replace("-", " ")
    if not expires:
        return None
    moment = _moment(expires)
    return None if moment is None else round((moment - at) / DAY, 6)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
