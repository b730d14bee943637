"""What the worker runs for devices."""

from datetime import datetime

from holdtrue.workplace.devices import sweeps
from holdtrue.workplace.devices.folding import let_go_of_bodies, let_go_of_states
from holdtrue.workplace.devices.rulebook.book import rulebook


def let_go_of_what_is_old(at: datetime) -> int:
    """Let go of what devices said whose time has passed; return how many reports and states that were."""
    return let_go_of_bodies(at=at) + let_go_of_states(at=at)


def conclude_of_all(at: datetime) -> int:
    """Keep what is concluded of devices of which nothing is kept yet; return how many."""
    del at
    return sweeps.fill(rulebook())
