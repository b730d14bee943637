"""Files of rules: everything that can be wrong with one is told by line and column, and nothing of it runs."""

from pathlib import Path

import pytest

from holdtrue.errors import Invalid
from holdtrue.said import spoken
from holdtrue.workplace.devices.rulebook import book
from holdtrue.workplace.devices.rulebook.conclusions import SORTS
from holdtrue.workplace.devices.rulebook.rule import Rulebook, spelled
from holdtrue.workplace.devices.rulebook.rule_file import read_rules
from holdtrue.workplace.devices.rulebook.yaml_marks import LARGEST

HEAD = "format: holdtrue.rules/1\nrules:\n"


def mistakes(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [str(one) for one in read_rules(content, "own.yaml", SORTS).mistakes]


def one_rule(**fields):
    lines = {"id": "x", "holds": "disk.encrypted"} | fields
    return HEAD + "  - " + "\n    ".join(f"{name}: {value}" for name, value in lines.items() if value is not None) + "\n"


def test_a_whole_rule_is_read():
    told = read_rules(one_rule(title="encrypted", fresh="2 h", grace="3 days", parameters="{most: 5 min}").encode(), "f", SORTS)
    rule = told.rules[0]

    assert not told.mistakes
    assert (rule.title, rule.fresh.total_seconds(), rule.grace.days) == ("encrypted", 7200, 3)
    assert rule.parameters[0].default == 300.0
    assert len(rule.hash) == 12


def test_every_text_for_people_may_be_given_by_language():
    told = read_rules(
        one_rule(
            title="{nl: 'binnen {m} s', en: 'within {m} s'}", why="{fr: 'parce que', nl: 'daarom'}", parameters="{m: 5 min}",
            fix="{gnome: {en: 'below {m.minutes}', de: 'unter {m.minutes}'}, else: {fr: 'là', nl: 'daar'}, kde: plain}",
        ).encode(), "f", SORTS,
    )  # fmt: skip
    rule = told.rules[0]
    settings = rule.settings()

    def say(text, code):
        return spoken(spelled(text, settings), lambda words: f"«{words}»", code=code)

    assert not told.mistakes
    assert (rule.title, rule.why) == ("within {m} s", "parce que")
    assert [say(rule.title, code) for code in ("nl", "en", "fr")] == ["binnen 300 s", "within 300 s", "«within 300 s»"]
    assert [say(rule.fixes[0].text, code) for code in ("de", "en")] == ["unter 4", "below 4"]
    assert [say(rule.fixes[1].text, code) for code in ("fr", "nl")] == ["là", "daar"]
    assert say(rule.fixes[2].text, "nl") == "«plain»"
    assert read_rules(one_rule(fix="{en: a, nl: b}").encode(), "f", SORTS).rules[0].fixes[0].text.given == {
        "en": "a",
        "nl": "b",
    }


def test_the_mark_of_a_rulebook_is_of_every_text_that_a_verdict_carries():
    def mark(**fields):
        return Rulebook(read_rules(one_rule(**fields).encode(), "f", SORTS).rules).mark

    titles = ("a", "{en: a, nl: b}", "{en: a, nl: c}", "{en: a, fr: b}")
    assert len({*(mark(title=one) for one in titles), *(mark(title="a", fix=one) for one in titles)}) == 8


def test_the_hash_is_of_what_a_rule_demands():
    def hashed(**fields):
        return read_rules(one_rule(**fields).encode(), "f", SORTS).rules[0].hash

    assert hashed() == hashed(title="other words") == hashed(holds="  disk.encrypted ")
    assert len({hashed(), hashed(holds="not disk.encrypted"), hashed(fresh="1 h"), hashed(keeps="device.disk-encryption")}) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (one_rule(holds="disk.encryptd"), "own.yaml:4:12: `disk.encryptd` is not known. Did you mean `disk.encrypted`?"),
        (one_rule(holds="|\n      disk.encrypted and\n      firewal.on"), "own.yaml:6:7: `firewal.on` is not known. Did you mean `firewall.on`?"),
        (one_rule(holds="disk.encrypted and\n        firewal.on"), "own.yaml:5:9: `firewal.on` is not known."),
        (one_rule(holds="'firewal.on'"), "own.yaml:4:13: `firewal.on` is not known."),
        (one_rule(title="é ü 漢", holds="disk.encryptd"), "own.yaml:4:12: `disk.encryptd` is not known."),
        (one_rule(hold="x"), "own.yaml:5:5: `hold` is no field of a rule. Did you mean `holds`?"),
        (one_rule(holds=None), "own.yaml:3:5: The rule `x` has neither `holds` nor `osquery`."),
        (one_rule(osquery="select 1"), "own.yaml:3:5: The rule `x` has both `holds` and `osquery`."),
        (one_rule(keeps="device.screenlock"), "`device.screenlock` is no commitment of a device. Did you mean `device.screen-lock`?"),
        (one_rule(keeps="site.retention"), "`site.retention` is no commitment of a device."),
        (one_rule(id="Bad Id"), "own.yaml:3:9: `Bad Id` is no id of a rule."),
        (one_rule(fresh="soon"), "own.yaml:5:12: `fresh` takes a length of time. Write `24 h` or `2 days`."),
        (one_rule(parameters="{today: 1}"), "`today` is no name of a parameter."),
        (one_rule(parameters="{x: }"), "The parameter `x` has no default."),
        (one_rule(parameters="{x: {default: 1, clause: at most}}"), "`at most` is nothing that a clause sets."),
        (one_rule(fix="{gnom: do}"), "`gnom` is no desktop or system. Did you mean `gnome`?"),
        (one_rule(title="{en: a, es: b}"), "own.yaml:5:20: `es` is no language that pages are shown in. They are en, nl, fr, de."),
        (one_rule(title="{EN: a}"), "`EN` is no language that pages are shown in."),
        (one_rule(title="{en: a, nl: }"), "`title` in `nl` takes a text."),
        (one_rule(title="{en: a, nl: ''}"), "own.yaml:5:24: `title` in `nl` is empty. Write it, or leave the language out."),
        (one_rule(title="{}"), "own.yaml:5:12: `title` takes a text, or one for each language. Such as `{en: …, nl: …}`."),
        (one_rule(title="[a]"), "`title` takes a text."),
        (
            one_rule(title="{en: 'in {m} s', nl: x}", parameters="{m: 5}"),
            "own.yaml:5:33: `title` in `nl` lacks {m}, which stands in `en`. Put it where it belongs.",
        ),
        (
            one_rule(fix="{gnome: {nl: 'a {m.minutes}', fr: 'b {m.seconds}'}}", parameters="{m: 5}"),
            "`fix` in `fr` lacks {m.minutes}, which stands in `nl`. Put it where it belongs.",
        ),
        (
            one_rule(fix="{fr: 'b {m}', en: a}", parameters="{m: 5}"),
            "own.yaml:5:15: `fix` in `fr` has {m}, which does not stand in `en`. Write the same in every language.",
        ),
        (one_rule(fix="{en: a, gnome: b}"), "`gnome` is no language that pages are shown in."),
        (one_rule(cases="[{given: {disk.encrypted: 3}, expect: holds}]"), "`disk.encrypted` is a yes or no; this is none."),
        (one_rule(cases="[{given: {disk.encrypted: yes}, expect: hold}]"), "`hold` is no result. Did you mean `holds`?"),
        (one_rule(cases="[{given: {disk.encryptd: yes}, expect: holds}]"), "Did you mean `disk.encrypted`?"),
        (one_rule(cases="[{facts: {x: {y: 1}}, expect: holds}]"), "The facts of this case cannot be read"),
        (one_rule(cases="[{set: {x: 1}, expect: holds}]"), "`x` is no parameter of this rule"),
        (HEAD + "  - {id: x, holds: disk.encrypted}\n  - {id: x, holds: disk.encrypted}\n", "own.yaml:4:1: The rule `x` stands in line 3 already."),
        ("format: holdtrue.rules/1\nmeans: {a: b, b: c, c: a}\n", "is explained by itself: b → c → a → b."),
        ("rules: []\n", "begins with `format: holdtrue.rules/1`"),
        ("", "own.yaml:1:1: A file of rules begins with"),
        (HEAD + "  - 3\n", "own.yaml:3:5: A rule consists of fields."),
        ("format: holdtrue.rules/1\nrules: x\n", "`rules` takes a list."),
        (one_rule(id="x\n    id: y"), "own.yaml:4:5: `id` stands here twice."),
        (one_rule(title="&a b\n    why: *a"), "own.yaml:5:12: Anchors and aliases are not read."),
        (one_rule(title="!!python/object/apply:os.system [id]"), "is not read. Write the value without a tag."),
        (one_rule(title="a: b"), "This is no YAML: mapping values are not allowed"),
        ("format: holdtrue.rules/1\n\trules: []\n", "Indent by spaces, not by tabs."),
        (HEAD + "---\nformat: x\n", "A second document begins."),
        (b"format: \xff", "own.yaml:1:1: This is no UTF-8 text."),
        (b"#" * (LARGEST + 1), "at most 500,000 are read"),
        ("x: " + "[" * 100 + "]" * 100, "There is too much in this file."),
        ("x: [" + "1, " * 50_000 + "1]", "There is too much in this file."),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_place(text, told):
    found = mistakes(text)

    assert any(told in one for one in found), found


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )

    assert mistakes(bomb) == ["own.yaml:1:4: Anchors and aliases are not read. Write the value out, or name it under `means:`."]


