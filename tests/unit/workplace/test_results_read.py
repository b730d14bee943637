"""What other programs wrote is read as they meant it, and never as more."""

import bz2
import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.results.programs import reading
from holdtrue.workplace.results.programs.reading import read
from holdtrue.workplace.results.programs.statements import Answer, Told
from holdtrue.workplace.results.rules import DEFAULTS, Meant, meanings, verdict_on

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = "2026-11-25T11:00:00Z"
"""When results were made, as whoever sends them states it."""
END = b' end-time="2026-11-25T10:00:00+00:00"'
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "devices"
PREFIX = "xccdf_org.ssgproject.content_rule_"
IDLE = "dconf_gnome_screensaver_idle_delay"


def xccdf(*results: tuple[str, str], values: str = "", target: str = "lt-07.wegroup.example") -> bytes:
    rules = "".join(f'<Rule id="{PREFIX}{rule}"><title>About {rule}</title></Rule>' for rule, _ in results)
    told = "".join(f'<rule-result idref="{PREFIX}{rule}"><result>{word}</result></rule-result>' for rule, word in results)
    return (
        '<?xml version="1.0"?><Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">'
        f'{rules}<TestResult id="x" end-time="2026-11-25T10:00:00+00:00"><target>{target}</target>{values}{told}</TestResult></Benchmark>'
    ).encode()


def answers(document: bytes, **more) -> dict[str, Answer]:
    (statement,) = read(document, at=NOON, **more)
    return {one.rule: one.answer for one in statement.answers}


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("pass", Answer.PASS), ("fixed", Answer.PASS), ("fail", Answer.FAIL), ("notapplicable", Answer.NOT_APPLICABLE),
        ("error", Answer.UNANSWERED), ("unknown", Answer.UNANSWERED), ("notchecked", Answer.UNANSWERED),
        ("passed-as-far-as-we-know", Answer.UNANSWERED),
    ],
)  # fmt: skip
def test_of_the_words_of_xccdf_only_two_are_a_pass(word, answer):
    assert answers(xccdf(("a", word))) == {"a": answer}


@pytest.mark.parametrize(
    "result", ["<result/>", "<result>pass</result><result>fail</result>", "<result><b>pass</b></result>", ""]
)
def test_a_rule_of_xccdf_without_its_one_plain_word_is_no_pass(result):
    document = xccdf(("a", "pass")).replace(b"<result>pass</result>", result.encode())

    assert answers(document) == {"a": Answer.UNANSWERED}


def overridden(old: str, new: str, *, who: str = ' authority="Bob"', why: str = "<remark>It is a kiosk.</remark>") -> bytes:
    override = f'<override time="2026-11-25T09:00:00"{who}><old-result>{old}</old-result><new-result>{new}</new-result>{why}</override>'
    return xccdf(("a", new)).replace(b"<result>", f"{override}<result>".encode())


@pytest.mark.parametrize(
    ("document", "answer", "detail", "why"),
    [
        (overridden("fail", "pass"), Answer.FAIL, "overridden to pass by Bob: It is a kiosk.", ["Bob: It is a kiosk."]),
        (overridden("fail", "pass", why=""), Answer.FAIL, "overridden to pass by Bob", [""]),
        (overridden("fail", "pass", who="", why=""), Answer.FAIL, "overridden to pass by somebody", [""]),
        (overridden("fail", "notapplicable"), Answer.FAIL, "overridden to notapplicable by Bob: It is a kiosk.", ["Bob: It is a kiosk."]),
        (overridden("fail", "notselected"), Answer.FAIL, "overridden to notselected by Bob: It is a kiosk.", ["Bob: It is a kiosk."]),
        (overridden("notchecked", "pass"), Answer.UNANSWERED, "overridden to pass by Bob: It is a kiosk.", []),
        (overridden("pass", "fail"), Answer.FAIL, "overridden to fail by Bob: It is a kiosk.", []),
        (overridden("pass", "fixed"), Answer.PASS, "overridden to fixed by Bob: It is a kiosk.", []),
        (overridden("fail", "pass").replace(b"<old-result>fail</old-result>", b""), Answer.UNANSWERED, "overridden to pass by Bob: It is a kiosk.", []),
    ],
)  # fmt: skip
def test_an_override_of_xccdf_is_a_wish_to_depart_and_no_pass(document, answer, detail, why):
    (statement,) = read(document, at=NOON)

    assert [(one.answer, one.detail) for one in statement.answers] == [(answer, detail)]
    assert [(one.rule, one.why, one.until) for one in statement.waivers] == [("a", one, None) for one in why]


