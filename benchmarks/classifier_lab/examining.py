"""Examines the classifier on what it has not seen: other sites, other names, other providers."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifier_lab.sources import LABELS, Example
from classifier_lab.training import Tables, shares
from holdtrue.website.knowledge import library

FOLDS = 5
LEAST_STEM = 3


class Held(StrEnum):
    """What an examination holds out."""

    SITES = "sites"
    NAMES = "names"
    PROVIDERS = "providers"

    @property
    def judged(self) -> str:
        """The source whose examples are asked about."""
        return "csv" if self is Held.PROVIDERS else "sites"


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to learn from, and rows to be asked."""

    learnt: list[int]
    asked: list[int]


def folds(examples: Sequence[Example], held: Held, *, seed: int, count: int = FOLDS) -> list[Fold]:
    """Return the folds; nothing of a held-out group is in what is learnt, from whichever source it comes."""
    rows = [row for row, example in enumerate(examples) if example.source == held.judged]
    group = {row: examples[row].name if held is Held.NAMES else examples[row].group for row in rows}
    home = _dealt(Counter(group.values()), seed, count)
    return [_fold(examples, held, [row for row in rows if home[group[row]] == number]) for number in range(count)]


def _dealt(sizes: Counter[str], seed: int, count: int) -> dict[str, int]:
    """Deal groups, in an order that the seed shuffles, each to the fold that holds least."""
    order = sorted(sizes)
    random.Random(seed).shuffle(order)
    home, filled = {}, [0] * count
    for group in order:
        home[group] = min(range(count), key=filled.__getitem__)
        filled[home[group]] += sizes[group]
    return home


def _fold(examples: Sequence[Example], held: Held, asked: list[int]) -> Fold:
    names = set() if held is Held.SITES else {examples[row].name for row in asked}
    domains = {examples[row].item.domain for row in asked if examples[row].item.domain} if held is Held.PROVIDERS else set()
    out = set(asked)
    learnt = [
        row
        for row, example in enumerate(examples)
        if row not in out
        and (example.source == held.judged or not (_is_held(example, names) or example.item.domain in domains))
    ]
    return Fold(learnt, asked)


def _is_held(example: Example, names: set[str]) -> bool:
    """Whether an example is a held-out name, or a pattern that covers one."""
    if example.name in names:
        return True
    return example.is_pattern and len(example.name) >= LEAST_STEM and any(name.startswith(example.name) for name in names)


@dataclass(frozen=True, slots=True)
class Result:
    """What a model answered for items that it had not seen."""

    scores: np.ndarray
    labels: np.ndarray
    is_met: np.ndarray
    """Whether the item's name was among what was learnt."""

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return float((self.scores.argmax(axis=1) == self.labels).mean())

    @property
    def confusion(self) -> np.ndarray:
        """How many of each class (rows) were taken for which (columns)."""
        counts = np.zeros((3, 3))
        np.add.at(counts, (self.labels, self.scores.argmax(axis=1)), 1)
        return counts


def examined(tables: Tables, held: Held, *, seed: int, count: int = FOLDS) -> Result:
    """Return the answers of as many models as there are folds, each for the fold that it had not seen."""
    scores, labels, met = [], [], []
    for fold in folds(tables.examples, held, seed=seed, count=count):
        names = {tables.examples[row].name for row in fold.learnt}
        met.append(np.array([tables.examples[row].name in names for row in fold.asked]))
        scores.append(tables.fit(fold.learnt, held.judged).scores(tables.whole[fold.asked]))
        labels.append(tables.labels[fold.asked])
    return Result(np.concatenate(scores), np.concatenate(labels), np.concatenate(met))


def plain_accuracy(examples: Sequence[Example], held: Held, *, seed: int) -> float:
    """Return what a plain logistic regression gets from pieces of name, domain and value's shape, of the same source alone."""
    right = total = 0
    texts = [f" {one.name} {one.item.domain if one.item.is_third else ''} {one.item.value_shape} " for one in examples]
    labels = np.array([example.label for example in examples])
    for fold in folds(examples, held, seed=seed):
        learnt = [row for row in fold.learnt if examples[row].source == held.judged]
        view = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), min_df=2)
        table = view.fit_transform([texts[row] for row in learnt])
        model = LogisticRegression(C=10, max_iter=200).fit(table, labels[learnt])
        right += int((model.predict(view.transform([texts[row] for row in fold.asked])) == labels[fold.asked]).sum())
        total += len(fold.asked)
    return right / total


def agreement(examples: Sequence[Example]) -> tuple[int, float]:
    """Return how many cookies other sites have too, by name and domain, and how often their commonest label is this one's."""
    told: dict[tuple[str, str], dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for one in examples:
        if one.source == "sites":
            told[one.identity][one.group][one.label] += 1
    total, right = 0, 0.0
    for sites in told.values():
        whole = sum(sites.values(), Counter())
        for here in sites.values():
            others = whole - here
            commonest = [label for label, count in others.items() if count == max(others.values())]
            total += sum(here.values()) if others else 0
            right += sum(here[label] for label in commonest) / max(len(commonest), 1)
    return total, right / total


def looked_up(examples: Sequence[Example]) -> tuple[float, float]:
    """Return for how many cookies of the sites the package's look-up has an answer, and how often it is the label."""
    asked = [example for example in examples if example.source == "sites"]
    answers = [(library.lookup(one.item.name, domain=one.item.domain), one.label) for one in asked]
    known = [(LABELS[known.category], label) for known, label in answers if known]
    return len(known) / len(asked), sum(said == label for said, label in known) / len(known)


def calibration_error(scores: np.ndarray, labels: np.ndarray, *, bins: int = 10) -> float:
    """Return the expected calibration error: how far confidence and success are apart on average."""
    chances = shares(scores)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(abs(sure[place == one].mean() - right[place == one].mean()) * (place == one).mean() for one in np.unique(place))
    )


def macro_f1(result: Result) -> float:
    """Return the mean over the classes of the harmonic mean of precision and recall."""
    counts = result.confusion
    return float(np.mean(2 * np.diag(counts) / np.maximum(counts.sum(axis=0) + counts.sum(axis=1), 1)))
