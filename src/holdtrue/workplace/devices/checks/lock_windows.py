r"""The screen lock of Windows: the machine's inactivity limit, or for every signed-in user a secure screen saver.

Keys: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs`; per user
`HKU\<SID>\SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop` over `HKU\<SID>\Control Panel\Desktop`.
"""

import re
from dataclasses import dataclass, replace

from holdtrue.said import said
from holdtrue.workplace.facts import Fact, FactSheet, newest

from .answers import is_odd, is_so, shown
from .bounds import Lock, at_least, bounded, never, of_user, spell, unknown
from .values import LONGEST_READING, Settings, number, text, truth

MACHINE = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs"
MDM = (
    "DeviceLock/MaxInactivityTimeDeviceLock",
    "MaxInactivityTimeDeviceLock",
    r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock\MaxInactivityTimeDeviceLock",
)
MDM_PASSWORD = (
    "DeviceLock/DevicePasswordEnabled",
    "DevicePasswordEnabled",
    r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock\DevicePasswordEnabled",
)
GRACE = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\ScreenSaverGracePeriod"
"""Seconds in which a secure screen saver still ends without a password (MSS security guide); unset leaves it to Windows."""
_NAMES = {
    "screensaveactive": "active",
    "screensaverissecure": "secure",
    "screensavetimeout": "timeout",
    "scrnsave.exe": "program",
}
_PERSON = re.compile(r"^(?:s-1-5-21-|s-1-12-1-)[\d-]+$")
"""People's security identifiers; S-1-5-18 to 20 are services, and `.DEFAULT` is nobody."""


@dataclass(slots=True)
class _Person:
    """The screen-saver values of one user: the policy's and the user's own."""

    policy: dict[str, Fact]
    own: dict[str, Fact]

    def value(self, name: str) -> Fact | None:
        """Return what is in effect: the policy key where it is set, else one's own, value by value."""
        policy = self.policy.get(name)
        return policy if policy is not None and not policy.is_unset else self.own.get(name)


def locks(sheet: FactSheet) -> list[Lock]:
    """Return when the machine locks itself, or every signed-in user's screen saver does: whichever comes first."""
    machine = _machine(sheet)
    grace = Settings(sheet, None).effective(GRACE)
    people = [
        of_user(_of(person, grace), sid, "windows")
        for sid, person in sorted(_people(sheet).items(), key=lambda one: str(one[0]))
    ]
    if not people:
        nothing = unknown("neither the machine's inactivity limit nor a signed-in user's screen saver was read")
        return [of_user(machine or nothing, None, "windows")]
    return [_sooner(machine, one) for one in people] if machine is not None else people


def _sooner(machine: Lock, person: Lock) -> Lock:
    """Return the lock of a person whom the machine's own limit covers too; a limit that says nothing changes nothing."""
    if machine.is_never or machine.is_open or machine.latest >= person.latest:
        return person
    return of_user(replace(machine, soonest=min(machine.soonest, person.soonest)), None, "windows")


def _machine(sheet: FactSheet) -> Lock | None:
    """Return what the machine-wide rules say; None where none was read or none is set."""
    device = Settings(sheet, None)
    found: list[Lock] = []
    limit = device.effective(MACHINE) or device.effective("InactivityTimeoutSecs")
    if limit is not None and not limit.is_unset:
        found.append(_limit(limit, 1, "InactivityTimeoutSecs"))
    for name in MDM:
        minutes = device.effective(name)
        if minutes is None or minutes.is_unset:
            continue
        password = next((fact for one in MDM_PASSWORD if (fact := device.effective(one)) is not None), None)
        # DeviceLock CSP: DevicePasswordEnabled is 0 when a password is demanded; without one there is nothing to lock with.
        if password is not None and number(password.value) == 1:
            continue
        found.append(_limit(minutes, 60, "MaxInactivityTimeDeviceLock"))
    # The shortest of those that are set; the first of those that say nothing.
    return min(found, key=lambda lock: (lock.latest, lock.is_never and len(found) > 1), default=None)


def _limit(fact: Fact, unit: int, name: str) -> Lock:
    found = number(fact.value)
    if found is None or found < 0:
        return unknown(is_odd(name, fact), [fact])
    if found == 0:
        return never(said("%(what)s, which means off", what=is_so(name, fact)), [fact])
    return bounded(found * unit, name, [fact])


