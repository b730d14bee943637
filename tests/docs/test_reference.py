"""What the reference says is what the product has."""

import argparse
import re
from pathlib import Path

import pytest

from holdtrue import cli, config
from holdtrue.evidence.kinds import MEANINGS, Kind
from holdtrue.policy.standing.commitments import COMMITMENTS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def settings() -> set[str]:
    source = Path(config.__file__).read_text(encoding="utf-8")
    return {f"HOLDTRUE_{name}" for name in re.findall(r'reader\.(?:text|number|secret)\("([A-Z_]+)"', source)}


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = cli._parser()._subparsers._group_actions
    return dict(actions[0].choices)


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_is_described(name):
    assert f"| `{name}` |" in read("settings.md")


def test_no_setting_is_described_that_is_not_there():
    assert set(re.findall(r"^\| `(HOLDTRUE_\w+)`", read("settings.md"), re.MULTILINE)) == settings()


def test_every_commitment_is_described_and_no_other():
    assert set(re.findall(r"^\| `([a-z]+\.[a-z-]+)`", read("commitments.md"), re.MULTILINE)) == set(COMMITMENTS)


def test_every_kind_has_a_meaning_and_a_description():
    assert set(MEANINGS) == set(Kind)
    assert set(re.findall(r"^\| `([a-z]+\.[a-z-]+)`", read("evidence-kinds.md"), re.MULTILINE)) == {kind.value for kind in Kind}


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_described(name):
    text = read("commands.md")
    assert f"## `holdtrue {name}" in text
    section = text.split(f"## `holdtrue {name}", 1)[1].split("\n## ", 1)[0]
    for action in commands()[name]._actions:
        if action.help == argparse.SUPPRESS:
            continue
        for option in action.option_strings:
            if option.startswith("--") and option != "--help":
                assert option in section, f"holdtrue {name} {option}"


def test_every_commitment_is_checked_by_something():
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "holdtrue").rglob("*.py")
        if "migrations" not in path.parts and path.name != "commitments.py"
    ]
    for commitment in COMMITMENTS:
        assert any(f'"{commitment}"' in source for source in sources), f"nothing checks {commitment}"


def test_no_document_links_to_a_file_that_is_not_there():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


def test_nothing_names_a_path_of_one_machine_or_a_package_registry():
    told = re.compile(r"/home/\w+/|/root/\.|pypi\.org|npmjs\.org|deb\.debian\.org|/farm/")
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("requirements*.txt")]:
        assert not told.search(path.read_text(encoding="utf-8")), path
