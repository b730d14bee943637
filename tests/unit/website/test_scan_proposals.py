"""What a scan's finding says of an item that the policy does not declare: whose it probably is, and the row to declare it."""

import pytest

from holdtrue.policy.text.rules import parse
from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, Sighting, State
from holdtrue.website.scan.faults import Fault, Finding
from holdtrue.website.scan.judging.tables import suggestion_for
from holdtrue.website.scan.rules import judge
from unit.website.scan_given import seen

PAGE = "https://www.bakery.example/"
HEAD = """---
policy: cookies
title: Cookies
language: en
audience: public
organisation: Bakery
contact: hello@bakery.example
in-force: 2026-11-01
change: First.
---

[CP-4] We declare what we store.

> Asks of you: nothing.

| Name | Provider | Purpose | Category | Party | Set by | Retention |
|---|---|---|---|---|---|---|
"""


def undeclared(name: str, *, domain: str = "www.bakery.example", kind: Kind = Kind.COOKIE, set_by: str = PAGE) -> Finding:
    party = Party.FIRST if domain.endswith("bakery.example") else Party.THIRD
    one = Observation(
        state=State.ACCEPTED, kind=kind, name=name, domain=domain, party=party, page=PAGE, set_by=set_by, via="script",
        retention_days=90.0 if kind is Kind.COOKIE else None,
    )  # fmt: skip
    answers = tuple(Answer(state=state, reached=True, banner="unknown", layer=1) for state in State)
    sighting = Sighting(site=PAGE, landed=PAGE, browser="Chrome/1", pages=(PAGE,), answers=answers, observations=(one,))
    return next(finding for finding in judge(sighting, ()) if finding.fault is Fault.UNDECLARED)


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (undeclared("_fbp"), "Meta Pixel (Meta Platforms Ireland Limited, IE), marketing; set by"),
        (undeclared("_pk_id.1.aa"), "Matomo, analytics; set by"),
        (
            undeclared("_qqq", set_by="https://static.hotjar.com/x.js"),
            "stored by a script of Hotjar (Hotjar Ltd, MT), analytics;",
        ),
        (undeclared("_qqq", domain="sync.criteo.com"), "belongs to Criteo (Criteo SA, FR), marketing;"),
        (undeclared("session_id"), "possibly Odoo, necessary;"),
    ],
)
def test_an_undeclared_item_is_told_with_its_provider_and_category(finding, told):
    assert finding.evidence.startswith(told)


def test_the_guess_weighs_what_the_value_looks_like():
    def guess(shape: str) -> float:
        one = seen("acme_analytics_visitor", days=730.0, value_shape=shape)
        return suggestion_for(one).confidence

    assert len({guess("uuid"), guess("counted id"), guess("")}) == 3


def test_an_item_that_nobody_knows_is_told_as_it_was_seen():
    assert undeclared("_qqq").evidence.startswith(f"set by {PAGE}")


@pytest.mark.parametrize(
    ("finding", "provider", "category"),
    [
        (undeclared("_fbp"), "Meta Platforms Ireland Limited", "marketing"),
        (undeclared("_ga_1A2B"), "Google Ireland Limited", "analytics"),
        (undeclared("PHPSESSID"), "this website", "necessary"),
        (undeclared("ajs_user_traits", kind=Kind.LOCAL_STORAGE), "Twilio Inc.", "analytics"),
    ],
)
def test_the_proposed_row_can_be_put_into_the_policy_as_it_is(finding, provider, category):
    row = finding.fix.removeprefix("Stop storing it, or declare it: ")
    (declared,) = parse(HEAD + row + "\n").declarations

    assert (declared.provider, declared.category, declared.party) == (provider, category, "first")
    assert declared.purpose.endswith(".")


def test_a_row_claims_nothing_of_a_name_that_others_use_too():
    assert "| session_id | (provider) | (purpose) |" in undeclared("session_id").fix
