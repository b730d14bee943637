"""What the worker does for the evidence log."""

from datetime import datetime

from holdtrue.evidence import actions


def sequence_and_sign(at: datetime) -> int:
    """Move what the office recorded into the log, sign the tree, and return how many entries moved."""
    moved = actions.sequence(at=at)
    actions.sign(at=at)
    return moved


def tidy(_: datetime) -> None:
    """Keep short what the log's database writes ahead of its tables."""
    actions.tidy()


def erase_what_is_due(at: datetime) -> int:
    """Erase identities that have passed their retention and return how many went."""
    return actions.erase_what_is_due(at=at)
