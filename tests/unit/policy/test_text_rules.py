"""Policies read from Markdown: what they say, and every mistake with its line."""

import hashlib

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.rules import Audience, Malformed, normalised, parse

HEAD = """---
policy: demo
title: Demo
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
change: First version.
---
"""
BODY = """
Some prose.

## 1. Locks

[WB-LCK-2] Devices **lock**.

A second paragraph of it.

> Asks of you: lock it,
> always.
> Kept by: device.screen-lock at most 15 minutes

- [WB-PA-01] Item one.

  > Asks of you: no.
- [WB-PA-02] Item two
  goes on.

### 1.1 More

1. an ordinary
2. list
"""


def lines_of(source: str) -> list[tuple[int, str]]:
    with pytest.raises(Malformed) as caught:
        parse(source)
    return [(mistake.line, mistake.message) for mistake in caught.value.mistakes]


def test_the_head_says_what_the_policy_is():
    demo = parse(HEAD + BODY)

    assert (demo.slug, demo.title, demo.language, demo.organisation) == ("demo", "Demo", "en", "WeGroup NV")
    assert (demo.contact, demo.in_force.isoformat(), demo.change) == ("hello@wegroup.example", "2026-01-05", "First version.")


def test_a_policy_is_for_personnel_unless_it_says_otherwise():
    assert parse(HEAD + BODY).audience is Audience.PERSONNEL
    assert parse(HEAD.replace("title:", "audience: public\ntitle:") + BODY).audience is Audience.PUBLIC


def test_clauses_are_found_in_paragraphs_and_lists():
    demo = parse(HEAD + BODY)

    assert [(clause.id, clause.line, clause.section) for clause in demo.clauses] == [
        ("WB-LCK-2", 15, "Locks"),
        ("WB-PA-01", 23, "Locks"),
        ("WB-PA-02", 26, "Locks"),
    ]
    assert demo.clauses[2].text == "Item two\ngoes on."


def test_what_follows_a_clause_belongs_to_it():
    clause = parse(HEAD + BODY).clauses[0]

    assert clause.html == "<p>Devices <strong>lock</strong>.</p>\n<p>A second paragraph of it.</p>\n"
    assert clause.asks == "lock it, always."
    assert (clause.commitments[0].id, clause.commitments[0].seconds("at most", 0)) == ("device.screen-lock", 900)


def test_sections_carry_their_numbers_and_prose():
    sections = parse(HEAD + BODY).sections

    assert [(one.level, one.number, one.title, one.anchor) for one in sections] == [
        (0, "", "", "top"),
        (2, "1", "Locks", "1-locks"),
        (3, "1.1", "More", "1-1-more"),
    ]
    assert sections[0].blocks[0].text == "Some prose."
    assert not sections[2].clauses


def test_the_hash_is_that_of_the_bytes_with_plain_newlines():
    source = HEAD + BODY

    assert parse(source).text_hash == hashlib.sha256(source.encode()).hexdigest()
    assert parse("\ufeff" + source.replace("\n", "\r\n")).text_hash == parse(source).text_hash
    assert parse(source + "\n").text_hash != parse(source).text_hash
    assert normalised("a\r\nb\rc\n") == "a\nb\nc\n"


def test_all_mistakes_are_named_at_once():
    wrong = HEAD.replace("policy:", "polcy:") + BODY.replace("WB-PA-02", "WB-PA-01").replace("screen-lock", "screenlock")

    assert lines_of(wrong) == [
        (1, "The head says no policy."),
        (2, "“polcy” is no key of the head."),
        (21, "“device.screenlock” is no commitment."),
        (26, "Clause WB-PA-01 stands here again, after line 23."),
    ]


