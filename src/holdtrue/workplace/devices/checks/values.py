"""Values as platforms spell them, and which of several spellings of one setting is in effect."""

import re
from collections.abc import Iterable
from datetime import timedelta

from holdtrue.workplace.facts import Fact, FactSheet, Source, Value, key, newest

LONGEST_READING = timedelta(hours=24)
"""A fact this much older than the report that carries it says nothing about the device as reported."""

_LARGEST = 1e100
"""A number beyond it says nothing, and sums of it would be none."""
_GVARIANT = re.compile(r"^(?:u?int(?:16|32|64)|byte|double)\s+")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zµ]*)")
_SPAN_SECONDS = {
    "": 1.0, "s": 1, "sec": 1, "second": 1, "seconds": 1, "ms": 0.001, "msec": 0.001, "us": 1e-6, "usec": 1e-6, "µs": 1e-6,
    "m": 60, "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400, "w": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip


def text(value: Value) -> str:
    """Return the value without the quotes that GVariant and shells put around it."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip().strip("'\"")


def number(value: Value) -> float | None:
    """Return the number, or None where the value is none: `uint32 300`, `0x384` and `'300'` are numbers, `true` is not."""
    if isinstance(value, bool) or value is None or isinstance(value, list):
        return None
    if isinstance(value, str):
        plain = _GVARIANT.sub("", text(value))
        try:
            found = float(int(plain, 16)) if plain.lower().startswith("0x") else float(plain)
        except (ValueError, OverflowError):
            return None
    else:
        found = float(value)
    return found if abs(found) < _LARGEST else None


def truth(value: Value) -> bool | None:
    """Return yes or no, or None where the value says neither."""
    word = text(value).lower()
    if word.startswith("0x") or _GVARIANT.match(word):
        found = number(word)
        word = "" if found is None else str(int(found))
    if word in {"true", "1", "yes", "on", "1.0"}:
        return True
    return False if word in {"false", "0", "no", "off", "0.0"} else None


def span(value: Value) -> float | None:
    """Return the seconds of a time span as systemd writes it (`15min`, `1h 30s`, `900`); `infinity` is None."""
    plain = number(value)
    if plain is not None:
        return plain
    word = text(value).lower()
    parts = _SPAN.findall(word)
    if not parts or _SPAN.sub("", word).strip() or any(unit not in _SPAN_SECONDS for _, unit in parts):
        return None
    seconds = sum(float(count) * _SPAN_SECONDS[unit] for count, unit in parts)
    return seconds if seconds < _LARGEST else None


class Settings:
    """The settings of one user (or of a device that names none), as they are in effect."""

    def __init__(self, sheet: FactSheet, user: str | None, *, alone: bool = False, is_managed: bool = False) -> None:
        """Read for this user.

        `alone` says that facts without a user can only be this user's; `is_managed` that policy binds wherever it is set.
        """
        self.sheet = sheet
        self.user = user
        self.alone = alone
        self.is_managed = is_managed

    def layers(self, name: str) -> list[Fact]:
        """Return every fresh fact of this name that speaks about this user."""
        return [fact for fact in self.sheet.named(name) if self._is_ours(fact) and self._is_fresh(fact)]

    def any_under(self, prefix: str) -> bool:
        """Whether anything below this name was read for this user."""
        return any(self._is_ours(fact) and self._is_fresh(fact) for _, fact in self.sheet.under(prefix))

    def sample(self, prefix: str) -> list[Fact]:
        """Return one fact from below this name, to say where it was read."""
        return [fact for _, fact in self.sheet.under(prefix) if self._is_ours(fact)][:1]

    def effective(self, name: str) -> Fact | None:
        """Return the fact that decides: a locked policy, what is in effect, the user's choice, the policy's, the default."""
        facts = self.layers(name)
        if not facts:
            return None
        locks = {key(lock) for fact in self.layers("dconf locks") for lock in _as_list(fact.value)}
        if any(text(fact.value).lower() == "false" for fact in self.layers("dconf compiled")):
            facts = [fact for fact in facts if fact.source is not Source.POLICY]
        locked = [fact for fact in facts if self._binds(fact, locks)]
        if locked:
            return newest(locked)
        for source in (Source.OBSERVED, Source.USER, Source.POLICY, Source.DEFAULT):
            found = newest(fact for fact in facts if fact.source is source)
            if found is not None and (not found.is_unset or source is Source.DEFAULT or len(facts) == 1):
                return found
        return newest(facts)

    def _is_ours(self, fact: Fact) -> bool:
        if fact.user is None:
            return self.user is None or fact.source is Source.POLICY or (self.alone and fact.source is not Source.DEFAULT)
        return fact.user == self.user

    def _binds(self, fact: Fact, locks: set[str]) -> bool:
        """Whether the fact is a policy that the user cannot override."""
        if "[$i]" in fact.name:
            return True
        if fact.source is not Source.POLICY:
            return False
        return self.is_managed or fact.writable is False or (fact.writable is None and key(fact.name) in locks)

    def _is_fresh(self, fact: Fact) -> bool:
        return self.sheet.collected_at - fact.observed_at <= LONGEST_READING


def _as_list(value: Value) -> Iterable[str]:
    return value if isinstance(value, list) else [word for word in re.split(r"[\s,;]+", text(value)) if word]
