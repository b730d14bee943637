r"""The screen lock of Windows: the machine's inactivity limit, or for every signed-in user a secure screen saver.

Keys: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs`; per user
`HKU\<SID>\SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop` over `HKU\<SID>\Control Panel\Desktop`.
"""

import re
from dataclasses import dataclass

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.facts import Fact, FactSheet, newest

from .answers import Answer, for_user, shown, worst
from .bounds import Demand, bounded, never, spell, unknown
from .values import LONGEST_READING, Settings, number, text, truth

MACHINE = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs"
MDM = (
    "DeviceLock/MaxInactivityTimeDeviceLock",
    "MaxInactivityTimeDeviceLock",
    r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock\MaxInactivityTimeDeviceLock",
)
MDM_PASSWORD = (
    "DeviceLock/DevicePasswordEnabled",
    r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock\DevicePasswordEnabled",
)
_NAMES = {
    "screensaveactive": "active",
    "screensaverissecure": "secure",
    "screensavetimeout": "timeout",
    "scrnsave.exe": "program",
}
_PERSON = re.compile(r"^(?:s-1-5-21-|s-1-12-1-)[\d-]+$")
"""People's security identifiers; S-1-5-18 to 20 are services, and `.DEFAULT` is nobody."""
_FIX = (
    "Have the machine lock by policy: Security Options, “Interactive logon: Machine inactivity limit” of {within} seconds "
    "or less (or Settings, Personalisation, Lock screen, Screen saver: {minutes} minutes, “On resume, display log-on screen”)."
)


@dataclass(slots=True)
class _Person:
    """The screen-saver values of one user: the policy's and the user's own."""

    policy: dict[str, Fact]
    own: dict[str, Fact]

    def value(self, name: str) -> Fact | None:
        """Return what is in effect: the policy key wins, value by value."""
        policy = self.policy.get(name)
        return policy if policy is not None and not policy.is_unset else self.own.get(name, policy)


def judge(sheet: FactSheet, *, within: int) -> Answer:
    """Return whether the machine locks itself in time, or else every signed-in user's screen saver does."""
    demand = Demand(within, _FIX.format(within=within, minutes=min(within, 600) // 60))
    machine = _machine(sheet, demand=demand)
    if machine is not None and machine.result is Result.HOLDS:
        return machine
    people = _people(sheet)
    if people:
        return worst([for_user(_of(person, demand=demand), sid) for sid, person in sorted(people.items())])
    return machine or unknown("neither the machine's inactivity limit nor a signed-in user's screen saver was read")


def _machine(sheet: FactSheet, *, demand: Demand) -> Answer | None:
    """Return what the machine-wide rules say; None where none was read or none is set."""
    device = Settings(sheet, None)
    answers: list[Answer] = []
    limit = device.effective(MACHINE) or device.effective("InactivityTimeoutSecs")
    if limit is not None and not limit.is_unset:
        answers.append(_limit(limit, 1, "InactivityTimeoutSecs", demand=demand))
    for name in MDM:
        minutes = device.effective(name)
        if minutes is None or minutes.is_unset:
            continue
        password = next((fact for one in MDM_PASSWORD if (fact := device.effective(one)) is not None), None)
        # DeviceLock CSP: DevicePasswordEnabled is 0 when a password is demanded; without one there is nothing to lock with.
        if password is not None and number(password.value) == 1:
            continue
        answers.append(_limit(minutes, 60, "MaxInactivityTimeDeviceLock", demand=demand))
    holding = [answer for answer in answers if answer.result is Result.HOLDS]
    return next(iter(holding or answers), None)


def _limit(fact: Fact, unit: int, name: str, *, demand: Demand) -> Answer:
    found = number(fact.value)
    if found is None or found < 0:
        return unknown(f"{name} is {shown(fact)}, which cannot be understood", [fact])
    if found == 0:
        return never(f"{name} is 0, which means off", [fact], demand=demand)
    return bounded(found * unit, name, [fact], demand=demand)


def _people(sheet: FactSheet) -> dict[str | None, _Person]:
    """Return the screen-saver values of everybody whose registry was read, by security identifier."""
    found: dict[str | None, _Person] = {}
    for hive in ("hku", "hkcu"):
        for rest, fact in sheet.under(hive):
            _sort_in(found, hive, rest, fact, sheet)
    for rest, fact in sheet.under("Control Panel Desktop"):
        _sort_in(found, "hkcu", f"control.panel.desktop.{rest}", fact, sheet)
    return found


def _sort_in(found: dict[str | None, _Person], hive: str, rest: str, fact: Fact, sheet: FactSheet) -> None:
    person, path = (fact.user, rest) if hive == "hkcu" else (rest.partition(".")[0].upper(), rest.partition(".")[2])
    is_person = _PERSON.match((person or "").lower()) if hive == "hku" else (person or "").lower() not in {"system", "s-1-5-18"}
    head, _, name = path.rpartition("control.panel.desktop.")
    if not is_person or name not in _NAMES or sheet.collected_at - fact.observed_at > LONGEST_READING:
        return
    values = found.setdefault(person, _Person({}, {}))
    layer = values.policy if head.startswith("software.policies") else values.own
    layer[_NAMES[name]] = newest([layer[_NAMES[name]], fact]) or fact if _NAMES[name] in layer else fact


def _of(person: _Person, *, demand: Demand) -> Answer:  # noqa: PLR0911 - each answer is a rule of its own
    active, secure, timeout, program = (person.value(name) for name in ("active", "secure", "timeout", "program"))
    for fact, name in ((active, "ScreenSaveActive"), (secure, "ScreenSaverIsSecure")):
        if fact is not None and (fact.is_unset or truth(fact.value) is False):
            return never(f"{name} is {shown(fact)}", [fact], demand=demand)
    seconds = None if timeout is None else number(timeout.value)
    if seconds == 0:
        return never("ScreenSaveTimeOut is 0, which means never", [timeout], demand=demand)
    if seconds is not None and seconds > demand.within:
        return bounded(seconds, f"screen saver after {spell(seconds)}", [timeout], demand=demand)
    if program is not None and (program.is_unset or text(program.value).lower() in {"(none)", "none"}):
        return never("no screen saver is chosen (SCRNSAVE.EXE)", [program], demand=demand)
    read = [fact for fact in (active, secure, timeout, program) if fact is not None]
    for fact, name in ((active, "ScreenSaveActive"), (secure, "ScreenSaverIsSecure")):
        if fact is None or truth(fact.value) is None:
            return unknown(f"{name} was not read", read)
    if seconds is None or seconds < 0:
        return unknown(f"ScreenSaveTimeOut is {shown(timeout)}", read)
    if program is None:
        return unknown("whether a screen saver is chosen (SCRNSAVE.EXE) was not read", read)
    return bounded(seconds, "secure screen saver", read, demand=demand)
