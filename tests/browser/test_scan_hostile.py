"""Pages and circumstances that are out to break a scanner cost one finding, or one clear message."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from browser.sites import bed
from holdtrue.policy.text.rules import Category
from holdtrue.website.knowledge.imported import Row, keep
from holdtrue.website.scan.document import read
from holdtrue.website.scan.engine.chromium import find
from holdtrue.website.scan.engine.observations import State, Trouble
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.faults import Fault

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>\n%%EOF"
bed.page("hostile.localhost", "/paper.pdf")(lambda _: bed.Answer(PAPER, kind="application/pdf"))
bed.page("hostile.localhost", "/code")(lambda _: bed.Answer(b"", kind="text/javascript"))
bed.page("widow.localhost")(lambda _: bed.document("<h1>x</h1><script src='https://gone.invalid/g.js'></script>"))

bed.page("framer.localhost")(lambda _: bed.document("<h1>x</h1><iframe src='https://broken.localhost/f'></iframe>"))


CRASHING = """<h1>x</h1><a href='/after'>on</a><script>document.cookie = "before=1; path=/"</script>"""
for _path in ("/", "/dies", "/after"):
    bed.page("crasher.localhost", _path)(lambda _: bed.document(CRASHING))


@pytest.fixture(scope="module")
def port():
    with bed.serving() as port:
        yield port


def command(port, url, *more):
    words = [sys.executable, "-m", "holdtrue", "scan", url, "--host-rule", f"MAP *.localhost 127.0.0.1:{port}", *more]
    return subprocess.run(words, capture_output=True, text=True, timeout=280, check=False)


def browsers():
    """Return the profiles of scanners that run: each stands in the command line of its browser."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes()
        except OSError:
            continue
        found |= {word for word in line.split(b"\0") if word.startswith(b"--user-data-dir=")}
    return found


def test_no_page_stops_the_scan_and_each_costs_one_finding(port, tmp_path):
    result = tmp_path / "scan.json"

    done = command(port, "http://hostile.localhost/", "--pages", "12", "--format", "json", "-o", str(result))

    assert done.returncode == 1, done.stderr
    scan = read(result.read_bytes())
    troubles = {(note.page.rsplit("/", 1)[1], note.trouble.value) for note in scan.notes}
    assert {
        ("loops", "hangs"),
        ("dialogs", "dialogs"),
        ("never", "never-quiet"),
        ("round", "not-loaded"),
        ("endless", "never-quiet"),
        ("file", "download"),
    } <= troubles
    assert {page for page, trouble in troubles if trouble == "download"} == {"file"}
    assert not scan.partial


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("not a url", "not the address of a website"),
        ("http://127.0.0.1:9/", "cannot be opened"),
        ("http://nowhere.invalid/", "There is no host of that name"),
        ("http://silent.localhost/nothing", "answers 404"),
        ("http://hostile.localhost/file", "sends a file"),
        ("http://hostile.localhost/code", "answers with text/javascript and no web page"),
        ("http://hostile.localhost/round", "redirects in a circle"),
        ("http://stuck.localhost/", "does not answer"),
    ],
)
def test_what_cannot_be_scanned_gives_one_clear_message(port, url, message):
    done = command(port, url)

    assert done.returncode == 2
    assert message in done.stderr
    assert not done.stdout


def test_broken_tls_gives_one_clear_message(port):
    done = command(port, f"https://127.0.0.1:{port}/")

    assert done.returncode == 2
    assert "cannot be opened" in done.stderr


def test_a_missing_chromium_gives_the_way_to_one(port):
    done = command(port, "http://silent.localhost/", "--browser", "/nowhere/chromium")

    assert done.returncode == 2
    assert "There is no program at /nowhere/chromium" in done.stderr
    assert "apt-get install chromium-headless-shell" in done.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_scan_that_is_stopped_leaves_no_browser_behind(port, end):
    before = browsers()
    words = [sys.executable, "-m", "holdtrue", "scan", "http://control.localhost/", "--host-rule", f"MAP * 127.0.0.1:{port}"]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not browsers() - before and time.monotonic() < until:
        time.sleep(0.1)
    mine = browsers() - before
    time.sleep(1)

    os.kill(child.pid, end)
    child.wait(timeout=20)

    while mine & browsers() and time.monotonic() < until + 20:
        time.sleep(0.1)
    assert mine
    assert not mine & browsers()


