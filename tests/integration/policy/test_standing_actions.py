"""Verdicts in the tables and in the log."""

from datetime import timedelta

import pytest

from holdtrue.errors import Invalid
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.queries import about
from holdtrue.policy.exemptions.rules import Register
from holdtrue.policy.standing import actions, queries
from holdtrue.policy.standing.rules import Reason, Result, Verdict

pytestmark = pytest.mark.django_db
LAPTOP = "device/LT-07"


def lock(result: Result, at, value: str = "600 s") -> Verdict:
    return Verdict("device.screen-lock", LAPTOP, result, Reason("screen lock after", value, "gsettings", at, "at most 900 s"))


def changes_of(subject: str) -> list[tuple[str, str]]:
    since = queries.Transition.objects.filter(subject=subject).order_by("at", "id")
    return [(row.before, row.after) for row in since]


def test_a_confirmation_is_no_transition(noon):
    actions.record_verdicts([lock(Result.HOLDS, noon)], at=noon)
    actions.record_verdicts([lock(Result.HOLDS, noon + timedelta(hours=1))], at=noon + timedelta(hours=1))

    assert changes_of(LAPTOP) == [("", "holds")]
    assert queries.verdicts_on(LAPTOP)[0].reason.observed_at == noon + timedelta(hours=1)
    assert Outbox.objects.filter(about=LAPTOP).count() == 1


def test_a_change_leaves_an_entry_with_its_reason(noon):
    actions.record_verdicts([lock(Result.HOLDS, noon)], at=noon)
    actions.record_verdicts([lock(Result.BROKEN, noon, "1,800 s")], at=noon)

    assert changes_of(LAPTOP) == [("", "holds"), ("holds", "broken")]
    assert about(LAPTOP)[-1].identity == {"value": "1,800 s"}


def test_an_older_observation_changes_nothing(noon):
    actions.record_verdicts([lock(Result.HOLDS, noon)], at=noon)
    actions.record_verdicts([lock(Result.BROKEN, noon - timedelta(minutes=1))], at=noon)

    assert changes_of(LAPTOP) == [("", "holds")]


def test_the_first_report_counts_though_it_was_taken_before_the_device_was_listed(noon):
    actions.expect(LAPTOP, ["device.screen-lock"], at=noon)
    actions.record_verdicts([lock(Result.HOLDS, noon - timedelta(minutes=5))], at=noon)

    assert changes_of(LAPTOP) == [("", "unproven"), ("unproven", "holds")]
    assert queries.verdicts_on(LAPTOP)[0].reason.value == "600 s"


def test_a_device_clock_ahead_of_the_server_does_not_lengthen_a_verdict(noon):
    actions.record_verdicts([lock(Result.HOLDS, noon + timedelta(days=365))], at=noon)

    assert queries.verdicts_on(LAPTOP)[0].reason.observed_at == noon


def test_staleness_becomes_a_transition_of_its_own(noon):
    actions.record_verdicts([lock(Result.HOLDS, noon)], at=noon)

    assert actions.mark_stale(at=noon + timedelta(hours=23)) == 0
    assert actions.mark_stale(at=noon + timedelta(hours=24)) == 1
    assert actions.mark_stale(at=noon + timedelta(hours=25)) == 0
    assert changes_of(LAPTOP) == [("", "holds"), ("holds", "unproven")]


def test_an_expected_subject_is_unproven_until_it_reports(noon):
    actions.expect(LAPTOP, ["device.screen-lock"], at=noon)
    assert (
        queries.standings([("WB-LCK-2", ("device.screen-lock",))], policy="work-behaviors", consents=Register(), at=noon)[
            "WB-LCK-2"
        ].result
        is Result.UNPROVEN
    )

    actions.record_verdicts([lock(Result.HOLDS, noon)], at=noon)
    assert (
        queries.standings([("WB-LCK-2", ("device.screen-lock",))], policy="work-behaviors", consents=Register(), at=noon)[
            "WB-LCK-2"
        ].result
        is Result.HOLDS
    )


@pytest.mark.parametrize("commitment", ["device.unheard-of", "site.retention"])
def test_a_verdict_outside_the_closed_list_is_refused(noon, commitment):
    verdict = Verdict(commitment, LAPTOP, Result.HOLDS, Reason("f", "v", "s", noon, "r"))

    with pytest.raises(Invalid, match="no commitment for a device"):
        actions.record_verdicts([verdict], at=noon)


def test_a_text_is_judged_on_its_own_policy_alone(noon):
    for slug, result in (("cookies", Result.BROKEN), ("work-behaviors", Result.HOLDS)):
        reason = Reason("lint", "none", "publishing", noon, "no findings")
        actions.record_verdicts([Verdict("policy.consistent", f"policy/{slug}", result, reason)], at=noon)

    def result_of(policy: str) -> Result:
        return queries.standings([("X", ("policy.consistent",))], policy=policy, consents=Register(), at=noon)["X"].result

    assert result_of("cookies") is Result.BROKEN
    assert result_of("work-behaviors") is Result.HOLDS
