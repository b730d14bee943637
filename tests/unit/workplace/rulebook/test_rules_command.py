"""`holdtrue rules` without a server: read, test, explain."""

import json

import pytest

from holdtrue.cli import main

LATE = {"facts": {"session.desktop": "kde6", "kscreenlockerrc Daemon Timeout": "15"}}
RULE = "format: holdtrue.rules/1\nrules:\n  - id: own\n    holds: disk.encrypted\n    cases:\n      - {given: {disk.encrypted: yes}, expect: %s}\n"


def run(capsys, *arguments):
    status = main(["rules", *arguments])
    told = capsys.readouterr()
    return status, told.out + told.err


@pytest.fixture
def late(tmp_path):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(LATE))
    return str(file)


def test_the_rules_that_ship_are_without_a_mistake(capsys):
    assert run(capsys, "check") == (0, "38 rules, no mistake.\n")
    status, told = run(capsys, "test")
    assert (status, told.endswith(" cases, none wrong.\n")) == (0, True)


def test_a_mistake_is_told_by_its_line_and_fails(capsys, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(RULE.replace("disk.encrypted\n", "disk.encryptd\n", 1) % "holds")
    status, told = run(capsys, "check", str(file))

    assert status == 1
    assert f"{file}:4:12: `disk.encryptd` is not known. Did you mean `disk.encrypted`?" in told
    status, told = run(capsys, "check", str(file), "--format", "json")
    assert json.loads(told)["mistakes"][0] | {"file": ""} == {
        "file": "", "line": 4, "column": 12, "message": "`disk.encryptd` is not known.", "hint": "Did you mean `disk.encrypted`?",
    }  # fmt: skip


def test_an_example_that_is_judged_otherwise_fails_and_shows_why(capsys, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(RULE % "broken")
    status, told = run(capsys, "test", str(file))

    assert status == 1
    assert f"{file}:6: own, case 1: holds, not broken" in told
    assert "✔ disk.encrypted" in told
    assert json.loads(run(capsys, "test", str(file), "--format", "json")[1])["wrong"][0]["result"] == "holds"


def test_why_a_device_breaks_a_rule_is_told_as_a_tree(capsys, late):
    status, told = run(capsys, "explain", "screen-lock", "--facts", late)

    assert status == 1
    assert "screen-lock  ▲ broken" in told
    assert "✘ screen-lock.soonest <= within (900)\n        is 905: locks only after 905 s (idle 900 s, grace 5 s)" in told
    assert "from kscreenlockerrc Daemon Timeout" in told
    assert "→ In System Settings, Screen Locking" in told
    tree = json.loads(run(capsys, "explain", "screen-lock", "--facts", late, "--format", "json")[1])[0]
    assert (tree["result"], tree["exemption"], len(tree["hash"])) == ("broken", None, 12)
    leaf = next(one for one in tree["because"]["of"] if one["is"] is False)
    assert leaf["facts"][0]["name"] == "kscreenlockerrc Daemon Timeout"


def test_every_rule_can_be_explained_and_a_wrong_name_has_its_nearest(capsys, late):
    assert run(capsys, "explain", "--facts", late)[1].count(" · ") >= 38
    status, told = run(capsys, "explain", "screen-loc", "--facts", late)
    assert (status, "Did you mean `screen-lock`?" in told) == (2, True)


def test_what_a_rule_may_speak_of_is_listed(capsys):
    assert "screen-lock.latest          number" in run(capsys, "facts")[1]
    assert json.loads(run(capsys, "facts", "--format", "json")[1])["disk.encrypted"]["sort"] == "yes or no"


def test_a_folder_that_is_none_is_told(capsys, monkeypatch, late):
    monkeypatch.setenv("HOLDTRUE_RULES", "/nowhere/at/all")
    status, told = run(capsys, "explain", "--facts", late)

    assert (status, "HOLDTRUE_RULES names /nowhere/at/all, which is no directory." in told) == (2, True)
