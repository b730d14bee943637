"""How many banners that the engine was not made after are answered rightly: accepted, refused and taken back, by effect.

Run by hand: `python benchmarks/scan_banners.py [NAME…]`. On loopback; figures in docs/reference/scan-benchmark.md.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.sites import bed, wild
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, scan


def main() -> None:
    """Scan every banner and print what went wrong, and how many went right."""
    asked = sys.argv[1:] or list(wild.TRUTH)
    total: dict[State, int] = dict.fromkeys((State.ACCEPTED, State.REFUSED, State.WITHDRAWN), 0)
    lies = 0
    with bed.serving() as port:
        for name in asked:
            options = Options(
                url=f"http://{name}.localhost/",
                clock=lambda: datetime.now(UTC),
                pages=1,
                host_rules=(f"MAP * 127.0.0.1:{port}",),
            )
            sighting = asyncio.run(scan(options))
            for state, is_right, told in wild.judged(sighting, wild.TRUTH[name]):
                total[state] += is_right
                is_lie = not is_right and sighting.answer(state).reached
                lies += is_lie
                if not is_right:
                    print(f"{name:<14} {state.value:<10} {'FALSELY ANSWERED ' if is_lie else ''}{told}")
    for state, count in total.items():
        print(f"{state.value:<10} {count} of {len(asked)} right")
    print(f"falsely answered: {lies}")


if __name__ == "__main__":
    main()
