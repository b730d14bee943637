"""Shapes that are easily misread are told for what they are, and what only resembles a fault is let be."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, corners, shapes
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.rules import judge

ANSWERED = frozenset({State.NO_CHOICE, State.REFUSED, State.ACCEPTED})
WITHDRAWN = frozenset({State.ACCEPTED, State.WITHDRAWN})


@pytest.fixture(scope="module")
def look():
    assert corners.ONCE
    assert shapes.TRUTH
    with bed.serving() as port:

        def scanned(name, states=ANSWERED, pages=1):
            options = Options(
                url=f"http://{name}.localhost/",
                clock=lambda: datetime.now(UTC),
                pages=pages,
                host_rules=(f"MAP * 127.0.0.1:{port}",),
                states=states,
            )
            return asyncio.run(scan(options))

        yield scanned


def faults(sighting):
    return {finding.fault for finding in judge(sighting, [], has_policy=False)}


@pytest.mark.parametrize(
    ("name", "refusing"),
    [
        ("slider", ("Auswahl bestätigen",)),
        ("funding", ("Do not consent",)),
        ("onlyboxes", ("Done",)),
        ("onelist", ("Mijn keuze bewaren",)),
        ("partbypart", ("Paramétrer", "Interdire", "Valider mes choix")),
        ("moreabout", ("Dowiedz się więcej", "Odrzuć wszystkie")),
        ("pricelist", ("Nee, niet meten",)),
        ("doubtful", ("Odmietnuť všetko", "Áno, odmietnuť")),
    ],
)
def test_a_refusal_of_an_unusual_shape_is_one_and_gives_nothing_away(look, name, refusing):
    sighting = look(name)

    assert sighting.answer(State.REFUSED).steps == refusing
    assert sighting.answer(State.REFUSED).reached
    assert {one.state for one in sighting.observations if one.name == "_count"} == {State.ACCEPTED}


def test_a_notice_that_asks_nothing_is_no_banner(look):
    sighting = look("noasking")

    assert {answer.banner for answer in sighting.answers} == {"none"}
    assert not faults(sighting) & {Fault.NO_REFUSE, Fault.UNANSWERABLE}


def test_a_banner_whose_buttons_say_nothing_is_a_finding_and_no_silent_pass(look):
    sighting = look("riddles")

    assert not sighting.answer(State.REFUSED).steps
    assert sighting.answer(State.REFUSED).screenshot
    assert Fault.UNANSWERABLE in faults(sighting)


def test_a_box_that_can_be_read_both_ways_is_not_saved_and_nothing_told_as_refused(look):
    sighting = look("bothreadings")

    assert sighting.answer(State.ACCEPTED).reached
    assert not sighting.answer(State.REFUSED).reached
    assert {one.state for one in sighting.observations if one.name == "_count"} == {State.ACCEPTED}


def test_what_names_cookies_is_never_pressed_as_if_it_asked_for_an_age(look):
    sighting = look("jukebox")

    assert [sighting.answer(state).steps for state in (State.ACCEPTED, State.REFUSED)] == [(), ()]
    assert sighting.answer(State.REFUSED).why_not == Remark.UNCLEAR
    assert "_count" not in {one.name for one in sighting.observations}


def test_a_link_that_accepts_is_pressed_by_who_accepts_and_never_followed_as_a_page(look):
    sighting = look("bylinks", pages=6)

    assert {one.state for one in sighting.observations if one.name == "_count"} == {State.ACCEPTED}
    assert sighting.answer(State.REFUSED).steps == ("Nee, cookies weigeren",)


def test_what_the_way_to_the_first_page_sets_is_laid_to_every_visitor(look):
    sighting = look("detour")

    assert {one.state for one in sighting.observations if one.name == "_came"} == ANSWERED


def test_a_policy_called_only_cookies_is_read_also_where_its_link_leads_into_the_page_that_stands_there(look):
    sighting = look("onlycookies", pages=2)

    assert sighting.policy_page is not None
    assert (sighting.policy_page.url.partition("#")[2], sighting.policy_page.dated) == ("choice", "1 May 2026")


def test_a_link_that_leads_nowhere_is_no_way_to_a_policy(look):
    sighting = look("tonowhere")

    assert sighting.policy_page is None
    assert Fault.POLICY_UNREACHABLE in faults(sighting)


def test_the_policy_that_the_first_page_leads_to_is_looked_for_wherever_the_visitor_ends(look):
    sighting = look("detour", pages=4)

    assert sighting.policy_page is not None
    assert sighting.policy_page.status == 404
    assert Fault.POLICY_UNREACHABLE in faults(sighting)


def test_boxes_ticked_behind_the_settings_are_told_though_one_can_refuse_before(look):
    sighting = look("tickedbelow")

    assert sighting.answer(State.REFUSED).steps == ("Tout refuser",)
    assert Fault.PRE_TICKED in faults(sighting)
    assert {one.state for one in sighting.observations if one.name == "_count"} == {State.ACCEPTED}


def test_what_comes_of_looking_behind_the_settings_is_laid_to_nobody(look):
    sighting = look("noisylayer", frozenset({State.NO_CHOICE}))

    assert [box.label for box in sighting.banner.boxes] == ["Statistics"]
    assert [one.name for one in sighting.observations if one.name in {"opened", "layer"} or "ui.partner" in one.domain] == []


def test_a_button_that_is_faded_out_is_not_the_equal_of_the_other(look):
    assert Fault.UNEQUAL_BUTTONS in faults(look("faded"))


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("panels", ("Panel de cookies", "Rechazar")),
        ("ownroom", ("Administrer informasjonskapsler", "Trekk tilbake samtykket")),
    ],
)
def test_the_way_back_is_found_by_whatever_name_and_on_a_page_of_its_own(look, name, steps):
    sighting = look(name, WITHDRAWN)

    assert sighting.answer(State.WITHDRAWN).steps == steps
    assert sighting.answer(State.WITHDRAWN).reached
    assert {one.state for one in sighting.observations if one.name == "_count"} == {State.ACCEPTED}


def test_what_is_set_once_late_or_in_one_tab_is_neither_put_off_nor_come_back(look):
    sighting = look("onceonly", frozenset({State.NO_CHOICE}), pages=2)
    stored = {one.name: one for one in sighting.observations if one.kind.is_stored}

    assert not [name for name, one in stored.items() if one.respawned]
    assert not stored["reader"].refreshed
    assert not stored["tab"].deleted
    assert stored["tab"].set_by == "http://onceonly.localhost/"


def test_a_cookie_in_an_answer_that_the_browser_does_not_hear_is_not_told_as_stored(look):
    sighting = look("onceonly", frozenset({State.NO_CHOICE}), pages=2)

    assert [one.refused_reason for one in sighting.observations if one.name == "unheard"] == ["NotStored"]


def test_an_identifier_in_a_header_is_followed_too(look):
    sighting = look("onceonly", frozenset({State.NO_CHOICE}))

    told = [(one.name, one.domain, one.via) for one in sighting.observations if one.kind is Kind.IDENTIFIER]
    assert ("reader", "ids.partner.localhost", "header") in told


def test_a_shop_with_a_corner_to_sign_in_is_no_page_behind_a_wall(look):
    sighting = look("hasacorner", frozenset({State.NO_CHOICE}))

    assert not sighting.notes


def test_a_page_that_stores_by_the_methods_of_a_frame_works_as_without_a_scan(look):
    sighting = look("borrows", frozenset({State.NO_CHOICE}))

    assert {one.name for one in sighting.observations if one.kind is Kind.LOCAL_STORAGE} == {"borrowed", "after"}


def test_a_frame_behind_a_closed_shadow_root_is_looked_into(look):
    sighting = look("walledframe", frozenset({State.NO_CHOICE}))

    assert {(one.name, one.domain) for one in sighting.observations if one.kind.is_stored} == {
        ("seen", "map.partner.localhost"),
        ("mapped", "map.partner.localhost"),
    }


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("onpolicy", ("Privacy policy", "Withdraw my consent")),
        ("deeper", ("Privacy policy", "cookie policy", "Withdraw my consent")),
    ],
)
def test_a_way_back_that_stands_on_the_policys_page_alone_is_harder_than_consent(look, name, steps):
    sighting = look(name, ANSWERED | WITHDRAWN)

    assert sighting.answer(State.WITHDRAWN).reached
    assert sighting.answer(State.WITHDRAWN).steps == steps
    assert faults(sighting) & {Fault.WITHDRAWAL_HARDER, Fault.NO_WITHDRAWAL} == {Fault.WITHDRAWAL_HARDER}


def test_a_way_back_on_the_page_about_cookies_is_where_one_looks_for_it(look):
    sighting = look("oncookies", ANSWERED | WITHDRAWN)

    assert sighting.answer(State.WITHDRAWN).steps == ("Cookie policy", "Withdraw my consent")
    assert not faults(sighting) & {Fault.WITHDRAWAL_HARDER, Fault.NO_WITHDRAWAL}


def test_who_has_to_write_a_letter_takes_back_harder_than_they_gave(look):
    sighting = look("bymail", ANSWERED | WITHDRAWN)

    assert not sighting.answer(State.WITHDRAWN).reached
    (finding,) = [
        one for one in judge(sighting, [], has_policy=False) if one.fault in {Fault.WITHDRAWAL_HARDER, Fault.NO_WITHDRAWAL}
    ]
    assert finding.fault is Fault.WITHDRAWAL_HARDER
    assert "privacy@mill.example" in finding.evidence


def test_by_which_words_the_visitor_said_to_be_old_enough_is_told(look):
    sighting = look("oldenough")

    assert sighting.answer(State.REFUSED).let_in == "I am 18 or over"
    assert sighting.answer(State.REFUSED).steps == ("Reject all",)
    assert sighting.answer(State.NO_CHOICE).let_in == ""