def test_the_nearest_name_is_offered():
    with pytest.raises(Invalid, match=r"Did you mean device\.screen-lock"):
        parse(HEAD + BODY.replace("screen-lock", "screenlock"))


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("[WB-LCK-2]", "[wb-lck-2]", 15, "“wb-lck-2” cannot be the id of a clause."),
        ("[WB-LCK-2]", "[WB LCK 2]", 15, "“WB LCK 2” cannot be the id of a clause."),
        ("at most 15 minutes", "at most a while", 21, "device.screen-lock cannot be set to “at most a while”."),
        ("at most 15 minutes", "every 15 minutes", 21, "device.screen-lock cannot be set to “every 15 minutes”."),
        ("> Asks of you: no.", "> Ask of you: no.", 25, "“ask of you:” means nothing here."),
        ("- [WB-PA-02]", "- ", 26, "This item of a list of clauses is none."),
        ("### 1.1 More", "# More", 29, "“More” is a heading of level 1."),
        ("[WB-PA-01] Item one.", "[WB-PA-01]", 23, "Clause WB-PA-01 says nothing."),
        ("> always.", "> Kept by: device.screen-lock", 19, "The clause is kept by device.screen-lock twice."),
        ("Some prose.", "Some\x00prose.", 11, "Here stands the unreadable character U+0000."),
    ],
)
def test_a_mistake_in_the_body_is_named_with_its_line(before, after, line, message):
    assert (line, message) in lines_of(HEAD + BODY.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("policy: demo", "policy: My Policy", 2, "“My Policy” cannot be the policy."),
        ("language: en", "language: xx", 4, "“xx” cannot be the language."),
        ("hello@wegroup.example", "nobody", 6, "“nobody” cannot be the contact."),
        ("2026-01-05", "5 January", 7, "“5 January” cannot be the in-force."),
        ("2026-01-05", "2026-02-30", 7, "“2026-02-30” cannot be the in-force."),
        ("title: Demo", "title: Demo\ntitle: Again", 4, "“title” stands here again, after line 3."),
        ("title: Demo", "title: [a, b]", 3, "The head takes plain values only."),
        ("title: Demo", "title: &a Demo\nextra: *a", 4, "The head uses a YAML alias."),
        ("title: Demo", "title: a: b", 3, "The head is no YAML: mapping values are not allowed here."),
        ("title: Demo", "title: !!python/object:os.system x", 3, None),
        ("change: First version.", "change:", 8, "The head says no change."),
    ],
)
def test_a_mistake_in_the_head_is_named_with_its_line(before, after, line, message):
    source = HEAD.replace(before, after, 1) + BODY
    if message is None:
        assert parse(source).title == "x"
    else:
        assert (line, message) in lines_of(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "The text has no head."),
        ("Just text.", "The text has no head."),
        ("---\npolicy: demo\n", "The head begins with --- and never ends."),
        ("---\njust words\n---\n", "The head has no entries."),
        ("---\n- a\n- b\n---\n", "The head takes plain values only."),
        ("---\n" + "a: " + "[" * 5000 + "\n---\n", None),
        ("---\n" + "x" * 20_000 + "\n---\n", "The head is longer than 16384 characters."),
        (HEAD, "The text has no clause."),
        (HEAD + "x" * 600_000, "The text is 586 KiB long."),
        (HEAD + "\n".join(f"[A-{n}] x\n" for n in range(2_001)), "The text has more than 2000 clauses."),
    ],
)
def test_a_text_that_is_no_policy_is_refused(source, message):
    found = lines_of(source)
    assert message is None or message in [text for _, text in found]


def test_aliases_do_not_multiply():
    bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert lines_of(bomb + "---\n[A-1] x\n")[0] == (2, "The head takes plain values only.")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,boo)",
        "![x](https://tracker.example/p.gif)",
        '[x](https://a.example "onmouseover=alert(1)")',
    ],
)
def test_nothing_in_a_policy_runs_or_is_fetched(hostile):
    html = parse(HEAD + f"\n[A-1] {hostile}\n").clauses[0].html

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_term_is_read_from_a_table():
    table = "\n[A-1] Words:\n\n| Term | Meaning |\n|---|---|\n| Cookie | A small *text*. |\n"
    assert [(one.term, one.meaning) for one in parse(HEAD + table).glossary] == [("Cookie", "A small *text*.")]


@pytest.mark.parametrize(
    ("line", "exemption"),
    [
        ("", "never"),
        ("> Exemption: never", "never"),
        ("> Exemption: one decider", "one decider"),
        ("> Vrijstelling: twee beslissers.", "two deciders"),
        ("> Dérogation: un décideur", "one decider"),
        ("> Freistellung: zwei Personen", "two deciders"),
    ],
)
def test_a_clause_says_who_may_exempt_from_it_and_otherwise_nobody_may(line, exemption):
    document = parse(f"{HEAD}\n[AA-1] No sticks.\n\n{line}\n")

    assert document.clauses[0].exemption == exemption


@pytest.mark.parametrize(
    ("lines", "words"),
    [("> Exemption: perhaps", "says not who decides"), ("> Exemption: never\n> Exemption: one decider", "says twice")],
)
def test_an_exemption_that_cannot_be_read_is_a_mistake(lines, words):
    with pytest.raises(Malformed, match=words):
        parse(f"{HEAD}\n[AA-1] No sticks.\n\n{lines}\n")
