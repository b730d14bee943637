"""A fact as a person reads it."""

from holdtrue.said import Said, said
from holdtrue.workplace.facts import Fact

from .values import text


def shown(fact: Fact | None) -> str:
    """Return the value as a person reads it."""
    if fact is None:
        return said("not read")
    return said("not set") if fact.is_unset else text(fact.value)


def is_so(name: str, fact: Fact | None) -> Said:
    """Return what a setting is, such as `lock-enabled is false`."""
    return said("%(name)s is %(value)s", name=name, value=shown(fact))


def is_odd(name: str, fact: Fact | None) -> Said:
    """Return what a setting is where nobody can tell what it means."""
    return said("%(what)s, which cannot be understood", what=is_so(name, fact))


def of_person(words: str, person: str | None) -> str:
    """Return what was found, with whose it is where it is somebody's."""
    sentence = words if isinstance(words, Said) else said(words)
    return said("%(what)s (%(whose)s)", what=sentence, whose=person) if person else sentence
