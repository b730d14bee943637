"""Whether a backup outside policy is set up (WB-STO-2, `device.backups`).

A backup that runs by schedule *breaks* the promise. A backup tool that nothing schedules may still be run by hand:
*unproven*. It *holds* where every place was read and there is neither.
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

COMMITMENT = "device.backups"

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


def judge_backups(sheet: FactSheet, *, subject: str) -> Verdict:
    """Return the verdict on backups, from schedules, the system's own backup and the tools installed."""
    from holdtrue.workplace.devices.rules import judge_commitment

    return judge_commitment(COMMITMENT, sheet, subject=subject)


def conclude_backups(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield whether a backup is set up to run, and which tools for it are installed."""
    device = Settings(sheet, None)
    own = _own(sheet)
    yield _running(sheet, device, own)
    listed = device.effective("backup.tools")
    if listed is None and sheet.software is None:
        yield Conclusion("backup.tools", None, "which backup tools are installed was not read")
        return
    tools = _tools(sheet, listed, has_quiet_answer=bool(own))
    by_hand = said("%(tools)s is installed; nothing runs it by schedule, somebody may run it by hand", tools=", ".join(tools))
    words = by_hand if tools else said("no backup tool is installed")
    yield Conclusion("backup.tools", packed(tools), words, facts=_known(listed))


def _running(sheet: FactSheet, device: Settings, own: list[Fact]) -> Conclusion:
    name = "backup.running"
    scheduled, whole = device.effective("backup.schedules"), device.effective("backup.schedules-read")
    if scheduled is not None and items_of(scheduled):
        return Conclusion(name, True, said("runs by schedule: %(what)s", what=shown(scheduled)), facts=(scheduled, *own))
    running = [fact for fact in own if truth(fact.value) is True or (number(fact.value) or 0) > 0]
    if running:
        names = ", ".join(f"{fact.name} ({fact.user})" if fact.user else fact.name for fact in running)
        return Conclusion(name, True, said("set up: %(names)s", names=names), facts=tuple(running))
    if scheduled is None or whole is None or truth(whole.value) is not True:
        missing = "; ".join(f"{one.what}: {one.why}" for one in sheet.unread if "schedule" in one.what or "crontab" in one.what)
        tell = (
            said("run `holdtrue check` as administrator")
            if sheet.device.system is System.WINDOWS
            else said("run `sudo holdtrue check`")
        )
        words = said("not every schedule could be read (%(why)s)", why=missing or tell)
        return Conclusion(name, None, words, facts=_known(scheduled, whole))
    if sheet.device.system in {System.MACOS, System.WINDOWS} and not own:
        words = said("no schedule runs a backup; whether the system's own backup is on was not read")
        return Conclusion(name, None, words, facts=_known(scheduled))
    return Conclusion(name, False, "no timer or crontab runs a backup", facts=_known(scheduled, *own))


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


def _known(*facts: Fact | None) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact is not None)
