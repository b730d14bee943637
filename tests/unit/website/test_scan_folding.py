"""Names that differ by a random part are told as one, and nothing else is."""

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from holdtrue.website.scan.engine.observations import Kind, Observation, Party, State
from holdtrue.website.scan.faults import Fault, found
from holdtrue.website.scan.judging import folding
from holdtrue.website.scan.judging.folding import folded, shape_of_name
from holdtrue.website.scan.matrix import matrix

HOST = "shop.example"


def item(name, state=State.NO_CHOICE, **more):
    page = f"https://{HOST}/"
    return Observation(
        state=state, kind=Kind.COOKIE, name=name, domain=HOST, party=Party.FIRST, page=page, set_by=page, via="script", **more
    )


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("dmn_chk_0199f3a1-2b3c-7d4e-8f50-61728394a5b6", "dmn_chk_*"),
        ("__mplss_2n7sw8ae", "__mplss_*"),
        ("_gd1795796218153", "_gd*"),
        ("_session_id", "_session_id"),
        ("version2024", "version2024"),
        ("9f86d081884c7d65", "9f86d081884c7d65"),
    ],
)
def test_only_what_is_made_up_is_left_out_of_a_name(name, shape):
    assert shape_of_name(name) == shape


def test_three_names_of_one_shape_are_one_item_and_one_without_a_digit_is_among_them():
    names = ("__mplss_2n7sw8ae", "__mplss_57c8dc4p", "__mplss_9h7enjzd", "__mplss_bkrbprqm")

    found = folded([item(name, retention_days=float(days)) for days, name in enumerate(names)] + [item("__mplss_settings")])

    assert [(one.name, one.detail, one.retention_days) for one in found] == [
        ("__mplss_*", "4", 3.0),
        ("__mplss_settings", "", None),
    ]


def test_what_is_folded_is_as_weak_as_the_weakest_and_the_work_of_who_set_most_of_it():
    names = ("box_57c8dc4p", "box_9h7enjzd", "box_2n7sw8ae")
    first, *others = (item(name, http_only=True, secure=True, same_site="Lax") for name in names)
    theirs = [replace(one, set_by="https://cdn.example/b.js", http_only=False, same_site="None") for one in others]

    [one] = folded([first, *theirs])

    assert (one.set_by, one.http_only, one.secure, one.same_site) == ("https://cdn.example/b.js", False, True, "None")


def test_a_site_that_makes_up_a_shape_for_each_name_does_not_have_each_compared_with_all(monkeypatch):
    compared = []
    monkeypatch.setattr(folding, "fnmatchcase", lambda name, shape: compared.append(name) or fnmatchcase(name, shape))
    common = [item(f"__mplss_{part}") for part in ("2n7sw8ae", "57c8dc4p", "bkrbprqm")]
    made_up = [item(f"{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}mplss_2n7sw8ae") for number in range(400)]

    found = folded([*made_up, *common])

    assert "__mplss_*" in {one.name for one in found}
    assert len(compared) <= folding.MOST_SHAPES * len(made_up + common)


def test_two_of_a_shape_and_names_that_the_policy_writes_out_stay():
    two = [item("box_57c8dc4p"), item("box_9h7enjzd")]
    three = [*two, item("box_2n7sw8ae")]

    assert folded(two) == two
    assert folded(three, declared={"box_2n7sw8ae"}) == three


def test_the_matrix_has_one_line_for_them():
    seen = [
        item(name, state)
        for name in ("box_57c8dc4p", "box_9h7enjzd", "box_2n7sw8ae")
        for state in (State.NO_CHOICE, State.REFUSED)
    ]

    [table] = matrix(seen, [])

    assert [line.subject for line in table.lines] == ["box_* @ shop.example"]


def test_what_the_browser_refused_hides_nothing_that_it_stored():
    refused = item("box_2n7sw8ae", refused_reason="NotStored")
    bad = found(Fault.BEFORE_CONSENT, "box_57c8dc4p @ shop.example", "", state=State.NO_CHOICE)

    [apart] = matrix([refused, item("box_57c8dc4p"), item("box_9h7enjzd")], [bad])
    [together] = matrix([refused, *(item(f"box_{part}") for part in ("57c8dc4p", "9h7enjzd", "4kw8x2pa"))], [])

    assert (apart.lines[0].subject, apart.lines[0].cells[0].is_bad) == ("box_57c8dc4p @ shop.example", True)
    assert [line.cells[0].word for line in together.lines if line.subject == "box_* @ shop.example"] == ["stored"]