def test_a_scan_that_is_interrupted_tells_what_it_had_seen_and_marks_it_partial(port, tmp_path):
    result = tmp_path / "scan.json"
    words = [sys.executable, "-m", "holdtrue", "scan", "http://offender.localhost/", "--host-rule", f"MAP * 127.0.0.1:{port}"]
    more = ["--dns", "none", "--progress-lines", "--format", "json", "-o", str(result)]
    child = subprocess.Popen([*words, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in child.stdout:
        if json.loads(line)["found"] > 5:
            break

    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)

    scan = read(result.read_bytes())
    assert child.returncode == 2
    assert "marked partial" in said
    assert scan.partial
    assert scan.observations
    assert [note.trouble for note in scan.notes][-1] is Trouble.STOPPED


def test_a_scan_ends_with_whoever_started_it(port):
    before = browsers()
    words = [sys.executable, "-m", "holdtrue", "scan", "http://control.localhost/", "--host-rule", f"MAP * 127.0.0.1:{port}"]
    child = subprocess.Popen(
        [*words, "--while-stdin-open"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 20
    while not browsers() - before and time.monotonic() < until:
        time.sleep(0.1)

    child.stdin.close()

    assert child.wait(timeout=20) == 2


def test_a_browser_that_dies_in_the_middle_leaves_what_was_seen_marked_partial(port):
    killed = []

    def tell(progress):
        if progress.found > 5 and not killed:
            for entry in Path("/proc").glob("[0-9]*/stat"):
                words = entry.read_text().rsplit(")", 1)[1].split()
                if int(words[1]) == os.getpid() and b"--remote-debugging-pipe" in (entry.parent / "cmdline").read_bytes():
                    killed.append(int(entry.parent.name))
            os.killpg(killed[0], signal.SIGKILL)

    rules = (f"MAP * 127.0.0.1:{port}",)
    options = Options(url="http://offender.localhost/", clock=lambda: datetime.now(UTC), pages=2, host_rules=rules, tell=tell)

    sighting = asyncio.run(scan(options))

    assert killed
    assert sighting.is_partial
    assert sighting.observations
    assert [note.trouble for note in sighting.notes] == [Trouble.BROWSER_GONE]


def test_a_scan_that_runs_out_of_time_keeps_what_was_seen(port):
    rules = (f"MAP * 127.0.0.1:{port}",)
    options = Options(url="http://offender.localhost/", clock=lambda: datetime.now(UTC), pages=2, host_rules=rules, seconds=4.0)

    sighting = asyncio.run(scan(options))

    assert sighting.is_partial
    assert {note.trouble for note in sighting.notes} == {Trouble.OUT_OF_TIME}
    assert sighting.observations


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# no head\n", "The text has no head"),
        (bed.CONTROL_POLICY.replace("| 180 days |", "| a while |", 1), "a while"),
        (bed.CONTROL_POLICY.replace("| analytics |", "| fun |", 1), "fun"),
    ],
)
def test_a_policy_with_mistakes_is_refused_by_its_line_before_a_browser_starts(port, tmp_path, text, message):
    policy = tmp_path / "policy.md"
    policy.write_text(text, encoding="utf-8")

    done = command(port, "http://control.localhost/", "--policy", str(policy), "--browser", "/nowhere/chromium")

    assert done.returncode == 2
    assert message in done.stderr
    assert "Line" in done.stderr or "line" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_document_in_place_of_a_page_gives_one_clear_message(port):
    done = command(port, "http://hostile.localhost/paper.pdf")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 2, done.stderr


def test_a_third_party_that_is_dead_stops_nothing_and_is_still_told(port, tmp_path):
    result = tmp_path / "scan.json"

    done = command(port, "http://widow.localhost/", "--pages", "1", "--format", "json", "-o", str(result))

    assert done.returncode == 0, done.stderr
    scan = read(result.read_bytes())
    (finding,) = scan.findings
    assert (finding.fault.value, finding.severity.value) == ("odd-page", "info")
    assert "there is no host of that name" in finding.evidence
    assert [(one.name, one.refused_reason) for one in scan.observations] == [("gone.invalid/g.js", "ERR_NAME_NOT_RESOLVED")]


def test_a_frame_whose_tls_is_broken_is_told_once_with_the_way_out(port, tmp_path):
    result = tmp_path / "scan.json"

    done = command(port, "http://framer.localhost/", "--states", "no-choice", "--format", "json", "-o", str(result))

    assert done.returncode == 1, done.stderr
    (finding,) = [one for one in read(result.read_bytes()).findings if one.fault.value == "odd-page"]
    assert "broken.localhost" in finding.evidence
    assert "--insecure" in finding.fix


def test_what_the_baseline_knows_fails_no_build(port, tmp_path):
    first = tmp_path / "first.json"
    words = ("http://framer.localhost/", "--pages", "1", "--states", "no-choice")
    assert command(port, *words, "--format", "json", "-o", str(first)).returncode == 1

    assert command(port, *words, "--baseline", str(first)).returncode == 0
    assert command(port, *words, "--baseline", str(first), "--fail-on", "info").returncode == 0


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("http://members.localhost/", ()),
        ("http://silent.localhost/", ("--also", "http://silent.localhost/sign-in")),
    ],
)
def test_a_page_behind_a_sign_in_is_said_not_to_have_been_looked_at(port, tmp_path, url, more):
    result = tmp_path / "scan.json"

    done = command(port, url, *more, "--pages", "2", "--states", "no-choice", "--format", "json", "-o", str(result))

    assert done.returncode == 1, done.stderr
    (finding,) = read(result.read_bytes()).findings
    assert finding.fault.value == "page-not-looked-at"
    assert "sign-in" in finding.evidence
    assert "scan-a-site.md" in finding.fix


