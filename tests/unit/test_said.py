"""Sentences that are English now and can be said in another language later."""

from datetime import date

import pytest

from holdtrue.said import Said, Tongue, is_kept, listed, packed, said, spoken, unpacked

DUTCH = {
    "kept %(span)s": "bewaard: %(span)s",
    "%(count)s days": "%(count)s dagen",
    "by %(script)s": "door %(script)s",
    "%(span)s is how long": "zo lang: %(span)s",
    "since %(day)s": "sinds %(day)s",
    "the register": "het register",
}


def dutch(words: str) -> str:
    return DUTCH.get(words, words.replace("\r\n", "\n"))


def written(value: object) -> str:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else f"{value:,}".replace(",", ".")


KEPT = said("kept %(span)s", span=said("%(count)s days", count=1_200))


def test_a_sentence_is_plain_english_text():
    assert KEPT == "kept 1,200 days"
    assert f"{KEPT}!" == "kept 1,200 days!"
    assert type(str(KEPT)) is str


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (KEPT, "bewaard: 1.200 dagen"),
        (said("by %(script)s", script="a 100 % real.js"), "door a 100 % real.js"),
        (said("%(span)s is how long", span=said("%(count)s days", count=3)), "zo lang: 3 dagen"),
        (said("since %(day)s", day=date(2026, 11, 27)), "sinds 27-11-2026"),
        (said("nobody translated %(this)s", this="this"), "nobody translated this"),
        (listed((KEPT, "as data", said("by %(script)s", script="x.js")), "; "), "bewaard: 1.200 dagen; as data; door x.js"),
        ("the register", "het register"),
        ("a name", "a name"),
        ("two\r\nlines", "two\r\nlines"),
        ("", ""),
        (said(""), ""),
    ],
)
def test_it_is_said_in_the_readers_language(words, told):
    assert spoken(words, dutch, written) == told


def test_data_in_a_sentence_is_never_translated():
    assert spoken(said("by %(script)s", script="the register"), dutch) == "door the register"


def test_a_sentence_is_kept_and_comes_back_as_it_was():
    texts = {"value": said("%(what)s since %(day)s", what=KEPT, day=date(2026, 1, 2)), "source": "the register"}

    found = unpacked({name: str(text) for name, text in texts.items()}, packed(texts))

    assert found == texts
    assert spoken(found["value"], dutch, written) == "bewaard: 1.200 dagen since 02-01-2026"
    assert not isinstance(found["source"], Said)


def test_bare_texts_need_nothing_beside_them():
    assert packed({"value": "as data"}) == ""
    assert unpacked({"value": "as data"}, "") == {"value": "as data"}


def test_parts_without_patterns_stay_a_bare_text():
    assert not isinstance(listed(["a", "b"]), Said)


GIVEN = Said("kept %(span)s", {"span": said("%(count)s days", count=3)}, {"en": "kept %(span)s", "fr": "gardé %(span)s"})


@pytest.mark.parametrize(
    ("code", "told"),
    [("fr", "gardé 3 dagen"), ("nl", "bewaard: 3 dagen"), ("en", "kept 3 dagen"), ("", "bewaard: 3 dagen")],
)
def test_a_sentence_that_was_given_in_the_readers_language_is_said_as_given(code, told):
    assert GIVEN == "kept 3 days"
    for words in (GIVEN, unpacked({"value": str(GIVEN)}, packed({"value": GIVEN}))["value"]):
        assert spoken(words, dutch, code=code) == told
        assert spoken(listed((words, "x")), dutch, code=code) == f"{told}, x"
    assert Tongue("fr", dutch, str).say(GIVEN) == "gardé 3 dagen"


def test_words_that_were_given_are_compared_with_those_that_are_kept():
    other = Said(GIVEN.pattern, GIVEN.values, {**GIVEN.given, "fr": "conservé %(span)s"})
    bare, told = said(GIVEN.pattern, **GIVEN.values), {"value": GIVEN}

    assert is_kept(told, packed(told))
    assert is_kept({"value": bare}, packed({"value": said("%(words)s", words=str(bare))}))
    assert not is_kept(told, packed({"value": other}))
    assert not is_kept(told, packed({"value": bare}))
    assert not is_kept({"value": bare}, packed(told))
    assert not is_kept({"value": str(bare)}, packed({"value": bare}))
    assert not is_kept({"value": listed((GIVEN, "x"))}, packed({"value": listed((other, "x"))}))
    assert is_kept({"value": said("%(x)s", x='{"in":')}, packed({"value": said("a %(x)s", x='{"in":')}))
