"""Fits the classifier: a committee of linear models over the marks of an item, added up into one table of whole numbers."""

import gzip
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from classifier_lab.committee import COMMITTEE, Recipe
from classifier_lab.sources import ESSENTIAL, Example, digest_of_marks
from classifier_lab.trust import trusts
from holdtrue.website.knowledge.classifier import FORMAT, VERSION, Model, Source, Weight
from holdtrue.website.knowledge.features import Unknown, marks_of

FACT, GRAM, HOST = "f ", "g ", "h "
GRAMS, HOST_GRAMS = 2.0, 1.5
"""What all pieces of a name, and all of a domain, count together."""
RARE = 2
"""A mark that fewer items carry is not learnt."""
SCALE = 1 / 512
ROUNDS, NEAR = 40, 1e-1
"""How long a member looks for its weights, and how near to the best they have to be."""
PREFERENCE_STRENGTH = 0.2
"""Inverse of the ridge penalty of the softmax that parts preferences from what is necessary."""
SORTS_OF = {
    "name": "identity",
    "parts": "sequence", "first": "sequence", "last": "sequence", "ideas": "sequence",
    "long": "look", "underscore": "look", "underscores": "look", "capitals": "look",
    "kept": "life", "days": "life", "minutes": "life",
    "http-only": "flags", "secure": "flags", "same-site": "flags",
}  # fmt: skip
"""Which sort a mark belongs to, by its first word, where that is not the sort itself."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What the scores are multiplied with, so that confidences come true as often as they say."""

    met: float
    """Where the name was met while learning."""
    unmet: float

    def applied(self, scores: np.ndarray, is_met: np.ndarray) -> np.ndarray:
        """Return scores as the product uses them."""
        return scores * np.where(is_met, self.met, self.unmet)[:, None]


@dataclass(frozen=True, slots=True)
class Fit:
    """A linear model: its score for a class is the bias and the weights of an item's marks."""

    weights: np.ndarray
    """One row for each class, one column for each mark."""
    bias: np.ndarray

    def scores(self, table: csr_matrix) -> np.ndarray:
        """Return the score of every class for every item."""
        return table @ self.weights.T + self.bias


@dataclass(frozen=True, slots=True)
class Lesson:
    """What all members learn from; each weighs it in its own way."""

    table: csr_matrix
    labels: np.ndarray
    rows: list[tuple[str, str]]
    """The source of each row, and whether it is an example as it is (`whole`), `blank` or `bare`."""
    trust: np.ndarray
    """How far the label of each row is trusted, from 0 to 1."""

    def worth(self, recipe: Recipe, judged: str) -> np.ndarray:
        """Return what each row counts for a member."""
        return np.array([recipe.worth(source, copy, judged) for source, copy in self.rows]) * self.trust


class Tables:
    """All examples as sparse matrices over one vocabulary; a mark that only held-out items carry never gets a weight."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Count the marks and lay out the matrices: whole, and without value and flags."""
        self.examples = examples
        self.labels = np.array([example.label for example in examples])
        entries = [origin_of(example.item) if example.is_host else entries_of(example.item) for example in examples]
        counted = Counter(mark for entry in entries for mark, _ in entry)
        self.marks = sorted(mark for mark, count in counted.items() if count >= RARE)
        self.sorts = [sort_of(mark) for mark in self.marks]
        self._column = {mark: column for column, mark in enumerate(self.marks)}
        self.whole = self.table(entries)
        self.bare = self.table([entries_of(stripped(example.item)) for example in examples])

    def table(self, entries: Iterable[Sequence[tuple[str, float]]]) -> csr_matrix:
        """Return marks and their values as a matrix."""
        ends, columns, values = [0], [], []
        for entry in entries:
            known = [(column, value) for mark, value in entry if (column := self._column.get(mark)) is not None]
            columns += [column for column, _ in known]
            values += [value for _, value in known]
            ends.append(len(columns))
        found = csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(self.marks)))
        found.sum_duplicates()
        return found

    def fit(self, rows: Sequence[int], judged: str, committee: Sequence[Recipe] = COMMITTEE) -> Fit:
        """Return the mean of what the members learn from these rows, in whole numbers; the same rows give the same model.

        `judged` is the source whose examples the model will be asked about.
        """
        lesson = self._lesson(rows)
        members = [self._member(lesson, recipe, judged) for recipe in committee]
        weights = np.mean([one.weights for one in members], axis=0)
        return Fit(whole(weights), whole(np.mean([one.bias for one in members], axis=0)))

    def _lesson(self, rows: Sequence[int]) -> Lesson:
        """Return the rows, and those of the sites twice more: without the name's identity, and without value and flags."""
        sites = [row for row in rows if self.examples[row].source == "sites"]
        nameless = scaled(self.whole[sites], np.array([float(sort != "identity") for sort in self.sorts]))
        learnt, trust = [*rows, *sites, *sites], dict(zip(rows, trusts([self.examples[row] for row in rows]), strict=True))
        return Lesson(
            vstack([self.whole[rows], nameless, self.bare[sites]]).tocsr(),
            self.labels[learnt],
            [(self.examples[row].source, "whole") for row in rows]
            + [("sites", "blank")] * len(sites)
            + [("sites", "bare")] * len(sites),
            np.array([trust[row] for row in learnt]),
        )

    def _member(self, lesson: Lesson, recipe: Recipe, judged: str) -> Fit:
        """Return the weights that make a squared hinge small, one class against the rest."""
        scales = np.array([recipe.scales[sort] for sort in self.sorts])
        model = LinearSVC(C=recipe.strength, dual=True, max_iter=ROUNDS, tol=NEAR, random_state=0)
        found = model.fit(scaled(lesson.table, scales), lesson.labels, sample_weight=lesson.worth(recipe, judged))
        weights = found.coef_ * scales
        return Fit(weights - weights.mean(axis=0), found.intercept_ - found.intercept_.mean())


