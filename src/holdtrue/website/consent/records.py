"""What a decision is recorded as: three groups of facts, of which the one that says who can be erased by itself."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from holdtrue.evidence.drafts import Draft
from holdtrue.evidence.kinds import Kind
from holdtrue.website.consent.rules import Asked, Decision, Weighed

LATE: Final = 300
"""Seconds by which a device's clock may differ before the record says so."""
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


def draft_of(  # noqa: PLR0913 - the parts of a record, by name
    decision: Decision, weighed: Weighed, asked: Asked, *, browser: str, is_rendering_known: bool, at: datetime
) -> Draft:
    """Return the entry for a valid decision; the server's time counts, the device's stands beside it as a claim."""
    about = f"consent/{asked.host}"
    off = (decision.claimed_at - at).total_seconds()
    core = Core(
        about=about,
        at=at.isoformat(timespec="milliseconds"),
        categories=dict(weighed.categories),
        claimed_at=decision.claimed_at.astimezone(UTC).isoformat(timespec="seconds"),
        denied=decision.denied,
        event=decision.event,
        expires=(at + timedelta(days=asked.keep_days)).isoformat(timespec="seconds"),
        gpc=decision.gpc,
        granted=decision.granted,
        id=decision.id,
        inventory=asked.material,
        kind=_KIND,
        language=decision.language,
        layer=decision.layer,
        method=decision.method,
        notice=decision.notice,
        policy=asked.policy,
        policy_sha256=asked.policy_sha256,
        rule=asked.rule,
    )
    context = Context(round(off) if abs(off) > LATE else 0, is_rendering_known)
    return Draft(
        UUID(decision.id),
        _KIND,
        about,
        at,
        _encoder.encode(core),
        _encoder.encode(context),
        _encoder.encode(Identity(browser, decision.consent_id)),
    )


def digest_of(decision: Decision, host: str) -> bytes:
    """Return the hash by which a repeated delivery is told from another decision under the same id."""
    return sha256(host.encode() + b"\n" + _encoder.encode(decision)).digest()[:16]


_FAMILIES: Final = (
    ("edg", "edge"), ("opr/", "opera"), ("samsungbrowser", "samsung internet"), ("fxios", "firefox"), ("firefox", "firefox"),
    ("crios", "chrome"), ("chrome", "chrome"), ("chromium", "chrome"), ("safari", "safari"),
)  # fmt: skip


@lru_cache(maxsize=1024)
def browser_of(user_agent: bytes) -> str:
    """Return the family of the browser and nothing that tells one device from another."""
    said = user_agent[:512].decode("ascii", "replace").casefold()
    return next((family for mark, family in _FAMILIES if mark in said), "other")
