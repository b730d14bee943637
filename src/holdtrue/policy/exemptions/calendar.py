"""Windows of time as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_WIDEST: Final = 75
"""Bytes of a line (RFC 5545, 3.1); what is longer goes on in the next, after a space."""


@dataclass(frozen=True, slots=True)
class Event:
    """One window."""

    id: str
    start: datetime
    end: datetime
    title: str
    told: str


def calendar_of(events: Iterable[Event], *, host: str, at: datetime) -> str:
    """Return the events as one calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Holdtrue//Exemptions//EN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.id}@{_text(host)}",
            f"DTSTAMP:{_moment(at)}",
            f"DTSTART:{_moment(event.start)}",
            f"DTEND:{_moment(event.end)}",
            f"SUMMARY:{_text(event.title)}",
            f"DESCRIPTION:{_text(event.told)}",
            "CLASS:CONFIDENTIAL",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Return the words escaped (RFC 5545, 3.3.11), so that no one can begin a line of their own."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    kept = "\n".join(escaped.splitlines()).replace("\n", "\\n")
    return "".join(one for one in kept if one.isprintable())


def _folded(line: str) -> Iterator[str]:
    piece, size = "", 0
    for one in line:
        width = len(one.encode())
        if size + width > _WIDEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + one, size + width
    yield piece
