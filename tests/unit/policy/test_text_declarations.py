"""Cookies that a policy declares, read from its tables, and lengths of time as people write them."""

import pytest

from holdtrue.policy.text.declarations import Category, Party, SetBy
from holdtrue.policy.text.durations import retention_of, seconds_of
from holdtrue.policy.text.rules import Malformed, parse

HEAD = """---
policy: demo
title: Demo
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
change: First version.
---

[A-1] Cookies:

"""
ENGLISH = "| Name | Provider | Purpose | Category | Party | Set by | Retention |\n|---|---|---|---|---|---|---|\n"


def declared(table: str):
    return parse(HEAD + table).declarations


def test_a_row_declares_each_name_in_its_cell():
    found = declared(
        ENGLISH + "| `_ga`, `_gid` and _gat_* | Google | Counting *visits* | analytics | first | script | 2 years |\n"
    )

    assert [one.pattern for one in found] == ["_ga", "_gid", "_gat_*"]
    first = found[0]
    assert (first.provider, first.purpose, first.category) == ("Google", "Counting visits", Category.ANALYTICS)
    assert (first.party, first.set_by, first.retention_days, first.line) == (Party.FIRST, SetBy.SCRIPT, 730.0, 15)


@pytest.mark.parametrize(
    ("pattern", "name", "is_covered"),
    [
        ("_gat_*", "_gat_UA-1", True),
        ("_gat_*", "_ga", False),
        ("_ga", "_GA", False),
        ("a[b]?", "a[b]?", True),
        ("a?", "ab", False),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern, name, is_covered):
    found = declared(ENGLISH + f"| `{pattern}` | X | Y | necessary | first |  | session |\n")
    assert found[0].covers(name) is is_covered


@pytest.mark.parametrize(
    "table",
    [
        "| Naam | Aanbieder | Doel | Categorie | Partij | Geplaatst door | Bewaartermijn |\n|---|---|---|---|---|---|---|\n| taal | WeGroup | Houdt de taal bij | strikt noodzakelijk | eerste | server | 1 jaar |\n",
        "| Nom | Fournisseur | Finalité | Catégorie | Partie | Déposé par | Durée de conservation |\n|---|---|---|---|---|---|---|\n| taal | WeGroup | Retient la langue | strictement nécessaire | première | HTTP | un an |\n",
        "| Name | Anbieter | Zweck | Kategorie | Partei | Gesetzt durch | Speicherdauer |\n|---|---|---|---|---|---|---|\n| taal | WeGroup | Merkt die Sprache | notwendig | erste | Server | 12 Monate |\n",
    ],
)
def test_tables_are_read_in_four_languages(table):
    (one,) = declared(table)
    assert (one.pattern, one.category, one.party, one.set_by, one.retention_days) == ("taal", "necessary", "first", "http", 365)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("|  | X | Y | necessary | first |  | session |", "This row declares a cookie without a name."),
        ("| a b | X | Y | necessary | first |  | session |", "“a b” cannot be the name of a cookie."),
        ("| a | X |  | necessary | first |  | session |", "This row says no purpose."),
        ("| a | X | Y | nice | first |  | session |", "“nice” is no category that we know."),
        ("| a | X | Y | necessary |  |  | session |", "This row says no party."),
        ("| a | X | Y | necessary | first | magic | session |", "“magic” is no way of setting that we know."),
        ("| a | X | Y | necessary | first |  | a while |", "“a while” is no retention that we know."),
        ("| a | X | Y | necessary | first |  |  |", "This row says no retention."),
    ],
)
def test_an_unclear_row_is_refused_with_its_line(row, message):
    with pytest.raises(Malformed) as caught:
        declared(ENGLISH + row + "\n")
    assert (15, message) in [(one.line, one.message) for one in caught.value.mistakes]


def test_other_tables_declare_nothing():
    assert declared("| Name | Office |\n|---|---|\n| Ann | Ghent |\n") == ()


@pytest.mark.parametrize(
    ("phrase", "days"),
    [
        ("session", None),
        ("Session cookie", None),
        ("until you close your browser", None),
        ("sessie", None),
        ("1 year", 365),
        ("one year", 365),
        ("180 days", 180),
        ("13 months", 13 * 365 / 12),
        ("12 months", 365),
        ("24 hours", 1),
        ("1 minute", 1 / 1440),
        ("at most 6 months", 365 / 2),
        ("1,5 jaar", 547.5),
        ("1 day - 2 years", 730),
        ("1 day – 2 years", 730),  # noqa: RUF001 - the dash that people write
        ("1 - 2 years", 730),
        ("30 dagen", 30),
        ("deux ans", 730),
        ("2 Jahre", 730),
        ("until you delete it", 36_500),
    ],
)
def test_a_retention_is_understood(phrase, days):
    read = retention_of(phrase)
    assert read is not None
    assert read.days == (None if days is None else pytest.approx(days))


@pytest.mark.parametrize("phrase", ["", "a while", "long", "2", "years", "as long as necessary", "1 moon", "1 - 2 - 3 days"])
def test_a_vague_retention_is_not_guessed(phrase):
    assert retention_of(phrase) is None


def test_a_range_is_known_as_one():
    assert retention_of("1 day to 2 years").is_range
    assert not retention_of("2 years").is_range


def test_fifteen_minutes_are_nine_hundred_seconds():
    assert seconds_of("15 minutes") == seconds_of("fifteen minutes") == seconds_of("900 s") == 900


def test_a_column_of_hosts_says_where_data_goes():
    table = ENGLISH.replace("Retention |\n", "Retention | Sent to |\n").replace("|---|\n", "|---|---|\n")

    found = declared(
        table + "| `_ga` | Google | Counting | analytics | first | script | 2 years | `*.google.test`, gtm.test |\n"
    )

    assert found[0].hosts == ("*.google.test", "gtm.test")


def test_a_host_that_is_an_address_is_refused_with_its_line():
    table = ENGLISH.replace("Retention |\n", "Retention | Hosts |\n").replace("|---|\n", "|---|---|\n")

    with pytest.raises(Malformed, match=r"“https://gtm\.test” is not a host"):
        declared(table + "| `_ga` | Google | Counting | analytics | first | script | 2 years | https://gtm.test |\n")
