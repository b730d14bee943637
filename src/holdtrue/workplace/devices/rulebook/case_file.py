"""The examples of a rule, as its file gives them: each begins with conclusions or with raw facts, and expects a result."""

import json
from collections.abc import Mapping as Fields
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.document import read as read_sheet

from .conditions import RAW, suggest
from .page import Page
from .rule import Case, Rule
from .sorts import Known, Sort
from .written import as_sort, value_of
from .yaml_marks import Mapping, Marked, Scalar, Sequence

MOST_CASES: Final = 100
CASE: Final = ("name", "given", "facts", "software", "system", "release", "set", "expect")
_RAW: Final = ("facts", "software", "system", "release")
_RESULTS: Final = tuple(one.value for one in Result if one is not Result.EXEMPT)


@dataclass(frozen=True, slots=True)
class CaseReader:
    """Reads the cases of one file's rules."""

    page: Page
    conclusions: Fields[str, Sort]

    def cases(self, at: Marked | None, rule: Rule) -> tuple[Case, ...]:
        """Return the cases of a rule."""
        listed = self.page.sequence(at, "`cases`")
        return tuple(
            case for place, one in enumerate(listed[:MOST_CASES], 1) if (case := self._case(one, place, rule)) is not None
        )

    def _case(self, at: Marked, place: int, rule: Rule) -> Case | None:
        if not isinstance(at, Mapping):
            self.page.wrong(at, "A case consists of fields.", "Write `- {given: {…}, expect: holds}`.")
            return None
        fields = self.page.fields(at, CASE, "a case")
        expect = self.page.text(fields.get("expect"), "`expect`")
        if expect not in _RESULTS:
            self.page.wrong(
                fields.get("expect") or at,
                f"`{expect}` is no result.",
                suggest(expect, _RESULTS, otherwise=f"Results are {', '.join(_RESULTS)}."),
            )
        raw: dict[str, Marked] = {name: fields[name] for name in _RAW if name in fields}
        if raw and "given" in fields:
            self.page.wrong(at, "A case begins with conclusions (`given`) or with facts, not with both.")
        sheet = json.dumps(_sheet(raw)) if raw else ""
        try:
            read_sheet(sheet.encode() or b'{"facts":[]}', at=datetime.now(UTC))
        except Invalid as error:
            self.page.wrong(at, f"The facts of this case cannot be read: {error.message}")
        return Case(
            name=self.page.text(fields.get("name"), "`name`") or f"case {place}",
            expect=expect,
            line=at.line,
            given=self._given(fields.get("given"), rule),
            facts=sheet,
            settings=self._set(fields.get("set"), rule),
        )

    def _given(self, at: Marked | None, rule: Rule) -> dict[str, Known]:
        if at is None or (isinstance(at, Scalar) and at.value is None):
            return {}
        if not isinstance(at, Mapping):
            self.page.wrong(at, "`given` takes conclusions with their values.")
            return {}
        found: dict[str, Known] = {}
        for name, told in at.fields:
            word = str(name.value)
            sort = self.conclusions.get(word) or next((s for n, s in _raw_names(rule) if n == word), None)
            if sort is None:
                hint = suggest(word, self.conclusions, otherwise="`holdtrue rules facts` lists them.")
                self.page.wrong(name, f"`{word}` is not known.", hint)
                continue
            value = as_sort(value_of(told), sort)
            if value is None:
                self.page.wrong(told, f"`{word}` is a {sort}; this is none.", "Leave a name out to say that nothing is known.")
                continue
            found[word] = value
        return found

    def _set(self, at: Marked | None, rule: Rule) -> dict[str, Known]:
        if at is None:
            return {}
        known = {one.name: one.sort for one in rule.parameters}
        found: dict[str, Known] = {}
        for name, told in at.fields if isinstance(at, Mapping) else ():
            word = str(name.value)
            value = as_sort(value_of(told), known[word]) if word in known else None
            if value is None:
                hint = suggest(word, known, otherwise=f"The rule has {', '.join(known) or 'no parameter'}.")
                self.page.wrong(name, f"`{word}` is no parameter of this rule, or of another sort.", hint)
                continue
            found[word] = value
        return found


def _raw_names(rule: Rule) -> list[tuple[str, Sort]]:
    return [(name, RAW[name.partition(":")[0]]) for name in rule.names if ":" in name]


def _sheet(raw: Fields[str, Marked]) -> dict[str, object]:
    document: dict[str, object] = {"facts": _plain(raw["facts"]) if "facts" in raw else {}, "device": {"id": "case"}}
    device = {"id": "case", **{name: _plain(raw[name]) for name in ("system", "release") if name in raw}}
    document["device"] = device
    if "software" in raw:
        document["software"] = _plain(raw["software"], as_text=True)
    return document


def _plain(at: Marked, *, as_text: bool = False) -> object:
    if isinstance(at, Sequence):
        return [_plain(one, as_text=as_text) for one in at.items]
    if isinstance(at, Mapping):
        return {str(name.value): _plain(value, as_text=as_text) for name, value in at.fields}
    return at.text.strip("'\"") if as_text else at.value
