"""How a scan fares with small sites that keep or break a policy: items seen, faults told, and silence about those that keep it.

Run by hand: `python benchmarks/scan_real_sites.py [--half open|sealed] [--keep FOLDER]`, on loopback. Figures in
docs/reference/scan-benchmark.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "real_banners"))

from server import serving
from sites import HERE, Site, read_sites


def main() -> None:
    """Scan every site, print what was missed or told wrongly, and the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("open", "sealed"))
    parser.add_argument("--folder", type=Path, action="append", help="where sites lie (default: those kept here)")
    parser.add_argument("--keep", type=Path, help="keep each scan as JSON there, and judge again what is there already")
    asked = parser.parse_args()
    all_of_them = read_sites(asked.folder or [HERE / "sites"])
    sites = {host: site for host, site in all_of_them.items() if asked.half in {None, site.told["half"]}}
    count: Counter[str] = Counter()
    with serving([], sites) as port:
        for host, site in sites.items():
            print(f"{host}: {judged(site, scanned(site, port, asked.keep), count)}", flush=True)
    f1 = 2 * count["found"] / max(1, 2 * count["found"] + count["missed"] + count["false"])
    print(f"items seen: {count['seen']} of {count['due']}")
    print(f"faults found {count['found']}, missed {count['missed']}, false {count['false']}, F1 {f1:.2f}")
    print(f"told of sites that keep their policy: {count['compliant']}")


def judged(site: Site, told: dict[str, Any], count: Counter[str]) -> str:
    """Count what was seen, found, missed and told wrongly, and return it in words."""
    standing = {(one["state"], one["name"]) for one in told["observations"]}
    faults = {one["fault"] for one in told["findings"]}
    false = faults - site.faults - (set(site.told["follow"]) if site.faults else set())
    count["seen"] += len(site.items & standing)
    count["due"] += len(site.items)
    count["found"] += len(faults & site.faults)
    count["missed"] += len(site.faults - faults)
    count["false"] += len(false)
    count["compliant"] += 0 if site.faults else len(told["findings"])
    reached = [state for state, one in told["states"].items() if one["reached"]]
    unseen = sorted(site.items - standing)
    return f"reached {reached}, items missed {unseen}, faults missed {sorted(site.faults - faults)}, false {sorted(false)}"


def scanned(site: Site, port: int, keep: Path | None) -> dict[str, Any]:
    """Return the JSON of a scan of a site against its own policy."""
    kept = keep / f"{site.host}.json" if keep else None
    if kept and kept.exists():
        return dict(json.loads(kept.read_bytes()))
    with tempfile.NamedTemporaryFile("w", suffix=".md", encoding="utf-8") as policy:
        policy.write(site.policy)
        policy.flush()
        words = [sys.executable, "-m", "holdtrue", "scan", f"https://{site.host}/", "--policy", policy.name, "--insecure"]
        words += ["--host-rule", f"MAP * 127.0.0.1:{port}", "--locale", site.told["language"], "--format", "json"]
        told = subprocess.run(words, check=False, capture_output=True, timeout=240)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(told.stdout)
    return dict(json.loads(told.stdout))


if __name__ == "__main__":
    main()
