"""A policy's tables, written from an inventory."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.lint import lint
from holdtrue.policy.text.rules import Category, Party, SetBy, parse
from holdtrue.policy.text.tables import with_declarations

SOURCE = (Path(__file__).parents[3] / "src/holdtrue/server/data/policies/cookies-2.md").read_text(encoding="utf-8")
HASH = "ab" * 32
DAY = date(2026, 11, 26)


def written(*declared):
    return with_declarations(SOURCE, declared, inventory=HASH, in_force=DAY)


def facts(declarations):
    return {replace(one, line=0) for one in declarations}


def test_the_same_declarations_change_no_word_of_what_is_declared():
    document = parse(SOURCE)

    again = parse(written(*document.declarations))

    assert facts(again.declarations) == facts(document.declarations)
    assert again.inventory == HASH
    assert again.in_force == DAY
    assert again.clauses[0].text == document.clauses[0].text


def test_a_new_item_joins_the_table_of_its_kind_and_the_note_says_so():
    document = parse(SOURCE)
    fresh = replace(document.declarations[-1], pattern="_hjid", provider="Hotjar", purpose="Shows where people click")

    text = written(*document.declarations, fresh)

    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows[-1].startswith("| `_hjid` | Hotjar |")
    assert parse(text).change == "The cookie _hjid (Hotjar) is declared."
    assert lint(text) == ()


def test_hosts_and_domains_get_columns_only_where_an_item_has_them():
    document = parse(SOURCE)
    fresh = replace(document.declarations[-1], pattern="_x", hosts=("*.x.example",), domain=".x.example")

    again = parse(written(*document.declarations, fresh))

    assert facts(again.declarations) == facts([*document.declarations, fresh])


@pytest.mark.parametrize(
    "purpose", ["a | b", "`code` *and* _more_", "<script>alert(1)</script>", "[x](https://evil.example)", "\\| |"]
)
def test_whatever_a_purpose_holds_it_comes_back_as_it_was_and_adds_no_row(purpose):
    document = parse(SOURCE)
    fresh = replace(document.declarations[0], pattern="_odd", purpose=purpose)

    again = parse(written(*document.declarations, fresh))

    assert [one.purpose for one in again.declarations if one.pattern == "_odd"] == [purpose]
    assert len(again.declarations) == len(document.declarations) + 1


def test_a_text_without_a_table_of_cookies_says_what_it_needs():
    bare = "---\npolicy: x\ntitle: X\nlanguage: en\norganisation: X\ncontact: a@b.example\nin-force: 2026-01-01\nchange: First.\n---\n\n[X-1] Hello.\n"

    with pytest.raises(Invalid, match="no table of cookies"):
        with_declarations(bare, (), inventory=HASH, in_force=DAY)


def test_a_folded_note_of_the_version_before_is_replaced_as_a_whole():
    document = parse(SOURCE)

    text = written(*[one for one in document.declarations if one.pattern != "_gid"])

    assert "DoubleClick" not in text.split("---")[1]
    assert parse(text).change == "The cookie _gid (Google Analytics) is no longer declared."


def test_categories_parties_and_ways_survive_the_road_there_and_back():
    document = parse(SOURCE)
    fresh = [
        replace(document.declarations[0], pattern=f"_{c}_{p}_{w or 'x'}", category=c, party=p, set_by=w, retention_days=d)
        for c in Category for p in Party for w, d in zip(SetBy, (None, 0.5, 180.0, 395.0), strict=True)
    ]  # fmt: skip

    again = parse(written(*fresh))

    assert facts(again.declarations) == facts(fresh)
