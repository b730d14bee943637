"""What a device told, kept as it is hashed: each fact in its one JSON form, so that a change writes what it touches.

A state is hashed over the same bytes as by `workplace.state`, whose encoder an agent carries. Facts become objects again
where somebody asks for them, by their names: a change that nothing looks at makes none.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec

from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, Unread, Value, key
from holdtrue.workplace.state import Change, device_out, fact_out, in_one_form, moment

_BETWEEN: Final = "\0"
"""Parts what facts are sorted by: no text that is kept has it, and it comes before every character that one has."""
_LONG: Final = 30_000
"""Characters of the places of a device's facts, beyond which nothing is remembered of them: usual are a third of that."""


class _Fact(msgspec.Struct):
    """A fact with its fields in the order of the one JSON form, which is that of the alphabet."""

    name: str
    origin: str
    source: Source
    user: str | None
    value: Value
    writable: bool | None


_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_FACT: Final = msgspec.json.Decoder(Fact)
_FACTS: Final = msgspec.json.Decoder(tuple[Fact, ...])


@dataclass(frozen=True, slots=True)
class Told:
    """Facts, each in its one JSON form, in the order in which the device told them."""

    places: tuple[str, ...]
    """Name, user and source of each."""
    texts: tuple[bytes, ...]
    times: Mapping[int, datetime] = field(default_factory=dict)
    """When those were observed that were not observed when all were collected, by their place in the order."""

    def after(self, change: Change, *, at: datetime) -> "Told":
        """Return the facts after a change that was collected at this time: what did not change was seen again."""
        come = told_of(change.facts, at=at)
        replaced = {place.rpartition(_BETWEEN)[0] for place in come.places}
        replaced.update(_place(name, user) for name, user in change.gone)
        leave = [(place, number) for number, place in enumerate(self.places) if place.rpartition(_BETWEEN)[0] in replaced]
        go = dict(leave)
        if len(come.places) == len(leave) == len(go) == len(replaced) and go.keys() == set(come.places):
            return self._with(come, [go[place] for place in come.places])
        stay = [number for number, place in enumerate(self.places) if place.rpartition(_BETWEEN)[0] not in replaced]
        return Told(
            (*(self.places[number] for number in stay), *come.places),
            (*(self.texts[number] for number in stay), *come.texts),
            {number + len(stay): when for number, when in come.times.items()},
        )

    def _with(self, come: "Told", numbers: Sequence[int]) -> "Told":
        """Return the same facts with others in these places: as many, of the same names."""
        texts = list(self.texts)
        for number, text in zip(numbers, come.texts, strict=True):
            texts[number] = text
        return Told(self.places, tuple(texts), {numbers[number]: when for number, when in come.times.items()})

    def hash(self, device: Identity, software: str | None) -> str:
        """Return the SHA-256, in hex, of the state of a device that has these facts, and software of this hash."""
        facts = b",".join(text for _, text in sorted(set(zip(self.places, self.texts, strict=True))))
        body = b'{"device":%b,"facts":[%b],"software":%b}' % (_one_form(device_out(device)), facts, _ENCODER.encode(software))
        return hashlib.sha256(body).hexdigest()

    @property
    def numbers(self) -> Mapping[str, Sequence[int]]:
        """Where the facts of each name stand, by its one spelling."""
        return _sorted(self.places) if sum(map(len, self.places)) <= _LONG else _sorted.__wrapped__(self.places)

    def fact(self, number: int, *, at: datetime) -> Fact:
        """Return one of them; what has no time of its own was observed at this time."""
        return _FACT.decode(_timed(self.texts[number], self.times.get(number, at)))

    def facts(self, *, at: datetime) -> tuple[Fact, ...]:
        """Return all of them."""
        last = _tail(at)
        texts = [
            _timed(text, self.times[number]) if number in self.times else text[:-1] + last
            for number, text in enumerate(self.texts)
        ]
        return _FACTS.decode(b"[%b]" % b",".join(texts))


