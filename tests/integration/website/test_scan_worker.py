"""A worker that dies in the middle of a scan."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from holdtrue.website.scan import actions, jobs, queries
from holdtrue.website.sites.actions import add_site

WORKER = """
import django
django.setup()
from django.utils import timezone
from holdtrue.website.scan.jobs import run_due_scan
run_due_scan(timezone.now())
"""


COUNT = 8
OPENED: list[str] = []


class Page(BaseHTTPRequestHandler):
    """Pages that take their time, so that a worker can be killed in the middle of them."""

    def do_GET(self):
        if self.path.startswith("/page"):
            OPENED.append(self.path)
            time.sleep(0.4)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        links = "".join(f"<a href='/page{number}'>x</a>" for number in range(COUNT))
        self.wfile.write(f"<!doctype html><title>x</title><h1>A quiet page</h1>{links}".encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def scanners(address):
    """Return the processes that scan this address."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"scan" in words and address.encode() in words:
            found.add(int(entry.parent.name))
    return found


def until(seconds, truth):
    end = time.monotonic() + seconds
    while not truth() and time.monotonic() < end:
        time.sleep(0.1)
    return truth()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_scan_ends_with_it_and_another_worker_goes_on_with_it(address, alice, noon):
    site = add_site(address, name="Quiet", policy="cookies", by=alice.id, at=timezone.now())
    scan = actions.request_scan(site.host, by=alice.id, at=timezone.now())
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=os.environ, stderr=subprocess.DEVNULL)
    assert until(30, lambda: scanners(address))
    assert until(30, lambda: len(OPENED) >= COUNT // 2)

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert until(15, lambda: not scanners(address)), "the scanner outlived its worker"
    assert not jobs.run_due_scan(timezone.now()), "the lease still stands"
    (kept,) = (settings.CONFIG.data / "scans").iterdir()
    seen = set(json.loads(kept.read_bytes())["kept"]["visited"]["no-choice"])
    OPENED.clear()
    assert jobs.run_due_scan(timezone.now() + actions.LEASE + timedelta(seconds=1))
    # It went on where the dead worker's scan was, and left nothing behind.
    assert seen
    assert not {f"{address.rstrip('/')}{path}" for path in OPENED} & seen
    assert not list((settings.CONFIG.data / "scans").iterdir())
    assert len(queries.document_of(scan).pages) == COUNT + 1
    assert queries.scan(site.host, scan).is_done
    assert queries.findings_of(scan) == ()
