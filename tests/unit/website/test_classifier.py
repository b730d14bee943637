import gzip
import hashlib
import math
import sys
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.declarations import Category, Party
from holdtrue.website.knowledge import classifier, features, tables
from holdtrue.website.knowledge.advice import advice_of
from holdtrue.website.knowledge.classifier import Suggestion, suggest
from holdtrue.website.knowledge.features import Unknown, in_words, marks_of, plain, shape_of, span_of

MODEL = resources.files("holdtrue.website.knowledge").joinpath("data/classifier.json.gz")
SHARED = Path(__file__).parents[3].parent / "shared" / "data"
BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
TRAIN_AGAIN = "what it learns from has changed: run benchmarks/classifier.py --write, as docs/reference/classifier.md says"
SERVES_THE_VISITOR = {Category.NECESSARY, Category.PREFERENCES}


@pytest.mark.parametrize(
    ("name", "seen", "category"),
    [
        ("shop_session_id", {"party": Party.FIRST, "retention": 0, "http_only": True}, Category.NECESSARY),
        ("csrf_guard_token", {"party": Party.FIRST, "retention": 0}, Category.NECESSARY),
        ("acme_cookie_consent", {"party": Party.FIRST, "retention": 180}, Category.NECESSARY),
        ("acme_stats_visitor", {"party": Party.FIRST, "retention": 730, "value_shape": "uuid"}, Category.ANALYTICS),
        ("zq_adsync", {"party": Party.THIRD, "domain": "ads.example-adserver.com", "retention": 390}, Category.MARKETING),
        ("retargeting_pixel_id", {"party": Party.THIRD, "domain": "pixel.example.net", "retention": 90}, Category.MARKETING),
    ],
)
def test_a_name_that_nobody_knows_is_guessed_from_what_it_says(name, seen, category):
    assert suggest(name, **seen).category is category


def test_a_name_that_speaks_of_language_serves_the_visitor():
    assert suggest("acme_preferred_language", party=Party.FIRST, retention=365).category in SERVES_THE_VISITOR


def test_a_suggestion_says_how_sure_it_is_and_why():
    guessed = suggest("retargeting_pixel_id", party=Party.THIRD, domain="pixel.example.net", retention=90)

    assert 1 / 3 < guessed.confidence <= 1
    assert 1 <= len(guessed.why) <= 3
    assert len(set(guessed.why)) == len(guessed.why)


def test_a_name_that_says_nothing_is_guessed_with_less_confidence():
    assert suggest("qx", party=Party.FIRST).confidence < suggest("_gcl_au", party=Party.FIRST, retention=90).confidence


@pytest.mark.parametrize("name", ["", " ", "\0\x1b[2J", "🍪" * 50, "a" * 200_000, "0" * 200_000, "ab" * 100_000, "%_" * 90_000])
def test_a_hostile_name_gets_an_answer_like_any_other(name):
    guessed = suggest(name, domain="..", party=Party.THIRD, retention=-1.0, same_site="?" * 1000, value_shape="no such shape")

    assert 0 < guessed.confidence <= 1


def test_the_same_item_gets_the_same_suggestion():
    assert suggest("acme_visit", retention=1) == suggest("acme_visit", retention=1)


def test_weights_added_up_as_one_number_come_apart_again():
    weights = [(1, -2, 3, -4), (-500, 0, -7, 900), (-1, -1, -1, -1)]

    assert classifier.apart(sum(map(classifier.joined, weights))) == (-500, -3, -5, 895)
    assert classifier.apart(0) == (0, 0, 0, 0)


def test_a_name_never_met_is_judged_with_a_confidence_of_its_own():
    learnt = classifier.model()

    assert marks_of(Unknown(name="_GID")).name in learnt.names
    assert marks_of(Unknown(name="zqx_never_seen")).name not in learnt.names
    assert learnt.sharpness_met != learnt.sharpness_unmet


@pytest.mark.parametrize("name", ["_gid", "zqx_never_seen"])
def test_a_suggestion_is_the_sum_of_its_marks(name):
    item = Unknown(name=name, domain="example.net", is_third=True, days=1, http_only=False, secure=True, same_site="none")
    learnt, marks = classifier.model(), marks_of(item)
    scores = [float(number) for number in learnt.bias[:3]]
    for part, pieces, worth in (
        (learnt.facts, marks.facts, 1.0),
        (learnt.pieces, marks.grams, learnt.grams / math.sqrt(len(marks.grams))),
        (learnt.host_pieces, marks.host_grams, learnt.host_grams / math.sqrt(len(marks.host_grams))),
    ):
        for piece in pieces:
            scores = [score + weight * worth for score, weight in zip(scores, part.get(piece, (0, 0, 0, 0)), strict=False)]
    sharpness = learnt.sharpness_met if marks.name in learnt.names else learnt.sharpness_unmet
    powers = [math.exp((score - max(scores)) * learnt.scale * sharpness) for score in scores]

    guessed = suggest(
        name, domain="example.net", party=Party.THIRD, retention=1, http_only=False, secure=True, same_site="none"
    )

    best = scores.index(max(scores))
    assert guessed.category in ((Category.NECESSARY, Category.PREFERENCES), (Category.ANALYTICS,), (Category.MARKETING,))[best]
    assert best == 0 or guessed.confidence == pytest.approx(1 / sum(powers))


def test_the_model_is_small_and_says_what_it_was_trained_on():
    packed = MODEL.read_bytes()
    found = classifier.read(packed)

    assert len(gzip.decompress(packed)) < 5 * 1024 * 1024
    assert {source.licence for source in found.sources} == {"MIT", "Apache-2.0"}
    assert all(source.items and len(source.sha256) == 64 for source in found.sources)


