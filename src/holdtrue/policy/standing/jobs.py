"""What the worker runs for standing."""

from datetime import datetime

from holdtrue.policy.standing.actions import mark_stale


def mark_what_went_stale(at: datetime) -> int:
    """Turn every verdict past its window into *unproven*; return how many."""
    return mark_stale(at=at)
