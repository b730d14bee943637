"""KDE's configuration files: what is in effect where system and user files disagree (KConfig's cascade and `[$i]`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_KEY = re.compile(r"^([^=\[]+?)\s*((?:\[[^\]]*\])*)\s*(?:=\s*(.*))?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key's value in effect, where it stands, and whether the user may change it."""

    value: str
    file: str
    is_fixed: bool
    is_system: bool


def cascade(files: Iterable[tuple[str, str, bool]], group: str) -> dict[str, Entry]:
    """Return the keys of a group in effect, from files as (name, text, is the system's), the weakest first.

    An entry, group or file marked `[$i]` cannot be overridden by a later file; a key marked `[$d]` is set by none up to there.
    """
    found: dict[str, Entry] = {}
    is_group_fixed = False
    for name, content, is_system in files:
        if is_group_fixed:
            break
        entries, fixes_group = _entries(content, group)
        for key, (value, is_fixed) in entries.items():
            before = found.get(key)
            if before is not None and before.is_fixed:
                continue
            found.pop(key, None)
            if value is not None:
                found[key] = Entry(value, name, is_fixed or fixes_group, is_system)
        is_group_fixed = fixes_group
    if is_group_fixed:
        found = {key: Entry(entry.value, entry.file, is_fixed=True, is_system=entry.is_system) for key, entry in found.items()}
    return found


def _entries(content: str, group: str) -> tuple[dict[str, tuple[str | None, bool]], bool]:
    """Return the group's keys (None: taken away) with whether each is marked, and whether the group or whole file is."""
    entries: dict[str, tuple[str | None, bool]] = {}
    inside, is_file_fixed, is_group_fixed, is_first = False, False, False, True
    for raw in content.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if is_first and line == "[$i]":
                is_file_fixed = True
            else:
                name, marks = _header(line)
                inside = name == group
                is_group_fixed = is_group_fixed or (inside and "i" in marks)
        elif inside and (match := _KEY.match(line)):
            marks = match[2].partition("[$")[2]
            if match[3] is not None or "d" in marks:
                entries[match[1]] = (None if "d" in marks else match[3], "i" in marks)
        is_first = False
    return entries, is_file_fixed or is_group_fixed


def _header(line: str) -> tuple[str, str]:
    parts = re.findall(r"\[([^\]]*)\]", line)
    names = [part for part in parts if not part.startswith("$")]
    return "][".join(names), "".join(part for part in parts if part.startswith("$"))
