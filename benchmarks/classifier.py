"""How good the classifier of unknown items is: other sites, other names, other providers; beside the look-up and a plain model.

Run by hand: `python benchmarks/classifier.py` examines; `--write FILE` trains on everything and writes the model. What it needs
stands in benchmarks/requirements-classifier.txt, what it reads in ../shared/data; figures in docs/reference/classifier.md.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from classifier_lab import examining, sources, training
from classifier_lab.examining import Held
from classifier_lab.sources import CLASSES, SHARED, Example
from holdtrue.website.knowledge import classifier
from holdtrue.website.knowledge.classifier import Source

DEALS = range(200, 205)
"""Ways of dealing the folds; one way alone is luck, because a few names make up much of the whole.

None of them was looked at before everything else was settled: marks and ranges were tried on other deals.
"""
FACTOR_DEALS = DEALS[:1]
"""The way of dealing that the confidences of the written model are fitted on."""


def main() -> None:
    """Examine, or train and write when asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", type=Path, metavar="FILE", help="train on everything and write the model here")
    asked.add_argument("--without-own", action="store_true", help="leave the package's own knowledge out of what is learnt")
    asked.add_argument("--folds", type=int, metavar="N", help="examine other sites only, dealt into so many folds")
    asked.add_argument(
        "--deals", type=int, nargs=2, metavar=("FIRST", "LAST"), help="examine other sites only, dealt in these ways"
    )
    options = asked.parse_args()
    sites, listed = SHARED / "labelled-cookies.json", SHARED / "open-cookie-database.csv"
    if not sites.exists():
        sys.exit(f"The labelled cookies are not here: {sites}. docs/reference/classifier.md says where they come from.")
    own = [] if options.without_own else [*sources.from_us(), *sources.hosts_of_us()]
    tables = training.Tables([*sources.from_sites(sites), *sources.from_csv(listed), *own])
    if options.write:
        body = _trained(tables, sources.described(tables.examples, sites, listed))
        options.write.write_bytes(body)
        print(f"wrote {options.write}: {len(body):,} bytes")
        return
    if options.folds or options.deals:
        first, last = options.deals or (DEALS[0], DEALS[-1])
        _grown(tables, range(first, last + 1), options.folds or examining.FOLDS)
        return
    _examine(tables)
    _speed(tables.examples)


def _grown(tables: training.Tables, deals: range, folds: int) -> None:
    """Print how good the classifier is on other sites when it learns from more of them, or how much the deal changes."""
    results = [examining.examined(tables, Held.SITES, seed=deal, count=folds).accuracy for deal in deals]
    print(f"sites held out, {folds} folds, deals {deals[0]} to {deals[-1]}: {_spread(results)}", flush=True)


def _trained(tables: training.Tables, named: Sequence[Source]) -> bytes:
    """Return the model that all examples teach, with factors that make its confidences true on other sites and other names."""
    sites, names = ([examining.examined(tables, held, seed=deal) for deal in FACTOR_DEALS] for held in (Held.SITES, Held.NAMES))
    fit = tables.fit(range(len(tables.examples)), Held.SITES.judged)
    return training.packed(tables, fit, factors=_factors(sites, names), sources=named)


def _examine(tables: training.Tables) -> None:
    """Print every examination, and how far the labels agree with one another."""
    every = {held: _examined(tables, held) for held in Held}
    factors = _factors(every[Held.SITES], every[Held.NAMES])
    for held, results in every.items():
        error = np.mean([examining.calibration_error(factors.applied(one.scores, one.is_met), one.labels) for one in results])
        print(f"{held.value} held out: calibration error {error:.3f}")
    covered, right = examining.looked_up(tables.examples)
    print(f"\nlook-up alone, on the sites' cookies: {covered * right:.3f}; it knows {covered:.3f}, and is right on {right:.3f}")
    shared, agreed = examining.agreement(tables.examples)
    print(f"{shared} cookies are on another site too; the other sites' commonest label is theirs for {agreed:.3f}")


def _examined(tables: training.Tables, held: Held) -> list[examining.Result]:
    """Print how good the classifier is on what is held out, beside a plain model; return its answers."""
    results = [examining.examined(tables, held, seed=deal) for deal in DEALS]
    plain = [examining.plain_accuracy(tables.examples, held, seed=deal) for deal in DEALS]
    ours = _spread([one.accuracy for one in results])
    print(f"\n{held.value} held out: {ours}; plain logistic regression {_spread(plain)}")
    print(f"  macro-F1 {np.mean([examining.macro_f1(one) for one in results]):.3f}")
    _matrix(results)
    return results


def _factors(sites: Sequence[examining.Result], names: Sequence[examining.Result]) -> training.Factors:
    return training.Factors(met=_factor(sites, is_met=True), unmet=_factor(names, is_met=False))


def _factor(results: Sequence[examining.Result], *, is_met: bool) -> float:
    chosen = [one.is_met == is_met for one in results]
    return training.sharpness(
        np.concatenate([one.scores[rows] for one, rows in zip(results, chosen, strict=True)]),
        np.concatenate([one.labels[rows] for one, rows in zip(results, chosen, strict=True)]),
    )


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f} over {len(values)} ways of dealing)"


def _matrix(results: Sequence[examining.Result]) -> None:
    counts = sum(one.confusion for one in results) / len(results)
    print(f"  {'labelled as':<26}{'guessed:':>10} " + "".join(f"{name:>26}" for name in CLASSES))
    for name, row in zip(CLASSES, counts, strict=True):
        print(f"  {name:<26}{'':>10} " + "".join(f"{count:>26.0f}" for count in row))


def _speed(examples: Sequence[Example]) -> None:
    """Print how many suggestions a second one core gives, every item asked once."""
    items = [example.item for example in examples if example.source == "sites"]
    classifier.model()
    began = time.perf_counter()
    for item in items:
        classifier.guess(item)
    took = time.perf_counter() - began
    print(f"\n{len(items) / took:,.0f} suggestions a second on one core")


if __name__ == "__main__":
    main()
