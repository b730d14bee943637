"""A full audit from SQLite, beside the rate at which the same hashes can be made of entries held in memory.

Wanted: at least 0.4 of that bound on one core, and at least 1.8 times as fast on two processes as on one. The audit
decrypts every group, checks its hash, the commitment, the leaf, the tiles and the signed root. It also has SQLite check its
whole file, indexes included, which hashes nothing: the first ratio leaves that out, the second has it.
"""

import argparse
import time
from collections.abc import Callable
from hashlib import sha256

from evidence_common import NOON, drafts, table, throwaway_config, timed
from holdtrue.evidence.audit import audit, audit_with
from holdtrue.evidence.groups import OpenGroup
from holdtrue.evidence.log import Log
from holdtrue.evidence.merkle import root_of
from holdtrue.evidence.opened import open_log

SAMPLE = 16_384
STEP = 4_000


def in_turn(log: Log, bound: Callable[[], object], sample: int) -> tuple[float, float]:
    """Return entries a second of processor, of the hashes alone and of the audit, measured in turn chunk by chunk.

    Both then suffer alike from whatever else the machine does.
    """
    inside: list[float] = []

    def bare_hashes(_: int) -> None:
        start = time.process_time()
        bound()
        inside.append(time.process_time() - start)

    start = time.process_time()
    entries = audit(log, progress=bare_hashes).entries
    spent = time.process_time() - start - sum(inside)
    return sample * len(inside) / sum(inside), entries / spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries: int = parser.parse_args().entries
    with throwaway_config("sqlite") as config:
        log = open_log(config)
        start = time.perf_counter()
        for first in range(0, entries, STEP):
            log.append(drafts(min(STEP, entries - first), start=first))
        log.integrate(at=NOON)
        print(f"{entries:,} entries written and signed in {time.perf_counter() - start:.0f} s")
        held = [
            (
                f"\0holdtrue/1 {place.opening.kind}\n".encode(),
                [g.salt + g.body for g in place.opening.groups if isinstance(g, OpenGroup)],
            )
            for place in log.entries(0, min(SAMPLE, entries))
        ]
        marks = [f"holdtrue/group/1\n{name}\n".encode() for name in ("core", "context", "identity")]

        def bound() -> None:
            core, context, identity = marks
            root_of(
                [
                    sha256(
                        head
                        + sha256(
                            b"holdtrue/entry/1\n"
                            + sha256(core + one).digest()
                            + sha256(context + two).digest()
                            + sha256(identity + three).digest()
                        ).digest()
                    ).digest()
                    for head, (one, two, three) in held
                ]
            )

        bare, alone = in_turn(log, bound, len(held))
        files = timed(log.store.require_sound_files, rounds=3)
        one = timed(lambda: audit(log), rounds=3)
        two = timed(lambda: audit_with(config, 2), rounds=3)
        log.close()
    entries_alone = entries / (entries / alone - files.cpu)
    rows = [
        ("hashes in memory", f"{bare / 1e3:.0f} k/s a core", "1.00", "", ""),
        (
            "audit of entries, in turn with them",
            f"{entries_alone / 1e3:.0f} k/s a core",
            f"{entries_alone / bare:.2f}",
            ">= 0.4",
            "",
        ),
        ("the same with SQLite's own check of the file", f"{alone / 1e3:.0f} k/s a core", f"{alone / bare:.2f}", "", ""),
        ("audit, one process", f"{entries / one.wall / 1e3:.0f} k/s", "1.00", "", f"{one.noise:.0%}"),
        (
            "audit, two processes",
            f"{entries / two.wall / 1e3:.0f} k/s",
            f"{one.wall / two.wall:.2f}",
            ">= 1.8",
            f"{two.noise:.0%}",
        ),
        ("the same, were two cores free", "", f"{2 * one.cpu / two.cpu:.2f}", ">= 1.8", ""),
    ]
    table(f"Full audit of {entries:,} entries", ("what", "rate", "ratio", "wanted", "noise"), rows)


if __name__ == "__main__":
    main()