def told_of(facts: Iterable[Fact], *, at: datetime | None = None) -> Told:
    """Return these facts, collected at this time, as they are kept; without it each has its own."""
    some = tuple(facts)
    return Told(
        tuple(f"{_place(fact.name, fact.user)}{_BETWEEN}{fact.source.value}" for fact in some),
        tuple(map(_text, some)),
        {number: fact.observed_at for number, fact in enumerate(some) if fact.observed_at != at},
    )


@lru_cache(maxsize=500)
def _sorted(places: tuple[str, ...]) -> Mapping[str, Sequence[int]]:
    """Return the numbers of places by the one spelling of their names; remembered, since devices of a sort tell alike."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        found[key(place.partition(_BETWEEN)[0])].append(number)
    return dict(found)


class Kept(FactSheet):
    """A sheet of facts as they are kept; those that nobody asks for are not read."""

    __slots__ = ("_every", "_known", "_where", "told")
    told: Told
    _where: Mapping[str, Sequence[int]] | None
    _known: dict[int, Fact]
    _every: tuple[Fact, ...] | None

    def __init__(  # noqa: PLR0913, PLR0917 - the fields of a sheet
        self,
        device: Identity,
        collected_at: datetime,
        told: Told,
        software: tuple[Installed, ...] | None,
        unread: tuple[Unread, ...],
        collector: str,
    ) -> None:
        """Hold these facts with the few titles that they are judged with."""
        given = {
            "device": device, "collected_at": collected_at, "software": software, "unread": unread, "collector": collector,
            "is_whole": False, "told": told, "_known": {}, "_every": None, "_where": None,
        }  # fmt: skip
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact."""
        if self._every is None:
            object.__setattr__(self, "_every", self.told.facts(at=self.collected_at))
        return self._every or ()

    @property
    def older(self) -> Iterator[Fact]:
        """The facts that were not observed when all were collected."""
        return map(self._fact, self.told.times)

    def seen_again(self, *, at: datetime) -> "Kept":
        """Return the sheet of a device that said at this time that nothing changed."""
        told = Told(self.told.places, self.told.texts)
        return Kept(self.device, at, told, self.software, self.unread, self.collector)

    def among(self, names: AbstractSet[str]) -> AbstractSet[str]:
        """Return those of these names, in their one spelling, that a fact has."""
        return self._numbers.keys() & names

    def named(self, name: str) -> list[Fact]:
        """Return every fact with this name, whatever its spelling."""
        return [self._fact(number) for number in self._numbers.get(key(name), ())]

    def under(self, prefix: str) -> Iterator[tuple[str, Fact]]:
        """Yield the facts whose name begins with these words, as (rest of the canonical name, fact)."""
        start = key(prefix) + "."
        for name, numbers in self._numbers.items():
            if name.startswith(start):
                for number in numbers:
                    yield name[len(start) :], self._fact(number)

    @property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        if self._where is None:
            object.__setattr__(self, "_where", self.told.numbers)
        return self._where or {}

    def _fact(self, number: int) -> Fact:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self.told.fact(number, at=self.collected_at)
        return known


def _place(name: str, user: str | None) -> str:
    return f"{name}{_BETWEEN}{user or ''}"


def _text(fact: Fact) -> bytes:
    """Return the one JSON form of a fact; in the agent's own way where another encoder might write something else."""
    if isinstance(fact.value, float):
        return in_one_form(fact_out(fact))
    try:
        return _ENCODER.encode(_Fact(fact.name, fact.origin, fact.source, fact.user, fact.value, fact.writable))
    except (UnicodeEncodeError, OverflowError):
        return in_one_form(fact_out(fact))


def _one_form(told: Mapping[str, object]) -> bytes:
    try:
        return _ENCODER.encode(told)
    except UnicodeEncodeError:
        return in_one_form(told)


def _timed(text: bytes, at: datetime) -> bytes:
    return text[:-1] + _tail(at)


def _tail(at: datetime) -> bytes:
    return b',"observed_at":"%b"}' % moment(at).encode()
