"""A file of rules, `holdtrue.rules/1`: read whole, with every mistake told by its line, its column and its mend.

`docs/reference/rules.md` describes it.
"""

import json
import re
from collections.abc import Iterable
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from holdtrue.errors import Invalid
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.document import read as read_sheet

from .conditions import UNITS, Mistaken, Scope, read_condition, suggest
from .places import PLACES
from .rule import FRESH, Case, Fix, Parameter, Rule
from .sorts import DATE, Known, Sort, packed, sortable
from .tree import Literal, Node, Proof
from .yaml_marks import Mapping, Marked, Mistake, Refused, Scalar, Sequence, read_marked

FORMAT: Final = "holdtrue.rules/1"
MOST_RULES: Final = 500
MOST_CASES: Final = 100
LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 4_000
_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]*")
_SPAN: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*")
_PLACE: Final = re.compile(r"([a-z0-9]+)(?:\s*(<=|>=|<|>|==)?\s*v?(\d[\w.]*))?")
_MEND: Final = "This rule has a mistake: ask the security team to run `holdtrue rules check`."
_TOP: Final = ("format", "means", "off", "rules")
_RULE: Final = (
    "id", "title", "why", "keeps", "applies", "holds", "osquery", "parameters", "fresh", "grace", "fix", "cases",
)  # fmt: skip
_CASE: Final = ("name", "given", "facts", "software", "system", "release", "set", "expect")
_RAW: Final = ("facts", "software", "system", "release")
_RESULTS: Final = tuple(one.value for one in Result if one is not Result.EXEMPT)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What one file says."""

    rules: tuple[Rule, ...]
    off: tuple[tuple[str, int], ...]
    """Rules of other files that do not count here, with the line that says so."""
    mistakes: tuple[Mistake, ...]
    undecided: tuple[Rule, ...] = ()
    """Stand for the rules that have a mistake: each leaves unproven what it would have judged."""


def read_rules(content: bytes, file: str, conclusions: Fields[str, Sort]) -> RuleFile:
    """Return the rules of a file and everything that is wrong with it; what is right is read all the same."""
    try:
        document = read_marked(content, file)
    except Refused as error:
        return RuleFile((), (), (error.mistake,))
    return _Reader(file, conclusions).whole(document)


@dataclass(slots=True)
class _Reader:
    """Reads one file and collects its mistakes."""

    file: str
    conclusions: Fields[str, Sort]
    mistakes: list[Mistake] = field(default_factory=list)
    means: dict[str, str] = field(default_factory=dict)
    undecided: list[Rule] = field(default_factory=list)

    def wrong(self, at: Marked, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(self.file, at.line, at.column, message, hint))

    def whole(self, document: Marked | None) -> RuleFile:
        if not isinstance(document, Mapping):
            return RuleFile((), (), (Mistake(self.file, 1, 1, f"A file of rules begins with `format: {FORMAT}`."),))
        fields = self.fields(document, _TOP, "the file")
        told = fields.get("format")
        if not isinstance(told, Scalar) or told.value != FORMAT:
            self.wrong(told or document, f"A file of rules begins with `format: {FORMAT}`.")
        self.read_means(fields.get("means"))
        off = tuple((str(one.value), one.line) for one in self.sequence(fields.get("off"), "`off`") if isinstance(one, Scalar))
        listed = self.sequence(fields.get("rules"), "`rules`")
        if len(listed) > MOST_RULES:
            self.wrong(
                listed[MOST_RULES], f"There are {len(listed)} rules; at most {MOST_RULES} are read.", "Make several files."
            )
        rules = [rule for one in listed[:MOST_RULES] if (rule := self.rule(one)) is not None]
        seen: dict[str, int] = {}
        for rule in rules:
            if rule.id in seen:
                message = f"The rule `{rule.id}` stands in line {seen[rule.id]} already."
                self.mistakes.append(Mistake(self.file, rule.line, 1, message, "Give one of them another id."))
            seen.setdefault(rule.id, rule.line)
        mistakes = tuple(sorted(self.mistakes, key=lambda one: (one.line, one.column)))
        return RuleFile(tuple(rules), off, mistakes, tuple(self.undecided))

    def fields(self, at: Mapping, known: Iterable[str], where: str) -> dict[str, Marked]:
        words = tuple(known)
        found: dict[str, Marked] = {}
        for name, value in at.fields:
            word = str(name.value)
            if word not in words:
                hint = suggest(word, words, otherwise=f"It has {', '.join(words)}.")
                self.wrong(name, f"`{word}` is no field of {where}.", hint)
            found[word] = value
        return found

    def sequence(self, at: Marked | None, what: str) -> tuple[Marked, ...]:
        if at is None or (isinstance(at, Scalar) and at.value is None):
            return ()
        if isinstance(at, Sequence):
            return at.items
        self.wrong(at, f"{what} takes a list.", "Begin each item with `- `.")
        return ()

    def text(self, at: Marked | None, what: str, *, most: int = LONGEST_LINE) -> str:
        if at is None:
            return ""
        if not isinstance(at, Scalar) or at.value is None or isinstance(at.value, bool):
            self.wrong(at, f"{what} takes a text.")
            return ""
        words = str(at.value).strip()
        if len(words) > most:
            self.wrong(at, f"{what} has {len(words):,} characters; at most {most:,} are read.")
        if not all(character.isprintable() or character == "\n" for character in words):
            self.wrong(at, f"{what} holds a character that cannot be shown.")
            words = "".join(character if character.isprintable() else " " for character in words)
        return words

    def read_means(self, at: Marked | None) -> None:
        if at is None:
            return
        if not isinstance(at, Mapping):
            self.wrong(at, "`means` takes names with conditions.", 'Write `laptop: device.chassis in ["laptop"]`.')
            return
        for name, value in at.fields:
            word = str(name.value)
            if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", word):
                self.wrong(name, f"`{word}` is no name for a condition.", "Use small letters, digits and `-`.")
            elif isinstance(value, Scalar):
                self.means[word] = _raw(value)
        scope = Scope(self.conclusions, {}, self.means)
        for name, value in at.fields:
            if str(name.value) in self.means and isinstance(value, Scalar):
                self.condition(value, scope)

    def condition(self, at: Marked, scope: Scope) -> Node | None:
        if not isinstance(at, Scalar) or at.value is None:
            self.wrong(at, "A condition belongs here.", "Such as `disk.encrypted`.")
            return None
        try:
            return read_condition(_raw(at), scope)
        except Mistaken as error:
            self.mistakes.append(Mistake(self.file, *at.place(error.at), error.message, error.hint))
            return None

    def rule(self, at: Marked) -> Rule | None:
        if not isinstance(at, Mapping):
            self.wrong(at, "A rule consists of fields.", "Begin with `- id: …`.")
            return None
        fields = self.fields(at, _RULE, "a rule")
        before = len(self.mistakes)
        told = self.text(fields.get("id"), "`id`")
        if not _ID.fullmatch(told) or len(told) > 40:  # noqa: PLR2004 - fits a column's name
            self.wrong(
                fields.get("id") or at, f"`{told}` is no id of a rule.", "Use small letters, digits and `-`, at most 40."
            )
        if ("holds" in fields) == ("osquery" in fields):
            self.wrong(at, f"The rule `{told}` has {'both' if 'holds' in fields else 'neither'} `holds` and `osquery`.".replace(
                "neither `holds` and", "neither `holds` nor"), "A rule has exactly one of them.")  # fmt: skip
        parameters = self.parameters(fields.get("parameters"), self.keeps(fields.get("keeps")))
        scope = Scope(self.conclusions, {one.name: one.sort for one in parameters}, self.means)
        applies, holds = fields.get("applies"), fields.get("holds")
        query = self.text(fields.get("osquery"), "`osquery`", most=LONGEST_TEXT)
        rule = Rule(
            id=told,
            title=self.text(fields.get("title"), "`title`") or told,
            why=self.text(fields.get("why"), "`why`", most=LONGEST_TEXT),
            keeps=self.keeps(fields.get("keeps")),
            applies=None if applies is None else self.condition(applies, scope),
            applies_text=_raw(applies),
            holds=None if holds is None else self.condition(holds, scope),
            holds_text=_raw(holds),
            query=query,
            parameters=parameters,
            means=tuple(sorted(one for one in self.means.items() if _speaks_of(one[0], _raw(applies) + _raw(holds)))),
            fresh=self.span(fields.get("fresh"), FRESH, "`fresh`"),
            grace=self.span(fields.get("grace"), timedelta(0), "`grace`"),
            fixes=self.fixes(fields.get("fix")),
            file=self.file,
            line=at.line,
        )  # fmt: skip
        if query:
            self.query(fields["osquery"], query)
        cases = self.cases(fields.get("cases"), rule)
        if len(self.mistakes) == before:
            return _with(rule, cases)
        # A rule with a mistake in it must not judge anybody, nor let anybody pass.
        unknown = Proof(Literal(value=False, sort=Sort.FLAG))
        if _ID.fullmatch(told):
            keeps = rule.keeps if rule.keeps in COMMITMENTS else ""
            self.undecided.append(
                Rule(
                    told,
                    rule.title,
                    unknown,
                    "proof(false)",
                    keeps,
                    file=self.file,
                    line=at.line,
                    fixes=(Fix("else", "", "", _MEND),),
                )
            )
        return None

    def keeps(self, at: Marked | None) -> str:
        told = self.text(at, "`keeps`")
        wanted = [one.id for one in COMMITMENTS.values() if one.on is SubjectKind.DEVICE]
        if told and told not in wanted and at is not None and not any(one.line == at.line for one in self.mistakes):
            self.wrong(
                at, f"`{told}` is no commitment of a device.", suggest(told, wanted, otherwise=f"They are {', '.join(wanted)}.")
            )
        return told

    def query(self, at: Marked, query: str) -> None:
        from .osquery_rule import refused

        trouble = refused(query)
        if trouble:
            self.wrong(at, trouble, "It takes one SELECT over osquery's tables.")

    def parameters(self, at: Marked | None, keeps: str) -> tuple[Parameter, ...]:
        if at is None:
            return ()
        if not isinstance(at, Mapping):
            self.wrong(at, "`parameters` takes names with their defaults.", "Write `within: 15 min`.")
            return ()
        return tuple(one for name, value in at.fields if (one := self.parameter(name, value, keeps)) is not None)

    def parameter(self, name: Scalar, at: Marked, keeps: str) -> Parameter | None:
        word = str(name.value)
        if not _PARAMETER.fullmatch(word) or word in UNITS or word in {"today", "and", "or", "not", "in"}:
            self.wrong(name, f"`{word}` is no name of a parameter.", "Use small letters, digits and `_`.")
            return None
        clause = ""
        if isinstance(at, Mapping):
            fields = self.fields(at, ("default", "clause"), "a parameter")
            clause = self.text(fields.get("clause"), "`clause`")
            known = COMMITMENTS[keeps].parameters if keeps in COMMITMENTS else frozenset()
            if clause and clause not in known:
                said = (
                    f"A clause sets {', '.join(sorted(known))} there."
                    if known
                    else f"No clause sets anything for {keeps or 'it'}."
                )
                self.wrong(fields["clause"], f"`{clause}` is nothing that a clause sets.", said)
            at = fields.get("default", at)
        value = self.value(at)
        if value is None or isinstance(value, list):
            self.wrong(at, f"The parameter `{word}` has no default.", "Write a number, a length of time, a text, or yes or no.")
            return None
        return Parameter(word, _sort_of(value), value, clause)

    def value(self, at: Marked) -> Known | list[str] | None:
        """Return a value as a case or a parameter gives it; a length of time is a number of seconds."""
        if isinstance(at, Sequence):
            return [str(one.value) for one in at.items if isinstance(one, Scalar)]
        if not isinstance(at, Scalar) or at.value is None:
            return None
        if isinstance(at.value, bool):
            return at.value
        if isinstance(at.value, int | float):
            return float(at.value)
        span = seconds_in(at.value) if at.lead == 0 else None
        return at.value if span is None else span

    def span(self, at: Marked | None, default: timedelta, what: str) -> timedelta:
        if at is None:
            return default
        found = self.value(at)
        if isinstance(found, float) and not isinstance(found, bool) and 0 <= found <= 366 * 86400:
            return timedelta(seconds=found)
        self.wrong(at, f"{what} takes a length of time.", "Write `24 h` or `2 days`.")
        return default

    def fixes(self, at: Marked | None) -> tuple[Fix, ...]:
        if at is None:
            return ()
        if not isinstance(at, Mapping):
            return (Fix("else", "", "", self.text(at, "`fix`", most=1000)),)
        found: list[Fix] = []
        for name, value in at.fields:
            match = _PLACE.fullmatch(str(name.value).lower())
            if match is None or match[1] not in PLACES:
                hint = suggest(str(name.value), PLACES, otherwise=f"They are {', '.join(sorted(PLACES))}.")
                self.wrong(name, f"`{name.value}` is no desktop or system.", hint)
                continue
            version = sortable(match[3]) if match[3] else ""
            found.append(
                Fix(match[1], (match[2] or "==") if match[3] else "", version or "", self.text(value, "a fix", most=1000))
            )
        return tuple(found)

    def cases(self, at: Marked | None, rule: Rule) -> tuple[Case, ...]:
        listed = self.sequence(at, "`cases`")
        return tuple(
            case for place, one in enumerate(listed[:MOST_CASES], 1) if (case := self.case(one, place, rule)) is not None
        )

    def case(self, at: Marked, place: int, rule: Rule) -> Case | None:
        if not isinstance(at, Mapping):
            self.wrong(at, "A case consists of fields.", "Write `- {given: {…}, expect: holds}`.")
            return None
        fields = self.fields(at, _CASE, "a case")
        expect = self.text(fields.get("expect"), "`expect`")
        if expect not in _RESULTS:
            self.wrong(
                fields.get("expect") or at,
                f"`{expect}` is no result.",
                suggest(expect, _RESULTS, otherwise=f"Results are {', '.join(_RESULTS)}."),
            )
        raw: dict[str, Marked] = {name: fields[name] for name in _RAW if name in fields}
        if raw and "given" in fields:
            self.wrong(at, "A case begins with conclusions (`given`) or with facts, not with both.")
        sheet = json.dumps(_sheet(raw)) if raw else ""
        try:
            read_sheet(sheet.encode() or b'{"facts":[]}', at=datetime.now(UTC))
        except Invalid as error:
            self.wrong(at, f"The facts of this case cannot be read: {error.message}")
        return Case(
            name=self.text(fields.get("name"), "`name`") or f"case {place}",
            expect=expect,
            line=at.line,
            given=self.given(fields.get("given"), rule),
            facts=sheet,
            settings=self.set(fields.get("set"), rule),
        )

    def given(self, at: Marked | None, rule: Rule) -> dict[str, Known]:
        if at is None or (isinstance(at, Scalar) and at.value is None):
            return {}
        if not isinstance(at, Mapping):
            self.wrong(at, "`given` takes conclusions with their values.")
            return {}
        found: dict[str, Known] = {}
        for name, told in at.fields:
            word = str(name.value)
            sort = self.conclusions.get(word) or next((s for n, s in _raw_names(rule) if n == word), None)
            if sort is None:
                hint = suggest(word, self.conclusions, otherwise="`holdtrue rules facts` lists them.")
                self.wrong(name, f"`{word}` is not known.", hint)
                continue
            value = as_sort(self.value(told), sort)
            if value is None:
                self.wrong(told, f"`{word}` is a {sort}; this is none.", "Leave a name out to say that nothing is known.")
                continue
            found[word] = value
        return found

    def set(self, at: Marked | None, rule: Rule) -> dict[str, Known]:
        if at is None:
            return {}
        known = {one.name: one.sort for one in rule.parameters}
        found: dict[str, Known] = {}
        for name, told in at.fields if isinstance(at, Mapping) else ():
            word = str(name.value)
            value = as_sort(self.value(told), known[word]) if word in known else None
            if value is None:
                hint = suggest(word, known, otherwise=f"The rule has {', '.join(known) or 'no parameter'}.")
                self.wrong(name, f"`{word}` is no parameter of this rule, or of another sort.", hint)
                continue
            found[word] = value
        return found


def as_sort(value: Known | list[str] | None, sort: Sort) -> Known | None:  # noqa: PLR0911 - one line for each sort
    """Return a value as the evaluators keep it; None where it is of another sort."""
    if isinstance(value, list):
        return packed(value) if sort is Sort.LIST else None
    if sort is Sort.FLAG:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or value is None:
        return None
    if sort is Sort.NUMBER:
        return value if isinstance(value, float) else None
    if sort is Sort.VERSION:
        return sortable(f"{value:g}" if isinstance(value, float) else value)
    if sort is Sort.DATE:
        return value if isinstance(value, str) and DATE.fullmatch(value) else None
    if sort is Sort.TEXT:
        return f"{value:g}" if isinstance(value, float) else value
    return None


def _speaks_of(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def seconds_in(text: str) -> float | None:
    """Return the number in `600`, or the seconds in `10 min`; None where it is neither."""
    match = _SPAN.fullmatch(text)
    if match is None or (match[2] and match[2] not in UNITS):
        return None
    return float(match[1]) * UNITS.get(match[2], 1)


def _sort_of(value: Known) -> Sort:
    if isinstance(value, bool):
        return Sort.FLAG
    return Sort.NUMBER if isinstance(value, float) else Sort.DATE if DATE.fullmatch(value) else Sort.TEXT


def _raw(at: Marked | None) -> str:
    """Return a condition as it was written, so that places in it are places in the file."""
    if not isinstance(at, Scalar):
        return ""
    if at.lead == 1 and at.text[:1] in {"'", '"'}:
        # Where YAML's own escapes stand in it, the places are those of the value.
        return str(at.value) if "\\" in at.text or "''" in at.text[1:-1] else at.text[1:-1]
    return at.text[at.lead :]


def _raw_names(rule: Rule) -> list[tuple[str, Sort]]:
    from .conditions import RAW

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


def _with(rule: Rule, cases: tuple[Case, ...]) -> Rule:
    from dataclasses import replace

    return replace(rule, cases=cases)
