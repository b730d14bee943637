"""What the worker runs for software."""

from datetime import datetime

from holdtrue.workplace.software.inventories import judge_again


def judge_by_the_catalogue(at: datetime) -> int:
    """Hold inventories that an older catalogue judged against the present one, some at a time; return how many."""
    return judge_again(at=at)
