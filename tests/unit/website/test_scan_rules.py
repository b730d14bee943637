"""Which faults a scan's observations show, held against declarations."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.policy.text.rules import Category
from holdtrue.website.scan.engine.observations import Answer, Kind, Note, State, Trouble
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.rules import judge
from holdtrue.website.scan.verdicts import verdicts_of
from unit.website.scan_given import ANSWERS, PAGE, declared, seen, sighting

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)

PROMISES = (declared(),)


def faults(*observations, declarations=PROMISES, **more):
    return {(finding.fault, finding.state) for finding in judge(sighting(*observations, **more), declarations) if finding.fails}


NECESSARY = declared("session", category=Category.NECESSARY, days=None)
CASES = {
    "a declared item after consent is as it should be": ((seen(),), set()),
    "before any choice": (
        (seen(state=State.NO_CHOICE),),
        {(Fault.BEFORE_CONSENT, State.NO_CHOICE)},
    ),
    "although refused": ((seen(state=State.REFUSED),), {(Fault.AFTER_REFUSAL, State.REFUSED)}),
    "left standing after withdrawal": (
        (seen(state=State.WITHDRAWN, survived=True),),
        {(Fault.NOT_DELETED, State.WITHDRAWN)},
    ),
    "left standing for a moment and deleted then is withdrawal that works": (
        (seen(state=State.WITHDRAWN, survived=True, deleted=True),),
        set(),
    ),
    "stored again after withdrawal": ((seen(state=State.WITHDRAWN),), {(Fault.AFTER_WITHDRAWAL, State.WITHDRAWN)}),
    "not in the policy": ((seen("_unknown"),), {(Fault.UNDECLARED, State.ACCEPTED)}),
    "short-lived and not in the policy": ((seen("_unknown", deleted=True),), {(Fault.UNDECLARED, State.ACCEPTED)}),
    "refused by the browser is not stored": ((seen("_unknown", refused_reason="InvalidDomain"),), set()),
    "kept longer than declared": ((seen(days=200.0),), {(Fault.RETENTION_EXCEEDED, State.ACCEPTED)}),
    "kept a minute longer is nobody's broken promise": ((seen(days=180.0007),), set()),
    "kept for the session where days are declared": ((seen(days=None),), set()),
    "somebody else's cookie, declared as the site's own": (
        (seen(domain="tracker.example"),),
        {(Fault.WRONG_PARTY, State.ACCEPTED)},
    ),
    "another host of the same owner is the same party": ((seen(domain="shop.bakery.example"),), set()),
    "somebody else is asked before any choice": (
        (seen("t.example/t.js", kind=Kind.REQUEST, state=State.NO_CHOICE, domain="t.example", via="script"),),
        {(Fault.REQUEST_BEFORE_CONSENT, State.NO_CHOICE)},
    ),
    "somebody else is asked although refused": (
        (seen("t.example/b", kind=Kind.BEACON, state=State.REFUSED, domain="t.example", via="beacon"),),
        {(Fault.TRACKER_AFTER_REFUSAL, State.REFUSED), (Fault.UNDECLARED_RECIPIENT, State.REFUSED)},
    ),
    "somebody unnamed is asked of those who agreed and of those who refused": (
        tuple(
            seen("t.example/b", kind=Kind.BEACON, state=state, domain="t.example", via="beacon")
            for state in (State.ACCEPTED, State.REFUSED)
        ),
        {(Fault.TRACKER_AFTER_REFUSAL, State.REFUSED), (Fault.UNDECLARED_RECIPIENT, State.ACCEPTED)},
    ),
    "somebody unnamed is asked after consent": (
        (seen("t.example/t.js", kind=Kind.REQUEST, domain="t.example", via="script"),),
        {(Fault.UNDECLARED_RECIPIENT, State.ACCEPTED)},
    ),
    "the site asks itself": ((seen("x/y", kind=Kind.BEACON, state=State.NO_CHOICE),), set()),
    "what remembers the answer, by whatever name, is undeclared and no more": (
        tuple(seen("ok7", state=state, is_choice=True) for state in (State.REFUSED, State.ACCEPTED)),
        {(Fault.UNDECLARED, State.REFUSED)},
    ),
    "the browser is fingerprinted": (
        (seen("canvas", kind=Kind.FINGERPRINT, state=State.NO_CHOICE, domain="t.example"),),
        {(Fault.FINGERPRINTING, State.NO_CHOICE)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_told_from_its_neighbours(case):
    observations, expected = CASES[case]
    assert faults(*observations) == expected


def test_what_is_declared_necessary_needs_no_consent():
    everywhere = [seen("session", state=state, days=None) for state in State]

    assert not faults(*everywhere, declarations=(NECESSARY,))


def test_declared_for_the_session_and_kept_is_a_fault():
    assert faults(seen("session", days=3.0), declarations=(NECESSARY,)) == {(Fault.PERSISTENT, State.ACCEPTED)}


def test_more_than_thirteen_months_is_told_even_when_declared():
    assert faults(seen(days=730.0), declarations=(declared(days=730.0),)) == {(Fault.TOO_LONG, State.ACCEPTED)}


def test_a_pattern_covers_every_name_of_its_shape():
    assert not faults(seen("_gat_7"), declarations=(declared("_gat_*"),))


def test_one_undeclared_item_is_one_finding_in_however_many_states():
    findings = judge(sighting(*(seen("_x", state=state) for state in State)), ())

    assert sum(finding.fault is Fault.UNDECLARED for finding in findings) == 1


def test_a_named_necessary_provider_may_be_asked_before_the_choice():
    provider = declared("s", category=Category.NECESSARY, provider="Payment (pay.example)")
    request = seen("x", kind=Kind.REQUEST, state=State.NO_CHOICE, domain="cdn.pay.example")

    assert not faults(request, declarations=(provider,))


def test_what_is_declared_and_never_seen_is_a_remark_that_fails_nothing():
    (finding,) = judge(sighting(), [declared()])

    assert (finding.fault, finding.fails) == (Fault.NOT_OBSERVED, False)


def test_without_a_policy_what_looks_essential_passes_and_the_rest_is_undeclared():
    findings = judge(sighting(seen("PHPSESSID"), seen("cookie_consent"), seen("_ga")), (), has_policy=False)

    undeclared = [finding for finding in findings if finding.fault is Fault.UNDECLARED]
    assert [finding.subject for finding in undeclared] == ["_ga @ www.bakery.example"]
    # The one omission is that nobody gave a policy, which is no fault of each item.
    assert [finding.severity for finding in undeclared] == [Severity.INFO]
    assert undeclared[0].evidence.startswith("no policy was given; ")


def with_answers(**changed):
    return tuple(replace(one, **changed.get(one.state.name.lower(), {})) for one in ANSWERS)


def test_a_banner_without_refusal_is_a_finding_and_never_a_silent_pass():
    answers = with_answers(refused={"reached": False, "why_not": "no button"})

    assert faults(answers=answers) == {(Fault.NO_REFUSE, State.REFUSED)}


def test_a_banner_that_cannot_be_answered_at_all_is_a_finding():
    lost = {"reached": False, "why_not": "no effect"}

    assert faults(answers=with_answers(refused=lost, accepted=lost)) == {(Fault.UNANSWERABLE, State.REFUSED)}


STAYED = {"reached": False, "why_not": Remark.BANNER_STAYED % {"label": "No"}, "steps": ("No",)}


@pytest.mark.parametrize("state", ["refused", "accepted"])
def test_a_button_that_was_pressed_without_effect_beside_one_that_works_is_told_as_unproven(state):
    answers = with_answers(**{state: STAYED})

    assert faults(answers=answers) == {(Fault.UNVERIFIED, State(state))}
    assert results(sighting(answers=answers))["consent-first"] is (Result.UNPROVEN if state == "refused" else Result.HOLDS)


@pytest.mark.parametrize("why", [Remark.NO_EFFECT, Remark.WAY_UNCLEAR])
def test_a_way_back_that_the_scanner_did_not_get_through_is_no_missing_one(why):
    answers = with_answers(withdrawn={"reached": False, "why_not": why})

    assert faults(seen(), answers=answers) == {(Fault.UNVERIFIED, State.WITHDRAWN)}
    assert results(sighting(seen(), answers=answers))["withdrawal"] is Result.UNPROVEN


def test_a_way_back_to_a_banner_without_refusal_is_none():
    answers = with_answers(
        refused={"reached": False, "why_not": Remark.NO_REFUSING}, withdrawn={"reached": False, "why_not": Remark.NO_EFFECT}
    )

    assert (Fault.NO_WITHDRAWAL, State.WITHDRAWN) in faults(seen(), answers=answers)


def test_refusing_on_a_deeper_layer_than_accepting_is_a_finding():
    assert faults(answers=with_answers(refused={"layer": 2})) == {(Fault.REFUSE_HIDDEN, State.REFUSED)}


def test_boxes_ticked_beforehand_are_a_finding_but_for_the_necessary_one():
    answers = with_answers(refused={"pre_ticked": ("Necessary", "Statistics")})

    assert faults(answers=answers) == {(Fault.PRE_TICKED, State.NO_CHOICE)}


def test_consent_that_cannot_be_withdrawn_is_a_finding_where_it_stored_anything():
    answers = with_answers(withdrawn={"reached": False, "why_not": "no control"})

    assert faults(seen(), answers=answers) == {(Fault.NO_WITHDRAWAL, State.WITHDRAWN)}
    assert not faults(answers=answers)


def test_every_fault_has_words_a_rule_and_a_remedy():
    assert set(MEANINGS) == set(Fault)
    assert all(meaning.title and meaning.reference and meaning.fix for meaning in MEANINGS.values())


def results(given, declarations=PROMISES, *, has_policy=True):
    findings = judge(given, declarations, has_policy=has_policy)
    verdicts = verdicts_of(given, findings, subject="site/x", observed_at=NOON, has_policy=has_policy)
    return {verdict.commitment.removeprefix("site."): verdict.result for verdict in verdicts}


HOLDS, BROKEN, UNPROVEN = Result.HOLDS, Result.BROKEN, Result.UNPROVEN


def test_a_site_that_keeps_its_policy_holds_all_four_promises():
    assert set(results(sighting(seen())).values()) == {HOLDS}


def test_a_cookie_before_the_choice_breaks_consent_first_alone():
    given = results(sighting(seen(state=State.NO_CHOICE), seen()))

    assert given == {"inventory-true": HOLDS, "consent-first": BROKEN, "withdrawal": HOLDS, "retention": HOLDS}


def test_what_the_scan_could_not_see_is_unproven_and_never_holds():
    lost = Note(state=State.ACCEPTED, page=PAGE, trouble=Trouble.CRASHED, message="crashed")

    assert set(results(sighting(seen(), notes=(lost,))).values()) == {UNPROVEN}
    assert set(results(replace(sighting(seen()), is_partial=True)).values()) == {UNPROVEN}


def test_without_a_policy_the_tables_are_unproven():
    given = results(sighting(seen("PHPSESSID")), (), has_policy=False)

    assert given == {"inventory-true": UNPROVEN, "consent-first": HOLDS, "withdrawal": HOLDS, "retention": UNPROVEN}


NO_BANNER = tuple(
    Answer(state=state, reached=state is State.NO_CHOICE, banner="none", why_not="No banner asks for a choice.")
    for state in State
)


def test_a_site_that_asks_nothing_and_stores_nothing_holds():
    assert set(results(sighting(answers=NO_BANNER)).values()) == {HOLDS}


def test_a_site_that_asks_nothing_and_counts_all_the_same_is_broken():
    given = results(sighting(seen(state=State.NO_CHOICE), answers=NO_BANNER))

    assert given["consent-first"] is BROKEN


def test_a_banner_that_cannot_be_answered_leaves_promises_unproven():
    lost = {"reached": False, "why_not": "no effect"}
    given = results(sighting(answers=with_answers(refused=lost, accepted=lost, withdrawn=lost)))

    assert given == dict.fromkeys(given, UNPROVEN)


def test_the_worst_findings_come_first():
    given = judge(sighting(seen("a", days=999.0), seen(state=State.NO_CHOICE), seen(days=200.0)), [declared()])

    assert [finding.severity for finding in given] == sorted((finding.severity for finding in given), key=lambda one: one.rank)
    assert given[0].severity is Severity.HIGH


def test_a_scan_that_looked_at_no_page_proves_nothing():
    assert set(results(replace(sighting(), pages=())).values()) == {UNPROVEN}


@pytest.mark.parametrize("row", ["sw.js", "/js/sw.js", "js/sw.js", f"{PAGE}js/sw.js", "*/sw.js"])
def test_a_service_worker_is_known_by_its_file_as_well_as_by_its_whole_address(row):
    worker = seen(f"{PAGE}js/sw.js?v=3" if "http" not in row else f"{PAGE}js/sw.js", kind=Kind.SERVICE_WORKER, days=None)
    rows = (declared(row, category=Category.NECESSARY),)

    assert not judge(sighting(worker), rows)


def test_a_key_of_storage_is_known_by_its_whole_name_alone():
    assert (Fault.UNDECLARED, State.ACCEPTED) in faults(
        seen("/js/sw.js", kind=Kind.LOCAL_STORAGE, days=None), declarations=(declared("sw.js"),)
    )
