"""Fits the classifier: linear models over the marks of an item for three classes, weights in whole numbers."""

import gzip
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from classifier_lab.sources import ESSENTIAL, Example
from holdtrue.website.knowledge.classifier import FORMAT, VERSION, Model, Source, Table, Weight
from holdtrue.website.knowledge.features import Unknown, marks_of

FACT, GRAM, HOST = "f ", "g ", "h "
GRAMS, HOST_GRAMS = 2.0, 1.5
"""What all pieces of a name, and all of a domain, count together."""
RARE = 2
"""A mark that fewer items carry is not learnt."""
SCALE = 1 / 512
PREFERENCE_STRENGTH = 0.2
"""Inverse of the ridge penalty of the softmax that parts preferences from what is necessary."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The few numbers that were chosen; see docs/reference/classifier.md."""

    scales: Mapping[str, float]
    """What the marks of a sort count, where it is not 1."""
    strength: float = 0.05
    """Inverse of the ridge penalty."""
    own: float = 1.0
    """Factor on what the package's own knowledge counts."""
    blank: float = 1.0
    """What a copy of a labelled cookie without its name's identity counts, so that the rest learns to stand alone."""
    bare: float = 0.3
    """What a copy without value and flags counts: a scan keeps no values, and storage has no flags."""


MET = Recipe({"identity": 3.0, "part": 2.0, "sequence": 0.0, "idea": 0.5, "flags": 0.5, "value": 0.3}, own=1.875, blank=0.5)
"""For names met while learning: what the name and its words say is emphasised."""
UNMET = Recipe({"identity": 3.0})
"""For other names. The identity still has to explain what it can while learning, or the pieces learn what only it knows."""


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

    def __init__(self, examples: Sequence[Example]) -> None:
        """Count the marks and lay out the matrices: whole, and without value and flags."""
        self.examples = examples
        self.labels = np.array([example.label for example in examples])
        self.is_site = np.array([example.source == "sites" for example in examples])
        self.is_own = np.array([example.source == "own" for example in examples])
        entries = [entries_of(example.item) for example in examples]
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

    def fit(self, rows: Sequence[int], weights: Sequence[float], recipe: Recipe) -> Fit:
        """Return the model that these rows teach, in whole numbers; the same rows give the same model."""
        chosen, worth = np.array(rows), np.array(weights, dtype=float)
        scales = np.array([recipe.scales.get(sort, 1.0) for sort in self.sorts])
        unnamed = scales * np.array([sort != "identity" for sort in self.sorts])
        worth *= np.where(self.is_own[chosen], recipe.own, 1.0)
        is_site = self.is_site[chosen]
        tables, labels, counts = [self.whole[chosen] @ diags(scales)], [self.labels[chosen]], [worth]
        if is_site.any():
            sites = chosen[is_site]
            tables += [self.whole[sites] @ diags(unnamed), self.bare[sites] @ diags(scales)]
            labels += [self.labels[sites]] * 2
            counts += [worth[is_site] * recipe.blank, worth[is_site] * recipe.bare]
        found = _hinge(vstack(tables).tocsr(), np.concatenate(labels), np.concatenate(counts), recipe.strength)
        weighed = found.weights * scales
        return Fit(whole(weighed - weighed.mean(axis=0)), whole(found.bias - found.bias.mean()))


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


def sort_of(mark: str) -> str:
    """Return which marks a mark is scaled with; `identity` names the item itself."""
    if not mark.startswith(FACT):
        return "pieces"
    word, _, rest = mark.removeprefix(FACT).partition(" ")
    if word == "name" or (word == "domain" and " name " in rest):
        return "identity"
    if word in {"parts", "first", "last", "ideas"}:
        return "sequence"
    return "flags" if word in {"flags", "http-only", "secure", "same-site"} else word


def _logistic(table: csr_matrix, labels: np.ndarray, worth: np.ndarray, strength: float) -> Fit:
    found = LogisticRegression(C=strength, max_iter=60, tol=1e-3).fit(table, labels, sample_weight=worth)
    return Fit(found.coef_, found.intercept_)


def _hinge(table: csr_matrix, labels: np.ndarray, worth: np.ndarray, strength: float) -> Fit:
    """Return the weights that make a squared hinge small, one class against the rest."""
    model = LinearSVC(C=strength, dual=True, max_iter=300, tol=1e-2, random_state=0)
    found = model.fit(table, labels, sample_weight=worth)
    return Fit(found.coef_, found.intercept_)


def fit_preferences(tables: Tables) -> Fit:
    """Return the model that tells preferences from what is necessary, from the examples that can tell."""
    rows = [
        row for row, example in enumerate(tables.examples) if example.label == ESSENTIAL and example.is_preference is not None
    ]
    labels = np.array([int(bool(tables.examples[row].is_preference)) for row in rows])
    table = vstack([tables.whole[rows], tables.bare[rows]]).tocsr()
    return _logistic(table, np.concatenate([labels, labels]), np.ones(2 * len(rows)), PREFERENCE_STRENGTH)


def sharpness(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return the factor on held-out scores that makes the confidences true: the one under which the labels are likeliest."""

    def surprise(factor: float) -> float:
        return -float(np.log(shares(scores * factor)[np.arange(len(labels)), labels]).mean())

    return round(float(minimize_scalar(surprise, bounds=(0.1, 10.0), method="bounded").x), 3)


def shares(scores: np.ndarray) -> np.ndarray:
    """Return scores as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def packed(tables: Tables, met: Fit, unmet: Fit, *, factors: Factors, sources: Sequence[Source]) -> bytes:
    """Return the model's file: whole numbers in JSON, compressed; the same bytes for the same model."""
    preferences = fit_preferences(tables)
    model = Model(
        format=FORMAT,
        version=VERSION,
        sources=tuple(sources),
        grams=GRAMS,
        host_grams=HOST_GRAMS,
        names=frozenset(example.name for example in tables.examples),
        met=_laid_out(tables, met, preferences, sharpness=factors.seen),
        unmet=_laid_out(tables, unmet, preferences, sharpness=factors.unseen),
    )
    return gzip.compress(msgspec.json.encode(model, order="deterministic"), compresslevel=9, mtime=0)


def _laid_out(tables: Tables, fit: Fit, preferences: Fit, *, sharpness: float) -> Table:
    numbers = np.rint(np.vstack([fit.weights, preferences.weights]) / SCALE).astype(int)
    groups: dict[str, dict[str, Weight]] = {FACT: {}, GRAM: {}, HOST: {}}
    for column, mark in enumerate(tables.marks):
        first, second, third, fourth = (int(number) for number in numbers[:, column])
        if first or second or third or fourth:
            groups[mark[:2]][mark[2:]] = (first, second, third, fourth)
    first, second, third, fourth = (int(number) for number in np.rint(np.concatenate([fit.bias, preferences.bias]) / SCALE))
    return Table(
        scale=SCALE,
        sharpness=sharpness,
        bias=(first, second, third, fourth),
        facts=groups[FACT],
        pieces=groups[GRAM],
        host_pieces=groups[HOST],
    )
