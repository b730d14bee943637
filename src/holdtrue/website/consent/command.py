"""`holdtrue consent`: every record of a site for an authority, and the trackers that its pages ask undeclared."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from holdtrue.errors import HoldtrueError

if TYPE_CHECKING:
    from holdtrue.website.consent.queries import Record

COLUMNS = (
    "record", "index", "at", "claimed_at", "event", "method", "layer", "granted", "denied", "language", "notice", "policy",
    "policy_sha256", "inventory", "rule", "gpc", "expires", "expired", "consent_id", "browser", "categories",
    "clock_off_seconds", "rendering_known",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue consent` takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    export = commands.add_parser("export", help="write every consent record of a site")
    export.add_argument("--site", required=True, metavar="URL", help="the website, by its address")
    export.add_argument("--format", choices=["csv", "jsonld"], default="csv", help="a table, or ISO/IEC TS 27560 as JSON-LD")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (default: standard output)")

    trackers = commands.add_parser("trackers", help="list the hosts that a site's pages ask and that nobody declared")
    trackers.add_argument("--site", required=True, metavar="URL", help="the website, by its address")
    trackers.add_argument("--format", choices=["text", "json"], default="text", help="for a person, or for a program")


def run(arguments: argparse.Namespace) -> int:
    """Write the records; the caller has set Django up. Raises `NotFound` for a site that is not on the list."""
    from holdtrue.website.sites import queries as sites

    host = sites.subject_of(arguments.site).removeprefix("site/")
    if arguments.action == "trackers":
        return _trackers(host, arguments.format)
    with _opened(arguments.output) as out:
        count = _csv(host, out) if arguments.format == "csv" else _jsonld(host, out)
    print(f"{count} records of {host}.", file=sys.stderr)
    return 0


def _trackers(host: str, form: str) -> int:
    from holdtrue.website.consent.trackers import trackers

    found = trackers(host)
    if form == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n")
        return 0
    for one in found:
        state = "declared since" if one.is_declared else "undeclared"
        print(f"{one.host}  {state}  {', '.join(one.directives)}  {one.many} stopped, last {one.last_seen:%Y-%m-%d}")
    return 0


def _csv(host: str, out: TextIO) -> int:
    from holdtrue.website.consent.queries import records_of

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, record in enumerate(records_of(host), 1):  # noqa: B007 - counted on the way
        writer.writerow(_row(record))
    return count


def _row(record: "Record") -> list[Any]:
    core, identity = record.core, record.identity
    who = (identity.consent_id, identity.browser) if identity else ("", "")
    return [
        record.id, record.index, core.at, core.claimed_at, core.event, core.method, core.layer, " ".join(core.granted),
        " ".join(core.denied), core.language, core.notice, core.policy, core.policy_sha256, core.inventory, core.rule,
        "yes" if core.gpc else "no", core.expires, "yes" if record.expired_at else "", *who,
        " ".join(f"{name}={decided}" for name, decided in core.categories.items()), *_context(record),
    ]  # fmt: skip


def _context(record: "Record") -> tuple[int | str, str]:
    if record.context is None:
        return "", ""
    return record.context.clock_off_seconds, "yes" if record.context.rendering_known else "no"


def _jsonld(host: str, out: TextIO) -> int:
    from holdtrue.evidence.consentform import CONTEXT
    from holdtrue.website.consent.queries import describe_all

    # Written as it is read, so that a million records need no memory.
    out.write(f'{{"@context": {json.dumps(CONTEXT)}, "@graph": [')
    count = 0
    for count, document in enumerate(describe_all(host), 1):
        body = {name: value for name, value in document.items() if name != "@context"}
        out.write(",\n" if count > 1 else "\n")
        out.write(msgspec.json.encode(body).decode())
    out.write("\n]}\n")
    return count


@contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise HoldtrueError(f"{path} cannot be written: {error.strerror}.", hint="Choose another file.") from error
