"""Rules held against what is concluded of one device: outcomes, each with the tree of its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from holdtrue.policy.standing.rules import WORST_FIRST, Reason, Result, Verdict
from holdtrue.said import Said, listed, said
from holdtrue.workplace.facts import Fact, Source

from .conclusions import LASTING, Conclusion
from .in_python import Branch, Values
from .rule import Fix, Rule, spelled
from .sorts import Known, Sort, Value, plain_version, unpacked
from .tree import All, Among, Compare, Count, Either, Has, IsKnown, Literal, Matches, Name, Node, Not, Proof, Setting, Within

LONGEST_TEXT: Final = 300
_RESULTS: Final = {True: Result.HOLDS, False: Result.BROKEN, None: Result.UNPROVEN}


@dataclass(frozen=True, slots=True)
class Because:
    """One node of the tree of reasons: a condition, whether it is true, and what it rests on."""

    node: Node | None
    """None for the row that an osquery query gives."""
    truth: bool | None
    of: tuple["Because", ...] = ()
    conclusion: Conclusion | None = None
    """What a leaf rests on; None inside the tree."""

    def text(self, settings: Mapping[str, Known]) -> str:
        """Return the condition as it would be written, with its settings filled in."""
        return "the query gives a row" if self.node is None else _shown(self.node, settings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says of one device."""

    rule: Rule
    result: Result
    tree: Because
    settings: Mapping[str, Known]
    advice: str


@dataclass(frozen=True, slots=True)
class Device:
    """What is concluded of one device at one time."""

    system: str
    conclusions: Mapping[str, Conclusion]
    collected_at: datetime
    desktops: tuple[str, ...] = ()
    _values: dict[datetime, dict[str, Value]] = field(default_factory=dict, repr=False, compare=False)

    def values(self, *, since: datetime) -> dict[str, Value]:
        """Return the values that count; those observed at or before `since` are unknown, except what lasts."""
        known = self._values.get(since)
        if known is None:
            known = self._values[since] = {
                name: one.value
                for name, one in self.conclusions.items()
                if name in LASTING or ((one.observed_at or self.collected_at) if one.facts else self.collected_at) > since
            }
        return known


def judge(rule: Rule, device: Device, *, at: datetime | None = None, settings: Mapping[str, Known] | None = None) -> Outcome:
    """Return what a rule says of a device; what is older at that time than the rule's window is unknown.

    Without a time it is judged as of when it was collected.
    """
    when = at or device.collected_at
    given = rule.settings(settings, today=f"{when:%Y-%m-%d}")
    values = device.values(since=when - rule.fresh)
    concerns = None if rule.applies_branch is None else because(rule.applies_branch, device, values, given)
    if concerns is not None and concerns.truth is not True:
        tree, result = concerns, Result.NOT_APPLICABLE if concerns.truth is False else Result.UNPROVEN
    else:
        tree = (
            _queried(rule, device, values) if rule.holds_branch is None else because(rule.holds_branch, device, values, given)
        )
        result = _RESULTS[tree.truth]
    advice = _advice(rule, device, tree, given) if result in {Result.BROKEN, Result.UNPROVEN} else ""
    return Outcome(rule, result, tree, given, advice)


def decided(rule: Rule, values: Values, settings: Values) -> Result:
    """Return the bare result of a rule: what SQL must agree with, verdict for verdict."""
    if rule.applies_to is not None:
        concerns = rule.applies_to(values, settings)
        if concerns is not True:
            return Result.NOT_APPLICABLE if concerns is False else Result.UNPROVEN
    held = rule.is_held(values, settings)
    return Result.UNPROVEN if held is None else Result.HOLDS if held else Result.BROKEN


def _queried(rule: Rule, device: Device, values: Values) -> Because:
    name = f"flag:osquery.{rule.id}"
    found = values.get(name)
    conclusion = device.conclusions.get(name, Conclusion(name, None, "the query was not run on this device's facts"))
    return Because(None, None if found is None else bool(found), (), conclusion)


def because(branch: Branch, device: Device, values: Values, settings: Mapping[str, Known]) -> Because:
    """Return the tree of reasons of a condition."""
    found = branch.run(values, settings)
    truth = None if found is None else bool(found)
    if branch.of:
        return Because(branch.node, truth, tuple(because(one, device, values, settings) for one in branch.of))
    name = branch.name
    return Because(branch.node, truth, (), None if not name else device.conclusions.get(name) or Conclusion(name, None, ""))


def deciding(tree: Because) -> list[tuple[Because, bool]]:
    """Return the leaves that make the tree what it is, each with whether it stands inside a proof that failed."""
    if not tree.of:
        return [(tree, False)]
    if isinstance(tree.node, Proof):
        return [(leaf, tree.truth is None) for leaf, _ in deciding(tree.of[0])]
    if len(tree.of) == 1:
        return deciding(tree.of[0])
    same = [one for one in tree.of if one.truth is tree.truth]
    return [leaf for one in same or tree.of for leaf in deciding(one)]


def verdict_of(outcomes: Sequence[Outcome], commitment: str, device: Device, *, subject: str) -> Verdict:
    """Return the verdict of the rules that keep a commitment together: the worst decides, and says why."""
    worst = min(outcomes, key=lambda one: WORST_FIRST.index(one.result))
    same = [one for one in outcomes if one.result is worst.result]
    leaves = [leaf for one in same for leaf in deciding(one.tree)]
    found = dict.fromkeys(words for leaf in leaves if (words := _words(leaf, worst.result)))
    value = listed((words if isinstance(words, Said) else said(words) for words in found), "; ")
    facts = [fact for leaf, _ in leaves if leaf.conclusion for fact in leaf.conclusion.facts]
    seen = min([device.collected_at, *(fact.observed_at for fact in facts)]) if facts else device.collected_at
    reason = Reason(
        fact=_short(worst.rule.titled(worst.settings) if len(same) > 1 or not worst.rule.keeps else _fact(commitment)),
        value=_short(value or worst.rule.titled(worst.settings)),
        source=_short(listed(dict.fromkeys(where(fact) for fact in facts), "; ")),
        observed_at=seen,
        rule=_short(listed((demand(one) for one in same), "; ")),
        advice=_short(next((one.advice for one in same if one.advice), "")),
    )
    parts = dict.fromkeys(part for leaf, _ in leaves if leaf.conclusion for part in leaf.conclusion.parts)
    return Verdict(commitment, subject, worst.result, reason, tuple(parts) if worst.result is Result.BROKEN else ())


