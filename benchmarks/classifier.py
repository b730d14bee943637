"""How good the classifier of unknown items is: other sites, other names, other providers; beside the look-up and a plain model.

Run by hand: `python benchmarks/classifier.py`; `--write FILE` also trains on everything and writes the model. What it needs
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

SEEDS = 5
"""Ways of dealing the folds; one way alone is luck, because a few names make up much of the whole."""


def main() -> None:
    """Examine, and train when asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", type=Path, metavar="FILE", help="train on everything and write the model here")
    options = asked.parse_args()
    sites, listed = SHARED / "labelled-cookies.json", SHARED / "open-cookie-database.csv"
    if not sites.exists():
        sys.exit(f"The labelled cookies are not here: {sites}. docs/reference/classifier.md says where they come from.")
    examples = [*sources.from_sites(sites), *sources.from_csv(listed), *sources.from_us()]
    tables = training.Tables(examples)
    factors = _held_out(examples, tables)
    if options.write:
        everything = examining.everything(examples)
        met, unmet = (tables.fit(everything.learnt, everything.worth, recipe) for recipe in (training.MET, training.UNMET))
        named = sources.described(examples, sites, listed)
        body = training.packed(tables, met, unmet, factors=factors, sources=named)
        options.write.write_bytes(body)
        print(f"\nwrote {options.write}: {len(body):,} bytes")
    _speed(examples)


def _held_out(examples: Sequence[Example], tables: training.Tables) -> training.Factors:
    """Print every examination; return the factors that make the confidences true on other sites and on other names."""
    every = {held: [examining.examined(tables, held, seed=seed) for seed in range(SEEDS)] for held in Held}
    factors = training.Factors(_factor(every[Held.SITES], is_seen=True), _factor(every[Held.NAMES], is_seen=False))
    for held, results in every.items():
        ours = [one.accuracy for one in results]
        plain = [examining.plain_accuracy(examples, held, seed=seed) for seed in range(SEEDS)]
        print(f"\n{held.value} held out: {_spread(ours)}; plain logistic regression {_spread(plain)}")
        if held is not Held.PROVIDERS:
            covered, right = examining.looked_up(examples)
            alone = covered * right
            print(f"  look-up alone {alone:.3f}" if held is Held.SITES else "  look-up alone 0: it knows no held-out name")
        error = np.mean([examining.calibration_error(factors.applied(one.scores, one.is_seen), one.labels) for one in results])
        print(f"  macro-F1 {np.mean([examining.macro_f1(one) for one in results]):.3f}, calibration error {error:.3f}")
        _matrix(results)
    return factors


def _factor(results: Sequence[examining.Result], *, is_seen: bool) -> float:
    chosen = [one.is_seen == is_seen for one in results]
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
