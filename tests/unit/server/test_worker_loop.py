"""The worker's loop, with jobs of ten lines."""

import logging
import os
import sys
import threading
from datetime import datetime

import pytest

from holdtrue.errors import BrokenEvidence
from holdtrue.server import worker
from holdtrue.server.worker import Job, work


@pytest.fixture(autouse=True)
def nothing_ended(monkeypatch):
    monkeypatch.setattr(worker, "ended", [])
    monkeypatch.setattr(worker, "PAUSE", 0.001)


class Counter:
    """Counts its runs and stops the worker at the last; may fail on the way."""

    def __init__(self, stop: threading.Event, runs: int, *, error: Exception | None = None) -> None:
        self.stop, self.left, self.error, self.done = stop, runs, error, 0

    def __call__(self, _: datetime) -> None:
        self.done += 1
        if self.done == self.left:
            self.stop.set()
        if self.error:
            raise self.error


def test_a_job_that_fails_is_logged_and_tried_again(caplog):
    stop = threading.Event()
    job = Counter(stop, 3, error=OSError("no room"))

    with caplog.at_level(logging.ERROR):
        work((Job("count", job, every=0),), stop=stop)

    assert job.done == 3
    assert "job failed: count" in caplog.text
    assert worker.ended == []


def test_broken_evidence_ends_the_lane_and_says_why(caplog):
    stop = threading.Event()
    job = Counter(stop, 100, error=BrokenEvidence("The log went back.", hint="Restore it."))

    work((Job("sign", job, every=0),), stop=stop)

    assert job.done == 1
    assert worker.ended == ["The log went back."]


def test_a_job_is_left_alone_until_it_is_due_again():
    stop = threading.Event()
    often, seldom = Counter(stop, 5), Counter(stop, 100)

    work((Job("often", often, every=0), Job("seldom", seldom, every=3600)), stop=stop)

    assert (often.done, seldom.done) == (5, 1)


def test_nothing_starts_once_told_to_stop():
    stop = threading.Event()
    first, second = Counter(stop, 1), Counter(stop, 100)

    work((Job("first", first, every=0), Job("second", second, every=0)), stop=stop)

    assert (first.done, second.done) == (1, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority of its own")
def test_beside_those_who_answer_the_worker_stands_back_and_they_do_not():
    stop = threading.Event()
    seen: list[int] = []

    def look(_: datetime) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        stop.set()

    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    lane = threading.Thread(target=worker.work_behind, args=((Job("look", look, every=0),),), kwargs={"stop": stop})
    lane.start()
    lane.join()

    assert seen == [worker.NICE]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == usual


def _priorities_of_work(begun_at):
    """Return the priority that a job saw in a lane whose thread began with one."""
    seen: list[int] = []
    stop = threading.Event()

    def look(_):
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        stop.set()

    def begin():
        if begun_at:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), begun_at)
        worker.work_behind((Job("look", look, every=0),), stop=stop)

    lane = threading.Thread(target=begin)
    lane.start()
    lane.join()
    return seen


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux alone")
def test_work_of_a_server_that_stands_back_further_stays_there():
    assert _priorities_of_work(worker.NICE + 5) == [worker.NICE + 5]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux alone")
def test_work_is_done_where_a_sandbox_lets_nobody_stand_back(monkeypatch):
    def forbidden(*_):
        raise PermissionError(1, "Operation not permitted")

    usual = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(os, "setpriority", forbidden)

    assert _priorities_of_work(0) == [usual]