def _fact(commitment: str) -> str:
    return commitment.partition(".")[2].replace("-", " ")


def demand(outcome: Outcome) -> str:
    """Return what a rule demanded, with its settings, its id and its hash."""
    rule = outcome.rule
    if "{" not in rule.title:
        return rule.label
    return said("%(title)s · %(rule)s", title=rule.titled(outcome.settings), rule=f"{rule.id} {rule.hash}")


def _words(leaf: tuple[Because, bool], result: Result) -> str:
    node, is_open = leaf
    conclusion = node.conclusion
    if conclusion is None:
        return ""
    if is_open and conclusion.value is not None:
        return conclusion.open or conclusion.says
    if result is Result.BROKEN:
        return conclusion.breaks or conclusion.says
    if result is Result.UNPROVEN and conclusion.value is None and not conclusion.says:
        return "" if conclusion.facts else said("%(what)s was not read", what=conclusion.name)
    return conclusion.says


def where(fact: Fact) -> str:
    """Return where the fact was read, and whose decision it was."""
    place = fact.origin or fact.name
    if fact.source is Source.POLICY:
        return said("%(place)s (set by policy)", place=place)
    return said("%(place)s (default)", place=place) if fact.source is Source.DEFAULT else place


def _advice(rule: Rule, device: Device, tree: Because, settings: Mapping[str, Known]) -> str:
    places = [leaf.conclusion.place for leaf, _ in deciding(tree) if leaf.conclusion and leaf.conclusion.place]
    fix = fix_for(rule, (*places, *device.desktops, _os(device), device.system), device)
    return "" if fix is None else spelled(fix.text, settings)


def _os(device: Device) -> str:
    name = device.conclusions.get("os.name")
    return str(name.value) if name is not None and name.value is not None else ""


def fix_for(rule: Rule, places: Sequence[str], device: Device) -> Fix | None:
    """Return the fix for the first of these places that the rule knows, for the version at hand; else the one for any other."""
    for place in dict.fromkeys(places):
        for fix in rule.fixes:
            if fix.place in {place, place.rstrip("56") if place.startswith("kde") else place} and _is_of(fix, device):
                return fix
    return next((fix for fix in rule.fixes if fix.place == "else"), None)


def _is_of(fix: Fix, device: Device) -> bool:
    if not fix.version:
        return True
    found = device.conclusions.get("os.version")
    if found is None or found.value is None:
        return False
    version = str(found.value)
    # A version as written covers everything below it: `== 14` is 14.4 too.
    same = version == fix.version or version.startswith(f"{fix.version}.")
    return {
        "==": same, "<": version < fix.version, "<=": version < fix.version or same,
        ">": version > fix.version and not same, ">=": version >= fix.version,
    }[fix.op]  # fmt: skip


def shown_value(value: Value, sort: Sort) -> str:
    """Return a value as people read it."""
    if value is None:
        return "unknown"
    if sort is Sort.FLAG:
        return "yes" if value else "no"
    if sort is Sort.LIST:
        return ", ".join(unpacked(str(value))) or "none"
    if sort is Sort.VERSION:
        return plain_version(str(value))
    if sort is Sort.NUMBER and isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,}"
    return str(value)


def _shown(node: Node, settings: Mapping[str, Known]) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each sort of node
    """Return a condition as it would be written, with its settings filled in."""
    match node:
        case Name():
            kind, _, raw = node.name.partition(":")
            return f'{kind}("{raw}")' if raw else node.name
        case Setting():
            value = settings.get(node.name)
            return node.name if value is None else f"{node.name} ({shown_value(value, node.sort)})"
        case Literal():
            words = shown_value(node.value, node.sort)
            return words if node.sort in {Sort.NUMBER, Sort.FLAG} else f'"{words}"'
        case Count():
            return f"count({_shown(node.of, settings)})"
        case Compare():
            return f"{_shown(node.left, settings)} {node.op} {_shown(node.right, settings)}"
        case Among():
            return f"{_shown(node.value, settings)} in [{', '.join(_shown(one, settings) for one in node.choices)}]"
        case Matches():
            return f'{_shown(node.value, settings)} matches "{node.pattern}"'
        case Has():
            return f"{_shown(node.of, settings)} has any [{', '.join(node.items)}]"
        case Within():
            return f"{_shown(node.of, settings)} within [{', '.join(node.items)}]"
        case IsKnown():
            return f"known({_shown(node.of, settings)})"
        case Proof():
            return f"proof({_shown(node.of, settings)})"
        case Not():
            return f"not {_shown(node.of, settings)}"
        case All():
            return " and ".join(_inside(one, settings) for one in node.of)
        case Either():
            return " or ".join(_inside(one, settings) for one in node.of)


def _inside(node: Node, settings: Mapping[str, Known]) -> str:
    shown = _shown(node, settings)
    return f"({shown})" if isinstance(node, All | Either) else shown


def _short(words: str) -> str:
    plain = words if words.isprintable() else "".join(one if one.isprintable() else " " for one in words)
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"
