"""`holdtrue scan`: looks at a website as a visitor would, in every state of consent; needs no server and no database."""

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdtrue.config import read
from holdtrue.errors import HoldtrueError, Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from holdtrue.policy.text.rules import Declaration
    from holdtrue.website.scan.baseline import Baseline
    from holdtrue.website.scan.document import PolicyNamed, ScanDocument
    from holdtrue.website.scan.engine.observations import Sighting
    from holdtrue.website.scan.engine.run import Options, Progress
    from holdtrue.website.scan.kept_file import KeptFile
    from holdtrue.website.scan.rules import Finding

FORMATS = ("text", "json", "html", "sarif", "junit")
WIDEST = 160
"""Columns beyond which a line is no longer read as one."""
LEVELS = ("high", "medium", "low", "info")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes; docs/reference/commands.md describes each."""
    parser.add_argument("url", metavar="URL", nargs="?", default="", help="the address of the website")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the cookie policy to hold it against (Markdown)")
    _add_pages(parser)
    _add_visitor(parser)
    _add_result(parser)
    parser.add_argument("--while-stdin-open", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--progress-lines", action="store_true", help=argparse.SUPPRESS)


def _add_pages(parser: argparse.ArgumentParser) -> None:
    pages = parser.add_argument_group("pages")
    pages.add_argument("--pages", type=int, default=5, metavar="N", help="the most pages to open in each state (default: 5)")
    pages.add_argument("--urls", type=Path, metavar="FILE", help="open these addresses, one a line, instead of following links")
    pages.add_argument("--also", action="append", default=[], metavar="URL", help="a page to open besides those that are found")
    pages.add_argument("--robots", action="store_true", help="follow links only where robots.txt lets crawlers go")
    pages.add_argument("--pause", type=float, default=0.0, metavar="S", help="seconds that each visitor waits before a page")
    pages.add_argument(
        "--seconds", type=float, default=900.0, metavar="S", help="the most that the scan may take (default: 900)"
    )
    pages.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help="keep the scan there while it runs, and go on with the one that is kept there",
    )


def _add_visitor(parser: argparse.ArgumentParser) -> None:
    visitor = parser.add_argument_group("visitor")
    visitor.add_argument(
        "--states", default="", metavar="LIST", help="only these states, such as no-choice,refused (default: all)"
    )
    visitor.add_argument(
        "--locale", default="en", metavar="L", help="the visitor's language, and the HTML report's (default: en)"
    )
    visitor.add_argument(
        "--viewport", default="", metavar="WxH", help="the visitor's window, such as 390x844 (default: 1280x800)"
    )
    visitor.add_argument("--sign-in", type=Path, metavar="FILE", help="steps that each visitor does first, to sign in")
    visitor.add_argument("--browser", default="", metavar="PATH", help="the Chromium to drive (default: the first one found)")
    visitor.add_argument("--insecure", action="store_true", help="accept certificates that no browser accepts, for tests")
    visitor.add_argument(
        "--host-rule",
        action="append",
        default=[],
        metavar="RULE",
        help="a rule for the browser's resolver, such as `MAP * 127.0.0.1`",
    )
    visitor.add_argument(
        "--dns", default=None, metavar="HOST:PORT", help="the resolver to ask for aliases (default: this machine's)"
    )


def _add_result(parser: argparse.ArgumentParser) -> None:
    result = parser.add_argument_group("result")
    result.add_argument("--format", choices=FORMATS, default="text", help="how to tell the result (default: text)")
    result.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the result there instead of printing it")
    result.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="low",
        metavar="LEVEL",
        help="exit 1 from this severity on: high, medium, low or info (default: low)",
    )
    result.add_argument(
        "--baseline", type=Path, metavar="FILE", help="an earlier result (JSON): what it found already does not fail this scan"
    )
    result.add_argument("--report-to", metavar="SERVER", help="deliver the result to this Holdtrue server")
    result.add_argument("--token", metavar="TOKEN", help="the token for delivering (or HOLDTRUE_TOKEN)")


def run(arguments: argparse.Namespace) -> int:
    """Scan, tell, deliver; return 0 when the site keeps its policy, 1 for findings; what cannot run is raised."""
    from holdtrue.website.knowledge.imported import knowledge_at
    from holdtrue.website.scan.command_options import options_of
    from holdtrue.website.scan.document import document
    from holdtrue.website.scan.rules import judge

    options = options_of(arguments, tell=_tell_program if arguments.progress_lines else _teller())
    options = replace(options, shows=arguments.progress_lines)
    declarations, policy = _policy(arguments.policy)
    knowledge = knowledge_at(read(os.environ).data)
    token = _token(arguments)
    _refuse_unwritable(arguments.output, option="-o")
    _refuse_unwritable(arguments.resume, option="--resume")
    baseline = _baseline(arguments.baseline)
    file = _kept_file(arguments.resume, options, policy)
    if file is not None:
        options = replace(options, past=file.read(), keep=file.write)
    started = options.past.started if options.past else _now()
    sighting = _scan(options, leash=arguments.while_stdin_open)
    findings = judge(sighting, declarations, has_policy=policy is not None, knowledge=knowledge)
    scan = document(sighting, findings, started=started, ended=_now(), policy=policy)
    _tell(scan, arguments, baseline)
    if file is not None and not sighting.is_partial:
        file.drop()
    if options.halt.is_asked and sighting.is_partial:
        again = f"Start it again with --resume {file.path} to go on." if file else "Start it again for the whole."
        raise Unavailable("The scan was stopped; what it had seen is told, and marked partial.", hint=again)
    if arguments.report_to:
        from holdtrue.website.scan.delivery import deliver

        print(deliver(scan, server=arguments.report_to, token=token), file=sys.stderr)
    return 1 if any(_fails(finding, arguments.fail_on, baseline) for finding in findings) else 0


def _baseline(file: Path | None) -> "Baseline | None":
    if file is None:
        return None
    from holdtrue.website.scan.baseline import baseline_in
    from holdtrue.website.scan.command_options import read_text

    return baseline_in(read_text(file).encode())


def _fails(finding: "Finding", level: str, baseline: "Baseline | None") -> bool:
    return LEVELS.index(finding.severity) <= LEVELS.index(level) and not (baseline and baseline.knows(finding))


def _now() -> datetime:
    return datetime.now(UTC)


def _policy(file: Path | None) -> "tuple[Sequence[Declaration], PolicyNamed | None]":
    if file is None:
        return (), None
    from holdtrue.policy.text.rules import parse
    from holdtrue.website.scan.command_options import read_text
    from holdtrue.website.scan.document import PolicyNamed

    source = read_text(file)
    document = parse(source)
    return document.declarations, PolicyNamed(document.title, hashlib.sha256(source.encode()).hexdigest())


def _token(arguments: argparse.Namespace) -> str:
    token: str = arguments.token or os.environ.get("HOLDTRUE_TOKEN", "")
    if arguments.report_to and not token:
        raise Invalid("Delivering needs a token.", hint="The privacy team issues one: holdtrue token scan --site URL.")
    return token


def _refuse_unwritable(output: Path | None, *, option: str) -> None:
    # Found out before the scan, not after it.
    if output is not None and not output.absolute().parent.is_dir():
        hint = f"Make it, or choose another place for {option}."
        raise Invalid(f"There is no directory {output.absolute().parent}.", hint=hint)


def _kept_file(path: Path | None, options: "Options", policy: "PolicyNamed | None") -> "KeptFile | None":
    if path is None:
        return None
    from holdtrue.website.scan.kept_file import KeptFile, asked_of

    return KeptFile(path, asked_of(options, policy=policy.sha256 if policy else ""))


class _Leash(asyncio.Protocol):
    """Ends the scan when whoever started it is gone: their end of the pipe closes however they ended."""

    def __init__(self, task: "asyncio.Task[Sighting]") -> None:
        self.task = task

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.task.cancel()


def _scan(options: "Options", *, leash: bool) -> "Sighting":
    from holdtrue.website.scan.engine.run import scan

    async def cancellable() -> "Sighting":
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(scan(options))
        # Ctrl-C keeps what was seen; a second one leaves at once.
        loop.add_signal_handler(signal.SIGINT, lambda: task.cancel() if options.halt.is_asked else options.halt.ask())
        # A polite stop takes the browser and its profile away first.
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
        if leash:
            await loop.connect_read_pipe(lambda: _Leash(task), sys.stdin)
        return await task

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError as error:
        raise Unavailable("The scan was stopped.", hint="Start it again.") from error
    except BaseExceptionGroup as group:
        known, unknown = group.split(HoldtrueError)
        if unknown is not None or known is None:
            raise
        raise _first(known) from group
    finally:
        _wipe()


def _first(group: BaseExceptionGroup[HoldtrueError]) -> HoldtrueError:
    for one in group.exceptions:
        return _first(one) if isinstance(one, BaseExceptionGroup) else one
    raise AssertionError


def _tell_program(progress: "Progress") -> None:
    """Tell whoever started this where the scan is, as one line of JSON."""
    told = {"state": progress.state.value, "page": progress.page, "found": progress.found}
    line = json.dumps({**told, "picture": progress.picture} if progress.picture else told)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _teller() -> "Callable[[Progress], None]":
    """Return what shows progress: one line on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(progress: "Progress") -> None:
        line = f"{progress.state.value:<10} {progress.found:>4} seen  {progress.page}"
        width = shutil.get_terminal_size((80, 24)).columns - 1
        sys.stderr.write(f"\r\x1b[K{''.join(sign if sign.isprintable() else '?' for sign in line)[:width]}")
        sys.stderr.flush()

    return show


