"""Runs the server and the worker, and stops both without losing anything."""

import gc
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import uvicorn

from holdtrue.config import Config
from holdtrue.errors import Unavailable
from holdtrue.server import boot
from holdtrue.server.worker import PAUSE, Job, work_behind

log = logging.getLogger("holdtrue")
LONGEST_STOP = 20
"""Seconds that requests under way are given to end."""
SIGN_EVERY = 0.3
"""Seconds: an acknowledged entry is signed well within one, and a signature's way to the disk seldom holds up the intake."""


def serve(config: Config, *, with_worker: bool) -> int:
    """Serve until told to stop; on SQLite the worker lives in this one process."""
    boot.set_up(config)
    boot.require_current()
    refuse_taken(config)
    open_evidence(config)
    sign_once()
    with working() if with_worker or not config.is_postgres else no_worker():
        run_until_told(server(config))
    return 0


def worker(config: Config) -> int:
    """Do what is due until told to stop, beside servers on PostgreSQL."""
    if not config.is_postgres:
        raise Unavailable(
            "On SQLite the server does the worker's work itself: one process writes.",
            hint="Run `holdtrue serve`, or set HOLDTRUE_DATABASE_URL to use PostgreSQL.",
        )
    boot.set_up(config)
    boot.require_current()
    open_evidence(config)
    sign_once()
    stop = threading.Event()
    for sort in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sort, lambda *_: stop.set())
    with working():
        log.info("worker started")
        stop.wait()
    log.info("worker stopped")
    return 0


def refuse_taken(config: Config) -> None:
    """Raise `Unavailable` when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise Unavailable(
                f"{config.host} port {config.port} cannot be listened on: {error.strerror}.",
                hint="Set HOLDTRUE_PORT or HOLDTRUE_HOST to another.",
            ) from error


def open_evidence(config: Config) -> None:
    """Open the log before anything is answered: its end verified, its past unbroken, its key there.

    On SQLite, be the one process that writes it.
    """
    from django.utils import timezone

    from holdtrue.evidence.opened import the_log

    evidence = the_log()
    evidence.require_unbroken_past()
    evidence.keys.signers(evidence.state().origin, timezone.now())
    if not config.is_postgres and not evidence.store.may_write():
        raise Unavailable(
            f"Another Holdtrue is running on {config.data}.",
            hint="Stop that one, give this one a HOLDTRUE_DATA of its own, or move to PostgreSQL.",
        )


def sign_once() -> None:
    """Sign what waits before anything is answered: a lost key or an older database is told at the start, not later."""
    from django.utils import timezone

    from holdtrue.evidence.jobs import sequence_and_sign

    sequence_and_sign(timezone.now())


def run_until_told(http: uvicorn.Server) -> None:
    """Run the server until SIGTERM or SIGINT, and return, so that what stands around it can end in order."""
    # Once it has stopped, uvicorn raises the signal anew for whoever was there before it: that must not end the process.
    for sort in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sort, lambda *_: None)
    # What is loaded by now stays: to look through it for garbage would stop every answer for that long.
    gc.collect()
    gc.freeze()
    http.run()


def server(config: Config) -> uvicorn.Server:
    """Return the HTTP server, ready to run."""
    from holdtrue.server.public import intake
    from holdtrue.server.wire import Front

    return uvicorn.Server(
        uvicorn.Config(
            "holdtrue.server.asgi:application",
            host=config.host,
            port=config.port,
            http=cast("Any", Front(intake)),
            ws="none",
            loop="uvloop",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=config.trusted_proxies > 0,
            forwarded_allow_ips="*" if config.trusted_proxies else None,
            timeout_graceful_shutdown=LONGEST_STOP,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )


@contextmanager
def working() -> Iterator[None]:
    """Do what is due in threads of their own while the block runs, then let each finish what it holds."""
    from holdtrue.website.scan.jobs import stopping as scans_stopping

    scans_stopping.clear()
    stop = threading.Event()
    lanes = [
        threading.Thread(target=work_behind, args=(jobs,), kwargs={"stop": stop}, name=name) for name, jobs in _lanes().items()
    ]
    for lane in lanes:
        lane.start()
    try:
        yield
    finally:
        stop.set()
        # A scan takes minutes: the one that runs is put back, and its browser ended.
        scans_stopping.set()
        for lane in lanes:
            lane.join()


@contextmanager
def no_worker() -> Iterator[None]:
    """Leave the work to processes of its own."""
    yield


def _lanes() -> dict[str, tuple[Job, ...]]:
    """Return the jobs, those that may take long apart from those that may not wait."""
    from holdtrue.evidence import jobs as evidence
    from holdtrue.letters import jobs as letters
    from holdtrue.policy.standing import jobs as standing
    from holdtrue.policy.text import jobs as text
    from holdtrue.website.consent import jobs as consent
    from holdtrue.website.scan import jobs as scan
    from holdtrue.workplace import reports
    from holdtrue.workplace.devices import jobs as devices
    from holdtrue.workplace.help import jobs as help_
    from holdtrue.workplace.software import jobs as software

    return {
        "evidence": (
            Job("sign what was recorded", evidence.sequence_and_sign, every=SIGN_EVERY),
            Job("keep the write-ahead log short", evidence.tidy, every=PAUSE),
        ),
        "office": (
            Job("mark what went stale", standing.mark_what_went_stale, every=5),
            Job("judge what came into force", text.judge_what_is_in_force, every=600),
            Job("erase what has passed its retention", evidence.erase_what_is_due, every=600),
            Job("ask for planned scans", scan.ask_for_scans, every=60),
            Job("judge where devices keep work", _judge_storage, every=1),
            Job("judge tools by the newest catalogue", _judge_tools, every=1),
            Job("see which exemptions are used", _see_coverage, every=3600),
            Job("tell owners first", help_.tell_owners, every=15),
            Job("judge by the newest catalogue", software.judge_by_the_catalogue, every=1),
            Job("end old sessions", _end_old_sessions, every=3600),
        ),
        "devices": (
            Job("follow devices that said that nothing changed", reports.follow_unchanged, every=10),
            Job("conclude of every device", devices.conclude_of_all, every=600),
            Job("let go of what devices said long ago", devices.let_go_of_what_is_old, every=600),
        ),
        "consent": (
            Job("publish notices", consent.publish_notices, every=5),
            Job("sort new consent records", consent.sort_new_records, every=1),
            Job("see which consent expired", consent.expire_due, every=5),
            Job("erase old consent records", consent.erase_what_is_due, every=600),
        ),
        "mail": (
            Job("send what a scan changed", scan.send_letters, every=1),
            Job("send letters", letters.send_letters, every=0.5),
            Job("forget old letters", letters.forget_old_words, every=3600),
        ),
        "scans": (Job("scan what is waiting", scan.run_due_scan, every=1),),
    }


def _see_coverage(at: datetime) -> int:
    from holdtrue.policy.exemptions.jobs import see_coverage
    from holdtrue.workplace.devices.queries import owners_by_subject

    return see_coverage(at, owners=owners_by_subject())


def _judge_storage(at: datetime) -> int:
    from holdtrue.workplace.reports import judge_storage_again

    return judge_storage_again(at=at)


def _judge_tools(at: datetime) -> int:
    from holdtrue.workplace.reports import judge_tools_again

    return judge_tools_again(at=at)


def _end_old_sessions(_: datetime) -> None:
    from django.core.management import call_command

    call_command("clearsessions")