def lynis(ended: str) -> bytes:
    return f"lynis_version=3.0.8\nhostname=lt-07\n{ended}\nfinish=true\ntests_executed=A-1|\n".encode()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (xccdf(("a", "pass")).replace(b' end-time="2026-11-25T10:00:00+00:00"', b""), "does not say when"),
        (xccdf(("a", "pass")).replace(b"2026-11-25T10:00:00+00:00", b"yesterday"), "does not say when"),
        (xccdf(("a", "pass")).replace(b"2026-11-25T10:00:00+00:00", b"2026-11-25T12:11:00+00:00"), "in the future"),
        (xccdf(("a", "pass")).replace(b"2026-11-25T10:00:00+00:00", b"2026-11-26T03:00:00"), "in the future"),
        (lynis(""), "does not say when"),
        (lynis("report_datetime_end=never"), "does not say when"),
        (lynis("report_datetime_end=2027-11-25 11:00:00"), "in the future"),
    ],
)
def test_a_result_without_a_usable_time_is_refused(document, expected):
    with pytest.raises(Invalid, match=expected):
        read(document, at=NOON)


@pytest.mark.parametrize(
    "document",
    [
        xccdf(("a", "pass")).replace(b"2026-11-25T10:00:00+00:00", b"2026-11-25T12:09:00+00:00"),
        xccdf(("a", "pass")).replace(b"2026-11-25T10:00:00+00:00", b"2026-11-26T01:00:00"),
        lynis("report_datetime_end=2026-11-26 01:00:00"),
    ],
)
def test_a_clock_a_little_ahead_or_of_the_east_counts_as_now(document):
    (statement,) = read(document, at=NOON)

    assert statement.observed_at == NOON


SHORT = json.dumps({"version": "5", "controls": [{"id": "a", "profile_id": "p", "status": "passed"}]}).encode()
UNDATED = json.dumps({
    "version": "5.22", "platform": {"target_id": "lt-07"}, "profiles": [{"controls": [{"id": "c", "results": [{"status": "passed"}]}]}],
}).encode()  # fmt: skip
HOSTS = json.dumps({"hosts": [{"hardware_serial": "S1", "policies": [{"name": "a", "response": "pass"}]}]}).encode()
TABLE = b"device,rule,result\nLT-07,lock,pass\n"
EXPORT = b"Device name,Compliance\nLT-07,Compliant\n"


@pytest.mark.parametrize("document", [SHORT, UNDATED, HOSTS, TABLE, EXPORT, xccdf(("a", "pass")).replace(END, b""), lynis("")])
def test_what_has_no_time_of_its_own_is_as_old_as_its_sender_states_and_else_refused(document):
    with pytest.raises(Invalid, match="does not say when") as refused:
        read(document, at=NOON, device="LT-07")
    assert "--made-at" in refused.value.hint

    (statement,) = read(document, at=NOON, device="LT-07", made_at=SAID)

    assert statement.observed_at == NOON - timedelta(hours=1)
    assert all(one.observed_at in {None, statement.observed_at} for one in statement.answers)


@pytest.mark.parametrize("stated", ["yesterday", "2026-11-26T12:00:00Z", "12:00"])
def test_what_the_sender_states_must_be_a_time_that_has_been(stated):
    with pytest.raises(Invalid, match="is no time at which"):
        read(TABLE, at=NOON, made_at=stated)


def test_a_time_in_the_file_counts_before_what_its_sender_states():
    (statement,) = read(xccdf(("a", "pass")), at=NOON, made_at=SAID)

    assert statement.observed_at == NOON - timedelta(hours=2)


