"""How far a label can be trusted: by what the other sites call the same cookies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from classifier_lab.sources import Example

LEAST, CLEAR = 2, 0.7
"""From how many cookies of other sites, and from which share of one label among them, they say something."""
DOUBT, HALF = 0.3, 0.5
"""What a label counts that at most this share of the other sites give, where they are at least `LEAST`."""


def trusts(examples: Sequence[Example]) -> list[float]:
    """Return for each example how far its label is trusted, from 0 to 1; only the sites' can be doubted."""
    sites, shared = _of_sites(examples), _shares(examples)
    return [
        sites[one.group] * (DOUBT if _is_doubtful(one, shared[one.identity]) else 1.0) if one.source == "sites" else 1.0
        for one in examples
    ]


def _of_sites(examples: Iterable[Example]) -> dict[str, float]:
    """Return for each site the square of the share of its labels that the other sites give too, from 0 to 1.

    Every site begins with one label that others share, so that a site without common cookies is trusted.
    """
    here = [one for one in examples if one.source == "sites"]
    told: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for one in here:
        told[one.identity][one.label] += 1
    judged: dict[str, list[bool]] = defaultdict(lambda: [True])
    for one in here:
        others = told[one.identity] - Counter([one.label])
        count, most = others.total(), max(others.values(), default=0)
        if count >= LEAST and most >= CLEAR * count:
            judged[one.group].append(others[one.label] == most)
    return {site: (sum(judged[site]) / len(judged[site])) ** 2 for site in {one.group for one in here}}


def _shares(examples: Iterable[Example]) -> dict[tuple[str, str], dict[str, Counter[int]]]:
    """Return what each site calls a cookie, by the cookie: how often each label."""
    told: dict[tuple[str, str], dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for one in examples:
        if one.source == "sites":
            told[one.identity][one.group][one.label] += 1
    return told


def _is_doubtful(one: Example, told: dict[str, Counter[int]]) -> bool:
    """Whether enough other sites have a cookie and not more than half of them give it this label."""
    others = [counts for site, counts in told.items() if site != one.group]
    return len(others) >= LEAST and sum(counts[one.label] / counts.total() for counts in others) <= HALF * len(others)
