"""How a scan fares with consent banners that others wrote: real packages from npm and PyPI, set up as their manuals say.

Run by hand, on loopback: in `benchmarks/real_banners`, `npm install` and `node build.mjs pages`, and for some pages what
`render.py` says; then `python benchmarks/scan_real_banners.py [--half HALF] [--keep FOLDER] [NAME…]`. Figures in
docs/reference/scan-benchmark.md.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "real_banners"))

from judge import Verdict, accused, judged
from server import HERE, serving
from truth import Truth, read

HALVES = ("open", "sealed", "second", "third-open", "third-sealed")


def main() -> None:
    """Scan every page and print what went wrong, and how many went right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--folder", type=Path, action="append", help="where pages lie (default: those kept here)")
    parser.add_argument("--keep", type=Path, help="keep each scan as JSON there, and judge again what is there already")
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    folders = asked.folder or [HERE / "pages"]
    pages = {
        name: truth
        for name, truth in read(folders).items()
        if (not asked.names or name in asked.names) and asked.half in {None, truth.half}
    }
    verdicts: list[Verdict] = []
    wrongs: dict[str, list[str]] = {}
    with serving(folders) as port:
        for name, truth in pages.items():
            told = scanned(truth, port, asked.keep)
            these = list(judged(truth, told))
            wrongs[name] = list(accused(truth, told))
            verdicts += these
            for verdict in these:
                if not verdict.is_right:
                    print(f"{name:<28} {verdict}", flush=True)
            for wrong in wrongs[name]:
                print(f"{name:<28} accused of {wrong[:160]}", flush=True)
    print_figures(len(pages), verdicts)
    pages_wronged = sum(bool(these) for these in wrongs.values())
    print(f"findings that do a page wrong: {sum(map(len, wrongs.values()))} on {pages_wronged} pages")


def scanned(truth: Truth, port: int, keep: Path | None) -> dict[str, Any]:
    """Return the JSON of a scan of a page."""
    kept = keep / f"{truth.name}.json" if keep else None
    if kept and kept.exists():
        return dict(json.loads(kept.read_bytes()))
    words = [sys.executable, "-m", "holdtrue", "scan", truth.url, "--host-rule", f"MAP * 127.0.0.1:{port}", "--insecure"]
    words += ["--pages", "1", "--locale", truth.language, "--format", "json"]
    told = subprocess.run(words, check=False, capture_output=True, timeout=180)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(told.stdout)
    return dict(json.loads(told.stdout))


def print_figures(pages: int, verdicts: list[Verdict]) -> None:
    """Print how many pages and states went right, and how the others went wrong."""
    wrong = {verdict.page for verdict in verdicts if not verdict.is_right}
    print(f"pages right in all three: {pages - len(wrong)} of {pages}")
    by_state = Counter(verdict.state for verdict in verdicts if verdict.is_right)
    for state in ("accepted", "refused", "withdrawn"):
        print(f"{state} right: {by_state[state]} of {pages}")
    print(f"not answered though it can be: {sum(verdict.is_missed for verdict in verdicts)}")
    print(f"falsely answered: {sum(verdict.is_false for verdict in verdicts)}")
    seen, due, extra = (sum(getattr(verdict, what) for verdict in verdicts) for what in ("seen", "due", "extra"))
    print(f"items seen in the states that were reached: {seen} of {due}, {extra} told and not there")


if __name__ == "__main__":
    main()
