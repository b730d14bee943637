"""What general knowledge adds to a declared row: only what the row does not say, and only where its name tells whose it is."""

import pytest

from holdtrue.policy.text.rules import Category, Party
from holdtrue.website.knowledge.library import shipped
from holdtrue.website.sites.filling import filling_of
from holdtrue.website.sites.inventory import Facts, Line, Name, Sort, Status

ENGLISH = {"en": "Counts visits"}


def filled(name, *, status=Status.DECLARED, sort=Sort.COOKIE, domain="", **facts):
    said = Facts(**{"purposes": ENGLISH, "category": Category.ANALYTICS} | facts)
    return filling_of(Line(Name(name, sort, domain), status, said), shipped())


def test_a_row_gets_the_sentences_that_it_lacks_and_keeps_its_own():
    filling = filled("_ga", purposes=ENGLISH | {"de": "Zählt Besuche"})

    assert set(filling.purposes) == {"nl", "fr"}
    assert filling.facts.purposes["en"] == "Counts visits"
    assert filling.facts.purposes["de"] == "Zählt Besuche"
    assert filling.facts.purposes["nl"] == filling.purposes["nl"]
    assert (filling.provider, filling.is_sure) == ("Google Ireland Limited", True)


def test_what_is_not_lacking_is_left_as_it_is():
    whole = dict.fromkeys(("en", "nl", "fr", "de"), "Counts")

    assert filled("_ga", provider="Google", purposes=whole) is None
    assert filled("_ga", provider="Google LLC").facts.provider == "Google LLC"
    assert filled("_ga", purposes=whole).purposes == {}


@pytest.mark.parametrize("name", ["_own_thing", "uid", "session", "*"])
def test_a_name_that_does_not_tell_whose_it_is_fills_nothing(name):
    assert filled(name) is None


def test_a_host_tells_whose_a_common_name_is():
    filling = filled("uid", domain="adform.net", party=Party.THIRD)

    assert filling.service == "Adform"


def test_a_row_that_names_another_provider_is_not_contradicted():
    assert filled("_ga", provider="Bread Meter Ltd") is None


def test_software_of_the_sites_own_bears_any_providers_name_and_is_given_none():
    filling = filled("PHPSESSID", provider="Bakery", category=Category.NECESSARY)

    assert filling.provider == ""
    assert filling.facts.provider == "Bakery"


@pytest.mark.parametrize("status", [Status.NEVER, Status.DROPPED])
def test_only_declared_rows_are_filled(status):
    assert filled("_ga", status=status) is None


def test_a_pattern_is_filled_as_its_names_are():
    assert filled("_gat_*").service == "Google Analytics"
