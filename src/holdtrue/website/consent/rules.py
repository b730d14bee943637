"""What makes a visitor's decision valid, and what it is recorded as. No framework, no clock."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Final, Literal

import msgspec

from holdtrue.errors import Conflict, Invalid
from holdtrue.policy.text.rules import Category

USUALLY_KEPT: Final = 180
LONGEST_KEPT: Final = 365
"""Days; above `USUALLY_KEPT` only for a written reason."""
LONGEST_RECORD: Final = 1_826
SHORTEST_RECORD: Final = 30
MOST_SERVICES: Final = 200
LANGUAGES: Final = frozenset("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split())  # noqa: SIM905
"""The official languages of the European Union, which the built-in texts speak."""
LANGUAGE = re.compile(r"[a-z]{2,3}")
REGULATIONS: Final[Mapping[str, str]] = {"eu": "opt-in: ePrivacy Directive 5(3), GDPR 6(1)(a)"}
"""Where the visitor is protected, and the rule that follows: nothing before consent, whoever the visitor is."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CONSENT_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_HASH = re.compile(r"[0-9a-f]{64}")

Event = Literal["given", "partial", "refused", "withdrawn", "renewed", "signal"]
Method = Literal["banner", "dialogue", "api", "gpc", "placeholder"]


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What a visitor's browser delivers. Everything in it is a claim until the record says otherwise."""

    id: str
    consent_id: str
    event: Event
    method: Method
    layer: Literal[0, 1, 2]
    granted: tuple[str, ...]
    denied: tuple[str, ...]
    notice: str
    material: str
    language: str
    claimed_at: datetime
    gpc: bool


_decoder = msgspec.json.Decoder(Decision)
_COLONS: Final = len(Decision.__struct_fields__) + 2
"""Of a decision whose time is in UTC, as browsers send it."""


def read_decision(body: bytes) -> Decision:
    """Return the decision in the body; raises `Invalid` that says what is wrong with it."""
    try:
        given = _decoder.decode(body)
        # With no more colons than its names and its time have, and none hidden, no name can stand in it twice.
        if body.count(b":") > _COLONS or b"\\" in body:
            _require_names_once(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"This is no decision: {error}.", hint="docs/reference/consent-intake.md describes one.") from error
    if not _ID.fullmatch(given.id):
        raise Invalid("The decision's id is not a UUID of version 7.", hint="Make one for each decision, in small letters.")
    if not _CONSENT_ID.fullmatch(given.consent_id):
        raise Invalid("The consent id does not have 22 characters of base64url.", hint="It is 128 random bits.")
    if given.notice and not _HASH.fullmatch(given.notice):
        raise Invalid("The notice's hash is not a SHA-256 in hexadecimal.", hint="Hash the banner as rendered.")
    if given.claimed_at.tzinfo is None:
        raise Invalid("The claimed time has no time zone.", hint="Write it in UTC, such as 2026-11-25T12:00:00Z.")
    # A claim may be as wrong as it likes, as long as it can be written in UTC.
    if not MINYEAR < given.claimed_at.year < MAXYEAR:
        raise Invalid("The claimed time is not of this age.", hint="Send what the device's clock says.")
    return given


def _require_names_once(body: bytes) -> None:
    """Raise `Invalid` for a name that stands twice: readers differ in which of the two they take (RFC 8259, section 4)."""

    def once(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise Invalid(f"“{twice[:40]}” stands twice in this decision.", hint="Say everything once.")

    json.loads(body, object_pairs_hook=once)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a site asked at one time: enough to judge a decision. Compared by identity, so that it is quick to look up."""

    host: str
    material: str
    policy: str
    """Short name and version, such as `cookies/2`."""
    version: int
    policy_sha256: str
    services: Mapping[str, Category]
    """The services that need consent, by id."""
    keep_days: int
    rule: str
    """Which law asks for it, and how."""

    @property
    def about(self) -> str:
        """What the records of the site are about."""
        return f"consent/{self.host}"


def weigh(  # noqa: PLR0913, PLR0917 - one answer
    asked: Asked, event: str, method: str, granted: tuple[str, ...], denied: tuple[str, ...], gpc: bool
) -> dict[str, str]:
    """Return the decision by category: granted, denied or partial, in alphabetical order.

    Raises `Invalid` unless the decision answers what was asked, all of it and nothing else.
    """
    unknown = sorted(({*granted, *denied}) - asked.services.keys())
    if unknown:
        raise Invalid(f"The site asks for no service {unknown[0][:60]!r}.", hint="Name services by the ids of the notice.")
    if len({*granted, *denied}) != len(granted) + len(denied):
        raise Invalid("A service is both granted and denied, or named twice.", hint="Name each once.")
    missing = sorted(asked.services.keys() - {*granted, *denied})
    if missing:
        raise Invalid(f"Nothing is decided about {missing[0]!r}.", hint="What is not granted is denied: name it so.")
    if (method == "gpc") != (event == "signal") or (event == "signal" and not gpc):
        raise Invalid("Only a browser's own signal decides by gpc.", hint="Say “signal” and “gpc” when the browser sent one.")
    if not _fits(event, granted=bool(granted), denied=bool(denied)):
        raise Invalid(f"The event “{event}” by {method} contradicts what was decided.", hint="Name the event by what happened.")
    return _by_category(asked, frozenset(granted))


def _fits(event: str, *, granted: bool, denied: bool) -> bool:
    match event:
        case "given":
            return not denied
        case "partial":
            return granted and denied
        case "refused":
            return not granted
        case "withdrawn":
            return denied
        case "renewed":
            return granted
        case _:
            # A browser's signal can only refuse.
            return not granted


def _by_category(asked: Asked, granted: frozenset[str]) -> dict[str, str]:
    found: dict[str, set[bool]] = {}
    for service, category in asked.services.items():
        found.setdefault(category, set()).add(service in granted)
    words = {frozenset({True}): "granted", frozenset({False}): "denied"}
    return {name: words.get(frozenset(found[name]), "partial") for name in sorted(found)}


AGREED: Final = frozenset({"given", "partial", "renewed"})
"""Events by which a visitor agreed to something. Only that can expire: after a refusal there is nothing to end."""
EXPIRED: Final = "expired"
"""The event that no browser delivers: it follows from a record whose time has passed and that no later one replaced."""


def has_expired(event: str, expires: datetime, *, at: datetime, next_at: datetime | None) -> bool:
    """Whether an agreement ended because its time passed, and not because the visitor chose again before (at `next_at`)."""
    return event in AGREED and expires <= at and (next_at is None or next_at > expires)


def require_kept(days: int, reason: str) -> None:
    """Raise `Invalid` for a choice that would be kept longer than anybody may without saying why."""
    if not 1 <= days <= LONGEST_KEPT:
        raise Invalid(f"A choice cannot be kept for {days} days.", hint=f"Give 1 to {LONGEST_KEPT} days.")
    if days > USUALLY_KEPT and not reason.strip():
        raise Invalid(f"A choice that is kept for {days} days needs a written reason.", hint="Say why, or keep it 180 days.")


def require_same(known: bytes | None, offered: bytes) -> None:
    """Raise `Conflict` when an id that is recorded already comes with another decision."""
    if known != offered:
        raise Conflict("This id stands for another decision.", hint="Make a new id for each decision.")
