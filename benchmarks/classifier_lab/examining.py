"""Examines the classifier on what it has not seen: other sites, other names, other providers."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifier_lab.sources import LABELS, Example
from classifier_lab.training import MET, UNMET, Tables, shares
from holdtrue.website.knowledge import library

FOLDS = 5
WORTH = {"sites": 1.0, "csv": 0.3, "own": 0.8}
"""What one example of a source counts."""
FOREIGN = 0.15
"""What a cookie of the sites counts where rows of the CSV are judged: their labels follow other rules."""
LEAST_STEM = 3


class Held(StrEnum):
    """What an examination holds out."""

    SITES = "sites"
    NAMES = "names"
    PROVIDERS = "providers"


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to learn from, what each counts, and rows to be asked."""

    learnt: list[int]
    worth: list[float]
    asked: list[int]


def folds(examples: Sequence[Example], held: Held, *, seed: int) -> list[Fold]:
    """Return five folds; nothing of a held-out group is in what is learnt, from whichever source it comes."""
    judged = "csv" if held is Held.PROVIDERS else "sites"
    rows = [row for row, example in enumerate(examples) if example.source == judged]
    group = {row: examples[row].name if held is Held.NAMES else examples[row].group for row in rows}
    home = _dealt(Counter(group.values()), seed)
    return [_fold(examples, held, judged, [row for row in rows if home[group[row]] == number]) for number in range(FOLDS)]


def _dealt(sizes: Counter[str], seed: int) -> dict[str, int]:
    """Deal groups, in an order that the seed shuffles, each to the fold that holds least."""
    order = sorted(sizes)
    random.Random(seed).shuffle(order)
    home, filled = {}, [0] * FOLDS
    for group in order:
        home[group] = min(range(FOLDS), key=filled.__getitem__)
        filled[home[group]] += sizes[group]
    return home


def _fold(examples: Sequence[Example], held: Held, judged: str, asked: list[int]) -> Fold:
    names = set() if held is Held.SITES else {examples[row].name for row in asked}
    domains = {examples[row].item.domain for row in asked if examples[row].item.domain} if held is Held.PROVIDERS else set()
    out = set(asked)
    learnt = [
        row
        for row, example in enumerate(examples)
        if row not in out and (example.source == judged or not (_is_held(example, names) or example.item.domain in domains))
    ]
    return Fold(learnt, [_worth(examples[row], judged) for row in learnt], asked)


def _worth(example: Example, judged: str) -> float:
    if example.source == judged:
        return 1.0
    return FOREIGN if example.source == "sites" else WORTH[example.source]


def _is_held(example: Example, names: set[str]) -> bool:
    """Whether an example is a held-out name, or a pattern that covers one."""
    if example.name in names:
        return True
    return example.is_pattern and len(example.name) >= LEAST_STEM and any(name.startswith(example.name) for name in names)


def everything(examples: Sequence[Example]) -> Fold:
    """Return all examples as what the shipped model learns from."""
    return Fold(list(range(len(examples))), [WORTH[example.source] for example in examples], [])


@dataclass(frozen=True, slots=True)
class Result:
    """What a model answered for items that it had not seen."""

    scores: np.ndarray
    labels: np.ndarray
    is_seen: np.ndarray
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


def examined(tables: Tables, held: Held, *, seed: int) -> Result:
    """Return the answers of five models, each for the fifth that it had not seen."""
    scores, labels, seen = [], [], []
    for fold in folds(tables.examples, held, seed=seed):
        names = {tables.examples[row].name for row in fold.learnt}
        is_seen = np.array([tables.examples[row].name in names for row in fold.asked])
        said = np.zeros((len(fold.asked), 3))
        for recipe, here in ((MET, is_seen), (UNMET, ~is_seen)):
            if here.any():
                asked = tables.whole[np.array(fold.asked)[here]]
                said[here] = tables.fit(fold.learnt, fold.worth, recipe).scores(asked)
        scores.append(said)
        labels.append(tables.labels[fold.asked])
        seen.append(is_seen)
    return Result(np.concatenate(scores), np.concatenate(labels), np.concatenate(seen))


def plain_accuracy(examples: Sequence[Example], held: Held, *, seed: int) -> float:
    """Return what a plain logistic regression gets from pieces of name, domain and value's shape, of the same source alone."""
    right = total = 0
    texts = [f" {one.name} {one.item.domain if one.item.is_third else ''} {one.item.value_shape} " for one in examples]
    labels = np.array([example.label for example in examples])
    judged = "csv" if held is Held.PROVIDERS else "sites"
    for fold in folds(examples, held, seed=seed):
        learnt = [row for row in fold.learnt if examples[row].source == judged]
        view = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), min_df=2)
        table = view.fit_transform([texts[row] for row in learnt])
        model = LogisticRegression(C=10, max_iter=200).fit(table, labels[learnt])
        right += int((model.predict(view.transform([texts[row] for row in fold.asked])) == labels[fold.asked]).sum())
        total += len(fold.asked)
    return right / total


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
