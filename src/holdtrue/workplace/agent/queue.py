"""What waits to be told, and in which words: pure functions from one memory to the next."""

from dataclasses import replace
from datetime import datetime

from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import Stamp, change_out, difference, encoded, full_out, state_hash, unchanged_out

from .memory import Flight, Memory, Queued, after

MOST_QUEUED = 200
"""Looks that are kept while the server cannot be reached: at least two days of changes in every quarter of an hour."""
LARGEST_QUEUE = 4_000_000
"""Characters of all texts that wait, roughly: what a device keeps of its past is bounded."""


def noticed(memory: Memory, sheet: FactSheet) -> Memory:
    """Return the memory with this look at the device queued; one that saw nothing new only moves the time of the last."""
    at = sheet.collected_at
    before = _tail(memory)
    change = None if before is None else difference(before, sheet)
    if before is None or change is None:
        queued = Queued(at, sheet=sheet)
    elif change.is_nothing and before.unread == sheet.unread:
        queued = Queued(at)
    else:
        queued = Queued(at, change=change)
    is_repeat = queued == Queued(at) and len(_waiting(memory)) > 0 and memory.queue[-1] == Queued(memory.queue[-1].at)
    queue = (*memory.queue[:-1], queued) if is_repeat else (*memory.queue, queued)
    return _bounded(replace(memory, queue=queue, looked_at=at))


def _waiting(memory: Memory) -> tuple[Queued, ...]:
    """Return what is not on its way yet."""
    return memory.queue[1:] if memory.flight else memory.queue


def _tail(memory: Memory) -> FactSheet | None:
    state = memory.base
    for queued in memory.queue:
        state = after(state, queued)
    return state


def _bounded(memory: Memory) -> Memory:
    """Return the memory with its oldest looks made into one, until it is small enough; the newest keep their times."""
    while len(memory.queue) > MOST_QUEUED or (len(_waiting(memory)) > 1 and _size(memory) > LARGEST_QUEUE):
        sent = memory.queue[:1] if memory.flight else ()
        first, second, *rest = _waiting(memory)
        before = memory.base
        for queued in sent:
            before = after(before, queued)
        later = after(after(before, first), second)
        change = None if before is None else difference(before, later)
        merged = Queued(later.collected_at, sheet=later) if change is None else Queued(later.collected_at, change=change)
        memory = replace(memory, queue=(*sent, merged, *rest))
    return memory


def _size(memory: Memory) -> int:
    size = 0
    for queued in memory.queue:
        titles = [*(queued.sheet.software or ())] if queued.sheet else []
        facts = [*queued.sheet.facts] if queued.sheet else []
        if queued.change:
            titles += [*queued.change.added, *queued.change.removed]
            facts += queued.change.facts
        size += 200 * (len(titles) + len(facts)) + sum(len(str(fact.value)) for fact in facts)
    return size


def take_off(memory: Memory, *, key: str, at: datetime) -> Memory:
    """Return the memory with its first look on the way, numbered and written out; the same where one is on its way already."""
    if memory.flight is not None or not memory.queue:
        return memory
    head = memory.queue[0]
    stamp = Stamp(key, memory.sequence + 1, at)
    state = after(memory.base, head)
    if memory.base is None or head.sheet is not None:
        told = full_out(state, stamp)
    elif head.change is not None:
        told = change_out(head.change, stamp, base=state_hash(memory.base), state=state_hash(state), at=head.at)
    else:
        told = unchanged_out(stamp, base=state_hash(memory.base), at=head.at)
    return replace(memory, sequence=stamp.sequence, flight=Flight(stamp.sequence, encoded(told)))


def landed(memory: Memory, *, at: datetime, every: int) -> Memory:
    """Return the memory after the server has taken the report on its way."""
    head, *rest = memory.queue
    return replace(
        memory, base=after(memory.base, head), queue=tuple(rest), flight=None, failures=0, not_before=None, trouble="",
        delivered_at=at, every=every,
    )  # fmt: skip


def told_whole(memory: Memory) -> Memory:
    """Return the memory with its first look to be told whole, under a new number: the server does not know the state before."""
    head, *rest = memory.queue
    return replace(memory, queue=(Queued(head.at, sheet=after(memory.base, head)), *rest), flight=None)


def only_the_last(memory: Memory) -> Memory:
    """Return the memory with nothing queued but the newest state, whole: the server refuses what came before it."""
    state = _tail(memory)
    queue = () if state is None else (Queued(state.collected_at, sheet=state),)
    return replace(memory, base=None, queue=queue, flight=None)


def is_whole(memory: Memory) -> bool:
    """Whether the report that is on its way tells a whole state."""
    return bool(memory.queue) and memory.queue[0].sheet is not None
