"""Everything that a device's facts amount to: one conclusion for each that rules may speak of."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from holdtrue.said import listed, said
from holdtrue.workplace.devices.desktops import is_greeter
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.conditions import RAW
from holdtrue.workplace.devices.rulebook.judge import Device
from holdtrue.workplace.devices.rulebook.sorts import Sort, Value, packed, sortable
from holdtrue.workplace.facts import Fact, FactSheet

from .backups import conclude_backups
from .lasting import conclude_lasting
from .lock import conclude_lock, place_of, sessions
from .states import LISTS, TITLES_OF, conclude_lists, conclude_switches, conclude_titles, items_of
from .storage import conclude_storage
from .suspend import conclude_suspend
from .switches import SWITCHES
from .values import Settings, number, text, truth


@dataclass(frozen=True, slots=True)
class Part:
    """Conclusions that are drawn together."""

    names: tuple[str, ...]
    conclude: Callable[[FactSheet], Iterable[Conclusion]]


def device_of(sheet: FactSheet, *, raw: Iterable[str] = ()) -> Device:
    """Return what is concluded of a device; `raw` names the facts that rules ask for as they are, such as `number:pmset.…`."""
    found = {one.name: one for part in (*PARTS, raw_part(raw)) for one in part.conclude(sheet)}
    return Device(sheet.device.system.value, found, sheet.collected_at, desktops_of(sheet))


def raw_part(names: Iterable[str]) -> Part:
    """Return the part of the facts that rules ask for as they are."""
    wanted = tuple(name for name in names if not name.startswith("flag:osquery."))
    return Part(wanted, lambda sheet: [_raw(name, sheet) for name in wanted])


def desktops_of(sheet: FactSheet) -> tuple[str, ...]:
    """Return the desktops that run, as the places of fixes name them."""
    return tuple(dict.fromkeys(place_of(session.desktop) for session in sessions(sheet)))


def _lock(sheet: FactSheet) -> Iterator[Conclusion]:
    found = {one.name: one for one in conclude_lock(sheet)}
    yield from found.values()
    yield _fixed(found)


def _fixed(found: dict[str, Conclusion]) -> Conclusion:
    lock = found["screen-lock.latest"]
    words = {
        True: "policy fixes every setting of the lock", False: "the person can change the lock's settings",
        None: "whether policy fixes the lock's settings was not asked",
    }  # fmt: skip
    return Conclusion("screen-lock.fixed", lock.is_fixed, words[lock.is_fixed], facts=lock.facts, place=lock.place)


def _desktops(sheet: FactSheet) -> Iterator[Conclusion]:
    found, desktops = sessions(sheet), desktops_of(sheet)
    if not found and not sheet.named("session.count"):
        yield Conclusion("desktop.names", None, "which desktops run was not read")
        return
    words = ", ".join(desktops) or "no desktop runs"
    yield Conclusion("desktop.names", packed(desktops), words, facts=tuple(session.fact for session in found))


PARTS: Final = (
    Part(("desktop.names",), _desktops),
    Part(("device.system", "device.release", "os.name", "os.version", "os.supported-until"), conclude_lasting),
    Part(
        (
            "screen-lock.screen", "screen-lock.never", "screen-lock.soonest", "screen-lock.latest", "screen-lock.fixed",
        ),
        _lock,
    ),
    Part(("screen-lock.on-suspend",), conclude_suspend),
    Part(("storage.mounted", "storage.blocked"), conclude_storage),
    Part(("backup.running", "backup.tools"), conclude_backups),
    Part(tuple(switch.name for switch in SWITCHES), conclude_switches),
    Part(LISTS, conclude_lists),
    Part(TITLES_OF, conclude_titles),
)  # fmt: skip
"""Everything that can be concluded; on the first, the desktops, rests which fix is advised for whatever is not as promised."""
DESKTOPS: Final = 0
LASTING: Final = 1


def _raw(name: str, sheet: FactSheet) -> Conclusion:
    """Return a fact as it is: the device's own, else everybody's where they are the same."""
    kind, _, plain = name.partition(":")
    sort = RAW[kind]
    people = sorted({fact.user for fact in sheet.named(plain) if fact.user and not is_greeter(fact.user)})
    facts: list[Fact] = [fact for user in people if (fact := Settings(sheet, user).effective(plain)) is not None]
    own = Settings(sheet, None).effective(plain)
    if own is not None and own.user is None:
        facts.append(own)
    values = {_as(fact, sort) for fact in facts}
    if len(values) == 1 and None not in values:
        return Conclusion(
            name, next(iter(values)), said("%(name)s is %(value)s", name=plain, value=text(facts[0].value)), facts=tuple(facts)
        )
    if not facts:
        return Conclusion(name, None, said("%(what)s was not read", what=plain))
    told = ", ".join(sorted({text(fact.value) or "not set" for fact in facts}))
    words = said("%(name)s is %(value)s", name=plain, value=told)
    why = said("people differ") if len(values) > 1 else said("this is no %(sort)s", sort=sort)
    return Conclusion(name, None, listed((words, why), ": "), facts=tuple(facts))


def _as(fact: Fact, sort: Sort) -> Value:
    match sort:
        case Sort.FLAG:
            return truth(fact.value)
        case Sort.NUMBER:
            return number(fact.value)
        case Sort.LIST:
            return packed(items_of(fact))
        case Sort.VERSION:
            return sortable(text(fact.value))
        case _:
            return text(fact.value) or None
