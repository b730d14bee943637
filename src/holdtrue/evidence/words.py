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
    """Return what happened, in one sentence."""
    if kind == Kind.STANDING_CHANGED and core.get("after"):
        return _("%(commitment)s: %(before)s → %(after)s") % {
            "commitment": core.get("commitment"),
            "before": core.get("before") or _("nothing known"),
            "after": core.get("after"),
        }
    if kind in set(Kind):
        return MEANINGS[Kind(kind)].proves
    return kind


def note_of(kind: str, core: Mapping[str, Fact]) -> str:
    """Return the short core facts in one line."""
    if kind == Kind.STANDING_CHANGED:
        return ""
    short = [fact for fact in facts_of(core) if not fact.is_code and len(fact.value) <= _LONGEST]
    return " · ".join(f"{fact.label} {fact.value}" for fact in short[:4])


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
