"""Importing the Open Cookie Database: hostile files are refused, our own words come first."""

import json
import stat

import pytest

from holdtrue import cli
from holdtrue.errors import Invalid
from holdtrue.policy.text.rules import Category
from holdtrue.website.knowledge.imported import FILE_NAME, MOST_BYTES, MOST_ROWS, keep, knowledge_at, read_csv
from holdtrue.website.knowledge.library import shipped
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.rules import judge
from holdtrue.website.scan.settling import tasks_of
from unit.website.scan_given import seen, sighting

HEAD = (
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,"
    "User Privacy & GDPR Rights Portals,Wildcard match\n"
)
BAKERY = '1,Bread Meter,Analytics,_loaves,bread.example (3rd party),"Counts loaves, warm ones too.",2 years,Bread Ltd,https://b.example,0\n'
PREFIX = "2,Bread Meter,Marketing,_crumbs,,Follows crumbs.,Session,Bread Ltd,,1\n"
SHORT = "3,Bread Meter,Functional,br,bread.example,Remembers.,a while,Bread Ltd,,0\n"
OURS = "4,Other Words,Marketing,_ga,,Somebody else's words.,9 years,Other,,0\n"


@pytest.fixture
def bread(tmp_path):
    keep(read_csv((HEAD + BAKERY + PREFIX + SHORT + OURS).encode()).rows, data=tmp_path / "data")
    return knowledge_at(tmp_path / "data")


def test_what_was_imported_is_found_and_never_called_sure_by_its_name_alone(bread):
    known = bread.lookup("_loaves")

    assert known is not None
    assert (known.service.name, known.provider, known.category, known.sureness) == (
        "Bread Meter",
        "Bread Ltd",
        "analytics",
        "likely",
    )
    assert (known.retention_days, known.purpose("nl")) == (730, "Counts loaves, warm ones too.")
    assert known.item.imported
    assert known.item.purpose.languages == ("en",)


def test_what_takes_the_place_of_an_import_answers_at_once(tmp_path):
    keep(read_csv((HEAD + BAKERY).encode()).rows, data=tmp_path)
    before = knowledge_at(tmp_path)
    assert knowledge_at(tmp_path) is before

    keep(read_csv((HEAD + PREFIX).encode()).rows, data=tmp_path)

    assert knowledge_at(tmp_path).lookup("_loaves") is None
    assert before.lookup("_loaves") is not None


def test_a_scan_is_judged_by_what_was_imported(bread):
    stored = seen("_loaves", state=State.NO_CHOICE)

    own, with_bread = (judge(sighting(stored), (), knowledge=one) for one in (None, bread))

    def undeclared(findings):
        return next(finding for finding in findings if finding.fault is Fault.UNDECLARED)

    assert undeclared(own).suggestion is None
    assert undeclared(own).evidence.startswith("set by ")
    assert undeclared(with_bread).suggestion.known is Category.ANALYTICS
    assert undeclared(with_bread).evidence.startswith(
        "likely Bread Meter (Bread Ltd), analytics, by the imported database; set by "
    )
    assert "| _loaves | Bread Ltd | Counts loaves, warm ones too. | analytics |" in undeclared(with_bread).fix


def test_what_is_known_by_import_needs_no_consent_where_it_is_strictly_necessary(tmp_path):
    door = "5,Door,Security,_door_lock_9,,Keeps burglars out.,1 day,Door Ltd,,0\n"
    keep(read_csv((HEAD + door).encode()).rows, data=tmp_path)
    stored = sighting(seen("_door_lock_9", state=State.NO_CHOICE))

    assert Fault.BEFORE_CONSENT in {one.fault for one in judge(stored, ())}
    assert Fault.BEFORE_CONSENT not in {one.fault for one in judge(stored, (), knowledge=knowledge_at(tmp_path))}


def test_the_inventory_is_proposed_what_was_imported(bread):
    (task,) = tasks_of([seen("_loaves")], [], bread)

    assert (task.facts.provider, task.facts.category) == ("Bread Ltd", Category.ANALYTICS)
    assert task.facts.purposes == {"en": "Counts loaves, warm ones too."}
    assert task.advice is not None
    assert (task.advice.known, task.advice.service) == (Category.ANALYTICS, "Bread Meter")
    assert "by the imported database" in task.known


def test_a_prefix_covers_its_like_and_a_short_name_is_a_hint(bread):
    assert bread.lookup("_crumbs_42").pattern == "_crumbs*"
    assert bread.lookup("br").sureness == "possible"
    assert bread.lookup("br", domain="www.bread.example").sureness == "sure"
    assert bread.lookup("br").retention == ""


def test_our_own_words_come_first(bread):
    assert bread.lookup("_ga") == shipped().lookup("_ga")
    assert bread.service_of("static.hotjar.com") is not None
    assert bread.service_of("www.bread.example") is None


