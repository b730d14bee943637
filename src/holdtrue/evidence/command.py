"""`holdtrue verify` and `holdtrue evidence`: packs, checkpoints, audits and keys from the command line."""

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdtrue.errors import Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    from holdtrue.evidence.log import Log
    from holdtrue.evidence.pack import Document
    from holdtrue.evidence.verification import Report

VERIFIED, NOT_VERIFIED = 0, 1


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue verify` takes."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="an evidence pack, a consent receipt (.jsonld), or a .tlog-proof"
    )
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="the log's key as you know it (may be given again)"
    )
    parser.add_argument("--previous", type=Path, metavar="CHECKPOINT", help="an earlier signed checkpoint that you kept")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="for a person, or for a program")


def run_verify(arguments: argparse.Namespace) -> int:
    """Check the file offline; 0 when it is verified, 1 when not."""
    from holdtrue.evidence.verification import verify

    previous = _read(arguments.previous) if arguments.previous else None
    report = verify(arguments.file, key=" ".join(arguments.key) or None, previous=previous)
    print(report.to_json() if arguments.format == "json" else as_text(report))
    return VERIFIED if report.is_verified else NOT_VERIFIED


def as_text(report: "Report") -> str:
    """Return the report as a person reads it."""
    if report.failure:
        failure = report.failure
        return f"NOT VERIFIED\n  line {failure.line}, byte {failure.offset}: {failure.what}\n  {failure.why}"
    said = [f"  \N{CHECK MARK} {text}" for text in report.checked] + [f"  ! {text}" for text in report.cautions]
    return "\n".join(["VERIFIED", *said])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", hint="Give the checkpoint's file as it was saved.") from error
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.", hint="Give the checkpoint's own file.") from error


def add_evidence_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue evidence` takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    pack = commands.add_parser("pack", help="write one file that proves itself to whoever holds the log's key")
    pack.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (default: evidence-<date>.holdtrue)")
    pack.add_argument(
        "--about", action="append", default=[], metavar="SUBJECT", help="limit it to this subject (again for more)"
    )
    pack.add_argument("--since", type=Path, metavar="CHECKPOINT", help="prove that nothing before this changed")
    pack.add_argument("--without-names", action="store_true", help="leave out who; everything else stays provable")
    pack.add_argument("--reason", default="", help="what it is for; stands in its first line")
    commands.add_parser("checkpoint", help="print the newest signed checkpoint")
    audit = commands.add_parser("audit", help="check every entry against the signed tree")
    audit.add_argument("--processes", type=int, default=1, metavar="N", help="how many to use (default: 1)")
    commands.add_parser("rotate-key", help="replace the signing key; the old one signs the new one in")
    reopen = commands.add_parser("reopen", help="after a loss: go on under a new name and state what is missing")
    reopen.add_argument("--reason", required=True, help="what happened; stands in the log for good")


def run_evidence(arguments: argparse.Namespace, *, documents: "Callable[[], Iterable[Document]]" = tuple) -> int:
    """Do what was asked of the log; the caller has set Django up. `documents` yields what packs take along."""
    from holdtrue.evidence import jobs
    from holdtrue.evidence.opened import the_log

    log = the_log()
    at = datetime.now(UTC)
    if arguments.action in {"rotate-key", "reopen"} and not log.store.may_write():
        raise Unavailable("Another process writes to the log.", hint="Stop the server, do this again, and start it.")
    if arguments.action != "reopen":
        log.require_unbroken_past()
        # Does nothing beside a running server or worker, which does it by itself.
        jobs.sequence_and_sign(at)
    match arguments.action:
        case "pack":
            return _pack(arguments, log, documents(), at=at)
        case "checkpoint":
            sys.stdout.write(log.snapshot().checkpoint.decode())
        case "audit":
            return _audit(arguments.processes, log)
        case "reopen":
            print(f"The log goes on as {log.reopen(at=at, reason=arguments.reason)}; its next entry states the gap.")
            jobs.sequence_and_sign(at)
        case _:
            print(f"The log signs with a new key. Publish it where readers look for it:\n{log.rotate_key(at=at)}")
            jobs.sequence_and_sign(at)
    return 0


def _pack(arguments: argparse.Namespace, log: "Log", documents: "Iterable[Document]", *, at: datetime) -> int:
    from holdtrue.evidence import pack
    from holdtrue.evidence.groups import GroupName

    target = arguments.output or Path(f"evidence-{at:%Y-%m-%d}.holdtrue")
    snapshot = log.snapshot()
    report = pack.write(
        target,
        snapshot,
        at=at,
        reason=arguments.reason,
        about=arguments.about,
        since=_read(arguments.since) if arguments.since else None,
        documents=documents,
        hide=[GroupName.IDENTITY] if arguments.without_names else [],
    )
    print(f"{target}: {report.entries:,} of {report.size:,} entries, {report.documents:,} documents, verified.")
    print(f"Check it with: holdtrue verify {target} --key {snapshot.keys[-1].key}")
    return 0


def _audit(processes: int, log: "Log") -> int:
    from django.conf import settings

    from holdtrue.evidence.audit import audit, audit_with

    if not 1 <= processes <= 64:  # noqa: PLR2004 - more than any machine this runs on
        raise Invalid(f"An audit runs on 1 to 64 processes, not {processes}.")
    progress = _progress if sys.stderr.isatty() else _silence
    found = audit(log, progress=progress) if processes == 1 else audit_with(settings.CONFIG, processes, progress=progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(f"All {found.entries:,} signed entries are what was signed; {found.hidden:,} groups of facts are erased.")
    if found.waiting:
        print(f"{found.waiting:,} more wait to be signed.")
    return 0


def _progress(done: int) -> None:
    print(f"\r{done:,} entries checked", end="", file=sys.stderr, flush=True)


def _silence(_: int) -> None:
    """Say nothing in a pipe."""
