"""What a day costs: every device says that nothing changed, on another day, and is judged again, as the worker does it.

`device_days.py --devices 2000` lets them be judged for the first time, and then on the next days, in one process without HTTP.
Sweeps go a hundred devices a transaction, so that what a device costs does not hang on how many there are.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from evidence_common import table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def days(devices: int, count: int) -> list[tuple[str, ...]]:
    """Return what the first judgement of all took, and each day after it."""
    from device_world import NOON, fill

    fill(devices)
    from holdtrue.workplace import reports
    from holdtrue.workplace.devices.models import DeviceKey

    rows = []
    for day in range(count + 1):
        at = NOON + timedelta(days=day)
        DeviceKey.objects.update(collected_at=at, received_at=at)
        began = time.process_time()
        followed = reports.follow_unchanged(at + timedelta(minutes=1))
        took = time.process_time() - began
        each = took / followed
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        name = f"day {day}" if day else "first judgement"
        rows.append((name, f"{followed:,}", f"{1000 * each:.2f} ms", f"{100_000 * each:,.0f} s", f"{memory:,.0f} MB"))
    return rows


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            HOLDTRUE_DATA=data, HOLDTRUE_SECRET_KEY="nobody's secret " * 4, DJANGO_SETTINGS_MODULE="holdtrue.server.settings"
        )  # fmt: skip
        head = ("", "devices", "CPU a device", "CPU for 100,000", "peak memory")
        table("Judged again each day", head, days(chosen.devices, chosen.days))


if __name__ == "__main__":
    main()
