"""Writers that are killed in the middle of anything lose nothing that they acknowledged."""

import multiprocessing
import os
import random
import time
from multiprocessing.connection import Connection, wait

import pytest

from holdtrue.config import Config
from holdtrue.evidence.audit import audit
from holdtrue.evidence.opened import open_log
from integration.evidence.crash_writer import write_until_killed
from integration.evidence.log_samples import NOON, root_from_entries

pytestmark = pytest.mark.slow

KILLS = 50
MODULES = ["holdtrue.evidence.opened", "holdtrue.evidence.store_sqlite", "holdtrue.evidence.store_postgres"]


class Account:
    """What the writers said before they died."""

    def __init__(self) -> None:
        self.acknowledged: dict[bytes, int] = {}
        self.signed: dict[int, bytes] = {}

    def listen(self, pipes: list[Connection], seconds: float) -> None:
        until = time.monotonic() + seconds
        while pipes and (left := until - time.monotonic()) > 0:
            for pipe in wait(pipes, left):
                if not self.take(pipe):
                    pipes.remove(pipe)

    def take(self, pipe: Connection) -> bool:
        """Take one message; False at the end of the line, which may be in the middle of a message."""
        try:
            said, what = pipe.recv()
        except (EOFError, OSError):
            return False
        if said == "acknowledged":
            for entry, index in what:
                assert self.acknowledged.setdefault(entry, index) == index
        else:
            size, root = what
            # Two roots for one size would be a fork.
            assert self.signed.setdefault(size, root) == root
        return True


def kill_writers(config: Config, account: Account, *, kills: int, together: int) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    chance = random.Random(kills)
    killed = 0
    while killed < kills:
        ends, processes = [], []
        for number in range(together):
            receive, send = context.Pipe(duplex=False)
            process = context.Process(target=write_until_killed, args=(config, killed + number + 1, send), daemon=True)
            process.start()
            send.close()
            ends.append(receive)
            processes.append(process)
        # The first word shows that the writer is at work; then it dies at any moment.
        assert wait(ends, 30)
        account.listen(ends, chance.uniform(0.02, 0.25))
        for process in processes:
            process.kill()
            process.join()
            assert process.exitcode == -9
        killed += together
        for end in ends:
            while account.take(end):
                pass


@pytest.mark.parametrize("together", [1, 2])
def test_kill_9_loses_nothing_forks_nothing_and_leaves_no_gap(log_config, together):
    if together > 1 and not log_config.is_postgres:
        pytest.skip("SQLite has one writer")
    account = Account()
    kill_writers(log_config, account, kills=int(os.environ.get("KILLS", KILLS)), together=together)

    log = open_log(log_config)
    log.integrate(at=NOON)
    size = log.state().size
    found = {row.id: row.idx for row in log.store.rows(0, size)}
    assert list(found.values()) == list(range(size))
    lost = {entry for entry, index in account.acknowledged.items() if found.get(entry) != index}
    assert not lost
    assert len(account.acknowledged) > 50
    tree = log.tree(size)
    for signed, root in account.signed.items():
        assert log.tree(signed).root() == root
    assert tree.root() == root_from_entries(log, size)
    assert audit(log).waiting == 0
    log.close()
