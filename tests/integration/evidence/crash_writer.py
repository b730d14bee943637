"""A process that writes to a log until it is killed; its parent keeps account of what was acknowledged."""

import itertools
import random
from multiprocessing.connection import Connection

from holdtrue.config import Config
from holdtrue.evidence.opened import open_log
from integration.evidence.log_samples import NOON, drafts


def write_until_killed(config: Config, seed: int, pipe: Connection) -> None:
    """Append batches and sign in turn, and tell of each only once it is done."""
    chance = random.Random(seed)
    log = open_log(config)
    log.begin(at=NOON)
    for step in itertools.count():
        batch = drafts(chance.randint(1, 64), start=seed * 1_000_000 + step * 100)
        indexes = log.append(batch)
        pipe.send(("acknowledged", [(draft.id.bytes, index) for draft, index in zip(batch, indexes, strict=True)]))
        if chance.random() < 0.4:
            checkpoint = log.integrate(at=NOON)
            if checkpoint:
                pipe.send(("signed", (checkpoint.size, checkpoint.root)))