def test_the_model_names_no_site_that_it_learnt_from():
    learnt = classifier.model()

    assert {mark for mark in learnt.facts if mark.startswith("party ")} == {"party first", "party third", "party ?"}
    assert not [mark for mark in marks_of(Unknown(name="x", domain="example.org", is_third=False)).facts if "example" in mark]


@pytest.mark.parametrize("packed", [b"", b"nonsense", gzip.compress(b"{}"), gzip.compress(b"[1")])
def test_what_is_no_model_is_refused(packed):
    with pytest.raises(Invalid, match="no model"):
        classifier.read(packed)


def test_a_model_of_another_version_is_refused():
    other = msgspec.json.encode(msgspec.structs.replace(classifier.model(), version=99))

    with pytest.raises(Invalid, match="version 99, not 5"):
        classifier.read(gzip.compress(other))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("_gat_UA-12345678-1", "_gat_ua-#-0"),
        ("intercom-id-5f3a9b8c7d6e", "intercom-id-#"),
        ("Visitor7", "visitor0"),
        ("c1f2ad90-1234-4abc-8def-0123456789ab", "#"),
    ],
)
def test_what_differs_from_visitor_to_visitor_is_not_looked_at(name, seen):
    assert plain(name) == seen


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("", "empty"),
        ("true", "flag"),
        ("GA1.2.291831010.1613228710", "counted id"),
        ("fb.1.1613228710.291831010", "dotted id"),
        ("052e2624-7997-4de2-8168-dd88430cbc04", "uuid"),
        ("nl-BE", "language"),
        ("2021-02-13T15:07:53", "date"),
        ("1613228710", "time"),
        ("42", "number"),
        ('{"a":1}', "structure"),
        ("a=1&b=2", "pairs"),
        ("deadbeefdeadbeef", "hexadecimal"),
        ("x" * 100_000, "long text"),
        ("é", "other"),
    ],
)
def test_a_value_is_told_by_its_shape_alone(value, shape):
    assert shape_of(value) == shape


@pytest.mark.parametrize(
    ("days", "words"), [(None, "unknown"), (0, "session"), (1 / 1440, "minutes"), (365, "a year"), (5000, "longer")]
)
def test_a_retention_is_told_in_words(days, words):
    assert span_of(days) == words


def test_every_mark_can_be_said_to_a_person():
    seen = Unknown(
        name="_Acme_cart7",
        domain="example.net",
        is_third=True,
        days=0.5,
        http_only=True,
        value_shape="uuid",
    )

    said = {in_words(mark) for mark in marks_of(seen).facts}

    assert "a word in its name that stands for a shopping basket" in said
    assert "its domain example.net" in said
    assert "“cart” at the end of its name" in said
    assert not [words for words in said if "|" in words or words.strip() == ""]


def test_where_knowledge_and_classifier_disagree_that_is_said():
    guessed = Suggestion(Category.MARKETING, 0.731, ("its flags",))

    advice = advice_of(guessed, Category.ANALYTICS, service="Acme Statistics")

    assert advice.disagrees
    assert advice.words == (
        "Suggestion: marketing, 73% sure, going by its flags; but it is known as analytics (Acme Statistics). "
        "The two disagree: look."
    )


def test_where_they_agree_or_nothing_is_known_that_is_said_too():
    guessed = Suggestion(Category.MARKETING, 0.9, ())

    assert advice_of(guessed, Category.MARKETING, service="Acme").words == (
        "Suggestion: marketing, 90% sure; and known as the same (Acme)."
    )
    assert advice_of(guessed, None, service="").words == "Suggestion: marketing, 90% sure. Nothing is known of it."
    assert not advice_of(guessed, None, service="").disagrees


@pytest.fixture
def lesson(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    from classifier_lab import sources

    return sources


def test_the_model_learnt_from_the_knowledge_that_is_in_the_package():
    (ours,) = [source for source in classifier.model().sources if "own" in source.name]
    told = b"".join(tables.DATA.joinpath(name).read_bytes() for name in ("items.csv", "services.csv"))

    assert hashlib.sha256(told).hexdigest() == ours.sha256, TRAIN_AGAIN


def test_the_model_knows_the_marks_that_it_is_asked_with(lesson, monkeypatch):
    assert lesson.digest_of_marks() == classifier.model().marks, TRAIN_AGAIN

    monkeypatch.setattr(features, "GRAMS", (2, 3))
    assert lesson.digest_of_marks() != classifier.model().marks


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled data is not beside the project")
def test_the_model_was_trained_on_the_data_that_it_names():
    sums = {source.licence: source.sha256 for source in classifier.model().sources if "own" not in source.name}

    for file, licence in (("labelled-cookies.json", "MIT"), ("open-cookie-database.csv", "Apache-2.0")):
        assert hashlib.sha256((SHARED / file).read_bytes()).hexdigest() == sums[licence]


def test_a_label_that_most_other_sites_contradict_teaches_less(lesson):
    from classifier_lab import trust

    said = [("a.example", 1), ("b.example", 1), ("c.example", 1), ("d.example", 2)]
    seen = [lesson.Example(Unknown(name="visit", is_third=False), label, "sites", site) for site, label in said]
    alone = lesson.Example(Unknown(name="once", is_third=False), 2, "sites", "a.example")
    listed = lesson.Example(Unknown(name="visit"), 2, "csv", "acme")

    *agreeing, contradicted, only, row = trust.trusts([*seen, alone, listed])

    assert agreeing == [1, 1, 1]
    assert contradicted < trust.DOUBT
    assert only == row == 1


def test_two_sites_that_contradict_each_other_are_both_believed(lesson):
    from classifier_lab import trust

    seen = [lesson.Example(Unknown(name="visit", is_third=False), label, "sites", f"{label}.example") for label in (1, 2)]

    assert trust.trusts(seen) == [1, 1]
