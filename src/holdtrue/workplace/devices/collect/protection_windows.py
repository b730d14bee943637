"""How Windows protects itself: one PowerShell script asks for all of it, since starting PowerShell is what costs."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdtrue.workplace.facts import Value

from .machine import Machine, Notebook
from .removable import LOOKS_BACK

_VALUES = {
    "bitlocker": "(Get-CimInstance -Namespace root/CIMV2/Security/MicrosoftVolumeEncryption Win32_EncryptableVolume"
    " -Filter \"DriveLetter='$env:SystemDrive'\").ProtectionStatus",
    "defender": "Get-MpComputerStatus | Select-Object RealTimeProtectionEnabled,AntivirusSignatureAge,IsTamperProtected",
    "secureboot": "Confirm-SecureBootUEFI",
    "restart": r"Test-Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'",
    "guest": "[bool](Get-LocalUser | Where-Object { $_.SID -like '*-501' }).Enabled",
}
_LISTS = {
    "products": "Get-CimInstance -Namespace root/SecurityCenter2 AntiVirusProduct | Select-Object displayName,productState",
    "threats": "Get-MpThreat | Where-Object IsActive | ForEach-Object ThreatName",
    "firewall": "Get-NetFirewallProfile -PolicyStore ActiveStore | ForEach-Object { [int]$_.Enabled }",
    # What carries the traffic of Hyper-V's machines (vms_pp) reads everybody's by design.
    "promiscuous": "$carries = @(Get-NetAdapterBinding -ComponentID vms_pp | Where-Object Enabled | ForEach-Object Name);"
    " Get-NetAdapter -Physical | Where-Object { $_.PromiscuousMode -and $carries -notcontains $_.Name } | ForEach-Object Name",
    "phones": "Get-PnpDevice -Class WPD -PresentOnly | Where-Object { $_.InstanceId -like 'USB\\*' }"
    " | ForEach-Object FriendlyName",
    "drives": "Get-PnpDevice -Class DiskDrive | Where-Object { $_.InstanceId -like 'USBSTOR\\*' } | ForEach-Object {"
    " $d = ($_ | Get-PnpDeviceProperty DEVPKEY_Device_LastArrivalDate).Data;"
    " @{ name = $_.FriendlyName; at = $d.ToUniversalTime().ToString('o') } }",
}
SCRIPT = "\n".join(
    [
        "$ErrorActionPreference = 'Stop'; $o = @{}",
        *(f"try {{ $o.{name} = & {{ {question} }} }} catch {{ }}" for name, question in _VALUES.items()),
        # Without @( ) PowerShell writes a list of nothing as null.
        *(f"try {{ $o.{name} = @(& {{ {question} }}) }} catch {{ }}" for name, question in _LISTS.items()),
        "$o | ConvertTo-Json -Depth 4 -Compress",
    ]
)
_IS_ON = 0x1000
"""The bit of `productState` that says that a product protects now."""
_RECENT_DAYS = 7


def collect_protection_windows(machine: Machine, notebook: Notebook) -> None:
    """Note what protects this machine and what of it is off; what PowerShell could not tell is listed."""
    told = answers(machine.run("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", SCRIPT, patience=60.0) or "")
    for name in (*_VALUES, *_LISTS):
        if name not in told:
            notebook.miss(f"{name} of Windows", "PowerShell gave no answer; run as administrator")
    for name, (fact, value) in facts(told, at=notebook.at).items():
        notebook.note(fact, value, f"PowerShell: {name}")
    listed = machine.run("reg", "query", r"HKLM\SOFTWARE\Microsoft\Enrollments", "/s", patience=30.0)
    if listed is None:
        notebook.miss("enrolment with a device management", "the registry gave no answer")
    else:
        notebook.note("mdm.enrolled", is_enrolled(listed), r"reg query HKLM\SOFTWARE\Microsoft\Enrollments")


def answers(text: str) -> dict[str, Any]:
    """Return the script's answers by question; empty where there is none. A list of nothing is one, null is no answer."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return {name: value for name, value in told.items() if value is not None} if isinstance(told, dict) else {}


def facts(told: Mapping[str, Any], *, at: datetime) -> dict[str, tuple[str, Value]]:
    """Return what the answers mean, as fact and value, by the question that each answers."""
    found: dict[str, tuple[str, Value]] = {}
    for name, fact in (("secureboot", "secure-boot"), ("restart", "updates.restart-needed"), ("guest", "accounts.guest")):
        if isinstance(told.get(name), bool):
            found[name] = (fact, told[name])
    lists = {"threats": "protection.detections", "promiscuous": "network.promiscuous", "phones": "phones.connected"}
    for name, fact in lists.items():
        if name in told:
            found[name] = (fact, sorted(str(one) for one in _list(told[name])))
    if isinstance(told.get("bitlocker"), int):
        found["bitlocker"] = ("bitlocker protection-status", told["bitlocker"])
    if "firewall" in told:
        profiles = _list(told["firewall"])
        found["firewall"] = ("firewall.on", bool(profiles) and all(one == 1 for one in profiles))
    if "drives" in told:
        found["drives"] = ("storage.used", sorted(_used(_list(told["drives"]), at=at)))
    return found | _malware(told)


def _malware(told: Mapping[str, Any]) -> dict[str, tuple[str, Value]]:
    """Return what protects against malware: Windows' own, and whatever the security centre knows of."""
    found: dict[str, tuple[str, Value]] = {}
    defender = told.get("defender")
    if isinstance(defender, dict):
        found["defender"] = ("defender real-time-protection", defender.get("RealTimeProtectionEnabled") is True)
        found["defender tamper"] = ("defender tamper-protection", defender.get("IsTamperProtected") is True)
        age = defender.get("AntivirusSignatureAge")
        if isinstance(age, int):
            found["defender signatures"] = ("defender signatures-recent", age <= _RECENT_DAYS)
    products = [one for one in _list(told.get("products")) if isinstance(one, dict)]
    states = [one["productState"] for one in products if isinstance(one.get("productState"), int)]
    if states:
        found["products"] = ("protection.on", any(state & _IS_ON for state in states))
    return found


def _list(value: Any) -> list[Any]:
    # PowerShell writes a list of one as the one.
    return value if isinstance(value, list) else [] if value is None else [value]


def _used(rows: list[Any], *, at: datetime) -> list[str]:
    found = []
    for row in rows:
        try:
            arrived = datetime.fromisoformat(re.sub(r"\.\d+", "", str(row["at"]))).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            continue
        if timedelta(0) <= at - arrived <= LOOKS_BACK:
            found.append(f"{row.get('name') or 'drive'} at {arrived:%Y-%m-%d %H:%M} UTC")
    return found


def is_enrolled(text: str) -> bool:
    """Return whether an enrolment in the registry is one with a device management that is active (EnrollmentState 1)."""
    for block in re.split(r"\n(?=HKEY_)", text):
        state = re.search(r"EnrollmentState\s+REG_DWORD\s+0x1\b", block)
        if (
            state
            and re.search(r"DiscoveryServiceFullURL\s+REG_SZ\s+\S", block)
            and re.search(r"ProviderID\s+REG_SZ\s+\S", block)
        ):
            return True
    return False
