"""The inventory's values: what covers what, what a hash is over, what is refused."""

from dataclasses import replace
from math import isclose

import pytest
from django.utils import translation

from holdtrue.errors import Invalid
from holdtrue.policy.text.durations import UNTIL_DELETED_DAYS, retention_of
from holdtrue.policy.text.rules import Category, Party, SetBy
from holdtrue.website.sites.forms import LineForm
from holdtrue.website.sites.inventory import (
    Facts,
    Line,
    Name,
    Sort,
    Status,
    covering,
    document_of,
    gaps_between,
    merged,
    pattern_for,
    read_document,
    require_facts,
    require_name,
    spoken_since,
    unspoken,
)

PURPOSE = {"en": "Counts visits", "nl": "Telt bezoeken"}


def line(pattern, *, status=Status.DECLARED, sort=Sort.COOKIE, domain="", **facts):
    return Line(Name(pattern, sort, domain), status, Facts(purposes=PURPOSE, category=Category.ANALYTICS, **facts))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("_ga", "_ga"),
        ("_gat_gtag_UA_123265168_1", "_gat_gtag_UA_*"),
        ("twk_uuid_5f0c8a61e4b0c1d2a3", "twk_uuid_*"),
        ("wordpress_logged_in_0123456789abcdef0123456789abcdef", "wordpress_logged_in_*"),
        ("12345", "12345"),
        ("_hjSession_1234567", "_hjSession_*"),
        ("cookie_choice", "cookie_choice"),
        ("too_long_to_be_told…", "too_long_to_be_told*"),
    ],
)
def test_what_varies_from_visitor_to_visitor_becomes_a_star(name, pattern):
    assert pattern_for(name) == pattern


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("_gat_UA_1", "_gat_UA_2", "_gat_UA_*"),
        ("_ga", "_gid", ""),
        ("abc", "xyz", ""),
        ("_gat_*", "_gat_x", "_gat_*"),
        ("visit_1_id", "visit_22_id", "visit_*_id"),
    ],
)
def test_two_names_are_merged_where_they_share_enough(one, other, together):
    assert merged(one, other) == together


def test_an_item_falls_under_its_own_domain_first_and_the_longest_pattern():
    lines = [line("_*"), line("_ga*"), line("_ga", domain=".stats.example")]

    assert covering(lines, "_ga", Sort.COOKIE, "stats.example") == lines[2]
    assert covering(lines, "_ga", Sort.COOKIE, "www.example") == lines[1]
    assert covering(lines, "_x", Sort.COOKIE, "www.example") == lines[0]
    assert covering(lines, "_ga", Sort.STORAGE, "www.example") is None


def test_only_the_star_is_special_in_a_pattern():
    assert Name("a[b]?*").covers("a[b]?x", Sort.COOKIE)
    assert not Name("a[b]?*").covers("abcx", Sort.COOKIE)


def test_the_hash_is_over_what_is_said_and_not_over_its_order():
    lines = (line("b"), line("a"), line("c", status=Status.DROPPED))

    document = document_of({"www.example": lines})

    assert document == document_of({"www.example": (lines[1], lines[0])})
    assert [one.name.pattern for one in read_document(document)["www.example"]] == ["a", "b"]


def test_what_was_frozen_is_read_back_as_it_was():
    full = line("a", provider="X", party=Party.THIRD, set_by=SetBy.HTTP, retention_days=13.5, hosts=("*.x.example",))

    assert read_document(document_of({"h": (full,)})) == {"h": (full,)}


def test_a_frozen_inventory_that_was_tampered_with_is_refused():
    with pytest.raises(Invalid, match="no inventory"):
        read_document(b'{"format": 1}')


@pytest.mark.parametrize("pattern", ["", "*", "**", "a b", "a\nb", "a;b", "a" * 201, "é", "a,b", "<x>", "a|b"])
def test_what_cannot_be_a_name_is_refused(pattern):
    with pytest.raises(Invalid):
        require_name(Name(pattern))


@pytest.mark.parametrize("domain", ["https://x.example", "x..example", "-x.example", "x example", "x/y"])
def test_what_is_no_domain_is_refused(domain):
    with pytest.raises(Invalid, match="not a domain"):
        require_name(Name("a", domain=domain))


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(purposes={"en": "  "}),
        Facts(purposes={"en": "two\nlines"}),
        Facts(purposes={"en": "x" * 501}),
        Facts(purposes={"xx": "unknown tongue"}),
        Facts(purposes=PURPOSE, retention_days=0),
        Facts(purposes=PURPOSE, retention_days=float("nan")),
        Facts(purposes=PURPOSE, retention_days=1e9),
        Facts(purposes=PURPOSE, hosts=("https://x.example",)),
        Facts(purposes=PURPOSE, hosts=("x.example; script-src *",)),
    ],
)
def test_an_incomplete_or_odd_declaration_is_refused(facts):
    with pytest.raises(Invalid):
        require_facts(facts)


def test_a_purpose_is_said_in_the_readers_language_or_in_one_that_there_is():
    facts = Facts(purposes={"nl": "Telt", "fr": "Compte"})

    assert facts.purpose("fr") == "Compte"
    assert facts.purpose("de") == "Telt"


def test_purposes_that_were_written_in_another_language_since_are_counted():
    def spoken(one, **purposes):
        return replace(one, facts=replace(one.facts, purposes={"en": "Counts", **purposes}))

    published = [spoken(line("a")), spoken(line("b"))]
    ours = [spoken(line("a"), nl="Telt"), spoken(line("b")), line("c")]

    assert spoken_since(ours, published, "en") == 1
    assert spoken_since(published, published, "en") == 0


def test_the_difference_to_the_published_policy_is_told_by_name():
    published = [line("a").declaration("en"), line("b", retention_days=1).declaration("en"), line("c").declaration("en")]
    ours = [line("a"), line("b", retention_days=2), line("d"), line("e", status=Status.NEVER)]

    assert [(gap.pattern, gap.told) for gap in gaps_between(ours, published, "en")] == [
        ("b", "retention"),
        ("c", "removed"),
        ("d", "added"),
    ]


def test_it_is_counted_which_languages_lack_a_purpose():
    spoken = Line(Name("b"), Status.DECLARED, Facts(purposes={**PURPOSE, "fr": "Compte", "de": "Zählt"}))

    assert unspoken([line("a"), spoken, line("c", status=Status.DROPPED)]) == {"fr": 1, "de": 1}
    assert unspoken([spoken]) == {}


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 90.0, "90 days"),
        ("nl", 90.0, "90 dagen"),
        ("fr", 365.0, "1 an"),
        ("de", None, "Sitzung"),
        ("fr", UNTIL_DELETED_DAYS, "jusqu\u2019à ce que vous le supprimiez"),
        ("de", UNTIL_DELETED_DAYS, "bis Sie es löschen"),
        ("nl", 1.5, "36 uur"),
    ],
)
def test_the_form_of_an_item_speaks_of_its_retention_in_the_readers_language(language, days, words):
    with translation.override(language):
        shown = LineForm.beginning(Name("a"), Facts(retention_days=days), 0, "en")["retention"]

    assert shown == words
    read = retention_of(shown).days
    assert read == days or isclose(read, days)
