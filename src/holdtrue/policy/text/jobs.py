"""What the worker runs for published texts."""

from datetime import datetime

from holdtrue.policy.text import actions


def judge_what_is_in_force(at: datetime) -> int:
    """Let the standing follow a version whose date has come; return how many policies it changed for."""
    return actions.judge_what_is_in_force(at=at)
