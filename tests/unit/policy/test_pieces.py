"""A clause's text in pieces, and defined words linked to their meaning."""

import pytest

from holdtrue.policy.text.document import Term
from holdtrue.policy.text.pieces import Sort, anchor_of, pieces_of, with_terms

TABLE = """| Name | Purpose | Category | Party | Retention |
|---|---|---|---|---|
| `_ga`, `_gid` | counts | analytics | first | 2 years |"""
GLOSSARY = "| Term | Meaning |\n|---|---|\n| Cookie | A small text. |"
TERMS = (Term("Cookie", "A small text.", 1), Term("Personal data", "…", 2), Term("We", "…", 3), Term("GDPR", "…", 4))


def test_tables_with_a_meaning_stand_between_the_words():
    pieces = pieces_of(f"Before.\n\n{TABLE}\n\nBetween.\n\n{GLOSSARY}\n\nAfter.")

    assert [piece.sort for piece in pieces] == [Sort.WORDS, Sort.COOKIES, Sort.WORDS, Sort.TERMS, Sort.WORDS]
    assert pieces[1].names == (("_ga", ""), ("_gid", ""))
    assert [term.term for term in pieces[3].terms] == ["Cookie"]


def test_another_table_stays_among_the_words():
    (piece,) = pieces_of("Hours:\n\n| Day | Open |\n|---|---|\n| Monday | 9 |")

    assert piece.sort is Sort.WORDS
    assert "<table" in piece.html


def test_what_is_hostile_in_the_words_stays_text():
    (piece,) = pieces_of("<script>alert(1)</script> [x](javascript:alert(1))")

    assert "<script" not in piece.html
    assert "javascript:" not in piece.html.replace("(javascript:alert(1))", "")


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<p>A cookie and a cookie.</p>", '<p>A <a class="term" href="#term-cookie">cookie</a> and a cookie.</p>'),
        ("<p>Cookies</p>", '<p><a class="term" href="#term-cookie">Cookies</a></p>'),
        ("<p>your personal data</p>", '<p>your <a class="term" href="#term-personal-data">personal data</a></p>'),
        ("<p><a href='/x'>Cookie</a></p>", "<p><a href='/x'>Cookie</a></p>"),
        ("<p><code>cookie</code></p>", "<p><code>cookie</code></p>"),
        ("<h2>Cookie</h2>", "<h2>Cookie</h2>"),
        ("<p>cookie_choice cookie-banner</p>", "<p>cookie_choice cookie-banner</p>"),
        ("<p>we do</p>", "<p>we do</p>"),
        ("<p title='cookie'>x</p>", "<p title='cookie'>x</p>"),
    ],
)
def test_the_first_use_of_a_term_is_linked_and_nothing_within_links_code_or_headings(html, linked):
    assert with_terms(html, TERMS, seen=set()) == linked


def test_a_term_is_linked_once_on_a_page():
    seen: set[str] = set()
    with_terms("<p>cookie</p>", TERMS, seen=seen)

    assert with_terms("<p>cookie</p>", TERMS, seen=seen) == "<p>cookie</p>"


def test_an_anchor_holds_nothing_odd():
    assert anchor_of("ePrivacy <Directive> 'x'") == "term-eprivacy-directive-x"