def _wipe() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _content(scan: "ScanDocument", arguments: argparse.Namespace, baseline: "Baseline | None", *, to_terminal: bool) -> str:
    from holdtrue.website.scan.baseline import NOTHING

    if arguments.format == "json":
        from holdtrue.website.scan.document import write

        return write(scan).decode()
    if arguments.format == "html":
        from holdtrue.website.scan.report_html import html
        from holdtrue.website.scan.tongues import tongue_of

        return html(scan, baseline=baseline or NOTHING, tongue=tongue_of(arguments.locale))
    if arguments.format in {"sarif", "junit"}:
        from holdtrue.website.scan import report_ci
        from holdtrue.website.scan.faults import Severity

        if arguments.format == "sarif":
            return report_ci.sarif(scan, policy_file=str(arguments.policy or ""), baseline=baseline)
        return report_ci.junit(scan, baseline=baseline or NOTHING, fail_on=Severity(arguments.fail_on))
    from holdtrue.website.scan.report_text import UNCUT, text

    width = min(shutil.get_terminal_size((110, 24)).columns, WIDEST) if to_terminal else UNCUT
    return text(scan, colour=to_terminal and "NO_COLOR" not in os.environ, width=width, baseline=baseline or NOTHING)


def _tell(scan: "ScanDocument", arguments: argparse.Namespace, baseline: "Baseline | None") -> None:
    output: Path | None = arguments.output
    content = _content(scan, arguments, baseline, to_terminal=output is None and sys.stdout.isatty())
    if output is None:
        sys.stdout.write(content)
        return
    try:
        output.write_text(content, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}.", hint="Choose another place for -o.") from error
    if sys.stderr.isatty():
        failing = sum(finding.fails for finding in scan.findings)
        print(f"{failing} finding{'' if failing == 1 else 's'}, written to {output}", file=sys.stderr)
