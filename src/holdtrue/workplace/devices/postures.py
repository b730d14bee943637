"""What is concluded of devices, kept for sweeps as their states are kept."""

from collections.abc import Sequence
from uuid import UUID

from holdtrue.workplace.devices import wide
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rules import device_by_rules
from holdtrue.workplace.facts import FactSheet


def keep(sheets: Sequence[tuple[UUID, FactSheet]]) -> None:
    """Keep what these devices' facts amount to, in the caller's transaction."""
    book = rulebook()
    wide.keep([(device, device_by_rules(sheet, book)) for device, sheet in sheets], book)
