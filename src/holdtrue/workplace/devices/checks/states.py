"""Conclusions that rest on one setting or list each: encryption, management, protection, updates, accounts, tools.

`docs/reference/device-facts.md` names the facts; where several names stand here, collectors call it differently.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from holdtrue.said import listed, said
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.sorts import packed
from holdtrue.workplace.facts import Fact, FactSheet, Installed, System, key

from .answers import is_so, of_person
from .switches import BAD_WHEN_ON, SWITCHES, Switch
from .values import Settings, number, text, truth

_LISTS: Final = (
    (
        "storage.used",
        ("storage.used", "storage.used-since"),
        "used since the last report: %(items)s",
        "no drive was used since the last report",
    ),
    (
        "phone.connected",
        ("phones.connected", "phone.connected", "storage.phones"),
        "connected: %(items)s",
        "no phone is connected",
    ),
    ("protection.detections", ("protection.detections",), "malware was reported: %(items)s", "no malware was reported"),
    ("tampering.signs", ("tampering.signs", "agent.tampering"), "tampered with: %(items)s", "nothing was tampered with"),
    (
        "accounts.empty-password",
        ("accounts.empty-password", "accounts.no-password"),
        "without a password: %(items)s",
        "every account has a password",
    ),
)

_UNSEEN: Final = {
    "storage.used": "which drives were used",
    "phone.connected": "which phones are connected",
    "protection.detections": "whether malware was reported",
    "tampering.signs": "whether anything was tampered with",
    "accounts.empty-password": "which accounts have no password",
}

_BRIDGES: Final = re.compile(
    r"^(?:docker|br-|virbr|veth|vmnet|vnet|vboxnet|tap|tun|cni|flannel|cali|lxc|lxd|podman|bridge|lo\b|utun|awdl|llw)"
)
"""Interfaces of containers, bridges and virtual machines, which read everybody's traffic by design."""

TITLES: Final = Path(__file__).parents[1] / "data" / "tool-titles.json"
"""Titles by what they are for, in lower case and without versions; exact names, so that `remember` is no `john`."""
_SUFFIX: Final = re.compile(r"\.(?:app|exe)$")
_VERSION: Final = re.compile(r"\s+(?:\(.*\)|v?\d[\w.]*|x64|x86|64-bit|32-bit)(?=\s|$)")
_NOT_CODE: Final = frozenset({"pypi", "npm"})
"""A library of such a name is not the program."""
_TELLS: Final = {
    "tools.scanners": "scanners", "tools.sniffers": "programs that capture traffic", "tools.crackers": "password crackers",
    "tools.attack": "attack tools", "tools.sharing": "file sharing", "tools.remote": "remote control",
    "sync.clients": "cloud storage",
}  # fmt: skip


_UNREAD: Final = tuple(Conclusion(switch.name, None, switch.missing) for switch in SWITCHES)
_PLACES: Final = {
    name: tuple(place for place, switch in enumerate(SWITCHES) if name in {key(one) for one, _ in switch.facts})
    for name in {key(one) for switch in SWITCHES for one, _ in switch.facts}
}
"""Which switches a fact speaks of: most devices tell of few, and the others need not be looked for."""
LISTS: Final = (*(name for name, *_ in _LISTS), "network.promiscuous", "updates.security-pending", "phone.blocked")
TITLES_OF: Final = tuple(_TELLS)
"""What lists and the inventory conclude."""


