"""The facts of the machine that this runs on."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime

from holdtrue import __version__
from holdtrue.errors import Unavailable
from holdtrue.workplace.facts import FactSheet

from .machine import Machine, Notebook

Note = Callable[[Machine, Notebook], None]


def collect(*, at: datetime, machine: Machine | None = None, more: Iterable[Note] = ()) -> FactSheet:
    """Return everything this machine says about itself; what could not be read is listed, never guessed.

    `more` note what the caller knows beyond that. Raises `Unavailable` on a system that Holdtrue cannot read.
    """
    machine = machine or Machine()
    notebook = Notebook(at)
    if sys.platform.startswith("linux"):
        from .linux import collect_linux as gather
        from .linux import identify_linux as identify
    elif sys.platform == "darwin":
        from .macos import collect_macos as gather
        from .macos import identify_macos as identify
    elif sys.platform == "win32":
        from .windows import collect_windows as gather
        from .windows import identify_windows as identify
    else:
        raise Unavailable(f"This is {sys.platform}, which Holdtrue cannot read.", hint="Give facts with --facts FILE instead.")
    has_software = gather(machine, notebook)
    for note in more:
        note(machine, notebook)
    return FactSheet(
        device=identify(machine),
        collected_at=at,
        facts=tuple(notebook.facts),
        software=tuple(notebook.software) if has_software else None,
        unread=tuple(notebook.unread),
        collector=f"holdtrue {__version__}{'' if machine.is_root else ' (without root)'}",
    )
