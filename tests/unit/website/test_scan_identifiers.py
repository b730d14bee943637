"""What tells visitors apart, and what gives them away, is known by its shape."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime
from gzip import compress
from hashlib import md5, sha256

import pytest

from holdtrue.website.scan.engine import identifiers, union
from holdtrue.website.scan.engine.identifiers import Payloads, Sent, body_of, disguises
from holdtrue.website.scan.engine.notebook import Notebook
from holdtrue.website.scan.engine.observations import Kind
from holdtrue.website.scan.engine.trace import trace_of


@pytest.mark.parametrize(
    "token",
    ["k3j9x1pq", "1234567890123456", "9f86d081884c7d65", "v1764158400123-k3j9x1pq", "550e8400-e29b-41d4-a716-446655440000"],
)
def test_a_value_that_is_made_up_for_one_visitor_looks_like_it(token):
    assert identifiers.looks_unique(token)


@pytest.mark.parametrize(
    "token",
    [
        "accepted",
        "1764158400",
        "1764158400123",
        "_gd1764158400123",
        "2026-11-27T21",
        "2026-11-27",
        "20261127T214029Z",
        "20261126",
        "homepage2024",
        "00000000",
        "abc1",
        "v12",
    ],
)
def test_words_times_and_short_values_tell_nobody_apart(token):
    assert not identifiers.looks_unique(token)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("q=jane.doe%40example.org&x=1", {"jane.doe@example.org"}),
        ("e=amFuZUBleGFtcGxlLm9yZw==", {"jane@example.org"}),
        ('{"mail":"Jane@Example.org"}', {"jane@example.org"}),
        ("to=info@example.org", set()),
        ("src=vue@3.2.min.js&icon=logo@2x.png", set()),
    ],
)
def test_an_address_is_found_however_it_is_wrapped_and_an_offices_is_nobodys(text, found):
    assert identifiers.mail_addresses(identifiers.readable(text)) == found


SALT = "5a" * 16


def visitor(uid, theme, *, sent="", to="ads.example"):
    notebook = Notebook(lambda: datetime(2026, 11, 26, tzinfo=UTC))
    notebook.note_value(("cookie", "uid", "shop.example"), uid)
    notebook.note_value(("local-storage", "build", "shop.example"), theme)
    payloads = Payloads()
    payloads.note(sent, to, Sent("no-choice", "https://shop.example/", "https://ads.example/p", "t.js", "url"))
    return trace_of(notebook, payloads, salt=SALT)


def test_a_cookies_value_is_known_again_where_it_was_sent():
    seen = union.united(
        [visitor("k3j9x1pq", "b77f0012ac", sent="id=k3j9x1pq"), visitor("zz81kkq0", "b77f0012ac")], site="shop.example"
    )

    assert [(one.kind, one.name, one.source, one.domain) for one in seen] == [
        (Kind.IDENTIFIER, "uid", "shop.example", "ads.example")
    ]


def test_what_every_visitor_gets_alike_is_no_identifier():
    seen = union.united(
        [visitor("k3j9x1pq", "b77f0012ac", sent="b=b77f0012ac"), visitor("zz81kkq0", "b77f0012ac")], site="shop.example"
    )

    assert seen == ()


def test_an_identifier_is_known_by_its_digest_too():
    digest = min(identifiers.digests("k3j9x1pq"))
    seen = union.united([visitor("k3j9x1pq", "b", sent=digest)], site="shop.example")

    assert [one.name for one in seen] == ["uid"]


def test_what_goes_to_the_items_own_party_is_not_astray():
    seen = union.united([visitor("k3j9x1pq", "b", sent="id=k3j9x1pq", to="api.shop.example")], site="shop.example")

    assert seen == ()


def came_back(name, value):
    notebook = Notebook(lambda: datetime(2026, 11, 26, tzinfo=UTC))
    held = [{"name": name, "value": value, "domain": "shop.example", "expires": 1.9e9}]
    for jar in (held, [], held):
        notebook.loads += 1
        notebook.look_into_jar(jar, "https://shop.example/")
    return trace_of(notebook, Payloads(), salt=SALT)


@pytest.mark.parametrize(
    ("name", "values", "is_told"),
    [
        ("theme", ["b77f0012ac"], False),
        ("theme", ["b77f0012ac", "b77f0012ac"], False),
        ("theme", ["b77f0012ac", "zz81kkq0xx"], True),
        ("uid", ["b77f0012ac"], True),
        ("theme", ["b77f0012ac7e21d4"], True),
    ],
)
def test_what_one_visitor_alone_was_given_again_is_theirs_only_where_that_is_sure(name, values, is_told):
    seen = union.united([came_back(name, value) for value in values], site="shop.example")

    assert [one.respawned for one in seen] == [is_told]


def test_a_trace_holds_no_value_that_it_was_made_from():
    made = visitor("k3j9x1pq", "b77f0012ac", sent="id=k3j9x1pq")

    assert made.held
    assert made.errands
    assert "k3j9x1pq" not in repr(made)


def test_headers_of_a_scripts_own_making_are_read_and_the_browsers_are_not():
    said = identifiers.own_words(
        {"X-Visitor": "k3j9x1pq", "User-Agent": "Mozilla", "sec-ch-ua": "x", "Content-Type": "application/json"}
    )

    assert said == "k3j9x1pq"


def test_a_short_number_and_its_second_tell_visitors_apart_together():
    found = {token for token in identifiers.tokens("GA1.2.1223221.1764158400") if identifiers.looks_unique(token)}

    assert found == {"1223221.1764158400"}


def test_what_was_sent_before_a_state_began_belongs_to_the_one_before():
    payloads = Payloads()
    sent = Sent("withdrawn", "https://a.example/", "https://b.example/", "", "url")
    payloads.note("id=k3j9x1pq7w", "b.example", sent)

    payloads.go_back("withdrawn", "accepted")

    assert payloads.where["k3j9x1pq7w"] == {"accepted b.example": replace(sent, state="accepted")}


def test_what_was_sent_in_a_state_that_was_not_reached_is_forgotten():
    payloads = Payloads()
    for state in ("accepted", "withdrawn"):
        payloads.note("id=k3j9x1pq7w", "b.example", Sent(state, "https://a.example/", "https://b.example/", "", "url"))

    payloads.abandon("withdrawn")

    assert set(payloads.where["k3j9x1pq7w"]) == {"accepted b.example"}


@pytest.mark.parametrize(
    "shown",
    [
        sha256(b"AbCd1234EfGh").hexdigest(),
        sha256(b"abcd1234efgh").hexdigest(),
        md5(b"v1.AbCd1234EfGh.x").hexdigest(),
        urlsafe_b64encode(sha256(b"AbCd1234EfGh").digest()).decode().rstrip("="),
        b"AbCd1234EfGh".hex(),
        "hGfE4321dCbA",
    ],
)
def test_a_value_is_known_again_in_its_disguises(shown):
    assert shown in disguises("AbCd1234EfGh", "v1.AbCd1234EfGh.x")


@pytest.mark.parametrize(
    ("request_body", "said"),
    [
        ({"postData": "u=1"}, "u=1"),
        ({"postDataEntries": [{"bytes": b64encode(b"u=").decode()}, {"bytes": b64encode(b"1").decode()}]}, "u=1"),
        ({"postData": "?", "postDataEntries": [{"bytes": b64encode(compress(b"u=1")).decode()}]}, "u=1"),
        ({"postData": "whole", "postDataEntries": [{"bytes": b64encode(compress(b"u=1")[:4]).decode()}]}, "whole"),
        ({"postDataEntries": [{}]}, ""),
        ({}, ""),
    ],
)
def test_a_body_is_read_as_a_text_also_where_it_was_packed(request_body, said):
    assert body_of(request_body) == said