def test_a_rule_with_a_mistake_is_left_out_and_the_others_stand():
    told = read_rules(
        (HEAD + "  - {id: good, holds: disk.encrypted}\n  - {id: bad, holds: nothing.such}\n").encode(), "f", SORTS
    )

    assert [rule.id for rule in told.rules] == ["good"]
    assert len(told.mistakes) == 1


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def sound(folder: Path, monkeypatch):
    monkeypatch.setenv(book.SETTING, str(folder))
    return book.sound_rulebook()


def test_a_mistake_loses_no_report_and_lets_nobody_pass(tmp_path, caplog):
    from datetime import UTC, datetime

    from holdtrue.policy.standing.rules import Result
    from holdtrue.workplace.devices.rulebook.judge import Device, judge

    fields = {"id": "firewall", "keeps": "device.protection", "holds": "firewal.on"}
    put(tmp_path, "own.yaml", one_rule(**fields).replace("rules:\n", "off: [firewall]\nrules:\n"))
    rules = book.rulebook(tmp_path)
    outcome = judge(rules.get("firewall"), Device("linux", {}, datetime.now(UTC)))

    assert (outcome.result, rules.get("firewall").keeps) == (Result.UNPROVEN, "device.protection")
    assert "holdtrue rules check" in outcome.advice
    assert "`firewal.on` is not known" in caplog.text


