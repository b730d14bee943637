"""The rules that count: those of the package, and those that the organisation adds in a folder of its own."""

import logging
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Final

from holdtrue.errors import Invalid

from .conclusions import SORTS
from .rule import Rule, Rulebook
from .rule_file import RuleFile, read_rules
from .yaml_marks import LARGEST, Mistake

log = logging.getLogger(__name__)
OWN: Final = Path(__file__).parents[1] / "data" / "rules"
MOST_FILES: Final = 200
SETTING: Final = "HOLDTRUE_RULES"
"""As `config` has it; read here too, because a check of one device loads no configuration."""


def rulebook(folder: Path | None = None) -> Rulebook:
    """Return every rule that counts; one with a mistake leaves unproven what it would judge, so that no report is lost to it.

    `folder` holds the organisation's own files; without it, the setting `HOLDTRUE_RULES` names it. A file that changes is read
    again, within a second.
    """
    # Asked several times for every report: within one second nothing is looked up twice.
    asked = (str(folder or os.environ.get(SETTING, "")), int(monotonic()))
    known = _newest.get("book")
    if known is not None and known[0] == asked:
        return known[1]
    book = _read(_stamped(folder or _told(), asked[1]))
    _newest["book"] = (asked, book)
    return book


_newest: dict[str, tuple[tuple[str, int], Rulebook]] = {}
"""What was asked last, and the rules that counted then."""


@lru_cache(maxsize=4)
def _stamped(folder: Path | None, _: int) -> tuple[tuple[Path, tuple[int, int]], ...]:
    return tuple((file, _stamp(file)) for file in (*_files(OWN), *(_files(folder) if folder else ())))


def files_that_count() -> list[Path]:
    """Return the files of rules that count: the package's, and the organisation's."""
    folder = _told()
    return [*_files(OWN), *(_files(folder) if folder else ())]


def _told() -> Path | None:
    named = os.environ.get(SETTING, "").strip()
    if not named:
        return None
    if not Path(named).is_dir():
        raise Invalid(f"{SETTING} names {named}, which is no directory.", hint="Make it, or name another.")
    return Path(named)


def _files(folder: Path) -> list[Path]:
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if len(found) > MOST_FILES:
        raise Invalid(f"{folder} holds {len(found)} files of rules; at most {MOST_FILES} are read.")
    return found


def _stamp(file: Path) -> tuple[int, int]:
    told = file.stat()
    return told.st_mtime_ns, told.st_size


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, tuple[int, int]], ...]) -> Rulebook:
    book, mistakes = gather(file for file, _ in files)
    if not mistakes:
        return book
    for mistake in mistakes:
        log.error("a rule has a mistake and leaves unproven what it would judge: %s", mistake)
    known = {rule.id for rule in book.rules}
    undecided = (rule for file, _ in files for rule in read_file(file).undecided if rule.id not in known)
    return Rulebook((*book.rules, *undecided))


def sound_rulebook() -> Rulebook:
    """Return every rule that counts; raises `Invalid` that names a mistake by file, line and column."""
    book, mistakes = gather(files_that_count())
    if mistakes:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise Invalid(f"{mistakes[0]}{more}", hint="`holdtrue rules check` lists every mistake.")
    return book


def gather(files: Iterable[Path]) -> tuple[Rulebook, list[Mistake]]:
    """Return the rules of these files, and everything that is wrong with them."""
    read = [(file, read_file(file)) for file in files]
    mistakes = [mistake for _, told in read for mistake in told.mistakes]
    off = {rule_id: (str(file), line) for file, told in read for rule_id, line in told.off}
    rules: dict[str, Rule] = {}
    seen: set[str] = set()
    for file, told in read:
        own_off = {rule_id for rule_id, _ in told.off}
        for rule in told.rules:
            seen.add(rule.id)
            # A file that switches a rule off may put its own in its place.
            if rule.id in off and rule.id not in own_off:
                continue
            if rule.id in rules and rules[rule.id].file != rule.file:
                before = rules[rule.id]
                message = f"The rule `{rule.id}` stands in {before.file}:{before.line} already."
                hint = f"Give it another id, or write `off: [{rule.id}]` to replace that one."
                mistakes.append(Mistake(str(file), rule.line, 1, message, hint))
                continue
            rules[rule.id] = rule
    for rule_id, (name, line) in off.items():
        if rule_id not in seen:
            mistakes.append(Mistake(name, line, 1, f"`off` names `{rule_id}`, which is no rule."))
    return Rulebook(tuple(rules.values())), mistakes


def read_file(file: Path) -> RuleFile:
    """Return what one file says, with its mistakes."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        return RuleFile((), (), (Mistake(str(file), 1, 1, f"The file cannot be read: {error.strerror}."),))
    return read_rules(content, str(file), SORTS)