def test_a_scan_is_judged_by_the_knowledge_in_the_data_directory(port, tmp_path, monkeypatch):
    row = Row("store_cookie", "Oven Meter", "Oven Ltd", Category.ANALYTICS, "Counts.", "1 year", (), is_prefix=False)
    keep((row,), data=tmp_path)
    monkeypatch.setenv("HOLDTRUE_DATA", str(tmp_path))

    done = command(port, "http://offender.localhost/", "--pages", "1", "--states", "no-choice", "--format", "json")

    found = {one.subject: one for one in read(done.stdout.encode()).findings if one.fault is Fault.UNDECLARED}
    assert "by the imported database" in found["store_cookie @ offender.localhost"].evidence
    assert "imported" not in found["_own @ offender.localhost"].evidence
    shapes = {one.name: one.value_shape for one in read(done.stdout.encode()).observations if one.kind.is_stored}
    assert shapes["store_cookie"]
    assert not shapes["idb_name"]


def test_a_tab_that_crashes_costs_one_finding_and_the_scan_goes_on(port, monkeypatch):
    opening = Tab.open

    async def crashing(self, url):
        visit = await opening(self, url)
        if url.endswith("/dies"):
            await asyncio.gather(self.ask("Page.navigate", {"url": "chrome://crash"}, within=2.0), return_exceptions=True)
        return visit

    monkeypatch.setattr(Tab, "open", crashing)
    start = "http://crasher.localhost/"
    options = Options(
        url=start,
        clock=lambda: datetime.now(UTC),
        pages=3,
        also=(f"{start}dies", f"{start}after"),
        host_rules=(f"MAP * 127.0.0.1:{port}",),
        states=frozenset({State.NO_CHOICE}),
    )

    sighting = asyncio.run(scan(options))

    assert [(note.trouble, note.page) for note in sighting.notes] == [(Trouble.CRASHED, f"{start}dies")]
    assert not sighting.is_partial
    assert sighting.answer(State.NO_CHOICE).pages == (start, f"{start}after")
    assert [one.name for one in sighting.observations] == ["before"]


@pytest.fixture
def open_folder():
    """Yield a folder that every user may reach and write in; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def test_an_ordinary_user_scans_within_the_browsers_sandbox(port, open_folder):
    prefix = ordinary()
    result = open_folder / "scan.json"
    flags = open_folder / "flags"
    browser = open_folder / "headless-chromium"
    browser.write_text(f'#!/bin/sh\necho "$@" > {flags}\nexec {find()} "$@"\n')
    browser.chmod(0o755)
    words = ["scan", "http://control.localhost/", "--host-rule", f"MAP * 127.0.0.1:{port}", "--browser", str(browser)]
    here = {
        "HOME": str(open_folder),
        "HOLDTRUE_DATA": str(open_folder / "data"),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    done = subprocess.run(
        [*prefix, sys.executable, "-m", "holdtrue", *words, "--format", "json", "-o", str(result)],
        capture_output=True, text=True, timeout=120, check=False, cwd=open_folder, env={**os.environ, **here},
    )  # fmt: skip

    if "sandbox" in done.stderr.lower():
        pytest.skip(f"this machine allows no sandbox to an ordinary user: {done.stderr.strip()[-200:]}")
    assert done.returncode in {0, 1}, done.stderr
    assert "--no-sandbox" not in flags.read_text()
    assert read(result.read_bytes()).states[State.ACCEPTED].reached


def ordinary():
    """Return how to run a program as an ordinary user; skip where there is no way."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not here to become an ordinary user")
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    can = subprocess.run([*prefix, sys.executable, "-c", "import msgspec"], capture_output=True, check=False)
    if can.returncode != 0:
        pytest.skip("an ordinary user cannot read this Python")
    return prefix
