"""Keys that the visitor pressed are known again in what a page sends."""

import itertools

import pytest

from holdtrue.website.scan.engine.reading import KEYS, Typed


@pytest.mark.parametrize("word", ["zqkbcdfgh", "zqbcdfghk", "zqbmcktyx"])
@pytest.mark.parametrize("cuts", [(0, 9), (0, 4, 9)])
def test_keys_are_known_again_though_each_bears_a_letter_of_its_own(word, cuts):
    typed = Typed(("zqpppppp", word))
    messages = ["".join(f'["k","{sign}",1795815600123],' for sign in word[at:end]) for at, end in itertools.pairwise(cuts)]

    assert KEYS in [typed.heard("ingest.example", f'[["m",70,412],{one}]', may_read=False) for one in messages]


@pytest.mark.parametrize(
    "message", ['[["k","z",1],["k","q",2]]', '["a","b","c","d","q","z"]', "tick 65 66 67 68 69 70 71 72 73"]
)
def test_a_few_letters_and_counts_are_no_keys(message):
    assert not Typed(("zqkbcdfgh",)).heard("ingest.example", message, may_read=False)