def test_a_later_import_takes_the_place_of_the_earlier(tmp_path):
    keep(read_csv((HEAD + BAKERY).encode()).rows, data=tmp_path)
    keep(read_csv((HEAD + PREFIX).encode()).rows, data=tmp_path)

    assert knowledge_at(tmp_path).lookup("_loaves") is None
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_without_an_import_there_is_the_package(tmp_path):
    assert knowledge_at(tmp_path) is shipped()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "“Platform” is missing"),
        (b"name,purpose\n_ga,counts\n", "“Platform” is missing"),
        (HEAD.replace("Category,", "").encode(), "“Category” is missing"),
        (HEAD.encode(), "no row"),
        (HEAD.encode() + b"1,\xff\xfe,Analytics,_x,,,,,,0\n", "Line 2 is not UTF-8"),
        (HEAD.encode() + b'1,"unclosed,Analytics,_x,,,,,,0\n', "is no CSV"),
        (HEAD.encode() + b"1,X,Analytics," + b"n" * 300_000 + b",,,,,,0\n", "is no CSV"),
        (HEAD.encode() + b"1,X,Whatever,_x,,,,,,0\n", "no row"),
        (HEAD.encode() + b"1,X,Analytics,*,,,,,,1\n", "no row"),
        (HEAD.encode() + b"1,X,Analytics,_x,,,,,,0\n" * (MOST_ROWS + 1), "rows are not believable"),
        (b"x" * (MOST_BYTES + 1), "larger than 16 MB"),
        (b"PK\x03\x04\x00\x00", "missing"),
    ],
)
def test_a_file_that_is_no_such_database_is_refused_with_its_reason(body, told):
    with pytest.raises(Invalid, match=told):
        read_csv(body)


def test_rows_that_say_nothing_are_counted_and_control_signs_taken_out():
    odd = '5,"Evil\x1b[31m\u202e",Analytics,"_odd\tname",,<script>,1 day,,,0\n6,X,Nonsense,_y,,,,,,0\n7,X,Analytics\n'
    reading = read_csv((HEAD + odd).encode())

    assert reading.skipped == 2
    assert (reading.rows[0].platform, reading.rows[0].name) == ("Evil [31m", "_odd name")


def test_a_damaged_import_is_told_and_not_passed_over(tmp_path):
    (tmp_path / FILE_NAME).write_text('{"format": "holdtrue-knowledge", "version": 1, "rows": [{}]}')
    with pytest.raises(Invalid, match="is damaged"):
        knowledge_at(tmp_path)
    (tmp_path / FILE_NAME).write_text('{"format": "holdtrue-knowledge", "version": 2, "rows": []}')
    with pytest.raises(Invalid, match="another version"):
        knowledge_at(tmp_path)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDTRUE_DATA", str(tmp_path / "data"))
    return tmp_path


def test_the_command_imports_and_looks_up(place, capsys):
    (place / "db.csv").write_text(HEAD + BAKERY)

    assert cli.main(["knowledge", "import", str(place / "db.csv")]) == 0
    assert cli.main(["knowledge", "look", "_loaves"]) == 0
    told = capsys.readouterr().out
    assert "1 rows imported" not in told
    assert "1 row imported" in told
    assert "_loaves · Bread Meter · likely" in told


def test_the_command_answers_in_a_language_and_as_json(place, capsys):
    assert cli.main(["knowledge", "look", "_ga", "--language", "nl"]) == 0
    assert "zodat Google Analytics hem als één bezoeker telt" in capsys.readouterr().out
    assert cli.main(["knowledge", "look", "uid", "--domain", "criteo.com", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(item["service"], item["is_answer"]) for item in answer["items"]] == [("Criteo", True)]
    assert set(answer["items"][0]["purpose"]) == {"en", "nl", "fr", "de"}


def test_the_command_knows_hosts_and_says_when_it_knows_nothing(place, capsys):
    assert cli.main(["knowledge", "look", "static.hotjar.com"]) == 0
    assert "Hotjar · recording" in capsys.readouterr().out
    assert cli.main(["knowledge", "look", "no\x1b[31msuch"]) == 1
    assert capsys.readouterr().out == "Nothing is known about no\ufffd[31msuch.\n"


@pytest.mark.parametrize(
    ("words", "told"), [(["import", "no-such.csv"], "cannot be read"), (["import", "."], "cannot be read")]
)
def test_a_file_that_cannot_be_read_is_told_in_a_line(place, capsys, words, told):
    assert cli.main(["knowledge", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_host_is_known_by_what_was_imported_where_the_package_knows_nobody(bread):
    assert bread.likely_service_of("cdn.bread.example").name == "Bread Meter"
    assert bread.likely_service_of("www.google-analytics.com") == shipped().service_of("www.google-analytics.com")
    assert bread.service_of("cdn.bread.example") is None
    assert bread.likely_service_of("oven.example") is None
