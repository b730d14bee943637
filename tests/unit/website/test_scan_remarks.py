"""What the engine says of pages and states is known again when a result is read."""

import re

import pytest

from holdtrue.said import Said, spoken
from holdtrue.website.scan.engine.remarks import Ending, Remark, recognised, why_ended

DUTCH = {Remark.BANNER_STAYED.value: "Er werd op “%(label)s” gedrukt, en de banner bleef."}


@pytest.mark.parametrize("remark", [*Remark, *Ending], ids=[one.name for one in (*Remark, *Ending)])
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


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        (Ending.CANNOT_OPEN % {"url": "https://a.example/", "error": "net::ERR_CERT_DATE_INVALID"}, Remark.BAD_CERTIFICATE),
        (Ending.REFUSES % {"url": "https://a.example/?q=1. 2", "status": 404}, Ending.GIVE_OPEN_PAGE),
        (Ending.NO_BROWSER, Ending.INSTALL),
    ],
)
def test_why_a_scan_could_not_be_made_and_what_to_do_are_said_in_the_readers_language(message, hint):
    found = why_ended(f"{message} {hint}")

    assert found == f"{message} {hint}"
    assert [one.pattern for one in found.values.values()] == [recognised(message).pattern, hint.value]
