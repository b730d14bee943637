"""What browsers report of stopped requests: read in both formats, kept small, and passed on to the Holdtrue server."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.errors import Invalid, NotAllowed
from holdtrue.website.consent.block.delivery import Delivery
from holdtrue.website.consent.block.options import options_from
from holdtrue.website.consent.block.page import Block
from holdtrue.website.consent.block.violations import MOST_WAITING, Violation, Waiting, read_violations
from holdtrue.website.consent.reports import reported
from unit.website_consent.block_calls import NOTICE

PAGE = "https://www.example.org/shop/bread?who=alice#top"


def old(**change: Any) -> bytes:
    """A report in the form of `report-uri`."""
    told = {"document-uri": PAGE, "blocked-uri": "https://spy.example/p.gif?x=1", "effective-directive": "img-src"}
    return json.dumps({"csp-report": told | change}).encode()


def new(*, count: object = None, **change: Any) -> dict[str, Any]:
    """A report in the form of `report-to`."""
    told = {"documentURL": PAGE, "blockedURL": "https://spy.example/p.gif?x=1", "effectiveDirective": "img-src"}
    return {"type": "csp-violation", "age": 1, "user_agent": "x", "body": told | change} | (
        {} if count is None else {"count": count}
    )


SEEN = Violation("spy.example", "img-src", "/shop/bread", "www.example.org")


@pytest.mark.parametrize("body", [old(), json.dumps([new()]).encode(), json.dumps(new()).encode()])
def test_both_formats_say_the_same(body):
    assert list(read_violations(body)) == [SEEN]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/orders/alice@example.org/1", "/orders/…/1"),
        ("/u/12345678", "/u/…"),
        ("/s/3fa85f64-5717-4562-b3fc-2c963f66afa6", "/s/…"),
        ("/2026/11/bread", "/2026/11/bread"),
        ("/" + "x" * 60, "/…"),
        ("/a%40b", "/…"),
    ],
)
def test_a_path_that_may_say_who_somebody_is_is_cut(path, kept):
    [seen] = read_violations(old(**{"document-uri": f"https://www.example.org{path}"}))

    assert seen.page == kept


@pytest.mark.parametrize(("count", "many"), [(7, 7), (0, 1), (-3, 1), (10**9, 1), (True, 1), ("7", 1), (1.5, 1), (None, 1)])
def test_a_count_is_believed_within_bounds(count, many):
    [seen] = read_violations(json.dumps([new(count=count)]).encode())

    assert seen.many == many


@pytest.mark.parametrize(
    "blocked", ["inline", "eval", "data", "blob:https://a/b", "", "chrome-extension://abc/x.js", "https://a b/"]
)
def test_what_names_no_host_is_left_out(blocked):
    assert list(read_violations(old(**{"blocked-uri": blocked}))) == []


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([PAGE, "https://\udcff/", "//["]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    told=st.dictionaries(st.sampled_from(["documentURL", "blockedURL", "effectiveDirective"]), anything),
    count=anything,
    noise=st.binary(max_size=40),
)
def test_whatever_is_reported_is_read_or_left_out(told, count, noise):
    body = json.dumps([new(count=count, **told), told]).encode()
    for sent in (body, noise, body[:-3] + noise):
        for seen in read_violations(sent):
            assert 0 < len(seen.host) <= 253
            assert all(text.isprintable() for text in (seen.host, seen.directive, seen.page))
            assert seen.many >= 1


@pytest.mark.parametrize("depth", [900, 960, 980, 990, 995, 5_000])
def test_a_report_that_is_nested_without_end_is_left_out(depth):
    deep = b"[" * depth + b"]" * depth
    assert list(read_violations(b'{"csp-report":{"blocked-uri":%b,"document-uri":%b}}' % (deep, deep))) == []


def test_reports_are_bound_to_the_site():
    assert reported(old(), "www.example.org", ["https://www.example.org"]) == [SEEN]
    both = json.dumps([new(), new(documentURL="https://evil.example/")]).encode()
    assert reported(both, "www.example.org", ["https://www.example.org"]) == [SEEN]
    with pytest.raises(NotAllowed, match="not of www"):
        reported(
            old(**{"document-uri": "https://www.example.org.evil.example/"}), "www.example.org", ["https://www.example.org"]
        )
    with pytest.raises(Invalid, match="no stopped request"):
        reported(b"{}", "www.example.org", ["https://www.example.org"])


def test_what_waits_is_counted_once_and_bounded():
    waiting = Waiting(most=2)
    for _ in range(3):
        waiting.add("a", SEEN)
    waiting.add("b", SEEN)
    waiting.add("c", SEEN)

    assert [(name, one.many) for name, one in waiting.take()] == [("a", 3), ("b", 1)]
    assert not waiting.take()


def test_reports_go_out_counted_and_wait_while_the_server_is_away():
    sent: list[tuple[str, bytes]] = []
    is_away = True

    def send(address: str, body: bytes) -> None:
        if is_away:
            raise OSError("away")
        sent.append((address, body))

    delivery = Delivery(lambda: "https://holdtrue.example/v", pause=3_600, send=send)
    for _ in range(5):
        delivery.add(SEEN)
    assert not delivery.flush()
    delivery.add(SEEN)
    is_away = False
    assert delivery.flush()

    [(address, body)] = sent
    assert address == "https://holdtrue.example/v"
    [again] = read_violations(body)
    assert (again.host, again.directive, again.page, again.site, again.many) == (
        "spy.example",
        "img-src",
        "/shop/bread",
        "www.example.org",
        6,
    )


def test_many_go_out_in_several_deliveries_and_no_more_wait_than_may():
    sent: list[bytes] = []
    delivery = Delivery(lambda: "https://holdtrue.example/v", pause=3_600, send=lambda _, body: sent.append(body))
    for number in range(MOST_WAITING + 50):
        delivery.add(Violation(f"h{number}.example", "img-src", "/", "www.example.org"))
    delivery.flush()

    assert len(sent) == MOST_WAITING // 100
    assert sum(len(list(read_violations(body))) for body in sent) == MOST_WAITING


@pytest.mark.parametrize(("deliver", "server"), [(False, "https://holdtrue.example"), (True, "")])
def test_nothing_goes_out_where_nobody_takes_it(monkeypatch, deliver, server):
    monkeypatch.setattr("holdtrue.website.consent.block.delivery.threading.Thread", None)
    block = Block(options_from(json.dumps(json.loads(NOTICE) | {"server": server}), {"banner": None, "deliver": deliver}))

    assert block.answer("POST", "/.holdtrue/reports", old()).status == 204


def test_the_middleware_passes_on_what_nobody_declared():
    block = Block(options_from(NOTICE, {"banner": None}))
    sent: list[tuple[str, bytes]] = []
    block.endpoints.delivery = Delivery(block.endpoints.address_of_reports, pause=3_600, send=lambda *given: sent.append(given))
    block.answer("POST", "/.holdtrue/reports", old())
    block.answer("POST", "/.holdtrue/reports", old(**{"blocked-uri": "https://a.tracker.example/x"}))
    block.endpoints.delivery.flush()

    [(address, body)] = sent
    assert address == "https://holdtrue.example/consent/www.example.org/violations"
    assert [one.host for one in read_violations(body)] == ["spy.example"]
