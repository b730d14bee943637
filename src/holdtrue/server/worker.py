"""Does what is due: reads it from the rows of each domain, a little at a time, until told to stop."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections, connections
from django.utils import timezone

from holdtrue.errors import BrokenEvidence

log = logging.getLogger("holdtrue.worker")
PAUSE = 0.1
"""Seconds between two looks."""
NICE = 10
"""How far the worker stands back when it shares its process with those who answer; 19 is the furthest."""


@dataclass(frozen=True, slots=True)
class Job:
    """One sort of work: what to call, and how often to look for it."""

    name: str
    run: Callable[[datetime], object]
    every: float
    """Seconds."""


ended: list[str] = []
"""Why lanes of this process ended before they were told to; `/readyz` says so."""


def work(jobs: tuple[Job, ...], *, stop: threading.Event) -> None:
    """Run each job when it is due, until stopped; one that fails is logged and tried again later.

    Evidence that contradicts itself ends the lane: nothing may be signed over it.
    """
    due = dict.fromkeys(jobs, 0.0)
    try:
        while not stop.is_set():
            for job in jobs:
                if time.monotonic() >= due[job] and not stop.is_set():
                    due[job] = time.monotonic() + job.every
                    _run(job)
            stop.wait(PAUSE)
    except BrokenEvidence as error:
        ended.append(error.message)
        log.critical("nothing is signed any more: %s %s", error.message, error.hint)
    finally:
        connections.close_all()


def work_behind(jobs: tuple[Job, ...], *, stop: threading.Event) -> None:
    """Do the same in a thread that stands back for those who answer, where threads have a priority of their own."""
    if sys.platform == "linux":
        lane = threading.get_native_id()
        # Work is done also where a sandbox forbids it, and a server that stands back already is not brought forward.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, lane, max(NICE, os.getpriority(os.PRIO_PROCESS, lane)))
    work(jobs, stop=stop)


def _run(job: Job) -> None:
    try:
        close_old_connections()
        job.run(timezone.now())
    except BrokenEvidence:
        raise
    except Exception:  # The worker outlives any one job; what failed is still due.
        log.exception("job failed: %s", job.name)