@pytest.mark.parametrize("told", ["25/11/2026 10:00", "soon"])
def test_a_line_with_a_time_that_cannot_be_read_is_named(told):
    with pytest.raises(Invalid, match="Line 3 of the table"):
        read(f"device,rule,result,observed_at\nA,b,pass,2026-11-25\nB,b,pass,{told}\n".encode(), at=NOON)


def test_a_device_that_never_checked_in_is_said_nothing_of():
    lines = b"Device name,Compliance,Last check-in\nA,Compliant,2026-11-25T10:00:00Z\nB,Compliant,\n"

    assert [one.host.name for one in read(lines, at=NOON, made_at=SAID)] == ["A"]
    with pytest.raises(Invalid, match="No line"):
        read(lines.replace(b"2026-11-25T10:00:00Z", b""), at=NOON)


def test_a_report_in_which_no_test_ran_needs_no_time():
    control = {"id": "c", "waiver_data": {"justification": "Old printer"}, "results": []}
    document = {"version": "5.22", "platform": {"target_id": "lt-07"}, "profiles": [{"controls": [control]}]}

    assert answers(json.dumps(document).encode()) == {"c": Answer.UNANSWERED}


def again(document: bytes, other: bytes) -> bytes:
    """Return the first document with the second's result behind its own."""
    return document.replace(b"</Benchmark>", other[other.index(b"<TestResult") :])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (xccdf(("a", "pass")), xccdf(("a", "fail")), {"a": Answer.FAIL}),
        (xccdf(("a", "fail")), xccdf(("a", "pass")), {"a": Answer.FAIL}),
        (xccdf(("a", "fail")), xccdf(("b", "pass")), {"a": Answer.FAIL, "b": Answer.PASS}),
        (xccdf(("a", "fail")), xccdf(("a", "pass")).replace(b"T10:00", b"T11:00"), {"a": Answer.PASS}),
        (xccdf(("a", "pass")).replace(b"T10:00", b"T11:00"), xccdf(("a", "fail")), {"a": Answer.PASS}),
    ],
)
def test_of_two_results_of_one_host_the_newer_answer_counts_and_no_pass_hides_a_fail(first, second, expected):
    assert answers(again(first, second)) == expected


def test_what_was_not_selected_or_only_informs_says_nothing():
    assert answers(xccdf(("a", "notselected"), ("b", "informational"), ("c", "fail"))) == {"c": Answer.FAIL}


def test_a_scan_with_its_titles_time_and_target_is_read():
    (statement,) = read(xccdf(("a", "fail")), at=NOON)

    assert statement.host.name == "lt-07.wegroup.example"
    assert statement.observed_at == NOON - timedelta(hours=2)
    assert statement.answers[0].title == "About a"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("900", Answer.PASS),
        ("300", Answer.PASS),
        ("901", Answer.UNANSWERED),
        ("3600", Answer.UNANSWERED),
        ("0", Answer.UNANSWERED),
        ("", Answer.UNANSWERED),
    ],
)
def test_a_passed_idle_rule_counts_only_for_what_the_scan_asked(asked, answer):
    value = (
        f'<set-value idref="xccdf_org.ssgproject.content_value_inactivity_timeout_value">{asked}</set-value>' if asked else ""
    )

    assert answers(xccdf((IDLE, "pass"), values=value)) == {IDLE: answer}


def test_the_grace_period_belongs_to_what_the_scan_asked():
    value = '<set-value idref="x.content_value_{}">{}</set-value>'
    both = value.format("inactivity_timeout_value", 900) + value.format("var_screensaver_lock_delay", 5)

    assert answers(xccdf((IDLE, "pass"), values=both)) == {IDLE: Answer.UNANSWERED}


def test_an_asset_report_holds_the_results_of_several_devices():
    inner = [
        xccdf(("a", word), target=target).partition(b"?>")[2].decode() for word, target in (("pass", "one"), ("fail", "two"))
    ]
    arf = f'<arf:asset-report-collection xmlns:arf="http://scap.nist.gov/schema/asset-reporting-format/1.1">{"".join(inner)}</arf:asset-report-collection>'

    assert [(one.host.name, one.answers[0].answer) for one in read(arf.encode(), at=NOON)] == [
        ("one", Answer.PASS),
        ("two", Answer.FAIL),
    ]


