"""A file of rules, `holdtrue.rules/1`: read whole, with every mistake told by its line, its column and its mend.

`docs/reference/rules.md` describes it.
"""

import re
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.said import LANGUAGES

from .case_file import CaseReader
from .conditions import UNITS, Mistaken, Scope, read_condition, suggest
from .page import Page
from .places import PLACES
from .rule import FRESH, Fix, Parameter, Rule
from .sorts import Sort, sortable
from .tree import Literal, Node, Proof
from .written import raw_of, sort_of, value_of
from .yaml_marks import Mapping, Marked, Mistake, Refused, Scalar, read_marked

FORMAT: Final = "holdtrue.rules/1"
MOST_RULES: Final = 500
LONGEST_TEXT: Final = 4_000
LONGEST_FIX: Final = 1_000
_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]*")
_PLACE: Final = re.compile(r"([a-z0-9]+(?:-[a-z]+)*)(?:\s*(<=|>=|<|>|==)?\s*v?(\d[\w.]*))?")
_MEND: Final = "This rule has a mistake: ask the security team to run `holdtrue rules check`."
_TOP: Final = ("format", "means", "off", "rules")
_RULE: Final = (
    "id", "title", "why", "keeps", "applies", "holds", "osquery", "parameters", "fresh", "grace", "fix", "cases",
)  # fmt: skip


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
    return _Reader(Page(file), conclusions).whole(document)


