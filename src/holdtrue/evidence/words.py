"""Entries in the words of a reader who is no cryptographer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from holdtrue.evidence.groups import Fact, GroupName
from holdtrue.evidence.kinds import MEANINGS, Kind

_HEAD = frozenset({"id", "kind", "about", "at"})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Shown:
    """One fact as a page shows it."""

    label: str
    value: str
    is_code: bool
    """Whether it is a hash or an id, to be set small."""


def title_of(kind: str, core: Mapping[str, Fact]) -> str:
    """Return what happened, in a few words."""
    if kind == Kind.STANDING_CHANGED and isinstance(core.get("commitment"), str):
        # The parts above know the commitments; their ids are made of plain words.
        what = str(core["commitment"]).rpartition(".")[2].replace("-", " ").capitalize()
        return _("%(what)s: %(result)s") % {"what": what, "result": _result(core.get("after"))}
    return _titles().get(kind, kind)


def proves(kind: str) -> str:
    """Return what an entry of this kind proves, in one sentence."""
    return MEANINGS[Kind(kind)].proves if kind in set(Kind) else ""


def note_of(kind: str, core: Mapping[str, Fact]) -> str:
    """Return the short core facts in one line."""
    if kind == Kind.STANDING_CHANGED:
        return _("before: %(result)s") % {"result": _result(core.get("before"))}
    short = [fact for fact in facts_of(core) if not fact.is_code and len(fact.value) <= _LONGEST]
    return " · ".join(f"{fact.label} {fact.value}" for fact in short[:4])


def _result(value: Fact) -> str:
    return str(value).replace("-", " ") if value else _("nothing known")


def _titles() -> dict[str, str]:
    return {
        Kind.PERSON_ADDED: _("Account opened"),
        Kind.ROLE_GRANTED: _("Role given"),
        Kind.SIGNED_IN: _("Signed in"),
        Kind.TOKEN_ISSUED: _("Token for uploads issued"),
        Kind.TOKEN_REVOKED: _("Token for uploads withdrawn"),
        Kind.POLICY_PUBLISHED: _("Policy published"),
        Kind.STANDING_CHANGED: _("Standing changed"),
        Kind.EXEMPTION_ASKED: _("Exemption asked for"),
        Kind.EXEMPTION_DECIDED: _("Exemption decided"),
        Kind.EXEMPTION_ENDED: _("Exemption ended early"),
        Kind.EXEMPTION_USED: _("Exemption used"),
        Kind.SITE_ADDED: _("Website added"),
        Kind.INVENTORY_CHANGED: _("Inventory changed"),
        Kind.INVENTORY_FROZEN: _("Policy written from the inventory"),
        Kind.CONSENT_CONFIGURED: _("Consent settings changed"),
        Kind.NOTICE_PUBLISHED: _("Consent notice published"),
        Kind.CONSENT_RECORDED: _("Visitor's choice recorded"),
        Kind.TRACKER_FOUND: _("Undeclared tracker reported"),
        Kind.SCAN_PLANNED: _("Scans planned"),
        Kind.SCAN_REQUESTED: _("Scan asked for"),
        Kind.SCAN_RECORDED: _("Website scanned"),
        Kind.SCAN_TOLD: _("Changes told by e-mail"),
        Kind.DEVICE_ENROLLED: _("Device joined the register"),
        Kind.DEVICE_REPORTED: _("Device checked"),
        Kind.DEVICE_CONFIRMED: _("Devices unchanged"),
        Kind.DEVICE_EXPECTED: _("Device expected"),
        Kind.DEVICE_ASSIGNED: _("Device given to somebody"),
        Kind.STORAGE_APPROVED: _("Storage for work approved, or no longer"),
        Kind.LOSS_ANSWERED: _("Loss of a device answered"),
        Kind.RESULTS_TAKEN: _("Results of another program taken"),
        Kind.RESULTS_MEANT: _("Another program has a rule that answers, or no longer"),
        Kind.DEVICE_LOST: _("Device lost"),
        Kind.DEVICE_FOUND: _("Device found again"),
        Kind.DEVICE_RETIRED: _("Device taken out of use"),
        Kind.DEVICE_KEY_REVOKED: _("Device key revoked"),
        Kind.DEVICE_KEY_SUSPECTED: _("Device key suspected"),
        Kind.DEVICE_KEY_CLEARED: _("Device key looked into"),
        Kind.DEVICE_CHECK_ASKED: _("Device asked to look again"),
        Kind.SOFTWARE_ASKED: _("Software asked for"),
        Kind.SOFTWARE_APPROVED: _("Software approved"),
        Kind.SOFTWARE_REFUSED: _("Software refused"),
        Kind.SOFTWARE_DENIED: _("Software denied"),
        Kind.SOFTWARE_ENDED: _("Approval of software ended"),
        Kind.SETTINGS_AGREED: _("Settings agreed"),
        Kind.SETTINGS_WATCHED: _("Watched settings changed"),
        Kind.OWNER_TOLD: _("Owner told"),
        Kind.LETTER_SENT: _("Letter sent"),
        Kind.SOFTWARE_JUDGED: _("Software compared with the approved list"),
        Kind.ENTRY_ERASED: _("Facts erased"),
        Kind.KEY_ROTATED: _("Signing key replaced"),
        Kind.LOG_OPENED: _("Log opened"),
    }


def facts_of(facts: Mapping[str, Fact]) -> list[Shown]:
    """Return the facts that are not part of every entry, ready to be shown."""
    return [
        Shown(label=name.replace("_", " ").replace(".", " "), value=_value(value), is_code=_is_code(value))
        for name, value in facts.items()
        if name not in _HEAD
    ]


def group_title(name: GroupName) -> str:
    """Return the heading over a group of facts."""
    return {
        GroupName.CORE: _("What happened"),
        GroupName.CONTEXT: _("Circumstances"),
        GroupName.IDENTITY: _("Who"),
    }[name]


def _value(value: Fact) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return _("none")
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value) or _("none")
    if isinstance(value, Mapping):
        return "; ".join(_pairs(value)) or _("none")
    return str(value)


def _pairs(value: Mapping[str, Fact]) -> Iterable[str]:
    return (f"{name}: {_value(item)}" for name, item in value.items())


def _is_code(value: Fact) -> bool:
    return isinstance(value, str) and len(value) >= 32 and " " not in value  # noqa: PLR2004 - ids and hashes