@pytest.mark.parametrize(
    "document",
    [
        xccdf(("a", "pass"))[:-40],
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><TestResult/></Benchmark>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"/>',
        b'<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><Rule id="a"/></Benchmark>',
    ],
)
def test_cut_short_and_hostile_xml_is_refused(document):
    with pytest.raises(Invalid, match="XCCDF"):
        read(document, at=NOON)


LYNIS = b"""# Lynis Report
lynis_version=3.0.8
hostname=lt-07
firewall_active=1
malware_scanner_installed=0
warning[]=PKGS-7390|apt-get check failed|-|-|
suggestion[]=HRDN-7230|Install a malware scanner|-|Install rkhunter|
tests_executed=PKGS-7390|HRDN-7230|KRNL-6000|
tests_skipped=MACF-6242|
manual_event[]=AUTH-9328:03
report_datetime_end=2026-11-25 11:00:00
finish=true
"""


def test_a_lynis_test_passes_only_if_it_ran_and_said_nothing():
    assert answers(LYNIS) == {
        "PKGS-7390": Answer.FAIL, "HRDN-7230": Answer.FAIL, "KRNL-6000": Answer.PASS, "MACF-6242": Answer.UNANSWERED,
        "AUTH-9328": Answer.UNANSWERED, "firewall_active": Answer.PASS, "malware_scanner_installed": Answer.FAIL,
    }  # fmt: skip


@pytest.mark.parametrize("end", [b"", b"finish=false\n", b"finish=true\nfinish=false\n"])
def test_a_lynis_report_that_was_cut_short_is_refused(end):
    with pytest.raises(Invalid, match="stops before its end"):
        read(LYNIS.replace(b"finish=true\n", end), at=NOON)


def test_a_lynis_test_that_ended_in_an_error_is_no_pass():
    assert answers(LYNIS + b"exception_event[]=KRNL-6000:1|No output|\n")["KRNL-6000"] is Answer.UNANSWERED


def inspec(*controls: dict) -> bytes:
    return json.dumps(
        {"version": "5.22", "platform": {"target_id": "lt-07"}, "profiles": [{"controls": list(controls)}]}
    ).encode()


def results(*states: str) -> list[dict]:
    return [{"status": state, "code_desc": "it", "message": "not so", "start_time": "2026-11-25T11:00:00Z"} for state in states]


@pytest.mark.parametrize(
    ("control", "answer"),
    [
        ({"results": results("passed", "passed")}, Answer.PASS),
        ({"results": results("passed", "failed")}, Answer.FAIL),
        ({"results": results("passed", "skipped")}, Answer.UNANSWERED),
        ({"results": results("skipped")}, Answer.UNANSWERED),
        ({"results": []}, Answer.UNANSWERED),
        ({"results": [], "impact": 0.0}, Answer.NOT_APPLICABLE),
        ({"results": results("passed"), "impact": 0.0}, Answer.NOT_APPLICABLE),
        ({"results": results("failed"), "impact": 0.0}, Answer.FAIL),
        ({"results": [*results("passed"), {"status": "passed", "exception": "RuntimeError"}]}, Answer.UNANSWERED),
        ({"results": [{"status": "failed", "backtrace": ["control.rb:1"]}]}, Answer.UNANSWERED),
        ({"results": results("skipped"), "waiver_data": {"run": "false", "skipped_due_to_waiver": "true"}}, Answer.UNANSWERED),
        ({"results": results("invented")}, Answer.UNANSWERED),
    ],
)
def test_an_inspec_control_holds_when_every_result_passed(control, answer):
    assert answers(inspec({"id": "c", **control})) == {"c": answer}


def test_a_waiver_is_read_with_its_reason_and_end():
    waived = {"expiration_date": "2027-01-31", "justification": "Old printer", "run": False}
    (statement,) = read(inspec({"id": "c", "waiver_data": waived}, {"id": "d", "waiver_data": {}}), at=NOON)

    (waiver,) = statement.waivers
    assert (waiver.rule, waiver.why, waiver.until) == ("c", "Old printer", date(2027, 1, 31))