def _people(sheet: FactSheet) -> dict[str | None, _Person]:
    """Return the screen-saver values of everybody whose registry was read, by security identifier."""
    found: dict[str | None, _Person] = {}
    for hive in ("hku", "hkcu"):
        for rest, fact in sheet.under(hive):
            _sort_in(found, hive, rest, fact, sheet)
    for rest, fact in sheet.under("Control Panel Desktop"):
        _sort_in(found, "hkcu", f"control.panel.desktop.{rest}", fact, sheet)
    return found


def people_of(sheet: FactSheet, name: str) -> list[tuple[str | None, Fact]]:
    r"""Return a value of everybody's own `Control Panel\Desktop`, by security identifier."""
    found: dict[str | None, Fact] = {}
    wanted = f"control.panel.desktop.{name.lower()}"
    for hive in ("hku", "hkcu"):
        for rest, fact in sheet.under(hive):
            person = fact.user if hive == "hkcu" else rest.partition(".")[0].upper()
            is_person = hive == "hkcu" or _PERSON.match((person or "").lower())
            if is_person and rest.endswith(wanted) and sheet.collected_at - fact.observed_at <= LONGEST_READING:
                found[person] = newest([found[person], fact]) or fact if person in found else fact
    return list(found.items())


def _sort_in(found: dict[str | None, _Person], hive: str, rest: str, fact: Fact, sheet: FactSheet) -> None:
    person, path = (fact.user, rest) if hive == "hkcu" else (rest.partition(".")[0].upper(), rest.partition(".")[2])
    is_person = _PERSON.match((person or "").lower()) if hive == "hku" else (person or "").lower() not in {"system", "s-1-5-18"}
    head, _, name = path.rpartition("control.panel.desktop.")
    if not is_person or name not in _NAMES or sheet.collected_at - fact.observed_at > LONGEST_READING:
        return
    values = found.setdefault(person, _Person({}, {}))
    layer = values.policy if head.startswith("software.policies") else values.own
    layer[_NAMES[name]] = newest([layer[_NAMES[name]], fact]) or fact if _NAMES[name] in layer else fact


def _of(person: _Person, grace: Fact | None) -> Lock:  # noqa: PLR0911 - each answer is a rule of its own
    active, secure, timeout, program = (person.value(name) for name in ("active", "secure", "timeout", "program"))
    for fact, name in ((active, "ScreenSaveActive"), (secure, "ScreenSaverIsSecure")):
        if fact is not None and (fact.is_unset or truth(fact.value) is False):
            return never(is_so(name, fact), [fact])
    seconds = None if timeout is None else number(timeout.value)
    if seconds == 0:
        return never(said("%(what)s, which means never", what=is_so("ScreenSaveTimeOut", timeout)), [timeout])
    if program is not None and (program.is_unset or text(program.value).lower() in {"(none)", "none"}):
        return never("no screen saver is chosen (SCRNSAVE.EXE)", [program])
    read = [fact for fact in (active, secure, timeout, program) if fact is not None]
    least = seconds if seconds is not None and seconds > 0 else 0
    for fact, name in ((active, "ScreenSaveActive"), (secure, "ScreenSaverIsSecure")):
        if fact is None or truth(fact.value) is None:
            return at_least(least, "screen saver", said("%(what)s was not read", what=name), read)
    if seconds is None or seconds < 0:
        return unknown(is_so("ScreenSaveTimeOut", timeout), read)
    if program is None:
        return at_least(least, "screen saver", "whether a screen saver is chosen (SCRNSAVE.EXE) was not read", read)
    return _with_grace(seconds, grace, read)


def _with_grace(seconds: float, grace: Fact | None, read: list[Fact]) -> Lock:
    """Return the lock of a secure screen saver, with the time in which it ends without a password where that is told."""
    if grace is None or grace.is_unset:
        return bounded(seconds, "secure screen saver", read)
    allowed = number(grace.value)
    if allowed is None or allowed < 0:
        return at_least(seconds, "screen saver", f"ScreenSaverGracePeriod is {shown(grace)}", [*read, grace])
    return bounded(seconds + allowed, f"secure screen saver, grace {spell(allowed)}", [*read, grace])
