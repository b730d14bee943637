"""What another program says of a device: one answer for each of its rules, never more than it said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from holdtrue.errors import Invalid
from holdtrue.workplace.document import MOST_SKEW
from holdtrue.workplace.facts import clean

MOST_RULES = 20_000
"""Rules in one statement; the largest public benchmark has about 3,000."""
MOST_STATEMENTS = 20_000
"""Devices in one file."""
LONGEST_TEXT = 300
_EASTERNMOST = timedelta(hours=14)
"""How far the clock on the wall runs ahead of UTC at most."""
EPOCH = datetime.min.replace(tzinfo=UTC)
HINT = "docs/reference/device-imports.md lists what is read."
WHEN = "Say when it was made: --made-at TIME, or ?made_at=TIME in the address."


class Answer(StrEnum):
    """What a program found for one of its rules. Only the first is a pass."""

    PASS = "pass"  # noqa: S105 - an answer, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    UNANSWERED = "unanswered"
    """It was not run, ended in an error, or left the answer empty."""


WORST = (Answer.FAIL, Answer.UNANSWERED, Answer.NOT_APPLICABLE, Answer.PASS)
"""Answers from the one that helps least."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer for one rule."""

    rule: str
    """As the program calls it, without the part that all its rules share."""
    answer: Answer
    title: str = ""
    detail: str = ""
    """What it found, in its own words."""
    observed_at: datetime | None = None
    """None stands for the time of the whole statement."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that somebody decided not to keep for a while, as the program was told."""

    rule: str
    why: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Host:
    """What a file says of a device in order that it be recognised: any of these may be empty."""

    serial: str = ""
    name: str = ""
    uuid: str = ""

    @property
    def is_nameless(self) -> bool:
        """Whether the file does not say which device it is about."""
        return not (self.serial or self.name or self.uuid)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one program said of one device at one time."""

    tool: str
    """openscap, lynis, inspec, fleet, table: the name under which its rules are known."""
    host: Host
    observed_at: datetime
    answers: tuple[Told, ...]
    waivers: tuple[Waiver, ...] = ()
    is_whole: bool = True
    """Whether a rule that is not named here was not asked; False for what tells of single rules alone."""


def short(words: object) -> str:
    """Return a foreign text on one line, cleaned, and no longer than a page can show."""
    plain = clean(" ".join(str(words or "").split()))
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"


def moment(told: object, *, at: datetime) -> datetime:
    """Return a time as files write it, never after `at`; what is no time counts as `at`."""
    when, _ = _told(told)
    return at if when is None else min(when, at)


def made(told: object, *, at: datetime, stated: datetime | None = None) -> datetime:
    """Return when a result was made, never after `at`; where it does not say, what whoever sent it `stated`.

    Raises `Invalid` where neither says it, and for a time to come: what has no usable time would look fresh for ever. A time
    without a zone may be that of any place.
    """
    when, has_zone = _told(told)
    if when is None and stated is not None:
        return stated
    if when is None:
        raise Invalid("The result does not say when it was made.", hint=WHEN)
    if when > at + (MOST_SKEW if has_zone else _EASTERNMOST):
        raise Invalid(f"The result is dated in the future: {short(told)}.", hint="Set the device's clock, and run it again.")
    return min(when, at)


def _told(told: object) -> tuple[datetime | None, bool]:
    """Return a time as files write it, None for what is none, and whether it has a zone; without one it counts as UTC."""
    try:
        when = datetime.fromisoformat(str(told or "").strip())
        return (when.astimezone(UTC), True) if when.tzinfo else (when.replace(tzinfo=UTC), False)
    except (ValueError, OverflowError):
        return None, False


def once_for_each_host(statements: Iterable[Statement]) -> list[Statement]:
    """Return one statement for each host of a file: the newest answer to a rule, and of equally new ones what helps least.

    An ARF collection carries each result twice, and a benchmark may hold several results of one host.
    """
    found: dict[Host, Statement] = {}
    for one in statements:
        found[one.host] = _together(found[one.host], one) if one.host in found else one
    return list(found.values())


def _together(known: Statement, other: Statement) -> Statement:
    told = [
        replace(answer, observed_at=answer.observed_at or one.observed_at) for one in (known, other) for answer in one.answers
    ]
    newest = {answer.rule: answer.observed_at for answer in sorted(told, key=lambda one: one.observed_at or EPOCH)}
    return replace(
        known,
        observed_at=max(known.observed_at, other.observed_at),
        answers=once_each(answer for answer in told if answer.observed_at == newest[answer.rule]),
        waivers=tuple(dict.fromkeys((*known.waivers, *other.waivers))),
        is_whole=known.is_whole and other.is_whole,
    )


def once_each(answers: Iterable[Told]) -> tuple[Told, ...]:
    """Return one answer for each rule: of several, the one that helps least, so that no pass hides a fail."""
    found: dict[str, Told] = {}
    for one in answers:
        known = found.get(one.rule)
        if known is None or WORST.index(one.answer) < WORST.index(known.answer):
            found[one.rule] = one
    return tuple(found.values())
