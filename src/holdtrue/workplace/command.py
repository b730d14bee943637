"""`holdtrue check`: look at this device, or at given facts, and say what holds.

The half's roof: it composes the devices' checks with the software's, which do not know each other.
"""

import argparse
import os
import shutil
import sys
import textwrap
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from holdtrue.errors import HoldtrueError, Invalid
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.sending import asked, base_of

OLD = timedelta(hours=24)
_SIGNS = {
    Result.HOLDS: ("●", "32"),
    Result.BROKEN: ("▲", "31"),
    Result.UNPROVEN: ("○", "33"),
    Result.EXEMPT: ("◆", "36"),
    Result.NOT_APPLICABLE: ("-", "2"),
}
_TITLES = {
    "device.screen-lock": "Screen lock",
    "device.suspend-lock": "Lock on suspend",
    "device.removable-storage": "Removable storage",
    "device.phones": "Phones",
    "device.backups": "Backups",
    "device.disk-encryption": "Disk encryption",
    "device.protection": "Protection",
    "device.supported-system": "Supported system",
    "device.prohibited-tools": "Prohibited tools",
    "device.network-quiet": "Network",
    "device.sign-in": "Sign-in",
    "device.approved-software": "Approved software",
    "device.cloud-storage": "Cloud storage",
}
_TITLE_WIDTH = 18


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `holdtrue check` takes."""
    parser.add_argument(
        "--facts", type=Path, metavar="FILE", help="judge these facts instead of this machine ('-' reads standard input)"
    )
    parser.add_argument(
        "--catalogue", type=Path, metavar="FILE", help="hold the installed software against this approved catalogue"
    )
    parser.add_argument(
        "--lock-within", type=int, default=900, metavar="SECONDS", help="the longest wait until the screen locks (default: 900)"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of the terminal")
    parser.add_argument("--report-to", metavar="SERVER", help="also send the facts to this Holdtrue server")
    parser.add_argument("--token", metavar="TOKEN", help="the token for it (better: the environment variable HOLDTRUE_TOKEN)")


def run(arguments: argparse.Namespace) -> int:
    """Check, print and, when asked, report; return 0 when nothing is broken, 1 otherwise."""
    from holdtrue.workplace import document

    if arguments.lock_within <= 0:
        raise Invalid(
            f"--lock-within is {arguments.lock_within}; it takes seconds from 1.", hint="900 is a quarter of an hour."
        )
    at = datetime.now(UTC)
    sheet = _facts(arguments.facts, at=at)
    verdicts = judge(sheet, at=at, lock_within=arguments.lock_within, catalogue=_catalogue(arguments.catalogue))
    body = document.write(sheet, verdicts)
    shown = (
        body.decode() if arguments.format == "json" else _page(sheet, verdicts, at=at, colour=_wants_colour(arguments.output))
    )
    _put(shown, arguments.output)
    if arguments.report_to:
        entry = report(
            arguments.report_to, document.write(sheet), token=arguments.token or os.environ.get("HOLDTRUE_TOKEN", "")
        )
        print(f"Reported to {arguments.report_to}; evidence {entry}.", file=sys.stderr)
    return 1 if any(verdict.result is Result.BROKEN for verdict in verdicts) else 0


def judge(
    sheet: FactSheet, *, at: datetime, lock_within: int = 900, catalogue: Path | bytes | None = None
) -> tuple[Verdict, ...]:
    """Return every verdict on a device that its facts allow; `catalogue` is the YAML of the approved software, or its file."""
    from holdtrue.workplace.devices.rules import judge_device, subject_of
    from holdtrue.workplace.software.catalogue import read
    from holdtrue.workplace.software.rules import Catalogue, verdict_on

    subject = subject_of(sheet)
    text = _bytes(catalogue) if isinstance(catalogue, Path) else catalogue
    approved = None if text is None else Catalogue(read(text))
    return (
        *judge_device(sheet, subject=subject, lock_within=lock_within),
        verdict_on(sheet, approved, subject=subject, at=at),
    )


def _facts(file: Path | None, *, at: datetime) -> FactSheet:
    if file is None:
        from holdtrue.workplace.devices.collect.this_device import collect

        return collect(at=at)
    from holdtrue.workplace import document
    from holdtrue.workplace.devices import osquery

    content = sys.stdin.buffer.read(document.LARGEST + 1) if str(file) == "-" else _bytes(file)
    return osquery.read(content, at=at) if osquery.looks_like_osquery(content) else document.read(content, at=at)


def _catalogue(file: Path | None) -> bytes | None:
    return None if file is None else _bytes(file)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(
            f"{file} cannot be read: {error.strerror}.", hint="Give the path of a file that this user may read."
        ) from error


def _put(text: str, file: Path | None) -> None:
    if file is None:
        print(text, end="")
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise HoldtrueError(f"{file} cannot be written: {error.strerror}.", hint="Choose another place with -o.") from error


def _wants_colour(output: Path | None) -> bool:
    return output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _page(sheet: FactSheet, verdicts: tuple[Verdict, ...], *, at: datetime, colour: bool) -> str:
    """Return the answer as a person reads it."""
    device = sheet.device
    seen = sheet.collected_at.astimezone()
    lines = [f"{device.name} · {device.release or device.system.value} · seen {seen:%d %b %Y %H:%M}", ""]
    for verdict in verdicts:
        lines += [*_said(verdict, colour=colour), ""]
    if sheet.unread:
        lines.append("Could not be read:")
        lines += [f"  {one.what}: {one.why}" for one in sheet.unread[:8]]
        lines += [f"  and {len(sheet.unread) - 8} more"] if len(sheet.unread) > 8 else []  # noqa: PLR2004 - as many as shown
        lines.append("")
    if at - sheet.collected_at > OLD:
        lines += ["These facts are older than 24 hours: they say what was true then, not now.", ""]
    counts = [(result, sum(1 for verdict in verdicts if verdict.result is result)) for result in _SIGNS]
    words = {Result.NOT_APPLICABLE: "not applicable"}
    lines.append(" · ".join(f"{count} {words.get(result, result.value)}" for result, count in counts if count))
    return "\n".join(lines) + "\n"


def _said(verdict: Verdict, *, colour: bool) -> list[str]:
    sign, code = _SIGNS[verdict.result]
    word = verdict.result.value.replace("-", " ")
    marked = f"\033[{code}m{sign} {word}\033[0m" if colour else f"{sign} {word}"
    reason: Reason = verdict.reason
    lines = [f"{_TITLES.get(verdict.commitment, verdict.commitment):<{_TITLE_WIDTH}}  {marked}", *_under(reason.value)]
    if reason.source:
        lines += _under(f"read from {reason.source}")
    if reason.advice and verdict.result in {Result.BROKEN, Result.UNPROVEN}:
        lines += _under(f"→ {reason.advice}")
    return lines


def _under(words: str) -> list[str]:
    """Return words indented below their title; on a terminal they are wrapped to its width, in a pipe not."""
    pad = " " * (_TITLE_WIDTH + 2)
    if not sys.stdout.isatty():
        return [pad + words]
    width = max(60, min(110, shutil.get_terminal_size().columns))
    return textwrap.wrap(
        words, width, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def report(server: str, body: bytes, *, token: str) -> str:
    """Send a report and return the id of its evidence; raises `Unavailable` or `Invalid` with what the server said."""
    if not token:
        raise Invalid("A report needs a token.", hint="Set HOLDTRUE_TOKEN, or give --token; the security team issues tokens.")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base_of(server)}/api/devices/reports", data=body, headers=headers, method="POST")  # noqa: S310 - the scheme is checked in `base_of`
    told = asked(request)
    return str(told.get("entry", "")) if isinstance(told, dict) else ""
