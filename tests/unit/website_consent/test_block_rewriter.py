"""Pages pass whole, whatever they hold and however they arrive; only tags of services without consent change, and come back."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.website.consent.block.notice import read_notice
from holdtrue.website.consent.block.rewriter import Rewriter
from holdtrue.website.consent.block.rules import Hosts, refused_marks
from holdtrue.website.consent.block.tags import LONGEST_SNIPPET, Tags

NOTICE = read_notice(
    json.dumps(
        {
            "format": "holdtrue.notice/1",
            "site": "www.example.org",
            "material": "a" * 64,
            "services": [
                {"id": "cdn", "category": "necessary", "hosts": ["cdn.example"]},
                {"id": "counter", "category": "analytics", "hosts": ["t.co", "*.tracker.example"]},
                {"id": "film", "category": "marketing", "hosts": ["film.example"]},
            ],
        }
    )
)
EVERYTHING = frozenset({"cdn", "counter", "film"})


def tags(granted: frozenset[str] = frozenset({"cdn"})) -> Tags:
    return Tags(Hosts(NOTICE, granted), refused_marks(NOTICE, granted))


def rewritten(
    page: bytes, *, sizes: list[int] | None = None, granted: frozenset[str] = frozenset({"cdn"}), **more: object
) -> bytes:
    rewriter = Rewriter(tags(granted), **more)
    if sizes is None:
        return rewriter.feed(page) + rewriter.finish()
    out, at = b"", 0
    for size in sizes:
        out += rewriter.feed(page[at : at + size])
        at += size
    return out + rewriter.feed(page[at:]) + rewriter.finish()


def undone(page: bytes) -> bytes:
    """Take away what making inert adds."""
    page = re.sub(rb'(<[^\s/>]+) data-consent="(?:counter|film|undeclared)"', rb"\1", page)
    page = re.sub(rb'(<script) type="text/plain"', rb"\1", page, flags=re.IGNORECASE)
    return page.replace(b"data-holdtrue-", b"")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<img src=//t.co/a.gif>", b'<img data-consent="counter" data-holdtrue-src=//t.co/a.gif>'),
        (b"<IMG SRC='HTTPS://T.CO/'>", b"<IMG data-consent=\"counter\" data-holdtrue-SRC='HTTPS://T.CO/'>"),
        (b'<img src="&#47;/&#x74;.co/a">', b'<img data-consent="counter" data-holdtrue-src="&#47;/&#x74;.co/a">'),
        (b'<img src="/\\t.co/a">', b'<img data-consent="counter" data-holdtrue-src="/\\t.co/a">'),
        (b'<img src=" ht\ntps:\t//t.co/a">', b'<img data-consent="counter" data-holdtrue-src=" ht\ntps:\t//t.co/a">'),
        (b'<img src="//x@t.co:443/a">', b'<img data-consent="counter" data-holdtrue-src="//x@t.co:443/a">'),
        (b'<img src="//%74.co/a">', b'<img data-consent="counter" data-holdtrue-src="//%74.co/a">'),
        ('<img src="//\uff54.co/a">'.encode(), '<img data-consent="counter" data-holdtrue-src="//\uff54.co/a">'.encode()),
        (b"<img src=//t.co. >", b'<img data-consent="counter" data-holdtrue-src=//t.co. >'),
        (b"<img/src=//t.co/a/>", b'<img data-consent="counter"/data-holdtrue-src=//t.co/a/>'),
        (b'<img src="/own" src="//t.co">', b'<img data-consent="counter" data-holdtrue-src="/own" data-holdtrue-src="//t.co">'),
        (b'<img srcset="/a 1x, //t.co/b 2x" src=/a>', b'<img data-consent="counter" data-holdtrue-srcset="/a 1x, //t.co/b 2x" data-holdtrue-src=/a>'),
        (b"<video poster=//a.b.tracker.example/p src=/v>", b'<video data-consent="counter" data-holdtrue-poster=//a.b.tracker.example/p data-holdtrue-src=/v>'),
        (b"<object data=//t.co/x></object>", b'<object data-consent="counter" data-holdtrue-data=//t.co/x></object>'),
        (b'<link rel="StyleSheet" href=//t.co/x>', b'<link data-consent="counter" rel="StyleSheet" data-holdtrue-href=//t.co/x>'),
        (b'<link rel=preconnect href="//nobody.example">', b'<link data-consent="undeclared" rel=preconnect data-holdtrue-href="//nobody.example">'),
        (b"<script src=//t.co/x async></script>", b'<script data-consent="counter" type="text/plain" data-holdtrue-src=//t.co/x async></script>'),
        (b'<script type=module src="//t.co/x"></script>', b'<script data-consent="counter" type="text/plain" data-holdtrue-type=module data-holdtrue-src="//t.co/x"></script>'),
        (b"<script>new Image().src='//t.co/x'</script>", b'<script data-consent="counter" type="text/plain">new Image().src=\'//t.co/x\'</script>'),
        (b'<script data-consent="analytics" src=/own.js></script>', b'<script type="text/plain" data-consent="analytics" data-holdtrue-src=/own.js></script>'),
        (b'<iframe data-consent="film" src=/own></iframe>', b'<iframe data-consent="film" data-holdtrue-src=/own></iframe>'),
        (b'<p style="a:url(//t.co/x)">', b'<p data-consent="counter" style="a:none" data-holdtrue-style="a:url(//t.co/x)">'),
        (b"<body background=//t.co/x>", b'<body data-consent="counter" data-holdtrue-background=//t.co/x>'),
        (b'<a href=/ ping="/own //t.co/x">', b'<a data-consent="counter" href=/ data-holdtrue-ping="/own //t.co/x">'),
        (b"<svg><image xlink:href=//t.co/x /></svg>", b'<svg><image data-consent="counter" data-holdtrue-xlink:href=//t.co/x /></svg>'),
        (b"<noscript><img src=//t.co/a></noscript>", b'<noscript><img data-consent="counter" data-holdtrue-src=//t.co/a></noscript>'),
        (b"<template><img src=//t.co/a></template>", b'<template><img data-consent="counter" data-holdtrue-src=//t.co/a></template>'),
        (b"<base href=//t.co/><img src=a>", b'<base href=//t.co/><img data-consent="counter" data-holdtrue-src=a>'),
        (b"<!-->\n<img src=//t.co>", b'<!-->\n<img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"<!--x--!><img src=//t.co>", b'<!--x--!><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"<![CDATA[<img src=//t.co>]]>", b"<![CDATA[<img src=//t.co>]]>"),
        (b"<![CDATA[x><img src=//t.co>", b'<![CDATA[x><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"</ x><img src=//t.co>", b'</ x><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b'<p "><img src=//t.co>', b'<p "><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b'<p =">" ><img src=//t.co>', b'<p =">" ><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"<script><!--<script></script>--></script><img src=//t.co>", b'<script><!--<script></script>--></script><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"<script><!--><script></script><img src=//t.co>", b'<script><!--><script></script><img data-consent="counter" data-holdtrue-src=//t.co>'),
        (b"<svg><style><img src=//t.co></style>", b'<svg><style><img data-consent="counter" data-holdtrue-src=//t.co></style>'),
        (b"<noscript><p title='</noscript><img src=//t.co>'>", b"<noscript><p title='</noscript><img data-consent=\"counter\" data-holdtrue-src=//t.co>'>"),
        (b"<style></style ><img src=//t.co>", b'<style></style ><img data-consent="counter" data-holdtrue-src=//t.co>'),
    ],
)  # fmt: skip
def test_tags_of_services_without_consent_go_out_inert(page, expected):
    assert rewritten(page) == expected
    for size in range(1, len(page)):
        assert rewritten(page, sizes=[size]) == expected, size
    assert rewritten(page, sizes=[1] * len(page)) == expected


@pytest.mark.parametrize(
    "page",
    [
        b"<img src=//cdn.example/a><img src=/t.co/a><img src=t.co/a>",
        b"<img src=//notracker.example><img src=//tracker.example>",
        b"<p title=\"<img src=//t.co>\"><p title='<script src=//t.co>'><p title=<img/src=//t.co>",
        b"<!-- <img src=//t.co> --><!x <img src=/a //t.co>",
        b"<textarea><img src=//t.co></textareas></textarea><title><img src=//t.co></title>",
        b"<style><img src=//t.co></style><xmp><img src=//t.co></xmp><noembed><img src=//t.co></noembed>",
        b"<script>'<img src=//t.co>'</script>",
        b'<script type=application/ld+json>{"createElement": "https://t.co"}</script>',
        b"<script>window.links = ['https://t.co/us']</script>",
        b'<script data-consent=necessary>fetch("https://t.co")</script>',
        b"<script type=text/plain data-consent=analytics src=//t.co></script>",
        b"<svg><![CDATA[<img src=//t.co>]]></svg>",
        b"<plaintext><img src=//t.co></plaintext>",
        b"<a href=//t.co>us</a><link rel=canonical href=//t.co/x><form action=//t.co>",
        b"<img data-src=//t.co><im\x00g src=//t.co><img s\x00rc=//t.co>",
        b"<script src=//t.co",
        b"<img src=data:image/png,//t.co>",
        b"a < b <3 <",
        b"</script></title><p/></p/>",
        b"\xff\xfe\x00<\x00i\x00m\x00g",
        b"",
    ],
)
def test_everything_else_passes_byte_for_byte(page):
    assert rewritten(page) == page
    for size in range(1, len(page)):
        assert rewritten(page, sizes=[size]) == page, size


FRAGMENTS = [
    b"<", b">", b"</", b"/>", b"<!--", b"-->", b"--!>", b"<!", b"<?", b"]]>", b"<![CDATA[", b'"', b"'", b"=", b" ", b"\n", b"\x00", b"a", b"&",
    b"<script", b"</script", b"<SCRIPT>", b"</script>", b"<style>", b"</style>", b"<title>", b"</title>", b"<textarea>", b"</textarea>",
    b"<noscript>", b"</noscript>", b"<template>", b"</template>", b"<svg>", b"</svg>", b"<math>", b"</math>", b"<foreignObject>",
    b"</foreignObject>", b"<iframe src=//t.co>", b"</iframe>", b"<img src=//t.co>", b"<img src='//film.example/x'", b' src="//t.co"', b" style=",
    b"url(//t.co)", b"<p title=", b"<div ", b"<base href=//t.co>", b"<head>", b"</head>", b"<body>", b"<html>", b"<!doctype html>", b"<xmp>",
    b"<link rel=preload href=//t.co>", b"<script>fetch('//t.co')</script>", b"<plaintext>", b"<select>", b"\xc3\xa9", b"<p>text</p>",
    b'<script src="https://a.tracker.example/x">', b"data-consent=analytics", b"<a ping=//t.co>",
]  # fmt: skip
PAGES = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=4)), max_size=40).map(b"".join)
SIZES = st.lists(st.integers(1, 9), max_size=60)


@settings(max_examples=150, deadline=None)
@given(PAGES, SIZES)
def test_how_the_bytes_arrive_never_changes_the_page(page, sizes):
    assert rewritten(page, sizes=sizes, insert=b"[banner]") == rewritten(page, insert=b"[banner]")


@settings(max_examples=100, deadline=None)
@given(PAGES, SIZES)
def test_with_everything_granted_a_page_is_untouched(page, sizes):
    assert rewritten(page, sizes=sizes, granted=EVERYTHING) == page


@settings(max_examples=100, deadline=None)
@given(PAGES.filter(lambda page: b"style=" not in page))
def test_what_was_made_inert_can_be_given_back_byte_for_byte(page):
    assert undone(rewritten(page)) == page


NAMES = ["img", "IMG", "script", "link", "iframe", "a", "source", "svg", "input"]
ATTRIBUTES = [
    "src",
    "href",
    "srcset",
    "data-consent",
    "type",
    "language",
    "rel",
    "style",
    "alt",
    "ping",
    "xlink:href",
    "background",
]
VALUES = [
    "", "/", "//", "///t.co/x", "//t.co/x", "https://t.co/a?b=1", "http://a.tracker.example/x/y", "https:/t.co/x", "/\\t.co/x", "/x/y.png",
    "/x 2x, //t.co/y", "//t.co/x//film.example/y", "//cdn.example/x", "//t.co:80/x", "//T.co/x", "stylesheet", "preconnect", "analytics",
    "/analytics", "necessary", "/necessary", "text/plain", "/text/javascript", "module", "/module", "a='/x'", "='/x", "url(//t.co/x)", "/url(//t.co/)",
    "//unknown.example/a", "&#47;/t.co/x", "/&sol;t.co/x", "/x\t/t.co", "//u@t.co/x", "//cdn.example/@t.co/x",
]  # fmt: skip
PAIRS = st.lists(
    st.tuples(st.sampled_from([" ", "\n", "  "]), st.sampled_from(ATTRIBUTES), st.sampled_from([*VALUES, None])), max_size=5
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), PAIRS, st.sampled_from(["", " ", "/", " /"])), min_size=1, max_size=6))
def test_what_is_decided_once_for_many_tags_is_what_each_would_get(drawn):
    shared = tags()
    for name, pairs, end in drawn:
        written = "".join(f"{space}{key}" + ("" if value is None else f'="{value}"') for space, key, value in pairs)
        tag = f"<{name}{written}{end}>".encode()
        familiar = shared.familiar(tag)
        assert familiar in (None, tags().edit(tag, name.lower(), ""))
        assert shared.familiar(tag) == familiar


def test_tags_that_differ_behind_the_host_alone_are_decided_once(monkeypatch):
    shared = tags()
    first = shared.familiar(b'<img src="https://t.co/hit.gif?page=1" alt="">')
    monkeypatch.setattr(Tags, "_decide", None)

    second = shared.familiar(b'<img src="https://t.co/hit.gif?page=2" alt="">')

    assert first.sent == b'<img data-consent="counter" data-holdtrue-src="https://t.co/hit.gif?page=1" alt="">'
    assert second.sent == b'<img data-consent="counter" data-holdtrue-src="https://t.co/hit.gif?page=2" alt="">'


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_page_at_all_pass(page):
    assert rewritten(page, granted=EVERYTHING) == page


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            b"<!doctype html><html><head><title>a</title></head><body>x",
            b"<!doctype html><html><head><title>a</title>[B]</head><body>x",
        ),
        (b"<html><body>x</body>", b"<html>[B]<body>x</body>"),
        (b"<!doctype html><title>a</title><p>x", b"<!doctype html><title>a</title>[B]<p>x"),
        (b"<!DOCTYPE html>only text", b"<!DOCTYPE html>only text[B]"),
        (b"<head><template><div></div></template></head>", b"<head><template><div></div></template>[B]</head>"),
        (b"<head><noscript><style></style></noscript><p>", b"<head><noscript><style></style></noscript>[B]<p>"),
        (b"<head><script>'</head><body>'</script><body>", b"<head><script>'</head><body>'</script>[B]<body>"),
        (b"<!-- <body> --><html><frameset>", b"<!-- <body> --><html>[B]<frameset>"),
        (b"<li>a fragment</li>", b"<li>a fragment</li>"),
        (b"", b""),
    ],
)
def test_the_banner_goes_to_the_end_of_the_head_and_into_no_fragment(page, expected):
    assert rewritten(page, insert=b"[B]") == expected
    assert rewritten(page, insert=b"[B]", sizes=[1] * len(page)) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            b'<!doctype html><head><meta charset="utf-8"><title>a</title><script>tag()</script><link href="/a.css">',
            b'<!doctype html><head><meta charset="utf-8"><title>a</title>[B]<script>tag()</script><link href="/a.css">',
        ),
        (b'<html><script src="/x.js"></script><body>x', b'<html>[B]<script src="/x.js"></script><body>x'),
        (b"<html><head></head><body><script>a()</script>", b"<html><head>[B]</head><body><script>a()</script>"),
        (
            b"<head><template><script>a()</script></template><script>b()</script></head>",
            b"<head><template><script>a()</script></template>[B]<script>b()</script></head>",
        ),
        (b"<!-- <script> --><html><head><script>a()</script>", b"<!-- <script> --><html><head>[B]<script>a()</script>"),
    ],
)
def test_an_early_banner_goes_before_the_first_script(page, expected):
    assert rewritten(page, insert=b"[B]", is_early=True) == expected
    assert rewritten(page, insert=b"[B]", is_early=True, sizes=[1] * len(page)) == expected


def test_a_fragment_that_is_a_document_for_certain_gets_the_banner():
    assert rewritten(b"<li>x</li>", insert=b"[B]", is_page=True) == b"[B]<li>x</li>"


def test_what_is_settled_is_sent_on_at_once():
    rewriter = Rewriter(tags())

    assert rewriter.feed(b"<p>first</p>") == b"<p>first</p>"
    assert rewriter.feed(b"<textarea>" + b"x" * 1000).startswith(b"<textarea>xxx")
    assert rewriter.feed(b"y</textarea><im").endswith(b"y</textarea>")
    assert rewriter.feed(b"g src=/a>") == b"<img src=/a>"


def test_a_long_inline_script_is_an_application_and_runs():
    page = b"<script>fetch('//t.co');" + b"x" * LONGEST_SNIPPET + b"</script><img src=//t.co>"

    once = rewritten(page)

    assert once.startswith(b"<script>fetch")
    assert once.count(b"data-consent") == 1
    assert rewritten(page, sizes=[LONGEST_SNIPPET] * 3) == once
    assert rewritten(page, sizes=[100] * 200) == once


def test_a_giant_tag_costs_no_more_than_its_length():
    page = b'<img alt="' + b">" * 300_000 + b'" src=//t.co>'
    rewriter = Rewriter(tags())

    out = b"".join(rewriter.feed(page[at : at + 500]) for at in range(0, len(page), 500)) + rewriter.finish()

    assert out.startswith(b'<img data-consent="counter" alt=')


def test_tags_of_one_shape_are_each_sent_with_their_own_address_and_one_that_only_looks_like_it_is_not():
    known = tags()
    wanted = [b'<script src="https://t.co/%d.js?v=%d" async>' % (number, number % 3) for number in range(3_000)]

    for tag in wanted:
        edited = known.familiar(tag)
        assert edited is not None
        assert edited == known.edit(tag, "script", "") == tags().edit(tag, "script", "")
    for odd in (
        b'<script src="https://t.co/\0" async>',
        b"<script src=https://t.co/1.js async>",
        b'<script src="https://t.co/1.js"async>',
    ):
        assert known.familiar(odd) is None
        assert known.familiar(odd) is None
    assert known.familiar(b"</script>") is None
