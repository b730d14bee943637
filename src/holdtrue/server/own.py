"""What a reader answers for, and how people call things."""

from dataclasses import dataclass, field

from django.urls import reverse

from holdtrue.accounts.rules import Reader
from holdtrue.website.sites.queries import sites
from holdtrue.workplace.devices.queries import devices


@dataclass(frozen=True, slots=True)
class Own:
    """The devices that a reader may see: their own, or all of them for those who oversee."""

    devices: frozenset[str] = frozenset()
    """As subjects, such as `device/LT-07`."""
    names: dict[str, str] = field(default_factory=dict)
    """How people call a subject, where that is not its id."""
    pages: dict[str, str] = field(default_factory=dict)
    """The address of a subject's own page."""


def own_of(reader: Reader) -> Own:
    """Return what this reader may see of the register of devices."""
    known = devices(reader=reader)
    return Own(
        devices=frozenset(device.subject for device in known),
        names={device.subject: device.name for device in known} | {site.subject: site.name for site in sites()},
        pages={device.subject: reverse("devices:device", args=[device.id]) for device in known},
    )
