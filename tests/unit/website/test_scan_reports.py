"""What machines that build and deploy are told, and what a baseline lets pass."""

import argparse
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.declarations import Party
from holdtrue.said import Tongue
from holdtrue.website.knowledge.classifier import suggest
from holdtrue.website.scan import command
from holdtrue.website.scan.baseline import baseline_in
from holdtrue.website.scan.document import PolicyNamed, document, write
from holdtrue.website.scan.engine.observations import Kind, Note, State, Trouble
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.report_ci import junit, sarif
from holdtrue.website.scan.report_html import html
from holdtrue.website.scan.report_text import text
from holdtrue.website.scan.rules import judge
from holdtrue.website.scan.tongues import tongue_of
from unit.website.scan_given import ANSWERS, declared, seen, sent, sighting

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
EARLY = seen(state=State.NO_CHOICE)
LATE = seen(days=300.0)
REFUSED = tuple(replace(one, reached=False, why_not="no button") if one.state is State.REFUSED else one for one in ANSWERS)
PICTURED = tuple(replace(one, screenshot="data:image/png;base64,iVBORw0KGgo=") for one in REFUSED)


def scan(*observations, answers=ANSWERS, partial=False):
    given = replace(sighting(*observations, answers=answers), is_partial=partial)
    findings = judge(given, (declared(line=12),))
    return document(given, findings, started=NOON, ended=NOON + timedelta(seconds=5), policy=PolicyNamed("Cookies", "ab" * 32))


def results(log):
    (run,) = json.loads(log)["runs"]
    return run["results"]


def cases(report):
    return {case.get("name").removeprefix("not: "): [below.tag for below in case] for case in ET.fromstring(report)}


def test_sarif_describes_every_fault_and_locates_each_result_in_the_policy():
    log = json.loads(sarif(scan(EARLY, LATE), policy_file="docs/cookie policy.md"))
    (run,) = log["runs"]
    (late,) = [one for one in run["results"] if one["ruleId"] == "retention-exceeded"]

    assert (log["version"], run["invocations"][0]["executionSuccessful"]) == ("2.1.0", True)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [fault.value for fault in Fault]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert late["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "docs/cookie%20policy.md"},
        "region": {"startLine": 12},
    }
    assert late["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "https://www.bakery.example/"


def test_sarif_names_no_folder_of_this_machine_and_the_page_where_there_is_no_policy():
    def uri(**more):
        return results(sarif(scan(EARLY), **more))[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert uri(policy_file="/home/alice/policy.md") == "policy.md"
    assert uri() == "https://www.bakery.example/"


def test_a_scan_that_was_cut_short_did_not_succeed():
    (run,) = json.loads(sarif(scan(partial=True)))["runs"]

    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_result_has_the_same_fingerprint_in_the_next_scan():
    first, second = (results(sarif(scan(replace(EARLY, page=page)))) for page in ("https://www.bakery.example/a", "https://b"))

    assert [one["partialFingerprints"] for one in first] == [one["partialFingerprints"] for one in second]


def test_a_baseline_tells_new_from_known():
    baseline = baseline_in(write(scan(EARLY)))

    states = {one["ruleId"]: one["baselineState"] for one in results(sarif(scan(EARLY, LATE), baseline=baseline))}

    assert states == {"before-consent": "unchanged", "retention-exceeded": "new"}
    assert "baselineState" not in results(sarif(scan(EARLY)))[0]


def test_the_same_fault_in_another_state_is_new():
    baseline = baseline_in(write(scan(EARLY)))
    (finding,) = [one for one in scan(seen(state=State.REFUSED)).findings if one.fails]

    assert not baseline.knows(finding)
    assert baseline.knows(scan(EARLY).findings[0])


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"<html>"])
def test_what_is_no_earlier_scan_is_no_baseline(body):
    with pytest.raises(Invalid, match="no result of a scan"):
        baseline_in(body)


def test_junit_has_a_case_for_each_fault_and_fails_those_that_were_found():
    found = cases(junit(scan(EARLY)))

    assert set(found) == {meaning.title for meaning in MEANINGS.values()}
    assert {title for title, below in found.items() if below} == {MEANINGS[Fault.BEFORE_CONSENT].title}


def test_junit_lets_pass_what_is_known_or_too_light():
    known = cases(junit(scan(EARLY), baseline=baseline_in(write(scan(EARLY)))))
    light = cases(junit(scan(LATE), fail_on=Severity.HIGH))

    assert known[MEANINGS[Fault.BEFORE_CONSENT].title] == ["skipped"]
    assert light[MEANINGS[Fault.RETENTION_EXCEEDED].title] == ["skipped"]


def test_junit_counts_what_it_holds():
    suite = ET.fromstring(junit(scan(EARLY, LATE)))

    assert int(suite.get("tests")) == len(suite)
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 2


