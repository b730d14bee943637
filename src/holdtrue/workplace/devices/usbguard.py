"""Whether USBGuard's rules let a USB drive in (usbguard-rules.conf(5))."""

import re
from fnmatch import fnmatchcase

STORAGE = ("08:06:50", "08:06:62")
"""Interfaces of USB drives: bulk-only transport, and UAS."""
_INTERFACES = re.compile(
    r"with-interface\s+(?:(all-of|one-of|none-of|equals|equals-ordered|match-all)\s*)?(?:\{([^}]*)\}|(\S+))"
)
_NAMES_ONE_DEVICE = re.compile(r"\b(?:id|hash|parent-hash|serial|name|via-port|label)\s")


def blocks_storage(rules: str, *, implicit: str = "block") -> bool | None:
    """Return whether no rule lets a USB drive in; None when a rule has a condition that only a device could answer.

    The first rule that matches decides, and `ImplicitPolicyTarget` where none does (usbguard-daemon.conf(5)).
    """
    for line in rules.splitlines():
        rule = line.partition("#")[0].strip()
        target = rule.partition(" ")[0]
        if target not in {"allow", "block", "reject"} or not _matches(rule):
            continue
        if target != "allow":
            if _NAMES_ONE_DEVICE.search(rule) or re.search(r"\bif\b", rule):
                continue
            return True
        return None if re.search(r"\bif\b", rule) else False
    return implicit in {"block", "reject"}


def _matches(rule: str) -> bool:
    """Whether some drive could meet the rule's interfaces; a rule without any speaks of every device it names."""
    found = _INTERFACES.search(rule)
    if found is None:
        # Allowing one keyboard by its id is no leave for drives.
        return not (rule.startswith("allow") and _NAMES_ONE_DEVICE.search(rule))
    operator = found[1] or "equals"
    patterns = (found[2] or found[3] or "").lower().split()
    hits = [any(fnmatchcase(interface, pattern) for interface in STORAGE) for pattern in patterns]
    if operator == "none-of":
        return not any(hits)
    return any(hits) if operator == "one-of" else bool(hits) and all(hits)
