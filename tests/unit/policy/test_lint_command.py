"""`holdtrue lint`, as it is typed."""

import argparse
import io
import json
import sys

import pytest

from holdtrue.errors import Invalid, NotFound
from holdtrue.policy.text import command

KEPT = """---
policy: demo
title: Demo
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
change: First version.
---

[A-1] Doors are shut.

> Asks of you: shut them.
"""


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


@pytest.fixture
def kept(tmp_path) -> str:
    (tmp_path / "kept.md").write_text(KEPT, encoding="utf-8")
    return str(tmp_path / "kept.md")


@pytest.fixture
def flawed(tmp_path) -> str:
    (tmp_path / "flawed.md").write_text(KEPT + "\nSee section 9 of DOOR. TODO\n", encoding="utf-8")
    return str(tmp_path / "flawed.md")


def test_a_clean_file_ends_with_0(kept, capsys):
    assert run(kept) == 0
    assert capsys.readouterr().out == f"{kept}: no findings.\n"


def test_findings_end_with_1(kept, flawed, capsys):
    assert run(kept, flawed) == 1
    assert f"{flawed}:15: error in A-1: “TODO” was left to be filled in. [placeholder]" in capsys.readouterr().out


def test_json_goes_to_a_file(flawed, tmp_path):
    out = tmp_path / "findings.json"

    assert run(flawed, "--format", "json", "-o", str(out)) == 1
    assert json.loads(out.read_text(encoding="utf-8"))["findings"][0]["rule"] == "placeholder"


def test_standard_input_is_a_file_too(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(KEPT.encode())))
    assert run("-") == 0
    assert capsys.readouterr().out == "-: no findings.\n"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(NotFound, match=r"nothing\.md cannot be read: No such file"):
        run(str(tmp_path / "nothing.md"))


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "x.md").write_bytes(b"good\n\xff\n")
    with pytest.raises(Invalid, match=r"x\.md is not UTF-8 text \(line 2\)"):
        run(str(tmp_path / "x.md"))


def test_an_output_that_cannot_be_written_is_told(kept, tmp_path):
    with pytest.raises(Invalid, match="cannot be written"):
        run(kept, "-o", str(tmp_path / "none" / "x.json"))