def test_the_text_begins_with_the_verdict_and_then_the_worst():
    told = text(scan(EARLY, LATE)).splitlines()

    assert told[0] == "https://www.bakery.example/ · 2 findings (1 high, 1 medium)"
    signs = [line for line in told if line.startswith("✗")]
    assert signs == ["✗ stored before any choice · high", "✗ kept longer than declared · medium"]


def test_the_text_says_what_is_new():
    told = text(scan(EARLY, LATE), baseline=baseline_in(write(scan(EARLY))))

    assert "1 of them new" in told
    assert "known · by" in told


def test_the_text_keeps_to_its_width():
    long = seen("x" * 300, state=State.NO_CHOICE, set_by="https://www.bakery.example/" + "y" * 300)
    lines = text(scan(long), width=80).splitlines()

    assert max(len(line) for line in lines if "→" not in line) <= 100


def test_the_text_in_a_file_or_a_pipe_is_whole():
    long = seen("x" * 150, state=State.NO_CHOICE, set_by="https://www.bakery.example/" + "y" * 200)
    asked = argparse.Namespace(format="text", locale="en")

    told = command._content(scan(long), asked, None, to_terminal=False)

    assert "…" not in told
    assert "y" * 200 in told


def test_whose_data_goes_where_is_told_in_the_readers_language():
    mail = replace(sent(kind=Kind.PERSONAL_DATA, state=State.NO_CHOICE, via="beacon"), name="e-mail address")
    stored = replace(sent(kind=Kind.IDENTIFIER, source="www.bakery.example"), detail="the value of this local storage item")

    for code, words in {
        "nl": ("e-mailadres →", "de waarde van dit item in de lokale opslag"),
        "fr": ("adresse électronique →", "la valeur de cet élément du stockage local"),
        "de": ("E-Mail-Adresse →", "der Wert dieses Eintrags im lokalen Speicher"),
    }.items():
        page = html(scan(mail, stored), tongue=tongue_of(code))
        assert all(word in page for word in words)


def test_a_banner_without_refusal_leads_to_its_picture():
    page = html(scan(answers=PICTURED))

    assert 'href="#state-refused"' in page
    assert 'id="state-refused"' in page


def test_the_html_report_lists_each_fault_once_at_the_top_and_leads_to_it():
    page = html(scan(EARLY, seen("other", state=State.NO_CHOICE)))

    assert page.count('href="#before-consent-high"') == page.count('id="before-consent-high"') == 1


def test_the_html_report_says_what_is_known():
    baseline = baseline_in(write(scan(EARLY)))

    assert 'class="verdict good">None new' in html(scan(EARLY), baseline=baseline)


def foreign(words):
    """Return words of ours without a Latin letter, and the places for what fills them as they are."""
    return "".join(part if part.startswith("%(") else re.sub("[A-Za-z]", "я", part) for part in re.split(r"(%\(\w+\)s)", words))


FOREIGN = Tongue("xx", foreign, str)


def test_the_html_report_has_no_word_of_ours_in_another_language():
    items = (EARLY, LATE, sent(state=State.NO_CHOICE), seen("zq_ads", state=State.NO_CHOICE, kind=Kind.LOCAL_STORAGE))
    stayed = replace(REFUSED[1], why_not=Remark.BANNER_STAYED % {"label": "OK"})
    given = replace(
        sighting(*items, answers=(*(one for one in REFUSED if one.state is not State.REFUSED), stayed)),
        notes=(Note(state=State.NO_CHOICE, page="https://a.example/", trouble=Trouble.CRASHED, message=Remark.CRASHED),),
        is_partial=True,
    )
    findings = judge(given, (), has_policy=False)
    whole = document(given, findings, started=NOON, ended=NOON, policy=None)

    page = html(whole, baseline=baseline_in(write(scan(EARLY))), tongue=FOREIGN)

    words = re.sub(r"<code>.*?</code>|<[^>]*>", " ", page.partition("<body>")[2])
    data = rf"https?://\S+|{whole.browser}|{whole.scanner}|\| _?\w+ \|.*\||&\w+;|“OK”"
    assert '<html lang="xx">' in page
    assert set(re.findall(r"[A-Za-z]{2,}", re.sub(data, " ", words))) - {"UTC", "script", "zq", "ads", "visits"} == set()


def test_the_command_tells_the_html_report_in_the_language_of_its_visitor():
    asked = argparse.Namespace(format="html", locale="nl-BE")

    page = command._content(scan(EARLY), asked, None, to_terminal=False)

    assert '<html lang="nl">' in page
    assert "Bekeken op 26 november 2026, 12:00 UTC" in page


