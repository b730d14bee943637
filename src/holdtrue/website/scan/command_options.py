"""What `holdtrue scan` was asked on the command line, checked; every mistake is told before a browser starts."""

import argparse
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from holdtrue.errors import Invalid
from holdtrue.website.scan.engine.chromium import WINDOW
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, Progress, address
from holdtrue.website.scan.engine.signin import Step, steps_in

MOST_PAGES = 1000
LONGEST_SECONDS = 86_400


def options_of(arguments: argparse.Namespace, *, tell: Callable[[Progress], None]) -> Options:
    """Return what to scan and how, or raise `Invalid` that names the option that makes no sense."""
    if not 1 <= arguments.pages <= MOST_PAGES:
        raise Invalid(f"--pages {arguments.pages} is not possible.", hint=f"Give a number from 1 to {MOST_PAGES}.")
    urls = _addresses(arguments.urls) if arguments.urls else ()
    if not arguments.url and not urls:
        raise Invalid("There is no address to scan.", hint="Give one, or a file of them with --urls FILE.")
    url = address(arguments.url) if arguments.url else urls[0]
    return Options(
        url=url,
        clock=lambda: datetime.now(UTC),
        pages=len({url, *urls}) if urls else arguments.pages,
        more_urls=urls,
        also=tuple(address(also) for also in arguments.also),
        respects_robots=arguments.robots,
        pause=_seconds(arguments.pause, "--pause", least=0),
        states=_states(arguments.states),
        browser=arguments.browser or os.environ.get("HOLDTRUE_BROWSER", ""),
        host_rules=tuple(arguments.host_rule),
        insecure=arguments.insecure,
        locale=_locale(arguments.locale),
        window=_window(arguments.viewport),
        sign_in=_sign_in(arguments.sign_in),
        # On the command line a password would stand in the list of processes.
        credentials=os.environ.get("HOLDTRUE_SCAN_AUTH", ""),
        dns=_resolver(arguments.dns),
        seconds=_seconds(arguments.seconds, "--seconds", least=1),
        tell=tell,
    )


def _addresses(file: Path) -> tuple[str, ...]:
    found = []
    for number, line in enumerate(read_text(file).splitlines(), 1):
        if line.strip() and not line.strip().startswith("#"):
            try:
                found.append(address(line))
            except Invalid as error:
                raise Invalid(f"Line {number} of {file}: {error.message}", hint=error.hint) from error
    if not 1 <= len(found) <= MOST_PAGES:
        raise Invalid(f"{file} has {len(found)} addresses.", hint=f"Write one a line, from 1 to {MOST_PAGES}.")
    return tuple(dict.fromkeys(found))


def _seconds(given: float, option: str, *, least: float) -> float:
    if not least <= given <= LONGEST_SECONDS:
        raise Invalid(f"{option} {given:g} is not possible.", hint=f"Give {least:g} to {LONGEST_SECONDS} seconds.")
    return given


def _locale(given: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", given):
        raise Invalid(f"“{given[:40]}” is no language.", hint="Give one such as nl or fr-BE.")
    return given


def _window(given: str) -> tuple[int, int]:
    if not given:
        return WINDOW
    match = re.fullmatch(r"([1-9]\d{2,3})x([1-9]\d{2,3})", given)
    if match is None:
        raise Invalid(f"“{given[:40]}” is no window.", hint="Give width and height in pixels, such as 390x844.")
    return int(match[1]), int(match[2])


def _sign_in(file: Path | None) -> tuple[Step, ...]:
    return steps_in(read_text(file), os.environ) if file else ()


def _resolver(given: str | None) -> str:
    if given is None:
        return ""
    if given != "none" and not re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}", given):
        raise Invalid(f"“{given[:80]}” is no resolver.", hint="Give one such as 127.0.0.1:53, or none.")
    return given


def _states(given: str) -> frozenset[State]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(State)]
    if unknown:
        raise Invalid(f"“{unknown[0]}” is no state.", hint=f"The states are {', '.join(State)}.")
    return frozenset(State(name) for name in names) or frozenset(State)


def read_text(file: Path) -> str:
    """Return what a file says, or raise `Invalid` that names it."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", hint="Check the path.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not UTF-8 text.", hint="Save it as UTF-8.") from error