def test_the_short_form_of_inspec_is_read_line_by_line():
    lines = [{"id": "a", "profile_id": "p", "status": "passed"}, {"id": "a", "profile_id": "p", "status": "failed"}]
    document = json.dumps({"version": "5", "controls": lines}).encode()

    assert answers(document, device="LT-07", made_at="2026-11-25T11:00:00Z") == {"a": Answer.FAIL}
    with pytest.raises(Invalid, match="which device"):
        read(document, at=NOON, made_at="2026-11-25T11:00:00Z")


def test_an_empty_response_of_fleet_is_no_pass():
    policies = [
        {"name": name, "response": response} for name, response in (("a", "pass"), ("b", "fail"), ("c", ""), ("d", None))
    ]
    host = {"hostname": "lt-07", "hardware_serial": "S1", "policies": policies, "disk_encryption_enabled": True,
            "policy_updated_at": "2026-11-25T11:00:00Z"}  # fmt: skip

    assert answers(json.dumps({"host": host}).encode()) == {
        "a": Answer.PASS, "b": Answer.FAIL, "c": Answer.UNANSWERED, "d": Answer.UNANSWERED, "disk_encryption_enabled": Answer.PASS,
    }  # fmt: skip


def test_the_webhook_tells_of_those_that_fail_and_of_that_policy_alone():
    document = {
        "policy": {"name": "Lock"},
        "hosts": [{"hostname": "a"}, {"hostname": "b"}],
        "timestamp": "2026-11-25T10:00:00Z",
    }
    statements = read(json.dumps(document).encode(), at=NOON)

    assert [(one.host.name, one.is_whole, one.answers[0].answer) for one in statements] == [
        ("a", False, Answer.FAIL),
        ("b", False, Answer.FAIL),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_an_export_of_device_management_is_read_and_an_empty_cell_is_no_answer(sign):
    lines = [
        "Device name,Serial number,Compliance,Encrypted",
        "LT-07,S1,Compliant,True",
        "LT-08,S2,Noncompliant,",
        "LT-09,S3,Not evaluated,False",
    ]
    told = {
        one.host.name: {a.rule: a.answer for a in one.answers}
        for one in read("\n".join(lines).replace(",", sign).encode(), at=NOON, made_at=SAID)
    }

    assert told == {
        "LT-07": {"compliance": Answer.PASS, "encryption": Answer.PASS},
        "LT-08": {"compliance": Answer.FAIL, "encryption": Answer.UNANSWERED},
        "LT-09": {"compliance": Answer.UNANSWERED, "encryption": Answer.FAIL},
    }


def test_a_table_with_two_columns_of_one_name_is_refused():
    with pytest.raises(Invalid, match="one name"):
        read(b"device,rule,Result,RESULT\nlt,a,fail,pass\n", at=NOON)


def test_a_table_of_answers_is_read_and_a_fail_is_not_hidden_by_a_pass():
    table = "device,rule,result\nLT-07,lock,fail\nLT-07,lock,pass\nLT-07,disk,yes\n"

    assert answers(table.encode(), made_at=SAID) == {"lock": Answer.FAIL, "disk": Answer.UNANSWERED}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_compressed_file_is_read(pack):
    assert answers(pack(LYNIS))["KRNL-6000"] is Answer.PASS


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_file_that_grows_when_unpacked_is_refused(pack, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10_000)

    with pytest.raises(Invalid, match="more than"):
        read(pack(b"# Lynis Report\n" + b"a" * 10_000_000), at=NOON)


@pytest.mark.parametrize(
    "document", [b"", b"{}", b"[]", b"hello", b"\x1f\x8b\x00", b"BZh9x", b"name,colour\na,b\n", b"\xff\xfe" * 50]
)
def test_what_nobody_knows_is_refused_with_a_hint(document):
    with pytest.raises(Invalid) as told:
        read(document, at=NOON)
    assert told.value.hint


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [
            xccdf(("a", "pass")),
            LYNIS,
            inspec({"id": "c", "results": results("passed")}),
            b"device,rule,result,observed_at\na,b,pass,2026-11-25T10:00:00Z\n",
        ]
    ),
    st.data(),
)
def test_damage_is_refused_or_contained(document, data):
    place = data.draw(st.integers(0, len(document) - 1))
    damaged = document[:place] + data.draw(st.binary(max_size=8)) + document[place + data.draw(st.integers(0, 20)) :]

    try:
        statements = read(damaged, at=NOON)
    except Invalid:
        return
    for statement in statements:
        for one in statement.answers:
            assert one.rule.isprintable()
            assert len(one.rule) <= 300
            assert statement.observed_at <= NOON


