"""What the agent says to a person in a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from holdtrue.workplace.devices.notice import COLLECTED, NEVER, Notice, told_under
from holdtrue.workplace.facts import Fact, FactSheet, Installed
from holdtrue.workplace.state import moment

from .looking import called
from .memory import Memory, Said

_SIGNS = {"holds": "●", "broken": "▲", "unproven": "○", "exempt": "◆"}
_TITLES = 12
"""Titles that are named before the rest is counted."""


def notice(told: Notice, server: str, *, is_same: bool) -> Iterator[str]:
    """Yield what a person is told before anything is sent."""
    yield from _wrapped(f"{told.organisation or 'The organisation'} asks that this device reports to {server}.")
    yield ""
    days = {one.kept_days for one in COLLECTED}
    kept = f", kept for {min(days)} days" if len(days) == 1 else ""
    yield f"What it tells in every quarter of an hour, and why{kept}:"
    for one in COLLECTED:
        yield ""
        yield from _wrapped(one.what, "  · ", "    ")
        yield from _wrapped(one.why if kept else f"{one.why} Kept for {one.kept_days} days.", "    ", "    ")
    yield ""
    yield "What never leaves this device:"
    for never in NEVER:
        yield from _wrapped(never, "  · ", "    ")
    yield ""
    if not is_same:
        yield from _wrapped(
            "The server tells a different list: it is of another version. What stands above is what this agent tells."
        )
        yield ""
    if told.contact:
        yield f"Questions: {told.contact}"
    yield from _wrapped(f"`{called()} show` prints all of it, any time. `{called()} leave` ends it.")
    yield ""


def outcome(memory: Memory) -> Iterator[str]:
    """Yield what became of a report."""
    if memory.trouble:
        yield from _wrapped(f"Not told yet: {memory.trouble}")
        waits = len(memory.queue)
        yield f"{waits} {'look waits' if waits == 1 else 'looks wait'} here; nothing is lost."
    elif memory.queue:
        yield f"Told; {len(memory.queue)} more wait for their turn."
    else:
        yield f"Told {memory.enrolment.server if memory.enrolment else ''} (report {memory.sequence})."


def standing(verdicts: Sequence[Said]) -> Iterator[str]:
    """Yield what the organisation's rules make of this device: what needs somebody first, what does not concern it last."""
    aside = [verdict for verdict in verdicts if verdict.result == "not-applicable"]
    told = sorted((one for one in verdicts if one not in aside), key=lambda one: _place(one.result))
    width = max((len(_title(verdict.commitment)) for verdict in told), default=0) + 2
    pad = " " * width
    for verdict in told:
        yield f"{_title(verdict.commitment):<{width}}{_SIGNS.get(verdict.result, '-')} {verdict.result}"
        if verdict.value:
            yield from _wrapped(verdict.value, pad, pad)
        if verdict.advice and verdict.result in {"broken", "unproven"}:
            yield from _wrapped(f"→ {verdict.advice}", pad, pad)
    if aside:
        yield ""
        yield from _wrapped(f"Does not concern this device: {', '.join(_title(one.commitment).lower() for one in aside)}.")


def _place(result: str) -> int:
    order = ("broken", "unproven", "exempt", "holds")
    return order.index(result) if result in order else len(order)


def _title(commitment: str) -> str:
    return commitment.partition(".")[2].replace("-", " ").capitalize() or commitment