@dataclass(slots=True)
class _Reader:
    """Reads one file and collects its mistakes."""

    page: Page
    conclusions: Fields[str, Sort]
    means: dict[str, str] = field(default_factory=dict)
    undecided: list[Rule] = field(default_factory=list)

    def whole(self, document: Marked | None) -> RuleFile:
        if not isinstance(document, Mapping):
            return RuleFile((), (), (Mistake(self.page.file, 1, 1, f"A file of rules begins with `format: {FORMAT}`."),))
        fields = self.page.fields(document, _TOP, "the file")
        told = fields.get("format")
        if not isinstance(told, Scalar) or told.value != FORMAT:
            self.page.wrong(told or document, f"A file of rules begins with `format: {FORMAT}`.")
        self.read_means(fields.get("means"))
        switched_off = self.page.sequence(fields.get("off"), "`off`")
        off = tuple((str(one.value), one.line) for one in switched_off if isinstance(one, Scalar))
        listed = self.page.sequence(fields.get("rules"), "`rules`")
        if len(listed) > MOST_RULES:
            self.page.wrong(
                listed[MOST_RULES], f"There are {len(listed)} rules; at most {MOST_RULES} are read.", "Make several files."
            )
        rules = [rule for one in listed[:MOST_RULES] if (rule := self.rule(one)) is not None]
        seen: dict[str, int] = {}
        for rule in rules:
            if rule.id in seen:
                message = f"The rule `{rule.id}` stands in line {seen[rule.id]} already."
                self.page.mistakes.append(Mistake(self.page.file, rule.line, 1, message, "Give one of them another id."))
            seen.setdefault(rule.id, rule.line)
        mistakes = tuple(sorted(self.page.mistakes, key=lambda one: (one.line, one.column)))
        return RuleFile(tuple(rules), off, mistakes, tuple(self.undecided))

    def read_means(self, at: Marked | None) -> None:
        if at is None:
            return
        if not isinstance(at, Mapping):
            self.page.wrong(at, "`means` takes names with conditions.", 'Write `laptop: device.chassis in ["laptop"]`.')
            return
        for name, value in at.fields:
            word = str(name.value)
            if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", word):
                self.page.wrong(name, f"`{word}` is no name for a condition.", "Use small letters, digits and `-`.")
            elif isinstance(value, Scalar):
                self.means[word] = raw_of(value)
        scope = Scope(self.conclusions, {}, self.means)
        for name, value in at.fields:
            if str(name.value) in self.means and isinstance(value, Scalar):
                self.condition(value, scope)

    def condition(self, at: Marked, scope: Scope) -> Node | None:
        if not isinstance(at, Scalar) or at.value is None:
            self.page.wrong(at, "A condition belongs here.", "Such as `disk.encrypted`.")
            return None
        try:
            return read_condition(raw_of(at), scope)
        except Mistaken as error:
            self.page.mistakes.append(Mistake(self.page.file, *at.place(error.at), error.message, error.hint))
            return None

    def rule(self, at: Marked) -> Rule | None:
        if not isinstance(at, Mapping):
            self.page.wrong(at, "A rule consists of fields.", "Begin with `- id: …`.")
            return None
        fields = self.page.fields(at, _RULE, "a rule")
        before = len(self.page.mistakes)
        told = self._identity(at, fields)
        parameters = self.parameters(fields.get("parameters"), self.keeps(fields.get("keeps")))
        scope = Scope(self.conclusions, {one.name: one.sort for one in parameters}, self.means)
        applies, holds = fields.get("applies"), fields.get("holds")
        query = self.page.text(fields.get("osquery"), "`osquery`", most=LONGEST_TEXT)
        rule = Rule(
            id=told,
            title=self.page.words(fields.get("title"), "`title`") or told,
            why=self.page.words(fields.get("why"), "`why`", most=LONGEST_TEXT),
            keeps=self.keeps(fields.get("keeps")),
            applies=None if applies is None else self.condition(applies, scope),
            applies_text=raw_of(applies),
            holds=None if holds is None else self.condition(holds, scope),
            holds_text=raw_of(holds),
            query=query,
            parameters=parameters,
            means=tuple(sorted(one for one in self.means.items() if _speaks_of(one[0], raw_of(applies) + raw_of(holds)))),
            fresh=self.span(fields.get("fresh"), FRESH, "`fresh`"),
            grace=self.span(fields.get("grace"), timedelta(0), "`grace`"),
            fixes=self.fixes(fields.get("fix")),
            file=self.page.file,
            line=at.line,
        )  # fmt: skip
        if query:
            self.query(fields["osquery"], query)
        cases = CaseReader(self.page, self.conclusions).cases(fields.get("cases"), rule)
        if len(self.page.mistakes) == before:
            return replace(rule, cases=cases)
        if _ID.fullmatch(told):
            self.undecided.append(_undecided(rule))
        return None

    def _identity(self, at: Mapping, fields: dict[str, Marked]) -> str:
        """Return the id of a rule; what is wrong with it, or with how the rule decides, is noted."""
        told = self.page.text(fields.get("id"), "`id`")
        if not _ID.fullmatch(told) or len(told) > 40:  # noqa: PLR2004 - fits a column's name
            self.page.wrong(
                fields.get("id") or at, f"`{told}` is no id of a rule.", "Use small letters, digits and `-`, at most 40."
            )
        if ("holds" in fields) == ("osquery" in fields):
            has = "both `holds` and `osquery`" if "holds" in fields else "neither `holds` nor `osquery`"
            self.page.wrong(at, f"The rule `{told}` has {has}.", "A rule has exactly one of them.")
        return told

    def keeps(self, at: Marked | None) -> str:
        told = self.page.text(at, "`keeps`")
        wanted = [one.id for one in COMMITMENTS.values() if one.on is SubjectKind.DEVICE]
        if told and told not in wanted and at is not None and not any(one.line == at.line for one in self.page.mistakes):
            self.page.wrong(
                at, f"`{told}` is no commitment of a device.", suggest(told, wanted, otherwise=f"They are {', '.join(wanted)}.")
            )
        return told

    def query(self, at: Marked, query: str) -> None:
        from .osquery_rule import refused

        trouble = refused(query)
        if trouble:
            self.page.wrong(at, trouble, "It takes one SELECT over osquery's tables.")

    def parameters(self, at: Marked | None, keeps: str) -> tuple[Parameter, ...]:
        if at is None:
            return ()
        if not isinstance(at, Mapping):
            self.page.wrong(at, "`parameters` takes names with their defaults.", "Write `within: 15 min`.")
            return ()
        return tuple(one for name, value in at.fields if (one := self.parameter(name, value, keeps)) is not None)

    def parameter(self, name: Scalar, at: Marked, keeps: str) -> Parameter | None:
        word = str(name.value)
        if not _PARAMETER.fullmatch(word) or word in UNITS or word in {"today", "and", "or", "not", "in"}:
            self.page.wrong(name, f"`{word}` is no name of a parameter.", "Use small letters, digits and `_`.")
            return None
        clause = ""
        if isinstance(at, Mapping):
            fields = self.page.fields(at, ("default", "clause"), "a parameter")
            clause = self.page.text(fields.get("clause"), "`clause`")
            known = COMMITMENTS[keeps].parameters if keeps in COMMITMENTS else frozenset()
            if clause and clause not in known:
                said = (
                    f"A clause sets {', '.join(sorted(known))} there."
                    if known
                    else f"No clause sets anything for {keeps or 'it'}."
                )
                self.page.wrong(fields["clause"], f"`{clause}` is nothing that a clause sets.", said)
            at = fields.get("default", at)
        value = value_of(at)
        if value is None or isinstance(value, list):
            hint = "Write a number, a length of time, a text, or yes or no."
            self.page.wrong(at, f"The parameter `{word}` has no default.", hint)
            return None
        return Parameter(word, sort_of(value), value, clause)

    def span(self, at: Marked | None, default: timedelta, what: str) -> timedelta:
        if at is None:
            return default
        found = value_of(at)
        if isinstance(found, float) and not isinstance(found, bool) and 0 <= found <= 366 * 86400:
            return timedelta(seconds=found)
        self.page.wrong(at, f"{what} takes a length of time.", "Write `24 h` or `2 days`.")
        return default

    def fixes(self, at: Marked | None) -> tuple[Fix, ...]:
        if at is None:
            return ()
        if not isinstance(at, Mapping) or any(str(name.value) in LANGUAGES for name, _ in at.fields):
            return (Fix("else", "", "", self.page.words(at, "`fix`", most=LONGEST_FIX)),)
        found: list[Fix] = []
        for name, value in at.fields:
            match = _PLACE.fullmatch(str(name.value).lower())
            if match is None or match[1] not in PLACES:
                hint = suggest(str(name.value), PLACES, otherwise=f"They are {', '.join(sorted(PLACES))}.")
                self.page.wrong(name, f"`{name.value}` is no desktop or system.", hint)
                continue
            version = sortable(match[3]) if match[3] else ""
            words = self.page.words(value, "`fix`", most=LONGEST_FIX)
            found.append(Fix(match[1], (match[2] or "==") if match[3] else "", version or "", words))
        return tuple(found)


def _speaks_of(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _undecided(rule: Rule) -> Rule:
    """Return what stands in for a rule with a mistake in it: it must not judge anybody, nor let anybody pass."""
    return Rule(
        rule.id,
        rule.title,
        Proof(Literal(value=False, sort=Sort.FLAG)),
        "proof(false)",
        rule.keeps if rule.keeps in COMMITMENTS else "",
        file=rule.file,
        line=rule.line,
        fixes=(Fix("else", "", "", _MEND),),
    )
