"""The committed build is what the source makes, and small; the scanner of this product understands the banner."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from browser.banner.world import BUILT

BANNER = Path(__file__).parents[3] / "banner"


def test_the_committed_build_is_what_the_source_makes_and_small(packages):
    if shutil.which("node") is None:
        pytest.skip("needs node")
    done = subprocess.run(
        ["bash", str(BANNER / "check.sh")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sizes = [int(line.split()[1]) for line in done.stdout.splitlines() if " bytes " in line]
    assert len(sizes) == 24
    assert max(sizes) <= 9000


def test_the_build_names_itself_and_no_address(packages):
    build = json.loads((BUILT / "build.json").read_text())["build"]
    script = (BUILT / "holdtrue.nl.js").read_text(encoding="utf-8")
    assert script.startswith("\ufeff/*! Holdtrue ")
    assert build in script
    assert "://" not in script
    assert "resolved" not in (BANNER / "package-lock.json").read_text()
