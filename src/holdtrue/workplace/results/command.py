"""`holdtrue results`: read what another program says of devices, show it, and deliver it when asked."""

import argparse
import json
import os
import sys
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from holdtrue.errors import Invalid, Unavailable
from holdtrue.workplace.sending import asked, base_of

from .programs.reading import LARGEST, read
from .programs.statements import Answer, Statement
from .rules import TOOLS

PAGE = 100
"""Hosts that Fleet is asked for at once."""
MOST_PAGES = 1000
_ORDER = (Answer.FAIL, Answer.UNANSWERED, Answer.NOT_APPLICABLE, Answer.PASS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `holdtrue results` takes."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="what the program wrote ('-' reads standard input)")
    parser.add_argument(
        "--fleet",
        metavar="ADDRESS",
        help="also ask this Fleet server for every host (its token: environment variable FLEET_TOKEN)",
    )
    parser.add_argument("--device", default="", metavar="ID", help="the device that the file is about, where it does not say")
    parser.add_argument(
        "--made-at",
        default="",
        metavar="TIME",
        help="when the results were made, where the file does not say: 2026-11-25T12:00:00Z",
    )
    parser.add_argument("--all", action="store_true", help="show every answer, not the failed ones alone")
    parser.add_argument("--report-to", metavar="SERVER", help="deliver them to this Holdtrue server")
    parser.add_argument("--token", metavar="TOKEN", help="the token for it (better: the environment variable HOLDTRUE_TOKEN)")


def run(arguments: argparse.Namespace) -> int:
    """Read, print and, when asked, deliver; return 0 when no rule failed, 1 otherwise."""
    documents = [*map(_bytes, arguments.files), *(_fleet(arguments.fleet) if arguments.fleet else ())]
    if not documents:
        raise Invalid("Nothing was given to read.", hint="Name a file, or a Fleet server with --fleet.")
    at = datetime.now(UTC)
    failed = False
    for document in documents:
        for statement in read(document, at=at, device=arguments.device, made_at=arguments.made_at):
            print(_page(statement, every=arguments.all))
            failed = failed or any(one.answer is Answer.FAIL for one in statement.answers)
        if arguments.report_to:
            token = arguments.token or os.environ.get("HOLDTRUE_TOKEN", "")
            _say(_deliver(arguments.report_to, document, token=token, device=arguments.device, made_at=arguments.made_at))
    return 1 if failed else 0


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Invalid(
            f"{file} cannot be read: {error.strerror}.", hint="Give the path of a file that this user may read."
        ) from error


def _page(statement: Statement, *, every: bool) -> str:
    host = statement.host
    counts = Counter(one.answer for one in statement.answers)
    seen = statement.observed_at.astimezone()
    name = host.name or host.serial or host.uuid
    told = " · ".join(f"{counts[answer]} {answer.value.replace('-', ' ')}" for answer in _ORDER if counts[answer])
    lines = [f"{name} · {TOOLS[statement.tool]} · {seen:%d %b %Y %H:%M}", f"  {told or 'no answer'}"]
    for one in sorted(statement.answers, key=lambda one: (_ORDER.index(one.answer), one.rule)):
        if every or one.answer is Answer.FAIL:
            words = " · ".join(word for word in (one.title, one.detail) if word)
            lines.append(f"  {one.answer.value.replace('-', ' '):<14}  {one.rule}{f': {words}' if words else ''}")
    lines += [f"  waived          {one.rule} until {one.until or 'for ever'}: {one.why}" for one in statement.waivers]
    return "\n".join(lines) + "\n"


def _say(told: dict[str, object]) -> None:
    taken, unknown = told.get("taken"), told.get("unknown")
    count = len(taken) if isinstance(taken, list) else 0
    print(f"Delivered: {count} {'device' if count == 1 else 'devices'} known.", file=sys.stderr)
    for one in taken if isinstance(taken, list) else ():
        for words in one.get("waivers_refused", ()):
            print(f"  No exemption was asked for {words}", file=sys.stderr)
    if isinstance(unknown, list) and unknown:
        print(f"  Not in the register: {', '.join(map(str, unknown[:10]))}", file=sys.stderr)


def _deliver(server: str, document: bytes, *, token: str, device: str, made_at: str) -> dict[str, object]:
    if not token:
        raise Invalid("Results need a token.", hint="Set HOLDTRUE_TOKEN, or give --token; the security team issues tokens.")
    told_beside = {name: value for name, value in (("device", device), ("made_at", made_at)) if value}
    query = f"?{urllib.parse.urlencode(told_beside)}" if told_beside else ""
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked in `base_of`
        f"{base_of(server)}/api/devices/results{query}",
        data=document,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"},
        method="POST",
    )
    told = asked(request)
    if not isinstance(told, dict):
        raise Unavailable(f"{server} answered with something else than it should.", hint="Is this a Holdtrue server?")
    return told


def _fleet(server: str) -> Iterator[bytes]:
    """Yield every page of hosts, with their policies, as Fleet's API gives them."""
    token = os.environ.get("FLEET_TOKEN", "")
    if not token:
        raise Invalid("Fleet asks for a token.", hint="Set FLEET_TOKEN to one of an API-only user with the role observer.")
    for page in range(MOST_PAGES):
        query = urllib.parse.urlencode({"populate_policies": "true", "per_page": PAGE, "page": page, "order_key": "id"})
        request = urllib.request.Request(  # noqa: S310 - as above
            f"{base_of(server)}/api/v1/fleet/hosts?{query}", headers={"Authorization": f"Bearer {token}"}
        )
        told = asked(request)
        hosts = told.get("hosts") if isinstance(told, dict) else None
        if not isinstance(hosts, list):
            raise Unavailable(f"{server} answered without hosts.", hint="Is this the address of a Fleet server?")
        if hosts:
            yield json.dumps({"hosts": hosts}).encode()
        if len(hosts) < PAGE:
            return
