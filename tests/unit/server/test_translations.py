"""Every word of the interface in every language it is offered in."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

import holdtrue
from holdtrue.accounts.rules import Role
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.text.differences import CLAUSES, UNITS
from holdtrue.website.knowledge.features import _IN_WORDS, SHAPES, SPANS
from holdtrue.website.knowledge.ideas import IDEAS
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.remarks import Ending, Remark
from holdtrue.website.scan.faults import MEANINGS
from holdtrue.website.scan.judging.pages import REMEDIES
from holdtrue.website.scan.verdicts import DEMANDS
from holdtrue.workplace.devices.checks.states import _LISTS, _TELLS, _UNSEEN
from holdtrue.workplace.devices.checks.switches import SWITCHES
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.rule import pattern_of

FACTS = ("provider", "purpose", "category", "party", "set by", "retention", "domain", "hosts")
HEAD = ("title", "organisation", "company number", "address", "contact", "website", "audience", "language")
SOURCE = Path(holdtrue.__file__).parent
PLACES = ("server", "policy", "evidence", "website/knowledge", "website/scan", "website/sites", "website/consent", "workplace")
LOCALE = SOURCE / "locale"
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "said"}
LISTS = {
    "why somebody cannot decide on an exemption": [
        "Nobody decides what they asked for themselves.",
        "Nobody decides on an exemption for themselves.",
        "You have decided on this already.",
    ],
    "titles of findings": [one.title for one in MEANINGS.values()],
    "remedies of findings": [*(one.fix for one in MEANINGS.values()), *REMEDIES.values()],
    "references of findings": [one.reference for one in MEANINGS.values()],
    "demands on websites": list(DEMANDS.values()),
    "remarks of scans": [*Remark, *Ending],
    "states of consent": [state.words for state in State],
    "grounds of guesses": [
        "first",
        "third",
        *_IN_WORDS.values(),
        *IDEAS,
        *(word for _, word in SPANS),
        *(word for word, _ in SHAPES),
    ],
    "changes of clauses": [words for both in CLAUSES.values() for words in both],
    "retentions": [
        "session",
        "until you delete it",
        *(f"1 {unit}" for unit, _ in UNITS),
        *(f"%(count)s {unit}s" for unit, _ in UNITS),
    ],
    "facts of declarations": [*FACTS, *HEAD],
    "commitments": [words for one in COMMITMENTS.values() for words in (one.title, one.missing)],
    "roles": [role.value for role in Role],
    "titles of rules": [pattern_of(rule.title)[0] for rule in rulebook().rules],
    "reasons of rules": [rule.why for rule in rulebook().rules if rule.why],
    "fixes of rules": [
        pattern
        for rule in rulebook().rules
        for fix in rule.fixes
        for pattern in [pattern_of(fix.text)[0]]
        if re.search(r"[A-Za-z]{3,}", re.sub(r"`[^`]*`", "", pattern))  # a bare command is the same in every language
    ],
    "switches": [words for one in SWITCHES for words in (one.yes, one.no, one.missing)],
    "states": [*(words for one in _LISTS for words in one[2:]), *_UNSEEN.values(), *_TELLS.values()],
    "facts of commitments": [one.partition(".")[2].replace("-", " ") for one in COMMITMENTS],
}
"""Sentences that stand in lists, and are looked up when a page shows them."""
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]


def calls(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """Yield the words of every call for a translation: one, or singular and plural."""
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name in FUNCTIONS:
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if words:
                yield tuple(words[: 2 if name.startswith("ngettext") else 1])


def messages() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for place in PLACES:
        for file in (SOURCE / place).rglob("*.py"):
            found |= set(calls(ast.parse(file.read_text(encoding="utf-8"))))
        for file in (SOURCE / place).rglob("*.html"):
            told = templatize(file.read_text(encoding="utf-8"), origin=str(file))
            for call in re.findall(r"(?:n?gettext|\b_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[\s,]|count)*\)", told):
                found |= set(calls(ast.parse(call, mode="eval")))
    return found


@pytest.fixture(scope="module")
def wanted() -> set[tuple[str, ...]]:
    found = messages()
    assert ("Sign in",) in found
    assert len(found) > 100
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_interface_lacks_its_translation(language, wanted):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    singular = {key if isinstance(key, str) else key[0] for key, text in known.items() if text}

    assert {words[0] for words in wanted} - singular == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", LISTS)
def test_no_sentence_of_a_list_lacks_its_translation(language, what):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog

    assert [words for words in LISTS[what] if not known.get(words)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_values_that_are_put_into_it(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    values = re.compile(r"%\(\w+\)[sd]")
    for key, text in known.items():
        words = key if isinstance(key, str) else key[0]
        if words:
            assert set(values.findall(words)) == set(values.findall(text)), (words, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_words_are_those_of_the_source(language):
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    written = {
        ast.literal_eval(text)
        for text in re.findall(r'^msgid (".+")$', (folder / "django.po").read_text("utf-8"), re.MULTILINE)
    }

    assert {key if isinstance(key, str) else key[0] for key in known} - {""} == written - {""}
