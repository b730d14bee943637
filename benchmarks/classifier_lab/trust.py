"""How far the labels of a site can be trusted: by what the other sites call the same cookies."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from classifier_lab.sources import Example

LEAST, CLEAR = 2, 0.7
"""From how many cookies of other sites, and from which share of one label among them, they say something."""


def trusts(examples: Iterable[Example]) -> dict[str, float]:
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
