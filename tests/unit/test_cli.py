"""The one command: usage, exit statuses, and nothing heavy before it is needed."""

import json
import subprocess
import sys

import pytest

from holdtrue import cli

HEAVY = ("django", "playwright", "apsw", "psycopg", "cryptography", "markdown_it")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "holdtrue", *words], capture_output=True, text=True, timeout=60, check=False)


def test_help_loads_nothing_heavy():
    probe = f"import sys; from holdtrue import cli; cli._parser(); print([m for m in {HEAVY} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True)

    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [[], ["unheard-of"], ["verify"], ["token", "spoon", "--by", "a@b"], ["evidence"]])
def test_wrong_usage_ends_with_2_and_says_how(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)

    assert ended.value.code == 2
    assert "usage: holdtrue" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["verify", "no-such.pack"], "no-such.pack"),
        (["lint", "no-such.md"], "no-such.md"),
        (["check", "--facts", "no-such.json"], "no-such.json"),
        (["scan", "not an address"], "not an address"),
        (["scan"], "no address to scan"),
        (["check", "--lock-within", "0"], "--lock-within"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_with_a_hint_and_2(words, told, capsys):
    assert cli.main(words) == 2

    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 2
    assert "Traceback" not in said


def test_a_closed_pipe_is_no_traceback(tmp_path):
    # Long enough that a pipe does not hold it.
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"facts": {f"setting {number}": "x" * 100 for number in range(2_000)}}))
    told = subprocess.run(
        f"{sys.executable} -m holdtrue check --facts {facts} --format json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "Traceback" not in told.stderr
    assert "Exception" not in told.stderr


def test_the_version_is_told():
    assert run("--version").stdout.startswith("holdtrue ")
