"""What is concluded of devices, kept for sweeps as their states are kept."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from holdtrue.workplace.devices import wide
from holdtrue.workplace.devices.judgement import Judged
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.judge import Device
from holdtrue.workplace.devices.rules import device_by_rules
from holdtrue.workplace.facts import FactSheet


def keep_judged(judged: Sequence[tuple[UUID, Judged]]) -> None:
    """Keep what was concluded of these devices, in the caller's transaction; what no change touched is as it was, seen anew."""
    wide.keep([(device_id, one.device) for device_id, one in judged if one.is_whole], rulebook())
    touched: defaultdict[tuple[str, ...], list[tuple[UUID, Device]]] = defaultdict(list)
    for device_id, one in judged:
        if not one.is_whole:
            touched[one.names].append((device_id, one.device))
    for names, some in touched.items():
        wide.keep_of(some, names)


def keep(sheets: Sequence[tuple[UUID, FactSheet]]) -> None:
    """Keep what these devices' facts amount to, in the caller's transaction."""
    book = rulebook()
    wide.keep([(device, device_by_rules(sheet, book)) for device, sheet in sheets], book)
