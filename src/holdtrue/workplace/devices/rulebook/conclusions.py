"""What rules may speak of: the closed list of conclusions about a device, drawn from its raw facts by the checks.

`docs/reference/rules.md` lists them; a conclusion that no check draws, or that nobody describes, fails a test.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from holdtrue.workplace.facts import Fact

from .sorts import Sort, Value


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One conclusion about one device, with the facts that it rests on."""

    name: str
    value: Value
    """None where it is not known; lists and versions as `sorts` packs them."""
    says: str
    """In words: what was found, or why it is not known. Empty where another conclusion says it."""
    breaks: str = ""
    """The same where it breaks a rule; `says` where that is empty."""
    open: str = ""
    """The same where it is known and proves nothing; `says` where that is empty."""
    facts: tuple[Fact, ...] = ()
    place: str = ""
    """The desktop or system on which it is mended; empty for the device's own."""
    parts: tuple[str, ...] = ()
    """What it is about, each by the name under which somebody may consent to it: the titles of programs."""

    @property
    def observed_at(self) -> datetime | None:
        """Return when the oldest of its facts was read; None where it rests on none."""
        facts = self.facts
        if len(facts) <= 1:
            return facts[0].observed_at if facts else None
        return min(fact.observed_at for fact in facts)

    @property
    def is_fixed(self) -> bool | None:
        """Return whether policy fixes every fact it rests on; None where that was not asked."""
        asked = [fact.writable for fact in self.facts]
        return None if not asked or None in asked else not any(asked)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a conclusion means."""

    sort: Sort
    text: str
    is_lasting: bool = False
    """Whether it never grows old: which system a device runs does not become unknown by silence."""


_F, _N, _L, _T, _D, _V = Sort.FLAG, Sort.NUMBER, Sort.LIST, Sort.TEXT, Sort.DATE, Sort.VERSION

MEANINGS: Final[dict[str, Meaning]] = {
    "device.system": Meaning(_T, "`linux`, `macos`, `windows` or `other`", is_lasting=True),
    "device.release": Meaning(_T, "the system as it names itself", is_lasting=True),
    "os.name": Meaning(_T, "`debian`, `ubuntu`, `fedora` …, `macos`, `windows`", is_lasting=True),
    "os.version": Meaning(_V, "its version", is_lasting=True),
    "os.supported-until": Meaning(_D, "the last day on which its maker mends it", is_lasting=True),
    "desktop.names": Meaning(_L, "the desktops that run, as `places` of a fix name them"),
    "screen-lock.screen": Meaning(_F, "whether there is a screen to lock"),
    "screen-lock.never": Meaning(_F, "whether somebody's screen never locks by itself"),
    "screen-lock.soonest": Meaning(_N, "seconds before which somebody's screen certainly does not lock, grace included"),
    "screen-lock.latest": Meaning(_N, "seconds after which every screen is certainly locked, grace included"),
    "screen-lock.fixed": Meaning(_F, "whether policy fixes every setting that the lock rests on"),
    "screen-lock.on-suspend": Meaning(_F, "whether every screen is locked when the device sleeps"),
    "storage.mounted": Meaning(_L, "the removable volumes that are mounted"),
    "storage.used": Meaning(_L, "the removable volumes used since the report before"),
    "storage.blocked": Meaning(_F, "whether something keeps removable drives out"),
    "storage.automount": Meaning(_F, "whether a drive that is put in is mounted by itself"),
    "phone.connected": Meaning(_L, "phones, players and cameras that are connected (MTP, PTP)"),
    "phone.blocked": Meaning(_F, "whether something keeps phones out"),
    "backup.running": Meaning(_F, "whether a schedule or the system itself copies data away"),
    "backup.tools": Meaning(_L, "the backup tools that are installed"),
    "sync.clients": Meaning(_L, "the programs that are installed or run and copy files to a cloud storage"),
    "disk.encrypted": Meaning(_F, "whether the disk that the system and its data stand on is encrypted"),
    "disk.fixed": Meaning(_F, "whether policy keeps encryption from being switched off"),
    "management.enrolled": Meaning(_F, "whether a device management, or Holdtrue's own agent, manages it"),
    "management.approved": Meaning(
        _F, "whether the person approved the enrolment, or the company's purchase brought it (macOS)"
    ),
    "firewall.on": Meaning(_F, "whether the system's firewall is on"),
    "protection.on": Meaning(_F, "whether the protection against malware is on"),
    "protection.recent": Meaning(_F, "whether its signatures are recent"),
    "protection.detections": Meaning(_L, "malware that the system's own protection reports"),
    "integrity.on": Meaning(_F, "whether the system protects its own files (macOS), or confines programs (AppArmor, SELinux)"),
    "integrity.secure-boot": Meaning(_F, "whether only signed systems start"),
    "integrity.gatekeeper": Meaning(_F, "whether only signed programs start (macOS)"),
    "tampering.signs": Meaning(_L, "what somebody did to switch off the agent, the device management or the protection"),
    "network.promiscuous": Meaning(
        _L, "interfaces that read everybody's traffic, without those of bridges and virtual machines"
    ),
    "tools.scanners": Meaning(_L, "network scanners that are installed"),
    "tools.sniffers": Meaning(_L, "programs that capture traffic, as far as they are installed"),
    "tools.crackers": Meaning(_L, "password crackers that are installed"),
    "tools.attack": Meaning(_L, "attack frameworks that are installed"),
    "tools.sharing": Meaning(_L, "file-sharing programs that are installed"),
    "tools.remote": Meaning(_L, "remote-control programs that are installed"),
    "updates.automatic": Meaning(_F, "whether security updates install themselves"),
    "updates.security-pending": Meaning(_N, "how many security updates wait"),
    "updates.restart-needed": Meaning(_F, "whether an update waits for a restart"),
    "accounts.guest": Meaning(_F, "whether a guest may sign in"),
    "accounts.automatic": Meaning(_F, "whether somebody is signed in without a password when the device starts"),
    "accounts.empty-password": Meaning(_L, "accounts that may sign in without a password"),
    "remote.ssh-root": Meaning(_F, "whether root may sign in by SSH"),
    "remote.ssh-password": Meaning(_F, "whether SSH takes passwords"),
    "remote.desktop": Meaning(_F, "whether somebody may take over the screen from afar"),
}

SORTS: Final = {name: meaning.sort for name, meaning in MEANINGS.items()}
LASTING: Final = frozenset(name for name, meaning in MEANINGS.items() if meaning.is_lasting)
