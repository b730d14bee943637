"""`holdtrue verify` and `holdtrue evidence`: packs, checkpoints, audits and keys from the command line."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from holdtrue.errors import Invalid, NotFound

if TYPE_CHECKING:
    from holdtrue.evidence.pack import Document
    from holdtrue.evidence.verification import Report

VERIFIED, NOT_VERIFIED = 0, 1


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue verify` takes."""
    parser.add_argument("file", type=Path, metavar="PACK", help="an evidence pack, or a .tlog-proof receipt")
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
        raise Invalid(f"{path} cannot be read: {error.strerror}.", hint="Give the checkpoint's file as it was saved.") from error
