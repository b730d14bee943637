"""What waits to be told: whatever happens between looks, the server ends up with what was seen, in order."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.workplace.agent import memory, queue
from holdtrue.workplace.agent.memory import Memory
from holdtrue.workplace.delivery import read_delivery
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System, Unread
from holdtrue.workplace.state import applied, state_hash

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = "0" * 32
LAPTOPS = [Identity("LT-07", name, System.LINUX) for name in ("LT-07", "LT-08")]

STATES = st.builds(
    lambda device, facts, titles, unread: FactSheet(
        device, NOON, tuple(Fact(name, number, Source.OBSERVED, NOON) for name, number in facts.items()),
        None if titles is None else tuple(Installed(title, "1", "deb") for title in sorted(titles)), tuple(Unread(one, "") for one in sorted(unread)),
    ),
    st.sampled_from(LAPTOPS), st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3),
    st.one_of(st.none(), st.sets(st.sampled_from(["bash", "zoom"]))), st.sets(st.sampled_from(["locks", "homes"])),
)  # fmt: skip
STEPS = st.lists(
    st.one_of(STATES, st.sampled_from(["tell", "lose the answer", "lose the report", "forget", "refuse"])), max_size=30
)


class Server:
    """A server that keeps the contract, in memory."""

    def __init__(self) -> None:
        self.state: FactSheet | None = None
        self.answers: dict[int, bytes] = {}
        self.history: list[str] = []

    def takes(self, body: bytes) -> str:
        told = read_delivery(body, at=NOON + timedelta(days=9))
        if told.stamp.sequence in self.answers:
            assert self.answers[told.stamp.sequence] == body, "one number, one report"
            return "taken"
        assert told.stamp.sequence > max(self.answers, default=0)
        if told.sheet is None and (self.state is None or told.base != state_hash(self.state)):
            return "full"
        before = self.state
        self.state = told.sheet or before
        if told.change is not None and before is not None:
            self.state = applied(before, told.change, at=told.collected_at)
            assert state_hash(self.state) == told.state
        self.answers[told.stamp.sequence] = body
        assert self.state is not None
        self.history.append(state_hash(self.state))
        return "taken"


def tell(kept: Memory, server: Server, trouble: str = "") -> Memory:
    """Send until the queue is empty, or once in trouble."""
    while kept.queue:
        kept = queue.take_off(kept, key=KEY, at=NOON)
        assert kept.flight is not None
        if trouble == "lose the report":
            return kept
        if trouble == "refuse":
            return queue.only_the_last(kept)
        said = server.takes(kept.flight.body)
        if trouble == "lose the answer":
            return kept
        kept = queue.landed(kept, at=NOON, every=900) if said == "taken" else queue.told_whole(kept)
    return kept


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_the_server_ends_up_with_what_was_seen_in_order(steps):
    server, kept = Server(), Memory()
    seen: list[str] = []
    refused = False
    for minute, step in enumerate(steps):
        if isinstance(step, FactSheet):
            kept = queue.noticed(kept, replace(step, collected_at=NOON + timedelta(minutes=minute)))
            seen.append(state_hash(step))
        elif step == "forget":
            server.state = None
        else:
            refused = refused or step == "refuse"
            kept = tell(kept, server, "" if step == "tell" else step)
        # A crash at any point: what is on the disk is what is remembered.
        assert memory._memory_in(json.loads(json.dumps(memory._memory_out(kept)))) == kept
    tell(kept, server)

    if seen:
        assert server.history[-1] == seen[-1]
    if not refused:
        assert without_repeats(server.history) == without_repeats(seen)


def without_repeats(hashes: list[str]) -> list[str]:
    return [one for place, one in enumerate(hashes) if place == 0 or hashes[place - 1] != one]


def test_a_queue_of_large_states_is_bounded_too():
    kept = Memory()
    for number in range(30):
        titles = tuple(Installed(f"{number}-{title}", "1", "deb") for title in range(1000))
        kept = queue.noticed(kept, FactSheet(LAPTOPS[0], NOON + timedelta(minutes=number), (), titles))

    assert len(kept.queue) < 30
    assert queue._size(kept) <= queue.LARGEST_QUEUE