def test_an_organisation_adds_rules_in_a_folder_of_its_own(tmp_path):
    put(tmp_path, "own.yaml", HEAD + "  - {id: own-rule, holds: disk.encrypted}\n")

    assert book.rulebook(tmp_path).get("own-rule") is not None
    assert book.rulebook().get("own-rule") is None


def test_two_rules_of_one_id_in_two_files_are_refused_and_one_may_replace_the_other(tmp_path, monkeypatch):
    put(tmp_path, "own.yaml", HEAD + "  - {id: firewall, holds: not disk.encrypted}\n")
    with pytest.raises(Invalid, match=r"own\.yaml:3:1: The rule `firewall` stands in .*30-device\.yaml:\d+ already"):
        sound(tmp_path, monkeypatch)

    put(
        tmp_path,
        "own.yaml",
        "format: holdtrue.rules/1\noff: [firewall]\nrules:\n  - {id: firewall, holds: not disk.encrypted}\n",
    )
    mistakes = book.gather([*book.OWN.glob("*.yaml"), tmp_path / "own.yaml"])

    assert mistakes[1] == []
    assert mistakes[0].get("firewall").holds_text == "not disk.encrypted"


def test_switching_off_what_is_no_rule_is_a_mistake(tmp_path, monkeypatch):
    put(tmp_path, "own.yaml", "format: holdtrue.rules/1\noff: [firewal]\n")

    with pytest.raises(Invalid, match=r"own\.yaml:2:1: `off` names `firewal`, which is no rule"):
        sound(tmp_path, monkeypatch)
