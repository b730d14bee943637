"""An agent that looks and tells without pause, to be killed: each look that was written down goes into a list."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from holdtrue.workplace.agent.reporting import Agent
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Source, System

folder, written = Path(sys.argv[1]), Path(sys.argv[2])


def look(_: Path) -> FactSheet:
    """Return a state that was never there before."""
    at = datetime.now(UTC)
    facts = (Fact("n", time.time_ns() // 1000, Source.OBSERVED, at), Fact("same", "x" * 2000, Source.OBSERVED, at))
    return FactSheet(Identity("LT-07", "LT-07", System.LINUX), at, facts, ())


agent = Agent(folder, look)
with written.open("a") as file:
    while True:
        memory = agent.look_now(at=datetime.now(UTC))
        state = memory.queue[-1].sheet or memory.queue[-1].change
        assert state is not None
        file.write(f"{next(fact.value for fact in state.facts if fact.name == 'n')}\n")
        file.flush()
        agent.tell(at=datetime.now(UTC))
