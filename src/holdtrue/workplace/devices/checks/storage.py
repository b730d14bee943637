"""Whether removable storage is kept out (WB-STO-1, `device.removable-storage`).

It *holds* only where something was seen that keeps drives out and none is mounted. A drive that is mounted *breaks* the
promise, whatever is configured. Where none is mounted and nothing keeps them out, nobody can say that none was used between
two looks: *unproven*. `docs/explanation/device-checks.md` says why.
"""

from collections.abc import Iterator

from holdtrue.policy.standing.rules import Verdict
from holdtrue.said import said
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.sorts import packed
from holdtrue.workplace.facts import Fact, FactSheet, System

from .answers import shown
from .states import items_of
from .values import Settings, number, text, truth

COMMITMENT = "device.removable-storage"
_DENY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices"
_DISKS = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
_SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
_DISABLED = 4


def judge_storage(sheet: FactSheet, *, subject: str) -> Verdict:
    """Return the verdict on removable storage, from what is mounted and what keeps drives out."""
    from holdtrue.workplace.devices.rules import judge_commitment

    return judge_commitment(COMMITMENT, sheet, subject=subject)


def conclude_storage(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield what is mounted, and whether something keeps drives out."""
    device = Settings(sheet, None)
    mounted = device.effective("storage.mounted")
    if mounted is None:
        yield Conclusion("storage.mounted", None, "what is mounted was not read")
    else:
        items = items_of(mounted)
        words = said("mounted now: %(items)s", items=", ".join(items)) if items else "none is mounted"
        yield Conclusion("storage.mounted", packed(items), words, facts=(mounted,))
    blocking, seen, weak = _blocking(device)
    unread = not seen and "not read" in weak
    value = True if blocking else None if unread else False
    yield Conclusion("storage.blocked", value, blocking or weak, facts=tuple(seen))


def _blocking(device: Settings) -> tuple[str, list[Fact], str]:
    """Return what keeps drives out (empty: nothing), the facts that say so, and what is missing."""
    system = device.sheet.device.system
    if system is System.WINDOWS:
        return _windows(device)
    if system is System.MACOS:
        return _macos(device)
    return _linux(device)


def _linux(device: Settings) -> tuple[str, list[Fact], str]:  # noqa: PLR0911 - each answer is a rule of its own
    guard, running = device.effective("usbguard blocks-storage"), device.effective("usbguard running")
    if _is(guard, True) and _is(running, True):
        return "USBGuard lets no USB drive in", _known(guard, running), ""
    authorized = device.effective("usb authorized-default")
    if authorized is not None and not authorized.is_unset and set(text(authorized.value).replace(",", " ").split()) == {"0"}:
        return "the kernel authorises no new USB device", [authorized], ""
    module, loaded = device.effective("modprobe usb-storage"), device.effective("kernel usb-storage loaded")
    if module is None:
        return "", _known(guard, running), "whether anything keeps USB drives out was not read"
    words = text(module.value).lower()
    if "builtin" in words:
        return "", [module], "the driver is part of this kernel, so that no modprobe rule keeps drives out"
    if not ("install /bin/false" in words or "install /usr/bin/false" in words or "install /bin/true" in words):
        return "", [module], "nothing keeps USB drives out"
    if loaded is None:
        return "", [module], "whether the driver is loaded already was not read"
    if _is(loaded, False):
        return "the kernel may not load usb-storage (nor uas, which needs it)", [module, loaded], ""
    return "", [module, loaded], "the driver was loaded before it was forbidden"


def _macos(device: Settings) -> tuple[str, list[Fact], str]:
    setting = device.effective("DiskManagement ExternalStorage")
    santa = device.effective("santa BlockUSBMount")
    if setting is not None and text(setting.value).lower() == "disallowed":
        return "the device management forbids external storage", [setting], ""
    if _is(santa, True):
        return "Santa blocks USB drives", _known(santa), ""
    if setting is None:
        return "", [], "whether external storage is forbidden was not read"
    return "", [setting], said("external storage is %(value)s, not Disallowed", value=shown(setting))


def _windows(device: Settings) -> tuple[str, list[Fact], str]:
    every = device.effective(rf"{_DENY}\Deny_All")
    if _is(every, True):
        return "policy denies every class of removable storage", _known(every), ""
    read, write = (device.effective(rf"{_DENY}\{_DISKS}\{name}") for name in ("Deny_Read", "Deny_Write"))
    if _is(read, True) and _is(write, True):
        return "policy denies reading and writing removable disks", _known(read, write), ""
    driver, uas = (device.effective(rf"{_SERVICES}\{name}\Start") for name in ("USBSTOR", "UASPStor"))
    if driver is not None and number(driver.value) == _DISABLED and (uas is None or number(uas.value) == _DISABLED):
        return "the driver of USB drives is disabled", _known(driver, uas), ""
    seen = _known(every, read, write, driver, uas)
    return "", seen, "nothing keeps USB drives out" if seen else "whether policy keeps them out was not read"


def _is(fact: Fact | None, wanted: bool) -> bool:
    return fact is not None and truth(fact.value) is wanted


def _known(*facts: Fact | None) -> list[Fact]:
    return [fact for fact in facts if fact is not None]
