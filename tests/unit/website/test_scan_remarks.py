"""What the engine says of pages and states is known again when a result is read."""

import re

import pytest

from holdtrue.said import Said, spoken
from holdtrue.website.scan.engine.remarks import Remark, recognised

DUTCH = {Remark.BANNER_STAYED.value: "Er werd op “%(label)s” gedrukt, en de banner bleef."}


@pytest.mark.parametrize("remark", list(Remark), ids=[one.name for one in Remark])
def test_every_remark_is_known_again_with_what_fills_it(remark):
    values = {name: f"{name}, a 100 % real\nthing" for name in re.findall(r"%\((\w+)\)s", remark)}

    found = recognised(remark % values if values else remark)

    assert (found.pattern, found.values) == (remark.value, values)


def test_a_remark_is_said_in_the_readers_language_and_what_fills_it_stays():
    found = recognised(Remark.BANNER_STAYED % {"label": "No banner asks for a choice."})

    assert spoken(found, lambda words: DUTCH.get(words, words)) == (
        "Er werd op “No banner asks for a choice.” gedrukt, en de banner bleef."
    )


def test_what_is_no_remark_stays_as_it_is():
    found = recognised("Page.navigate: 100 % odd %(thing)s")

    assert isinstance(found, Said)
    assert found == "Page.navigate: 100 % odd %(thing)s"
