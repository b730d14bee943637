"""What the worker runs: the scan that waits longest, in a process of its own."""

import contextlib
import logging
import os
import queue
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.utils import timezone

from holdtrue.config import make_private
from holdtrue.errors import HoldtrueError
from holdtrue.website.scan import letters
from holdtrue.website.scan.actions import (
    Claim,
    Told,
    ask_for_planned_scans,
    claim_due_scan,
    fail_scan,
    finish_scan,
    keep_claim,
    release_claim,
)
from holdtrue.website.scan.engine.remarks import Ending

log = logging.getLogger("holdtrue.scan")
OWNER = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
BEAT_SECONDS = 5.0
SCAN_SECONDS = 900
KEPT_SECONDS = 2 * 86_400
stopping = threading.Event()
"""Set when the worker is told to stop: a running scan is put back and its browser ended."""


def ask_for_scans(at: datetime) -> int:
    """Ask for the planned scans whose time has come, and return how many."""
    return ask_for_planned_scans(at=at)


def send_letters(at: datetime) -> bool:
    """Send one letter about what a scan changed if one is due; return whether there was one."""
    return letters.send_due(at=at)


def run_due_scan(at: datetime) -> bool:
    """Run one scan if one is due; return whether there was one."""
    claim = claim_due_scan(OWNER, at=at)
    if claim is None:
        return False
    with tempfile.TemporaryDirectory(prefix="holdtrue-job-") as folder:
        _run(claim, Path(folder), _kept(claim))
    return True


def _kept(claim: Claim) -> Path:
    """Return where a scan is kept while it runs: a worker of this machine that takes it over goes on with it."""
    folder: Path = settings.CONFIG.data / "scans"
    make_private(folder)
    for left in folder.glob("*.json"):
        # Of scans that another machine brought home, or nobody.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > KEPT_SECONDS:
                left.unlink()
    return folder / f"{claim.scan}.json"


def _run(claim: Claim, folder: Path, kept: Path) -> None:
    result, log_file = folder / "scan.json", folder / "errors.txt"
    command = [sys.executable, "-m", "holdtrue", "scan", claim.url, "--format", "json", "-o", str(result)]
    command += ["--pages", str(claim.pages), "--seconds", str(SCAN_SECONDS), "--while-stdin-open", "--progress-lines"]
    command += ["--resume", str(kept)]
    with log_file.open("wb") as errors:
        # When this process dies, however it dies, the pipe closes, and the child stops with its browser.
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        listener = _Listener(child)
        try:
            status = _watch(child, claim, listener)
        finally:
            _stop(child)
    if status is None:
        return
    kept.unlink(missing_ok=True)
    if status in {0, 1} and result.exists():
        _finish(claim, result.read_bytes())
    else:
        said = log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        message = " ".join(line.strip() for line in said[-2:]).removeprefix("holdtrue: ")
        fail_scan(claim, message or Ending.SCANNER_ENDED % {"status": status}, at=timezone.now())


class _Listener:
    """Hears where the scanner is, line by line, and remembers the last."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self.last: Told | None = None
        self._pictures: queue.SimpleQueue[Told] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._hear, args=(child,), name="scan-progress", daemon=True)
        self._thread.start()

    def _hear(self, child: "subprocess.Popen[bytes]") -> None:
        if child.stdout is None:
            return
        with child.stdout as lines:
            for line in lines:
                try:
                    told = msgspec.json.decode(line, type=Told)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    log.debug("the scanner said something else than where it is")
                    continue
                if told.picture:
                    self._pictures.put(told)
                self.last = told

    def pictures(self) -> list[Told]:
        """Return the pictures that came since the last time."""
        return [self._pictures.get() for _ in range(self._pictures.qsize())]


def _watch(child: "subprocess.Popen[bytes]", claim: Claim, listener: _Listener) -> int | None:
    """Return the child's exit status; None when the scan was given up to others."""
    while True:
        try:
            return child.wait(timeout=BEAT_SECONDS / 5)
        except subprocess.TimeoutExpired:
            pass
        if stopping.is_set():
            release_claim(claim)
            return None
        if not keep_claim(claim, listener.last, pictures=listener.pictures(), at=timezone.now()):
            log.warning("scan of %s was taken over by another worker", claim.host)
            return None


def _stop(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _finish(claim: Claim, body: bytes) -> None:
    try:
        finish_scan(claim, body, at=timezone.now())
    except HoldtrueError as error:
        log.warning("scan of %s was not recorded: %s", claim.host, error.message)
        fail_scan(claim, error.message, at=timezone.now())