def conclude_switches(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield what single settings of yes or no say."""
    device = Settings(sheet, None)
    told = {place for name in sheet.among(_PLACES.keys()) for place in _PLACES[name]}
    for place, switch in enumerate(SWITCHES):
        yield _switched(switch, sheet, device) if place in told else _UNREAD[place]


def conclude_lists(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield what lists, numbers and the blocking of phones say."""
    device = Settings(sheet, None)
    for name, facts, some, none in _LISTS:
        yield _listed(name, facts, some, none, device)
    yield _promiscuous(device)
    yield _pending(device)
    yield _phones_blocked(sheet, device)


def conclude_titles(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield what the inventory says, with what the collector's own lists add."""
    device, found = Settings(sheet, None), _sorted(sheet)
    for name in _TELLS:
        yield _titles(name, found[name], sheet, device)


def _switched(switch: Switch, sheet: FactSheet, device: Settings) -> Conclusion:
    """Return yes or no; where people differ, one of whom it is not so decides against what should be so."""
    for name, read in switch.facts:
        facts = _facts(name, sheet, device)
        values = [read(fact.value) for fact in facts]
        if not facts or None in values:
            continue
        bad = switch.name in BAD_WHEN_ON
        value = any(values) if bad else all(values)
        deciding = [fact for fact, one in zip(facts, values, strict=True) if bool(one) is value]
        return Conclusion(switch.name, value, _of(switch.yes if value else switch.no, deciding), facts=tuple(deciding))
    seen = tuple(fact for name, _ in switch.facts for fact in _facts(name, sheet, device))
    odd = next((fact for fact in seen if not fact.is_unset), None)
    missing = switch.missing if odd is None else listed((said(switch.missing), is_so(odd.name, odd)), ": ")
    return Conclusion(switch.name, None, missing, facts=seen[:1])


def _of(words: str, facts: Iterable[Fact]) -> str:
    people = sorted({fact.user for fact in facts if fact.user})
    return of_person(words, ", ".join(people))


def _facts(name: str, sheet: FactSheet, device: Settings) -> list[Fact]:
    """Return the fact of the device that is in effect, and of everybody who has one of their own."""
    if not sheet.named(name):
        return []
    people = sorted({fact.user for fact in sheet.named(name) if fact.user and fact.user != "root"})
    found = [fact for user in people if (fact := Settings(sheet, user).effective(name)) is not None]
    own = device.effective(name)
    return [one for one in ([own] if own is not None and own.user is None else []) + found if not one.is_unset]


def _listed(name: str, facts: tuple[str, ...], some: str, none: str, device: Settings) -> Conclusion:
    fact = next((one for fact in facts if (one := device.effective(fact)) is not None), None)
    if fact is None:
        return Conclusion(name, None, said("%(what)s was not read", what=said(_UNSEEN[name])))
    items = items_of(fact)
    return Conclusion(name, packed(items), said(some, items=", ".join(sorted(items))) if items else none, facts=(fact,))


def items_of(fact: Fact) -> list[str]:
    """Return the items of a list, however it was told; no and none are no items."""
    if isinstance(fact.value, bool):
        return ["yes"] if fact.value else []
    told = fact.value if isinstance(fact.value, list) else re.split(r"[,;\n]", text(fact.value))
    return [one.strip() for one in told if one.strip() and one.strip().lower() not in {"none", "no", "false", "0"}]


def _promiscuous(device: Settings) -> Conclusion:
    fact = device.effective("network.promiscuous") or device.effective("interfaces promiscuous")
    if fact is None:
        return Conclusion("network.promiscuous", None, "whether an interface reads everybody's traffic was not read")
    items = [one for one in items_of(fact) if not _BRIDGES.match(one.lower())]
    words = (
        said("reads everybody's traffic: %(items)s", items=", ".join(items))
        if items
        else "no interface reads everybody's traffic"
    )
    return Conclusion("network.promiscuous", packed(items), words, facts=(fact,))


def _pending(device: Settings) -> Conclusion:
    fact = device.effective("updates.security-pending") or device.effective("updates.pending-security")
    found = None if fact is None else number(fact.value)
    if fact is None or found is None or found < 0:
        return Conclusion(
            "updates.security-pending", None, "how many security updates wait was not read", facts=(fact,) if fact else ()
        )
    words = said("security updates that wait: %(count)s", count=round(found)) if found else "no security update waits"
    return Conclusion("updates.security-pending", found, words, facts=(fact,))


def _phones_blocked(sheet: FactSheet, device: Settings) -> Conclusion:
    name = "phone.blocked"
    fact = device.effective("phones.blocked") or device.effective(name)
    if fact is not None and truth(fact.value) is not None:
        on = truth(fact.value)
        return Conclusion(name, on, "phones are kept out" if on else "nothing keeps phones out", facts=(fact,))
    authorized = device.effective("usb authorized-default")
    if authorized is not None and not authorized.is_unset and set(text(authorized.value).replace(",", " ").split()) == {"0"}:
        return Conclusion(name, True, "the kernel authorises no new USB device", facts=(authorized,))
    if sheet.device.system is System.WINDOWS:
        return _phones_windows(name, device)
    return Conclusion(name, None, "whether phones are kept out was not read")


def _phones_windows(name: str, device: Settings) -> Conclusion:
    """A phone is a portable device there: two classes, reading and writing each."""
    base = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices"
    every = device.effective(rf"{base}\Deny_All")
    if every is not None and truth(every.value) is True:
        return Conclusion(name, True, "policy denies every class of removable storage", facts=(every,))
    classes = ("{6AC27878-A6FA-4155-BA85-F98F491D4F33}", "{F33FDC04-D1AC-4E8E-9A30-19BBD4B108AE}")
    found = [device.effective(rf"{base}\{one}\{word}") for one in classes for word in ("Deny_Read", "Deny_Write")]
    read = tuple(fact for fact in found if fact is not None)
    if len(read) == len(found) and all(truth(fact.value) is True for fact in read):
        return Conclusion(name, True, "policy denies reading and writing portable devices", facts=read)
    return Conclusion(
        name,
        False if read else None,
        "nothing keeps phones out" if read else "whether phones are kept out was not read",
        facts=read,
    )


def is_told_of(title: Installed) -> bool:
    """Whether a conclusion tells of this title."""
    return title.type not in _NOT_CODE and _plain(title.name) in _kinds()


def _sorted(sheet: FactSheet) -> dict[str, dict[str, str]]:
    """Return the titles of each kind that are installed: their names, by name and version."""
    found: dict[str, dict[str, str]] = {name: {} for name in _TELLS}
    kinds = _kinds()
    for one in sheet.software or ():
        kind = kinds.get(_plain(one.name))
        if kind is not None and one.type not in _NOT_CODE:
            found[kind][f"{one.name} {one.version}".strip()] = one.name
    return found


def _titles(name: str, installed: Mapping[str, str], sheet: FactSheet, device: Settings) -> Conclusion:
    """Return the titles of a kind; without an inventory the collector's own list counts; without either nothing is known."""
    told = device.effective(name)
    if told is None and sheet.software is None:
        return Conclusion(
            name,
            None,
            said("which programs are installed was not read, so that %(what)s may be among them", what=said(_TELLS[name])),
        )
    found = {**({} if told is None else {item: item for item in items_of(told)}), **installed}
    words = (
        said("%(what)s installed: %(items)s", what=said(_TELLS[name]), items=", ".join(sorted(found)))
        if found
        else said("no %(what)s installed", what=said(_TELLS[name]))
    )
    parts = tuple(sorted(set(found.values())))
    return Conclusion(name, packed(found), words, facts=() if told is None else (told,), parts=parts)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Return what each title is for."""
    told = json.loads(TITLES.read_text(encoding="utf-8"))
    return {str(title): str(kind) for kind, titles in told["titles"].items() for title in titles}


@lru_cache(maxsize=50_000)
def _plain(name: str) -> str:
    """Return a title as the lists have it: `Wireshark 4.2.0 x64` and `Wireshark.app` are `wireshark`."""
    low = _SUFFIX.sub("", name.lower().strip())
    return _VERSION.sub("", low).strip() if " " in low else low
