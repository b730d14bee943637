"""What a decision is recorded as: three groups of facts, of which the one that says who can be erased by itself."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

import msgspec

from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.sealing import moment
from holdtrue.website.consent.rules import Asked, Decision, weigh

LATE: Final = 300
"""Seconds by which a device's clock may differ before the record says so."""
Groups: TypeAlias = tuple[bytes, bytes, bytes]
_KIND: Final = Kind.CONSENT_RECORDED.value


class Core(msgspec.Struct, frozen=True, gc=False):
    """What is proved. The fields stand in alphabetical order, so that what is written is canonical."""

    about: str
    at: str
    categories: dict[str, str]
    claimed_at: str
    denied: list[str]
    event: str
    expires: str
    gpc: bool
    granted: list[str]
    id: str
    inventory: str
    kind: str
    language: str
    layer: int
    method: str
    notice: str
    policy: str
    policy_sha256: str
    rule: str


class Context(msgspec.Struct, frozen=True, gc=False):
    """What helps to read it."""

    clock_off_seconds: int
    """How far the device's clock, or a delayed delivery, is off the server's; 0 within five minutes."""
    rendering_known: bool
    """Whether the hash of the banner as rendered is one that this server can show."""


class Identity(msgspec.Struct, frozen=True, gc=False):
    """Who: a pseudonym and a family of browsers, no more."""

    browser: str
    consent_id: str


_encoder = msgspec.json.Encoder()


def subject_of(host: str) -> str:
    """Return what the records of a site are about."""
    return f"consent/{host}"


class Form(NamedTuple):
    """What all records that say the same have in common: the core group with gaps for times and id, and more."""

    start: bytes
    to_claim: bytes
    to_expiry: bytes
    to_id: bytes
    end: bytes
    about: str
    keep_seconds: int
    said: bytes
    """Hash of the site and of what was decided, whatever the policy's words were."""


class Claim(NamedTuple):
    """A time that a device claims, in the forms that are needed."""

    seconds: float
    told: bytes
    exact: bytes


_GAPS: Final = ("<at>", "<claimed>", "<expires>", "<id>")


def form_of(decision: Decision, asked: Asked) -> Form:
    """Return what every record that says the same has in common; raises `Invalid` for a decision that is not valid.

    A site gets millions of records and few different answers, so each is weighed and written out once.
    """
    return _form(
        asked, decision.event, decision.method, decision.granted, decision.denied,
        decision.layer, decision.gpc, decision.notice, decision.language,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _form(  # noqa: PLR0913, PLR0917 - the facts by which answers differ
    asked: Asked,
    event: str,
    method: str,
    granted: tuple[str, ...],
    denied: tuple[str, ...],
    layer: int,
    gpc: bool,
    notice: str,
    language: str,
) -> Form:
    at, claimed, expires, entry = _GAPS
    core = Core(
        about=asked.about,
        at=at,
        categories=weigh(asked, event, method, granted, denied, gpc),
        claimed_at=claimed,
        denied=list(denied),
        event=event,
        expires=expires,
        gpc=gpc,
        granted=list(granted),
        id=entry,
        inventory=asked.material,
        kind=_KIND,
        language=language,
        layer=layer,
        method=method,
        notice=notice,
        policy=asked.policy,
        policy_sha256=asked.policy_sha256,
        rule=asked.rule,
    )
    said = (asked.host, asked.material, event, method, granted, denied, layer, gpc, notice, language)
    start, to_claim, to_expiry, to_id, end = re.split("|".join(_GAPS).encode(), _encoder.encode(core))
    return Form(
        start, to_claim, to_expiry, to_id, end, asked.about, asked.keep_days * 86_400, sha256(_encoder.encode(said)).digest()
    )


def groups_of(decision: Decision, form: Form, *, browser: str, is_rendering_known: bool, at: int) -> Groups:
    """Return the three groups of the entry for a decision, as canonical JSON; `at` is the server's time in milliseconds.

    The server's time counts; the device's stands beside it as a claim.
    """
    claim = _claim(decision.claimed_at)
    off = round(claim.seconds - at / 1000)
    core = b"%b%b%b%b%b%b%b%b%b" % (
        form.start,
        _time(at),
        form.to_claim,
        claim.told,
        form.to_expiry,
        _day(at // 1000 + form.keep_seconds),
        form.to_id,
        decision.id.encode(),
        form.end,
    )
    context = _context(off if abs(off) > LATE else 0, is_rendering_known)
    identity = b'{"browser":"%b","consent_id":"%b"}' % (browser.encode(), decision.consent_id.encode())
    return core, context, identity


# Many decisions come in one millisecond, and many claim the same second.
@lru_cache(maxsize=64)
def _time(at: int) -> bytes:
    return moment(at).isoformat(timespec="milliseconds").encode()


@lru_cache(maxsize=1024)
def _day(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").encode()


@lru_cache(maxsize=1024)
def _claim(claimed: datetime) -> Claim:
    there = claimed.astimezone(UTC)
    return Claim(there.timestamp(), there.isoformat(timespec="seconds").encode(), there.isoformat().encode())


@lru_cache(maxsize=1024)
def _context(off: int, is_rendering_known: bool) -> bytes:
    return _encoder.encode(Context(off, is_rendering_known))


def digest_of(decision: Decision, form: Form) -> bytes:
    """Return the hash by which a repeated delivery is told from another decision under the same id."""
    own = f"{decision.id}{decision.consent_id}".encode()
    return sha256(b"%b%b%b" % (form.said, own, _claim(decision.claimed_at).exact)).digest()[:16]


_FAMILIES: Final = (
    ("edg", "edge"), ("opr/", "opera"), ("samsungbrowser", "samsung internet"), ("fxios", "firefox"), ("firefox", "firefox"),
    ("crios", "chrome"), ("chrome", "chrome"), ("chromium", "chrome"), ("safari", "safari"),
)  # fmt: skip


@lru_cache(maxsize=1024)
def browser_of(user_agent: bytes) -> str:
    """Return the family of the browser and nothing that tells one device from another."""
    said = user_agent[:512].decode("ascii", "replace").casefold()
    return next((family for mark, family in _FAMILIES if mark in said), "other")
