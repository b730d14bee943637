"""Fits the classifier: a linear model over the marks of an item, softmax over three classes, weights in whole numbers."""

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

from classifier_lab.sources import ESSENTIAL, Example
from holdtrue.website.knowledge.classifier import FORMAT, VERSION, Model, Source
from holdtrue.website.knowledge.features import Unknown, marks_of

FACT, GRAM, HOST = "f ", "g ", "h "
RARE = 2
"""A mark that fewer items carry is not learnt."""
SCALE = 1 / 128


@dataclass(frozen=True, slots=True)
class Recipe:
    """The few numbers that were chosen; see docs/reference/classifier.md."""

    strength: float = 0.2
    """Inverse of the ridge penalty."""
    grams: float = 2.0
    hosts: float = 1.5
    blank: float = 1.0
    """What a copy of a labelled cookie without its name's identity counts, so that the rest learns to stand alone."""
    bare: float = 0.3
    """What a copy without value and flags counts: a scan keeps no values, and storage has no flags."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What the scores are multiplied with, so that confidences come true as often as they say."""

    seen: float
    """Where the name was met while learning."""
    unseen: float

    def applied(self, scores: np.ndarray, is_seen: np.ndarray) -> np.ndarray:
        """Return scores as the product uses them."""
        return scores * np.where(is_seen, self.seen, self.unseen)[:, None]


@dataclass(frozen=True, slots=True)
class Fit:
    """A model as it comes out of the optimiser, before rounding."""

    weights: np.ndarray
    """One row for each class, one column for each mark."""
    bias: np.ndarray

    def scores(self, table: csr_matrix) -> np.ndarray:
        """Return the score of every class for every item."""
        return table @ self.weights.T + self.bias


class Tables:
    """All examples as sparse matrices over one vocabulary; a mark that only held-out items carry never gets a weight."""

    def __init__(self, examples: Sequence[Example], recipe: Recipe) -> None:
        """Count the marks and lay out the matrices: whole, without the name's identity, and without value and flags."""
        self.examples = examples
        self.recipe = recipe
        self.labels = np.array([example.label for example in examples])
        self.is_site = np.array([example.source == "sites" for example in examples])
        entries = [entries_of(example.item, recipe) for example in examples]
        counted = Counter(mark for entry in entries for mark, _ in entry)
        self.marks = sorted(mark for mark, count in counted.items() if count >= RARE)
        self._column = {mark: column for column, mark in enumerate(self.marks)}
        self.whole = self.table(entries)
        self.blank = self.table([[one for one in entry if not is_identity(one[0])] for entry in entries])
        self.bare = self.table([entries_of(stripped(example.item), recipe) for example in examples])

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

    def fit(self, rows: Sequence[int], weights: Sequence[float]) -> Fit:
        """Return the model that these rows teach; the same rows give the same model."""
        chosen, worth = np.array(rows), np.array(weights, dtype=float)
        site = self.is_site[chosen]
        tables, counts = [self.whole[chosen]], [worth]
        labels = [self.labels[chosen]]
        for copy, share in ((self.blank, self.recipe.blank), (self.bare, self.recipe.bare)):
            if share and site.any():
                tables.append(copy[chosen[site]])
                labels.append(self.labels[chosen[site]])
                counts.append(worth[site] * share)
        return _logistic(vstack(tables).tocsr(), np.concatenate(labels), np.concatenate(counts), self.recipe.strength)


def stripped(item: Unknown) -> Unknown:
    """Return an item as a scan of storage knows it: without value and flags."""
    return replace(item, value_shape="", http_only=None, secure=None, same_site="")


def entries_of(item: Unknown, recipe: Recipe) -> list[tuple[str, float]]:
    """Return the marks of an item with what each counts."""
    marks = marks_of(item)
    entries = [(FACT + fact, 1.0) for fact in marks.facts]
    for prefix, pieces, worth in ((GRAM, marks.grams, recipe.grams), (HOST, marks.host_grams, recipe.hosts)):
        entries += [(prefix + piece, worth / math.sqrt(len(pieces))) for piece in pieces]
    return entries


def is_identity(mark: str) -> bool:
    """Whether a mark names the item itself."""
    return mark.startswith(f"{FACT}name ") or (mark.startswith(f"{FACT}domain ") and " name " in mark)


def _logistic(table: csr_matrix, labels: np.ndarray, worth: np.ndarray, strength: float) -> Fit:
    found = LogisticRegression(C=strength, max_iter=60, tol=1e-3).fit(table, labels, sample_weight=worth)
    return Fit(found.coef_, found.intercept_)


def fit_preferences(tables: Tables) -> Fit:
    """Return the model that tells preferences from what is necessary, from the examples that can tell."""
    rows = [
        row for row, example in enumerate(tables.examples) if example.label == ESSENTIAL and example.is_preference is not None
    ]
    labels = np.array([int(bool(tables.examples[row].is_preference)) for row in rows])
    table = vstack([tables.whole[rows], tables.bare[rows]]).tocsr()
    return _logistic(table, np.concatenate([labels, labels]), np.ones(2 * len(rows)), tables.recipe.strength)


def sharpness(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return the factor on held-out scores that makes the confidences true: the one under which the labels are likeliest."""

    def surprise(factor: float) -> float:
        return -float(np.log(shares(scores * factor)[np.arange(len(labels)), labels]).mean())

    return round(float(minimize_scalar(surprise, bounds=(0.3, 3.0), method="bounded").x), 3)


def shares(scores: np.ndarray) -> np.ndarray:
    """Return scores as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def packed(tables: Tables, fit: Fit, preferences: Fit, *, factors: Factors, sources: Sequence[Source]) -> bytes:
    """Return the model's file: whole numbers in JSON, compressed; the same bytes for the same model."""
    columns = np.vstack([fit.weights - fit.weights.mean(axis=0), preferences.weights])
    whole = np.rint(columns / SCALE).astype(int)
    groups: dict[str, dict[str, tuple[int, int, int, int]]] = {FACT: {}, GRAM: {}, HOST: {}}
    for column, mark in enumerate(tables.marks):
        weight = tuple(int(number) for number in whole[:, column])
        if any(weight):
            groups[mark[:2]][mark[2:]] = weight
    bias = np.rint(np.concatenate([fit.bias - fit.bias.mean(), preferences.bias]) / SCALE).astype(int)
    model = Model(
        format=FORMAT,
        version=VERSION,
        sources=tuple(sources),
        scale=SCALE,
        sharpness=factors.seen,
        sharpness_unseen=factors.unseen,
        grams=tables.recipe.grams,
        host_grams=tables.recipe.hosts,
        bias=tuple(int(number) for number in bias),
        facts=groups[FACT],
        pieces=groups[GRAM],
        host_pieces=groups[HOST],
    )
    return gzip.compress(msgspec.json.encode(model), compresslevel=9, mtime=0)
