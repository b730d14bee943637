"""Entries are told in plain words."""

import pytest

from holdtrue.evidence import words
from holdtrue.evidence.kinds import Kind


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_title_and_says_what_it_proves(kind):
    assert words.title_of(kind, {}) != kind.value
    assert words.proves(kind).endswith(".")


@pytest.mark.parametrize(
    ("after", "title"),
    [
        ("broken", "Screen lock: broken"),
        ("not-applicable", "Screen lock: not applicable"),
        (None, "Screen lock: nothing known"),
    ],
)
def test_a_change_of_standing_names_the_commitment(after, title):
    core = {"commitment": "device.screen-lock", "before": None, "after": after}

    assert words.title_of(Kind.STANDING_CHANGED, core) == title
    assert words.note_of(Kind.STANDING_CHANGED, core) == "before: nothing known"


def test_facts_are_shown_without_what_every_entry_has():
    shown = words.facts_of(
        {"id": "x", "kind": "y", "observed_at": "now", "is_open": True, "seen": [1, None], "more": {"a": False}}
    )

    assert [(fact.label, fact.value) for fact in shown] == [
        ("observed at", "now"),
        ("is open", "yes"),
        ("seen", "1, none"),
        ("more", "a: no"),
    ]


def test_a_kind_from_a_newer_version_is_shown_by_its_name():
    assert words.title_of("visit.registered", {}) == "visit.registered"
    assert words.proves("visit.registered") == ""
