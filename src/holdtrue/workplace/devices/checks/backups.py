"""Whether a backup outside policy is set up (WB-STO-2, `device.backups`).

A backup that runs by schedule *breaks* the promise. A backup tool that nothing schedules may still be run by hand:
*unproven*. It *holds* where every place was read and there is neither.
"""

from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.workplace.facts import Fact, FactSheet, System

from .answers import Answer, about, shown
from .values import Settings, number, text, truth

COMMITMENT = "device.backups"
FACT = "backups"
RULE = "no backup or copy of data outside policy is set up"

TOOLS = frozenset(
    [
        "restic",
        "borgbackup",
        "borg",
        "borgmatic",
        "vorta",
        "duplicity",
        "deja-dup",
        "timeshift",
        "backintime",
        "backintime-common",
        "backintime-qt",
        "kopia",
        "rclone",
        "duplicati",
        "rdiff-backup",
        "rsnapshot",
        "grsync",
        "luckybackup",
        "pika-backup",
        "urbackup-client",
        "bacula-fd",
        "bareos-filedaemon",
        "amanda-client",
        "crashplan",
        "veeam",
        "duplicacy",
        "arq",
        "backblaze",
        "carboncopycloner",
        "superduper",
    ]
)
"""Titles that exist to copy data away. rsync and tar do more than that, so that only a schedule tells on them."""
_QUIET = frozenset({"deja-dup", "timeshift"})
"""Come with desktops; their own switch says whether they are in use."""
_STOP = "Switch it off and remove what it keeps, or ask the security team for an exemption."


def judge_backups(sheet: FactSheet, *, subject: str) -> Verdict:
    """Return the verdict on backups, from schedules, the system's own backup and the tools installed."""
    return _answer(sheet).verdict(COMMITMENT, subject, rule=RULE, sheet=sheet)


def _read_all(sheet: FactSheet) -> str:
    if sheet.device.system is System.WINDOWS:
        return "Run `holdtrue check` as administrator to read them all."
    return "Run `sudo holdtrue check` to read them all."


def _answer(sheet: FactSheet) -> Answer:
    device = Settings(sheet, None)
    scheduled = device.effective("backup.schedules")
    own = _own(sheet)
    if scheduled is not None and not scheduled.is_unset:
        return about(Result.BROKEN, [scheduled, *own], fact=FACT, value=f"runs by schedule: {shown(scheduled)}", advice=_STOP)
    running = [fact for fact in own if truth(fact.value) is True or (number(fact.value) or 0) > 0]
    if running:
        names = ", ".join(f"{fact.name} ({fact.user})" if fact.user else fact.name for fact in running)
        return about(Result.BROKEN, running, fact=FACT, value=f"set up: {names}", advice=_STOP)
    listed = device.effective("backup.tools")
    tools = _tools(sheet, listed, has_quiet_answer=bool(own))
    whole = device.effective("backup.schedules-read")
    if scheduled is None or whole is None or truth(whole.value) is not True:
        missing = "; ".join(f"{one.what}: {one.why}" for one in sheet.unread if "schedule" in one.what or "crontab" in one.what)
        value = f"not every schedule could be read{f' ({missing})' if missing else ''}"
        value += f"; installed: {', '.join(tools)}" if tools else ""
        seen = _known(scheduled, whole, listed)
        return about(Result.UNPROVEN, seen, fact=FACT, value=value, advice=_read_all(sheet))
    if tools:
        value = f"{', '.join(tools)} is installed; nothing runs it by schedule, somebody may run it by hand"
        return about(
            Result.UNPROVEN,
            _known(scheduled, listed),
            fact=FACT,
            value=value,
            advice="Remove it, or ask the security team for an exemption.",
        )
    has_own = sheet.device.system in {System.MACOS, System.WINDOWS}
    if (has_own and not own) or (listed is None and sheet.software is None):
        missing = "whether the system's own backup is on" if has_own and not own else "which tools are installed"
        value = f"no schedule runs a backup; {missing} was not read"
        return about(Result.UNPROVEN, [scheduled], fact=FACT, value=value, advice="Run `holdtrue check` on the device.")
    return about(
        Result.HOLDS,
        _known(scheduled, listed, *own),
        fact=FACT,
        value="no backup tool is installed, and no timer or crontab runs one",
    )


def _own(sheet: FactSheet) -> list[Fact]:
    """Return what says whether the system's own backup is in use: Time Machine, File History, Déjà Dup."""
    names = {
        System.MACOS: ("com.apple.TimeMachine AutoBackup", "MobileSync backups"),
        System.WINDOWS: ("FileHistory configured", "wbadmin versions"),
    }.get(sheet.device.system, ("org.gnome.DejaDup periodic",))
    return [fact for name in names for fact in sheet.named(name)]


def _tools(sheet: FactSheet, listed: Fact | None, *, has_quiet_answer: bool) -> list[str]:
    told = [] if listed is None or listed.is_unset else listed.value
    named = {word.strip() for word in (told if isinstance(told, list) else text(told).split(","))}
    installed = {f"{one.name} {one.version}".strip() for one in sheet.software or () if one.name.lower() in TOOLS}
    every = sorted(named | installed)
    quiet = {name for name in every if has_quiet_answer and name.split(" ")[0] in _QUIET}
    return [name for name in every if name not in quiet]


def _known(*facts: Fact | None) -> list[Fact]:
    return [fact for fact in facts if fact is not None]
