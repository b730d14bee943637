"""Hold what a scan says of a page against what is true of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from truth import BOTH, Truth

PARTIES = {"_count": "stats.counting.example", "follow_id": "ads.follow.example"}


@dataclass(frozen=True)
class Verdict:
    """What a scan made of one state of one page."""

    page: str
    state: str
    can_be: bool
    is_reached: bool
    steps: tuple[str, ...]
    why_not: str
    is_word_right: bool
    stands: frozenset[str]
    should_stand: frozenset[str]

    @property
    def is_right(self) -> bool:
        """Return whether it was brought about, and left what it should, exactly where it can be."""
        return self.is_reached == self.can_be and not self.is_false

    @property
    def is_missed(self) -> bool:
        """Return whether a person would have got there, and the scan says that it did not."""
        return self.can_be and not self.is_reached

    @property
    def is_false(self) -> bool:
        """Return whether it is told as reached and was not: no road leads there, or another was taken."""
        return self.is_reached and (not self.can_be or not self.is_word_right or self.stands != self.should_stand)

    @property
    def seen(self) -> int:
        """Return how many of the items that stand were seen."""
        return len(self.stands & self.should_stand) if self.is_reached and self.can_be else 0

    @property
    def due(self) -> int:
        """Return how many stand."""
        return len(self.should_stand) if self.is_reached and self.can_be else 0

    @property
    def extra(self) -> int:
        """Return how many are told that do not stand."""
        return len(self.stands - self.should_stand) if self.is_reached and self.can_be else 0

    def __str__(self) -> str:
        kind = "FALSELY ANSWERED" if self.is_false else "not answered" if self.is_missed else "right"
        stands = "" if self.stands == self.should_stand else f"; {sorted(self.stands)} stand, not {sorted(self.should_stand)}"
        road = "" if self.can_be else "; no road leads there"
        return f"{self.state:<9} {kind}: {' > '.join(self.steps) or '—'} ({self.why_not or 'told as reached'}){stands}{road}"


def judged(truth: Truth, told: Mapping[str, Any]) -> Iterator[Verdict]:
    """Yield a verdict for each state that takes an answer."""
    for state in ("accepted", "refused", "withdrawn"):
        answer = told["states"][state]
        steps = tuple(answer["steps"])
        last = steps[-1].strip().casefold() if steps else ""
        items = {
            one["name"]
            for one in told["observations"]
            if one["state"] == state and one["name"] in BOTH and not one["deleted"] and one["kind"] != "identifier"
        }
        parties = {
            item
            for one in told["observations"]
            for item, host in PARTIES.items()
            if one["state"] == state
            and one["domain"] == host
            and one["kind"] != "identifier"
            and item not in truth.stands(state)
        }
        yield Verdict(
            page=truth.name,
            state=state,
            can_be=truth.is_reachable(state),
            is_reached=answer["reached"],
            steps=steps,
            why_not=answer["why_not"] or "",
            is_word_right=last in {word.casefold() for word in truth.words.get(state, ())},
            stands=frozenset(items | parties),
            should_stand=frozenset(truth.stands(state)),
        )


STORED = {
    "before-consent",
    "after-refusal",
    "after-withdrawal",
    "not-deleted-after-withdrawal",
    "respawned-after-deletion",
    "wrong-category",
}


def accused(truth: Truth, told: Mapping[str, Any]) -> Iterator[str]:
    """Yield every finding that does the page wrong: that its package remembers an answer, or lacks what it has."""
    roads = {
        "no-way-to-withdraw": truth.is_reachable("withdrawn"),
        "no-refuse": truth.is_reachable("refused"),
        "banner-unanswerable": truth.is_reachable("accepted") and truth.is_reachable("refused"),
        "pre-ticked": not truth.is_ticked,
    }
    for one in told["findings"]:
        fault, subject = one["fault"], one["subject"]
        is_memory = fault in STORED and not any(name in subject for name in (*BOTH, "google"))
        is_linked = fault == "policy-page-unreachable" and subject.startswith(truth.url)
        if is_memory or is_linked or roads.get(fault, False):
            yield f"{fault}: {subject}: {one['evidence']}"