def status(memory: Memory, *, at: datetime, is_elsewhere: bool = False) -> Iterator[str]:
    """Yield how reporting goes; `is_elsewhere`: another agent, of the whole system, is here too."""
    joined = memory.enrolment
    if joined is None and is_elsewhere:
        yield f"You did not enrol this device. The system's own agent may report: `sudo {called()} status` says so."
        return
    if joined is None:
        yield "This device is not enrolled: nothing is read and nothing is sent."
        return
    who = f"{joined.organisation} ({joined.server})" if joined.organisation else joined.server
    yield f"Reports to  {who}, every {memory.every // 60} min"
    yield f"Device      {joined.subject}, {joined.ownership}"
    yield f"Key         {joined.key}, made here on {joined.at.astimezone():%d %b %Y}"
    yield f"Looked      {_when(memory.looked_at, at)}"
    yield f"Told        {_when(memory.delivered_at, at)}{f' (report {memory.sequence})' if memory.delivered_at else ''}"
    if memory.queue:
        yield f"Waiting     {len(memory.queue)}"
    if memory.trouble:
        yield from _wrapped(memory.trouble, "Trouble     ", "            ")
        if memory.not_before:
            yield f"Next try    {memory.not_before.astimezone():%H:%M}"


def status_out(memory: Memory) -> dict[str, object]:
    """Return how reporting goes, for programs."""
    joined = memory.enrolment
    return {
        "enrolled": joined is not None,
        "server": joined.server if joined else None,
        "subject": joined.subject if joined else None,
        "ownership": joined.ownership if joined else None,
        "key": joined.key if joined else None,
        "every": memory.every,
        "sequence": memory.sequence,
        "looked_at": moment(memory.looked_at) if memory.looked_at else None,
        "told_at": moment(memory.delivered_at) if memory.delivered_at else None,
        "waiting": len(memory.queue),
        "trouble": memory.trouble or None,
        "verdicts": [{"commitment": one.commitment, "result": one.result} for one in memory.verdicts],
    }


def _when(then: datetime | None, now: datetime) -> str:
    if then is None:
        return "not yet"
    minutes = int((now - then).total_seconds() // 60)
    ago = "just now" if minutes < 1 else f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"  # noqa: PLR2004 - words
    return f"{then.astimezone():%d %b %H:%M}, {ago}"


def everything(sheet: FactSheet) -> Iterator[str]:
    """Yield all that a report says, under the reasons that the person was told."""
    device = sheet.device
    yield f"{device.name} · {device.release} · {device.id}"
    for one in COLLECTED:
        facts = [fact for fact in sheet.facts if told_under(fact.name) is one]
        if facts:
            yield ""
            yield from _wrapped(one.what)
            yield from (f"  {_shown(fact)}" for fact in facts)
    other = [fact for fact in sheet.facts if told_under(fact.name) is None]
    if other:
        yield ""
        yield "Other:"
        yield from (f"  {_shown(fact)}" for fact in other)
    if sheet.software is not None:
        yield ""
        yield from _titles(sheet.software)
    if sheet.unread:
        yield ""
        yield "Could not be read:"
        yield from (f"  {one.what}: {one.why}" for one in sheet.unread)
    yield ""
    yield "`--format json` prints every title and every detail, as they are sent."


def _shown(fact: Fact) -> str:
    told = ", ".join(fact.value) or "none" if isinstance(fact.value, list) else "not set" if fact.is_unset else str(fact.value)
    told = told.replace("\n", " ⏎ ")
    whose = f" of {fact.user}" if fact.user else ""
    return f"{fact.name}{whose}: {told if len(told) <= 100 else told[:99] + '…'}"  # noqa: PLR2004 - a line


def _titles(software: Sequence[Installed]) -> Iterator[str]:
    by_type: dict[str, list[str]] = {}
    for one in software:
        by_type.setdefault(one.type, []).append(one.name)
    yield f"{len(software):,} installed programs:"
    for type_, names in sorted(by_type.items()):
        rest = f" and {len(names) - _TITLES} more" if len(names) > _TITLES else ""
        yield from _wrapped(f"{type_}: {', '.join(sorted(names)[:_TITLES])}{rest}", "  ", "    ")


def _wrapped(told: str, first: str = "", later: str = "") -> Iterable[str]:
    """Return lines that fit the terminal; in a pipe, one line."""
    if not sys.stdout.isatty():
        return [first + told]
    width = max(60, min(100, shutil.get_terminal_size().columns))
    return textwrap.wrap(
        told, width, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    ) or [first]