def told(**by_rule: Answer) -> dict[str, Told]:
    return {rule: Told(rule, answer, observed_at=NOON) for rule, answer in by_rule.items()}


@pytest.mark.parametrize(
    ("found", "result"),
    [
        ({"a": Answer.PASS, "b": Answer.PASS}, Result.HOLDS),
        ({"a": Answer.PASS, "b": Answer.FAIL}, Result.BROKEN),
        ({"a": Answer.PASS}, Result.UNPROVEN),
        ({"a": Answer.PASS, "b": Answer.NOT_APPLICABLE}, Result.UNPROVEN),
        ({"a": Answer.NOT_APPLICABLE, "b": Answer.NOT_APPLICABLE}, Result.UNPROVEN),
        ({"a": Answer.UNANSWERED, "b": Answer.FAIL}, Result.BROKEN),
        ({}, Result.UNPROVEN),
    ],
)
def test_only_what_every_rule_passes_holds(found, result):
    verdict = verdict_on("device.screen-lock", "device/x", tool="openscap", rules=["a", "b"], told=told(**found), seen=NOON)

    assert verdict.result is result


def test_what_the_security_team_says_of_a_program_takes_the_place_of_the_default():
    own = [Meant("openscap", "my_rule", "device.screen-lock"), Meant("fleet", "Lock", "device.screen-lock")]

    assert meanings(own) == tuple(own)
    assert set(meanings(own[1:])) == {own[1], *DEFAULTS}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not here")
def test_the_samples_are_read():
    files = ("oscap_xccdf_results.xml.gz", "lynis-report.dat", "fleet_failing_policy_webhook.json")
    openscap, lynis, fleet = (read((SAMPLES / name).read_bytes(), at=datetime(2026, 12, 1, tzinfo=UTC)) for name in files)

    assert Counter(one.answer for one in openscap[0].answers) == {Answer.NOT_APPLICABLE: 45}
    assert {Answer.PASS, Answer.FAIL, Answer.UNANSWERED} == {one.answer for one in lynis[0].answers}
    assert [one.host.name for one in fleet] == ["host1.example", "host2.example"]


@pytest.mark.parametrize("word", ["Not compliant", "non-compliant", "Non compliant", "noncompliant"])
@pytest.mark.parametrize("column", ["rule,result\nS1,disk,{}", "compliance\nS1,{}"])
def test_a_table_that_says_that_a_device_does_not_comply_says_that_it_fails(word, column):
    (answer,) = answers(f"serial,{column.format(word)}\n".encode(), made_at=SAID).values()

    assert answer is Answer.FAIL


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_spreadsheets_unicode_text_is_read(encoding):
    mark = {"utf-16": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    table = "serial\trule\tresult\nS1\tdisk\tfail\nS2\tdisk\t\n"

    told = {one.host.serial: one.answers[0].answer for one in read(mark + table.encode(encoding), at=NOON, made_at=SAID)}

    assert told == {"S1": Answer.FAIL, "S2": Answer.UNANSWERED}


def test_a_control_of_inspec_without_results_hides_none_of_the_others():
    passed = {"status": "passed", "code_desc": "x", "start_time": "2026-11-25T11:00:00+00:00"}
    controls = [{"id": "c1", "impact": 1, "results": None}, {"id": "c2", "impact": 1, "results": [passed]}]
    report = {"version": "5.22.3", "platform": {"target_id": "lt-07"}, "profiles": [{"controls": controls}], "statistics": {}}

    assert answers(json.dumps(report).encode()) == {"c1": Answer.UNANSWERED, "c2": Answer.PASS}
