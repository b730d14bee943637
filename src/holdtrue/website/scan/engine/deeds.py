"""Who did something, on which page, in which state, and what it is called where something was sent."""

from dataclasses import dataclass

from holdtrue.website.scan.engine import parties
from holdtrue.website.scan.engine.observations import State

LONGEST_URL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who did something, on which page, in which state."""

    state: State
    page: str
    by: str = ""
    via: str = ""
    where: str = ""
    chain: tuple[str, ...] = ()


def before(state: State) -> State:
    """Return what a visitor had chosen before."""
    return State.ACCEPTED if state is State.WITHDRAWN else State.NO_CHOICE


def sent_to(url: str) -> tuple[str, str]:
    """Return the host of an address, and host and path as what was sent there is named."""
    host = parties.host_of(url)
    path = url.split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0].partition("/")[2]
    return host, f"{host}/{path}"[:LONGEST_URL]
