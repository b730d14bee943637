"""Appending to the Merkle tree, beside the bare rate at which hashlib hashes one of its nodes. Wanted: at least 0.6."""

from hashlib import sha256

from evidence_common import table, timed
from holdtrue.evidence.merkle import Frontier

COUNT = 1 << 18
WANTED = 0.6


def main() -> None:
    leaves = [sha256(number.to_bytes(4, "big")).digest() for number in range(COUNT)]
    left, right = leaves[:2]

    def bare() -> None:
        for _ in range(COUNT):
            sha256(b"\x01" + left + right).digest()

    def grow(batch: int) -> None:
        tree = Frontier()
        for start in range(0, COUNT, batch):
            tree.extend(leaves[start : start + batch])

    base = timed(bare)
    rows = [("hashlib, one node", f"{COUNT / base.cpu / 1e6:.2f} M/s", "1.00", "", f"{base.noise:.0%}")]
    for batch in (1, 16, 64, 256, 2048):
        found = timed(lambda batch=batch: grow(batch))
        rate = f"{COUNT / found.cpu / 1e6:.2f} M/s"
        wanted = f">= {WANTED}" if batch >= 64 else ""
        rows.append((f"append, {batch} at once", rate, f"{base.cpu / found.cpu:.2f}", wanted, f"{found.noise:.0%}"))
    table("Tree append", ("what", "rate a core", "ratio", "wanted", "noise"), rows)


if __name__ == "__main__":
    main()
