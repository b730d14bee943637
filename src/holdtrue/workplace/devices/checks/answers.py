"""A fact as a person reads it."""

from holdtrue.workplace.facts import Fact

from .values import text


def shown(fact: Fact | None) -> str:
    """Return the value as a person reads it."""
    if fact is None:
        return "not read"
    return "not set" if fact.is_unset else text(fact.value)
