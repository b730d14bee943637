"""What is a reader's own: their devices, and how people call things."""

from dataclasses import dataclass, field

from holdtrue.accounts.rules import Reader


@dataclass(frozen=True, slots=True)
class Own:
    """The devices that a reader answers for."""

    devices: frozenset[str] = frozenset()
    """As subjects, such as `device/LT-07`."""
    names: dict[str, str] = field(default_factory=dict)
    """How people call a subject, where that is not its id."""


def own_of(reader: Reader) -> Own:  # noqa: ARG001 - the register of devices is being built
    """Return what belongs to this reader."""
    return Own()