@pytest.mark.parametrize(
    ("code", "day", "number"),
    [
        ("de-AT", "26. November 2026", "1.234"),
        ("fr", "26 novembre 2026", "1\xa0234"),
        ("nl", "26 november 2026", "1.234"),
        ("en-GB", "26 November 2026", "1,234"),
        ("pl", "26 November 2026", "1,234"),
    ],
)
def test_a_language_writes_days_and_numbers_in_its_own_way(code, day, number):
    tongue = tongue_of(code)

    assert (tongue.write(NOON.date()), tongue.write(1234)) == (day, number)
    assert tongue.code == code[:2] or tongue.code == "en"


def test_a_line_names_the_page_of_what_was_seen_on_another_than_the_first():
    there = replace(EARLY, page=f"{EARLY.page}about")

    assert "(script) on /about, kept" in text(scan(there), width=200)
    assert "(script), kept" in text(scan(EARLY), width=200)


THREE = tuple(
    seen("_v", state=state, set_by=f"{EARLY.page}v.js") for state in (State.NO_CHOICE, State.REFUSED, State.WITHDRAWN)
)


def test_what_is_so_in_several_states_is_one_thing_to_a_person_and_one_finding_a_state_to_a_machine():
    given = scan(*THREE)
    page, told = html(given), text(given)

    assert len([one for one in results(sarif(given)) if one["properties"]["state"]]) == 4
    assert page.count("_v @ www.bakery.example</code> <span") == 2
    assert told.count("    _v @ www.bakery.example") == 2
    assert "before + refused + withdrawn: by /v.js (script)" in told
    assert "4 findings about 2 things (4 high), 1 remark" in told
    assert "4 high · 2 things" in page


def test_the_signs_of_the_tables_are_explained_and_columns_that_say_nothing_left_out():
    told = text(scan(EARLY, sent(state=State.NO_CHOICE)))
    stored, others = told.split("Who else is told")

    assert "kept        set by" in stored
    assert "kept" not in others
    assert "✗ without consent" in others.splitlines()[-1]
    assert "◌" not in told


def test_whoever_else_is_told_stands_beside_what_brought_them_in_and_not_their_own_file():
    own = sent(set_by="https://t.example/embed/88", chain=("https://t.example/a.js", f"{EARLY.page}une.js"))
    nameless = sent("u.example", set_by="about:srcdoc")
    others = text(scan(own, nameless)).split("Who else is told")[1]

    assert [line.split()[-1] for line in others.splitlines()[1:3]] == ["/une.js", "/"]


def test_a_site_is_told_to_do_what_it_can_about_what_others_left_standing():
    fixes = {
        one.subject: one.fix
        for one in scan(
            seen("_a", state=State.WITHDRAWN, survived=True),
            seen("_a", state=State.WITHDRAWN, survived=True, domain="ads.example"),
        ).findings
        if one.fault is Fault.NOT_DELETED
    }

    assert fixes["_a @ www.bakery.example"].startswith("Delete it")
    assert fixes["_a @ ads.example"].startswith("Only whose it is can delete it: use the opt-out")


def test_what_was_rightly_left_standing_is_told_as_stored():
    page = html(scan(seen("PHPSESSID", state=State.REFUSED, survived=True, days=None)))

    assert "✓ stored" in page
    assert "left standing</td>" not in page


def test_the_row_to_paste_stands_by_itself_to_be_selected_at_once():
    page = html(scan(seen("_new", state=State.NO_CHOICE)))

    assert re.search(r'declare it: <code class="row">\| _new \| [^<]*\|</code>', page)
    assert ".row { display: block;" in page
    assert "user-select: all" in page


@pytest.mark.parametrize(("code", "words"), [("en", "“cdn” in its name"), ("nl", "naam"), ("de", "Name"), ("fr", "nom")])
def test_a_suggestion_gives_each_reason_once_and_in_plain_words(code, words):
    why = suggest("cdn_pv", party=Party.FIRST, retention=30.0, value_shape="uuid").why
    told = [tongue_of(code).say(one) for one in why]

    assert any(words in one for one in told)
    assert sum(words in one for one in told) == 1
    assert not any("balance" in one for one in told)


def test_a_state_that_was_not_asked_for_has_no_column_as_if_nothing_were_stored_there():
    alone = scan(EARLY, answers=tuple(one for one in ANSWERS if one.state is State.NO_CHOICE))
    head = next(line for line in text(alone).splitlines() if line.startswith("What is stored"))
    page = html(alone)

    assert head.split("which state")[1].split() == ["before", "kept", "set", "by"]
    assert re.findall(r"<th scope=col>([^<]+)", page) == ["Item", "No choice", "Kept", "Set by"]
    assert 'class="cell none"' not in page
    assert "<th scope=col>Withdrawn" in html(scan(EARLY))