def scaled(table: csr_matrix, scales: np.ndarray) -> csr_matrix:
    """Return a matrix with each column multiplied by its own factor."""
    found = table.copy()
    found.data = found.data * scales[found.indices]
    return found


def whole(numbers: np.ndarray) -> np.ndarray:
    """Return numbers as the model's file can hold them."""
    return np.rint(numbers / SCALE) * SCALE


def stripped(item: Unknown) -> Unknown:
    """Return an item as a scan of storage knows it: without value and flags."""
    return replace(item, value_shape="", http_only=None, secure=None, same_site="")


def entries_of(item: Unknown) -> list[tuple[str, float]]:
    """Return the marks of an item with what each counts."""
    marks = marks_of(item)
    entries = [(FACT + fact, 1.0) for fact in marks.facts]
    for prefix, pieces, worth in ((GRAM, marks.grams, GRAMS), (HOST, marks.host_grams, HOST_GRAMS)):
        entries += [(prefix + piece, worth / math.sqrt(len(pieces))) for piece in pieces]
    return entries


def origin_of(item: Unknown) -> list[tuple[str, float]]:
    """Return the marks of an item's domain alone."""
    return [(mark, worth) for mark, worth in entries_of(item) if mark == f"{FACT}domain {item.domain}" or mark.startswith(HOST)]


def sort_of(mark: str) -> str:
    """Return which marks a mark is scaled with; `identity` names the item itself."""
    if not mark.startswith(FACT):
        return "pieces" if mark.startswith(GRAM) else "host pieces"
    word, _, rest = mark.removeprefix(FACT).partition(" ")
    return "identity" if word == "domain" and " name " in rest else SORTS_OF.get(word, word)


def fit_preferences(tables: Tables) -> Fit:
    """Return the model that tells preferences from what is necessary, from the examples that can tell."""
    rows = [
        row for row, example in enumerate(tables.examples) if example.label == ESSENTIAL and example.is_preference is not None
    ]
    labels = np.array([int(bool(tables.examples[row].is_preference)) for row in rows])
    table = vstack([tables.whole[rows], tables.bare[rows]]).tocsr()
    found = LogisticRegression(C=PREFERENCE_STRENGTH, max_iter=60, tol=1e-3).fit(table, np.concatenate([labels, labels]))
    return Fit(found.coef_, found.intercept_)


def sharpness(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return the factor on held-out scores that makes the confidences true: the one under which the labels are likeliest."""

    def surprise(factor: float) -> float:
        return -float(np.log(shares(scores * factor)[np.arange(len(labels)), labels]).mean())

    return round(float(minimize_scalar(surprise, bounds=(0.1, 10.0), method="bounded").x), 3)


def shares(scores: np.ndarray) -> np.ndarray:
    """Return scores as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def packed(tables: Tables, fit: Fit, *, factors: Factors, sources: Sequence[Source]) -> bytes:
    """Return the model's file: whole numbers in JSON, compressed; the same bytes for the same model."""
    preferences = fit_preferences(tables)
    numbers = np.rint(np.vstack([fit.weights, preferences.weights]) / SCALE).astype(int)
    groups: dict[str, dict[str, Weight]] = {FACT: {}, GRAM: {}, HOST: {}}
    for column, mark in enumerate(tables.marks):
        first, second, third, fourth = (int(number) for number in numbers[:, column])
        if first or second or third or fourth:
            groups[mark[:2]][mark[2:]] = (first, second, third, fourth)
    first, second, third, fourth = (int(number) for number in np.rint(np.concatenate([fit.bias, preferences.bias]) / SCALE))
    model = Model(
        format=FORMAT,
        version=VERSION,
        sources=tuple(sources),
        marks=digest_of_marks(),
        grams=GRAMS,
        host_grams=HOST_GRAMS,
        scale=SCALE,
        names=frozenset(example.name for example in tables.examples if not example.is_host),
        sharpness_met=factors.met,
        sharpness_unmet=factors.unmet,
        bias=(first, second, third, fourth),
        facts=groups[FACT],
        pieces=groups[GRAM],
        host_pieces=groups[HOST],
    )
    return gzip.compress(msgspec.json.encode(model, order="deterministic"), compresslevel=9, mtime=0)
