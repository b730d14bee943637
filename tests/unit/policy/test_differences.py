"""What changed between two versions, clause by clause and word by word."""

import pytest

from holdtrue.policy.text.differences import Change, difference_between, in_words, is_material, retention_in_words
from holdtrue.policy.text.rules import parse
from holdtrue.policy.text.words import Mark, words_between

HEAD = """---
policy: demo
title: Demo
language: en
organisation: WeGroup NV
contact: {contact}
in-force: 2026-01-05
change: First version.
---
"""
BODY = """
## 1. Locks

[A-1] Devices lock after ten minutes.

> Asks of you: leave it on.
> Kept by: device.screen-lock at most 10 minutes

[A-2] Doors are shut.

[A-3] Windows are shut.

## 2. Cookies

[A-4] Here they are.

| Name | Provider | Purpose | Category | Party | Set by | Retention |
|---|---|---|---|---|---|---|
| `_ga` | Google | Counting | analytics | first | script | 2 years |
| `language` | WeGroup | Your language | necessary | first | HTTP | 1 year |
"""


def demo(*swaps: tuple[str, str], contact: str = "hello@wegroup.example"):
    body = BODY
    for before, after in swaps:
        assert before in body
        body = body.replace(before, after, 1)
    return parse(HEAD.format(contact=contact) + body)


def changes(*swaps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(one.id, one.change.value) for one in difference_between(demo(), demo(*swaps)).clauses]


def marked(before: str, after: str) -> str:
    signs = {Mark.SAME: "{}", Mark.ADDED: "[+{}]", Mark.REMOVED: "[-{}]"}
    return "".join(signs[run.mark].format(run.text) for run in words_between(before, after))


def test_nothing_changes_between_a_text_and_itself():
    same = difference_between(demo(), demo())

    assert same.is_empty
    assert in_words(same) == ()
    assert not same.asks_consent_anew


@pytest.mark.parametrize(
    ("swaps", "expected"),
    [
        ([("Doors are shut.", "Doors are locked.")], [("A-2", "changed")]),
        ([("[A-2] Doors are shut.\n\n", "")], [("A-2", "removed")]),
        ([("[A-3]", "[A-9] Lights are out.\n\n[A-3]")], [("A-9", "added")]),
        (
            [("[A-2] Doors are shut.\n\n", ""), ("| HTTP | 1 year |\n", "| HTTP | 1 year |\n\n[A-2] Doors are shut.\n")],
            [("A-2", "moved")],
        ),
        ([("leave it on", "leave it alone")], [("A-1", "changed")]),
        ([("at most 10", "at most 5")], [("A-1", "changed")]),
        ([("[A-1]", "[A-7]")], [("A-1", "removed"), ("A-7", "added")]),
    ],
)
def test_each_clause_says_what_became_of_it(swaps, expected):
    assert sorted(changes(*swaps)) == sorted(expected)


def test_a_commitment_that_changed_is_told_apart_from_words():
    (one,) = difference_between(demo(), demo(("at most 10", "at most 5"))).clauses

    assert one.promises_differ
    assert (one.kept_before, one.kept_after) == (
        ("device.screen-lock at most 10 minutes",),
        ("device.screen-lock at most 5 minutes",),
    )
    assert all(run.mark is Mark.SAME for run in one.words)


def test_a_declaration_says_which_facts_changed():
    found = difference_between(demo(), demo(("| 2 years |", "| 1 year |"), ("| analytics |", "| marketing |"))).declarations

    assert [(one.pattern, one.change) for one in found] == [("_ga", Change.CHANGED)]
    assert [(one.name, one.before, one.after) for one in found[0].fields] == [
        ("category", "analytics", "marketing"),
        ("retention", "2 years", "1 year"),
    ]


def test_declarations_come_and_go():
    found = difference_between(demo(), demo(("`_ga`", "`_pk_id`"))).declarations
    assert {(one.pattern, one.change.value) for one in found} == {("_pk_id", "added"), ("_ga", "removed")}


@pytest.mark.parametrize(
    ("before", "after", "asks_anew"),
    [
        ("| Counting |", "| Advertising |", True),
        ("| Google |", "| Meta |", True),
        ("| analytics |", "| marketing |", True),
        ("| 2 years |", "| 1 year |", False),
        ("| `_ga` |", "| `_ga2` |", False),
        ("| Your language |", "| Your tongue |", False),
        ("| `_ga` | Google | Counting | analytics | first | script | 2 years |\n", "", False),
        ("| necessary | first |", "| preferences | first |", True),
    ],
)
def test_consent_is_asked_anew_for_new_purposes_recipients_and_categories(before, after, asks_anew):
    older, newer = demo(), demo((before, after))

    assert is_material(older.declarations, newer.declarations) is asks_anew
    assert difference_between(older, newer).asks_consent_anew is asks_anew


def test_the_head_and_the_headings_count_too():
    found = difference_between(demo(), demo(("## 2. Cookies", "## 2. Biscuits"), contact="privacy@wegroup.example"))

    assert [(one.name, one.after) for one in found.head] == [("contact", "privacy@wegroup.example")]
    assert ("added", "Biscuits") in [(run.mark.value, run.text) for run in found.prose]


def test_the_summary_is_in_plain_words():
    found = difference_between(
        demo(),
        demo(("ten", "five"), ("at most 10", "at most 5"), ("[A-2] Doors are shut.\n\n", ""), ("| 2 years |", "| 1 year |")),
    )
    assert in_words(found) == (
        "Clauses A-1 and A-4 are changed.",
        "Clause A-2 is gone.",
        "What is checked for A-1 was device.screen-lock at most 10 minutes and is now device.screen-lock at most 5 minutes.",
        "The cookie _ga (Google) is declared differently: retention 2 years → 1 year.",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("kept for 90 days", "kept for 30 days", "kept for [-90][+30] days"),
        ("one", "one\ntwo", "one\n[+two]"),
        ("", "new", "[+new]"),
        ("old", "", "[-old]"),
        ("", "", ""),
        ("a b c d", "w x y z", "[-a b c d\n][+w x y z]"),
        ("a | b\nc | d", "a | b\nx | y\nc | d", "a | b\n[+x | y\n]c | d"),
        ("a b c 1\nd e f 2", "d e f 3", "[-a b c 1\n]d e f [-2][+3]"),
    ],
)
def test_words_are_marked(before, after, expected):
    assert marked(before, after) == expected


def test_both_texts_can_be_read_out_of_their_difference():
    before, after = "The lock\nwaits ten minutes.\nAlways.", "A lock\nwaits five minutes.\nNearly always.\nTruly."
    runs = words_between(before, after)

    assert "".join(run.text for run in runs if run.mark is not Mark.ADDED).rstrip("\n") == before
    assert "".join(run.text for run in runs if run.mark is not Mark.REMOVED).rstrip("\n") == after


def test_wholly_different_long_texts_are_compared_in_no_time():
    runs = words_between("\n".join(f"a{n}" for n in range(9_000)), "\n".join(f"b{n}" for n in range(9_000)))
    assert [run.mark for run in runs] == [Mark.REMOVED, Mark.ADDED]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "session"),
        (365, "1 year"),
        (1, "1 day"),
        (1 / 24, "1 hour"),
        (13 * 365 / 12, "13 months"),
        (180, "180 days"),
        (0.1, "144 minutes"),
    ],
)
def test_a_retention_is_said_as_people_say_it(days, words):
    assert retention_in_words(days) == words
