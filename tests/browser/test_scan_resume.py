"""A scan that was killed goes on where it was, with a new browser, and finds what a scan in one piece finds."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from browser.sites import bed
from holdtrue.website.scan.document import read
from holdtrue.website.scan.engine.observations import State

COUNT = 14
PATHS = ["/bread", *(f"/page{number}" for number in range(COUNT - 1))]
OPENED: list[str] = []


def page(asked):
    OPENED.append(asked.path)
    links = "".join(f'<a href="{path}">x</a> ' for path in PATHS)
    own = f"<script>if (/choice=yes/.test(document.cookie)) document.cookie = 'on_{asked.path[1:]}=1'</script>"
    return bed.document(bed.CONTROL + links + own, head=bed.BANNER_STYLE)


for path in ("/", *PATHS):
    bed.page("long.localhost", path)(page)
bed.page("long.localhost", "/site.js")(bed.control_script)


@pytest.fixture(scope="module")
def port():
    with bed.serving() as port:
        yield port


def words(port, folder, *more):
    asked = ["--host-rule", f"MAP *.localhost 127.0.0.1:{port}", "--dns", "none", "--pages", str(COUNT + 1)]
    kept = ["--resume", str(folder / "kept.json"), "--format", "json", "-o", str(folder / "scan.json")]
    return [sys.executable, "-m", "holdtrue", "scan", "http://long.localhost/", *asked, *kept, *more]


def below(root):
    """The processes that this one started, and those that they started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    found = {root}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def gone(processes):
    """A browser whose scan was killed still asks for the page it was at, until it sees that nobody reads."""
    until = time.monotonic() + 30
    while any(runs(process) for process in processes):
        assert time.monotonic() < until, f"still running: {processes}"
        time.sleep(0.05)


def runs(process):
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def cut_off(port, folder, end, *, after, pages=0):
    """Begin a scan and end it after so many steps, and once so many pages are kept; return what was kept of it."""
    child = subprocess.Popen(
        [*words(port, folder), "--progress-lines"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for number, _ in enumerate(child.stdout):
        if number >= after and (folder / "kept.json").exists() and sum(pages_of(kept_in(folder)).values()) >= pages:
            break
    browser = below(child.pid)
    child.send_signal(end)
    child.communicate(timeout=60)
    gone(browser)
    return kept_in(folder)


def kept_in(folder):
    return json.loads((folder / "kept.json").read_bytes())["kept"]


def pages_of(kept):
    """How often each page is kept; what a withdrawal leaves behind can be seen only where everything was accepted before."""
    seen = [pages for state, pages in kept["visited"].items() if state != State.ACCEPTED]
    return Counter(page.removeprefix("http://long.localhost") for pages in seen for page in pages)


def finish(port, folder):
    OPENED.clear()
    return subprocess.run(words(port, folder), capture_output=True, text=True, timeout=120, check=False)


def stored(scan):
    return {(one.state, one.name, one.deleted, one.survived) for one in scan.observations if one.kind.is_stored}


def test_a_scan_that_was_killed_goes_on_where_it_was(port, tmp_path):
    kept = cut_off(port, tmp_path, signal.SIGKILL, after=20, pages=6)

    done = finish(port, tmp_path)

    again = read((tmp_path / "scan.json").read_bytes())
    opened = Counter(OPENED)
    assert done.returncode == 1, done.stderr
    assert not again.partial
    assert all(again.states[state].reached and len(again.states[state].pages) == COUNT + 1 for state in State)
    assert not (tmp_path / "kept.json").exists()
    before = pages_of(kept)
    assert all(opened[path] == len(State) - before[path] for path in PATHS)
    assert again.started.isoformat() == kept["started"].replace("Z", "+00:00")
    # The same as in one piece.
    assert finish(port, tmp_path).returncode == 1
    assert stored(again) == stored(read((tmp_path / "scan.json").read_bytes()))


def test_a_scan_that_was_interrupted_says_how_to_go_on_and_tells_nothing_of_the_break_once_it_is_whole(port, tmp_path):
    cut_off(port, tmp_path, signal.SIGINT, after=20)
    assert read((tmp_path / "scan.json").read_bytes()).partial

    assert finish(port, tmp_path).returncode == 1

    whole = read((tmp_path / "scan.json").read_bytes())
    assert (whole.partial, whole.notes) == (False, ())


def test_a_kept_scan_is_not_taken_up_by_one_that_asks_something_else(port, tmp_path):
    cut_off(port, tmp_path, signal.SIGKILL, after=10)

    done = subprocess.run([*words(port, tmp_path), "--locale", "nl"], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "another --locale: en, and now nl" in done.stderr
    assert (tmp_path / "kept.json").exists()
