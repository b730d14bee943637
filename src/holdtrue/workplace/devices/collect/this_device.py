"""The facts of the machine that this runs on."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime

from holdtrue import __version__
from holdtrue.errors import Unavailable
from holdtrue.workplace.facts import FactSheet, Identity

from .machine import Machine, Notebook

Note = Callable[[Machine, Notebook], None]


def collect(*, at: datetime, machine: Machine | None = None, more: Iterable[Note] = ()) -> FactSheet:
    """Return everything this machine says about itself; what could not be read is listed, never guessed.

    `more` note what the caller knows beyond that. Raises `Unavailable` on a system that Holdtrue cannot read.
    """
    machine = machine or Machine()
    notebook = Notebook(at)
    gather, identify = _readers()
    has_software = gather(machine, notebook)
    for note in more:
        note(machine, notebook)
    return FactSheet(
        device=identify(machine),
        collected_at=at,
        facts=tuple(notebook.facts),
        software=tuple(notebook.software) if has_software else None,
        unread=tuple(notebook.unread),
        collector=collector(machine),
    )


def identity(machine: Machine | None = None) -> Identity:
    """Return which machine this is; raises `Unavailable` on a system that Holdtrue cannot read."""
    return _readers()[1](machine or Machine())


def collector(machine: Machine | None = None) -> str:
    """Return what reads here, and whether it may read everything."""
    return f"holdtrue {__version__}{'' if (machine or Machine()).is_root else ' (without root)'}"


def _readers() -> tuple[Callable[[Machine, Notebook], bool], Callable[[Machine], Identity]]:
    platform = str(sys.platform)
    if platform.startswith("linux"):
        from .linux import collect_linux, identify_linux

        return collect_linux, identify_linux
    if platform == "darwin":
        from .macos import collect_macos, identify_macos

        return collect_macos, identify_macos
    if platform == "win32":
        from .windows import collect_windows, identify_windows

        return collect_windows, identify_windows
    raise Unavailable(f"This is {platform}, which Holdtrue cannot read.", hint="Give facts with --facts FILE instead.")
