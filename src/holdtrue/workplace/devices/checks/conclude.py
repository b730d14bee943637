"""Everything that a device's facts amount to: one conclusion for each that rules may speak of."""

from collections.abc import Iterable

from holdtrue.workplace.devices.desktops import GREETERS
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.conditions import RAW
from holdtrue.workplace.devices.rulebook.judge import Device
from holdtrue.workplace.devices.rulebook.sorts import Sort, Value, packed, sortable
from holdtrue.workplace.facts import Fact, FactSheet

from .backups import conclude_backups
from .lasting import conclude_lasting
from .lock import conclude_lock, place_of, sessions
from .states import conclude_states, items_of
from .storage import conclude_storage
from .suspend import conclude_suspend
from .values import Settings, number, text, truth


def device_of(sheet: FactSheet, *, raw: Iterable[str] = ()) -> Device:
    """Return what is concluded of a device; `raw` names the facts that rules ask for as they are, such as `number:pmset.…`."""
    desktops = tuple(dict.fromkeys(place_of(session.desktop) for session in sessions(sheet)))
    found = {
        one.name: one
        for part in (conclude_lasting, conclude_lock, conclude_suspend, conclude_storage, conclude_backups, conclude_states)
        for one in part(sheet)
    }
    found["screen-lock.fixed"] = _fixed(found)
    found["desktop.names"] = _desktops(sheet, desktops)
    for name in raw:
        if not name.startswith("flag:osquery."):
            found[name] = _raw(name, sheet)
    return Device(sheet.device.system.value, found, sheet.collected_at, desktops)


def _fixed(found: dict[str, Conclusion]) -> Conclusion:
    lock = found["screen-lock.latest"]
    words = {
        True: "policy fixes every setting of the lock", False: "the person can change the lock's settings",
        None: "whether policy fixes the lock's settings was not asked",
    }  # fmt: skip
    return Conclusion("screen-lock.fixed", lock.is_fixed, words[lock.is_fixed], facts=lock.facts, place=lock.place)


def _desktops(sheet: FactSheet, desktops: tuple[str, ...]) -> Conclusion:
    found = sessions(sheet)
    if not found and not sheet.named("session.count"):
        return Conclusion("desktop.names", None, "which desktops run was not read")
    words = ", ".join(desktops) or "no desktop runs"
    return Conclusion("desktop.names", packed(desktops), words, facts=tuple(session.fact for session in found))


def _raw(name: str, sheet: FactSheet) -> Conclusion:
    """Return a fact as it is: the device's own, else everybody's where they are the same."""
    kind, _, plain = name.partition(":")
    sort = RAW[kind]
    people = sorted({fact.user for fact in sheet.named(plain) if fact.user and fact.user not in GREETERS})
    facts: list[Fact] = [fact for user in people if (fact := Settings(sheet, user).effective(plain)) is not None]
    own = Settings(sheet, None).effective(plain)
    if own is not None and own.user is None:
        facts.append(own)
    values = {_as(fact, sort) for fact in facts}
    if len(values) == 1 and None not in values:
        return Conclusion(name, next(iter(values)), f"{plain} is {text(facts[0].value)}", facts=tuple(facts))
    if not facts:
        return Conclusion(name, None, f"{plain} was not read")
    told = ", ".join(sorted({text(fact.value) or "not set" for fact in facts}))
    return Conclusion(
        name, None, f"{plain} is {told}: {'people differ' if len(values) > 1 else f'no {sort}'}", facts=tuple(facts)
    )


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
