"""The lock of text consoles: nothing locks one by itself, but a shell may sign out whoever leaves it idle."""

from collections.abc import Iterator

from holdtrue.said import said
from holdtrue.workplace.devices.rulebook import places
from holdtrue.workplace.facts import FactSheet

from .bounds import Lock, as_seen, bounded, of_user, unknown
from .values import LONGEST_READING, Settings, number, text

CONSOLE = "session.console"
"""The console at which a person is signed in, such as `tty3`."""
IDLE = "session.console-idle"
"""Seconds for which it was seen idle."""


def locks(sheet: FactSheet) -> Iterator[Lock]:
    """Yield the lock of everybody who is signed in at a console of this machine."""
    device = Settings(sheet, None)
    signs_out = device.effective("shell TMOUT")
    for fact in sheet.named(CONSOLE):
        if sheet.collected_at - fact.observed_at > LONGEST_READING:
            continue
        seconds = None if signs_out is None else number(signs_out.value)
        if seconds:
            lock = bounded(seconds, "TMOUT", [fact, signs_out])
        else:
            lock = unknown(said("signed in at %(console)s, which does not lock by itself", console=text(fact.value)), [fact])
        yield of_user(as_seen(lock, Settings(sheet, fact.user).effective(IDLE)), fact.user, places.CONSOLE)
