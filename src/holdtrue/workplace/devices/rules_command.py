"""`holdtrue rules`: read, test and explain the rules by which devices are judged, and ask them of the whole fleet."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from holdtrue.errors import Invalid, NotFound
from holdtrue.policy.standing.rules import Result

if TYPE_CHECKING:
    from holdtrue.policy.standing.rules import Exempted
    from holdtrue.workplace.devices.rulebook.judge import Because, Outcome
    from holdtrue.workplace.devices.rulebook.judge import Device as Concluded
    from holdtrue.workplace.devices.rulebook.rule import Rule, Rulebook
    from holdtrue.workplace.devices.rulebook.sorts import Known
    from holdtrue.workplace.facts import FactSheet

SIGNS: Final = {
    Result.HOLDS: ("●", "32"),
    Result.BROKEN: ("▲", "31"),
    Result.UNPROVEN: ("○", "33"),
    Result.EXEMPT: ("◆", "36"),
    Result.NOT_APPLICABLE: ("-", "2"),
}
_TRUTHS: Final = {True: ("✔", "32"), False: ("✘", "31"), None: ("?", "33")}
_OF_FLEET: Final = frozenset({"sweep", "what-if"})
_MOST_NAMES: Final = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue rules` takes."""
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    check = actions.add_parser("check", help="read files of rules and tell every mistake by its line")
    test = actions.add_parser("test", help="let each rule judge the examples that stand with it")
    for one in (check, test):
        one.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files of rules (default: those that count)")
    explain = actions.add_parser("explain", help="say why a device keeps a rule or not, as a tree")
    explain.add_argument("rule", nargs="?", default="", metavar="RULE", help="one rule (default: all)")
    explain.add_argument("--facts", type=Path, metavar="FILE", help="of these facts ('-' reads standard input)")
    explain.add_argument("--device", default="", metavar="NAME", help="of a device in the register")
    actions.add_parser("facts", help="list what a rule may speak of")
    actions.add_parser("sweep", help="count over the whole fleet who keeps each rule")
    what_if = actions.add_parser("what-if", help="say which devices would change if a rule were another")
    what_if.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="RULE.PARAMETER=VALUE",
        dest="settings",
        help="such as screen-lock.within=600",
    )
    what_if.add_argument(
        "--rules", type=Path, metavar="FILE", help="take the rules of this file in place of those of the same id"
    )
    for one in actions.choices.values():
        one.add_argument("--format", choices=["text", "json"], default="text", help="how to print (default: text)")


def needs_fleet(arguments: argparse.Namespace) -> bool:
    """Whether the database is needed for what was asked."""
    return arguments.action in _OF_FLEET or bool(getattr(arguments, "device", ""))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return 0 when all is well, 1 when something is not."""
    at = datetime.now(UTC)
    if arguments.action == "check":
        return _check(arguments)
    if arguments.action == "test":
        return _test(arguments, at=at)
    if arguments.action == "facts":
        return _facts(arguments)
    if arguments.action == "explain":
        return _explain(arguments, at=at)
    return _sweep(arguments, at=at) if arguments.action == "sweep" else _what_if(arguments, at=at)


def _check(arguments: argparse.Namespace) -> int:
    from holdtrue.workplace.devices.rulebook import book

    rules, mistakes = book.gather(arguments.files or book.files_that_count())
    if arguments.format == "json":
        found = [{"file": m.file, "line": m.line, "column": m.column, "message": m.message, "hint": m.hint} for m in mistakes]
        print(json.dumps({"rules": len(rules.rules), "mistakes": found}, ensure_ascii=False))
        return 1 if mistakes else 0
    for mistake in mistakes:
        print(mistake)
    count = f"{len(rules.rules)} rules" if len(rules.rules) != 1 else "1 rule"
    print(f"{count}, {len(mistakes) or 'no'} mistake{'s' if len(mistakes) > 1 else ''}.")
    return 1 if mistakes else 0


def _book(files: list[Path]) -> "Rulebook":
    from holdtrue.workplace.devices.rulebook import book

    if not files:
        return book.sound_rulebook()
    rules, mistakes = book.gather(files)
    if mistakes:
        raise Invalid(str(mistakes[0]), hint="`holdtrue rules check` lists every mistake.")
    return rules


def _test(arguments: argparse.Namespace, *, at: datetime) -> int:
    from holdtrue.workplace.devices.rulebook.cases import tried

    done = list(tried(_book(arguments.files), at=at))
    wrong = [one for one in done if not one.is_right]
    if arguments.format == "json":
        told = [
            {"rule": one.rule.id, "case": one.case.name, "line": one.case.line, "expected": one.case.expect,
             "result": one.outcome.result}
            for one in wrong
        ]  # fmt: skip
        print(json.dumps({"cases": len(done), "wrong": told}, ensure_ascii=False))
        return 1 if wrong else 0
    for one in wrong:
        print(f"{one.rule.file}:{one.case.line}: {one.rule.id}, {one.case.name}: {one.outcome.result}, not {one.case.expect}")
        print(*_lines(one.outcome.tree, one.outcome.settings), sep="\n")
    print(f"{len(done)} cases, {len(wrong) or 'none'} wrong.")
    return 1 if wrong else 0


def _facts(arguments: argparse.Namespace) -> int:
    from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS

    if arguments.format == "json":
        print(json.dumps({name: {"sort": one.sort, "meaning": one.text} for name, one in MEANINGS.items()}, indent=1))
        return 0
    for name, one in MEANINGS.items():
        print(f"{name:<27} {one.sort:<10} {one.text}")
    print('\nAny other fact: number("…"), text("…"), flag("…"), list("…") or version("…") with the fact\'s own name.')
    return 0


def _explain(arguments: argparse.Namespace, *, at: datetime) -> int:
    from holdtrue.workplace.devices.rulebook.judge import judge
    from holdtrue.workplace.devices.rules import device_by_rules

    book = _book([])
    sheet, at = _sheet(arguments, at=at)
    device = device_by_rules(sheet, book)
    rules = [_named(book, arguments.rule)] if arguments.rule else list(book.rules)
    outcomes = [judge(rule, device, at=at, settings=_by_clause(rule, arguments, at=at)) for rule in rules]
    consented = [_consent(one, device, sheet, at=at) if arguments.device else None for one in outcomes]
    if arguments.format == "json":
        print(
            json.dumps([out(one, under) for one, under in zip(outcomes, consented, strict=True)], ensure_ascii=False, indent=1)
        )
    else:
        for one, under in zip(outcomes, consented, strict=True):
            print(*tell(one, under, colour=_wants_colour()), "", sep="\n")
    broken = (one.result is Result.BROKEN and under is None for one, under in zip(outcomes, consented, strict=True))
    return 1 if any(broken) else 0


def _consent(outcome: "Outcome", device: "Concluded", sheet: "FactSheet", *, at: datetime) -> "Exempted | None":
    """Return the exemption in force under which a device may break a rule."""
    from holdtrue.policy.exemptions.queries import register
    from holdtrue.policy.standing.rules import consented
    from holdtrue.workplace.devices.queries import owners_by_subject
    from holdtrue.workplace.devices.rulebook.judge import verdict_of
    from holdtrue.workplace.devices.rules import subject_of

    if not outcome.rule.keeps:
        return None
    verdict = verdict_of([outcome], outcome.rule.keeps, device, subject=subject_of(sheet))
    return consented(verdict, register(at=at, owners=owners_by_subject()), at=at).exemption


def _by_clause(rule: "Rule", arguments: argparse.Namespace, *, at: datetime) -> "dict[str, Known]":
    return rule.set_by(_clauses(at=at).get(rule.keeps, {})) if arguments.device else {}


def _sheet(arguments: argparse.Namespace, *, at: datetime) -> "tuple[FactSheet, datetime]":
    """Return the facts that were asked about, and the time as of which they are judged."""
    if arguments.device:
        from holdtrue.workplace.devices.queries import sheet_named

        return sheet_named(arguments.device), at
    if arguments.facts is None:
        from holdtrue.workplace.devices.collect.this_device import collect

        return collect(at=at), at
    from holdtrue.workplace import document
    from holdtrue.workplace.devices import osquery

    try:
        content = sys.stdin.buffer.read(document.LARGEST + 1) if str(arguments.facts) == "-" else arguments.facts.read_bytes()
    except OSError as error:
        raise Invalid(f"{arguments.facts} cannot be read: {error.strerror}.", hint="Check the path.") from error
    sheet = osquery.read(content, at=at) if osquery.looks_like_osquery(content) else document.read(content, at=at)
    # Facts from a file are judged as of when they were read.
    return sheet, sheet.collected_at


def _named(book: "Rulebook", rule_id: str) -> "Rule":
    from holdtrue.workplace.devices.rulebook.conditions import suggest

    rule = book.get(rule_id)
    if rule is None:
        hint = suggest(rule_id, [one.id for one in book.rules], otherwise="`holdtrue rules explain` tells of all.")
        raise NotFound(f"There is no rule {rule_id!r}.", hint=hint)
    return rule


def tell(outcome: "Outcome", under: "Exempted | None" = None, *, colour: bool) -> Iterator[str]:
    """Yield an outcome as a terminal shows it: the rule, the tree of its reasons, and what to do."""
    from holdtrue.workplace.devices.rulebook.judge import demand

    result = Result.EXEMPT if under else outcome.result
    sign, code = SIGNS[result]
    word = _painted(f"{sign} {result.value.replace('-', ' ')}", code, colour=colour)
    yield f"{outcome.rule.id}  {word}"
    yield f"  {demand(outcome)}"
    yield from _lines(outcome.tree, outcome.settings, colour=colour)
    if under:
        yield f"  ◆ broken with consent until {under.until:%Y-%m-%d}, by {under.by} (exemption {under.id})"
    elif outcome.advice:
        yield f"  → {outcome.advice}"


def _lines(node: "Because", settings: "Mapping[str, Known]", *, colour: bool = False, pad: str = "  ") -> Iterator[str]:
    sign, code = _TRUTHS[node.truth]
    yield f"{pad}{_painted(sign, code, colour=colour)} {node.text(settings)}"
    for name, told in _leaf(node):
        yield f"{pad}    {name} {told}"
    for one in node.of:
        yield from _lines(one, settings, colour=colour, pad=f"{pad}  ")


def _leaf(node: "Because") -> Iterator[tuple[str, str]]:
    from holdtrue.workplace.devices.rulebook.judge import shown_value, where
    from holdtrue.workplace.devices.rulebook.rule import sort_of_name

    found = node.conclusion
    if found is None or node.of:
        return
    says = found.says or found.breaks
    yield "is", shown_value(found.value, sort_of_name(found.name)) + (f": {says}" if says else "")
    for fact in found.facts[:4]:
        fixed = {True: "", False: ", fixed", None: ""}[fact.writable]
        yield "from", f"{where(fact)}{fixed}, {fact.observed_at:%Y-%m-%d %H:%M} UTC"


def out(outcome: "Outcome", under: "Exempted | None" = None) -> dict[str, object]:
    """Return an outcome for JSON, its tree whole."""
    return {
        "rule": outcome.rule.id,
        "hash": outcome.rule.hash,
        "result": Result.EXEMPT if under else outcome.result,
        "exemption": {"id": str(under.id), "until": under.until.isoformat(), "by": under.by} if under else None,
        "settings": dict(outcome.settings),
        "advice": outcome.advice,
        "because": _node_out(outcome.tree, outcome.settings),
    }


def _node_out(node: "Because", settings: "Mapping[str, Known]") -> dict[str, object]:
    from holdtrue.workplace.devices.rulebook.judge import shown_value
    from holdtrue.workplace.devices.rulebook.rule import sort_of_name

    told: dict[str, object] = {"condition": node.text(settings), "is": node.truth}
    if node.of:
        return told | {"of": [_node_out(one, settings) for one in node.of]}
    found = node.conclusion
    if found is None:
        return told
    facts = [
        {"name": fact.name, "value": fact.value, "source": fact.source, "user": fact.user, "writable": fact.writable,
         "origin": fact.origin, "observed_at": fact.observed_at.isoformat()}
        for fact in found.facts
    ]  # fmt: skip
    return told | {
        "conclusion": found.name, "value": shown_value(found.value, sort_of_name(found.name)),
        "says": found.says or found.breaks, "facts": facts,
    }  # fmt: skip


def _clauses(*, at: datetime) -> dict[str, dict[str, float]]:
    from holdtrue.workplace.devices.clauses import in_force

    return in_force(at=at)


def _sweep(arguments: argparse.Namespace, *, at: datetime) -> int:
    from holdtrue.workplace.devices import sweeps

    book = _book([])
    sweeps.fill(book)
    swept = sweeps.sweep(book, _clauses(at=at), at=at)
    if arguments.format == "json":
        print(
            json.dumps(
                [{"rule": one.rule.id, "hash": one.rule.hash, **{r.value: n for r, n in one.counts.items()}} for one in swept]
            )
        )
        return 1 if any(one.count(Result.BROKEN) for one in swept) else 0
    print(f"{'':<24} {'holds':>8} {'broken':>8} {'unproven':>9} {'not applicable':>15}")
    for one in sorted(swept, key=lambda one: -one.count(Result.BROKEN)):
        numbers = [one.count(result) for result in (Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.NOT_APPLICABLE)]
        print(f"{one.rule.id:<24} {numbers[0]:>8,} {numbers[1]:>8,} {numbers[2]:>9,} {numbers[3]:>15,}")
    return 1 if any(one.count(Result.BROKEN) for one in swept) else 0


def _what_if(arguments: argparse.Namespace, *, at: datetime) -> int:
    from holdtrue.workplace.devices import sweeps

    book = _book([])
    told = dict(_pair(one) for one in arguments.settings)
    pairs: list[tuple[Rule, Rule, dict[str, Known]]] = []
    if arguments.rules is not None:
        others = _book([arguments.rules])
        pairs = [(before, after, {}) for after in others.rules if (before := book.get(after.id)) is not None]
        if not pairs:
            raise Invalid(
                f"No rule of {arguments.rules} has the id of a rule that counts.", hint="Give it the id of the one to change."
            )
    if told:
        rule, given = sweeps.settings_of(book, told)
        pairs.append((rule, rule, given))
    if not pairs:
        raise Invalid("Nothing would be other than it is.", hint="Write --set screen-lock.within=600, or --rules FILE.")
    sweeps.fill(book, is_anew=any(set(after.names_of_facts) - set(before.names_of_facts) for before, after, _ in pairs))
    moved = [(after, sweeps.what_if(before, after, given, _clauses(at=at), at=at)) for before, after, given in pairs]
    if arguments.format == "json":
        rows = [
            {"rule": rule.id, "device": one.name, "before": one.before, "after": one.after}
            for rule, some in moved
            for one in some
        ]
        print(json.dumps({"changed": len(rows), "devices": rows}, ensure_ascii=False))
        return 0
    for rule, some in moved:
        print(f"{rule.id}: {len(some):,} device{'' if len(some) == 1 else 's'} would change.")
        for one in some[:_MOST_NAMES]:
            print(f"  {one.name}: {one.before.value} → {one.after.value}")
        if len(some) > _MOST_NAMES:
            print(f"  and {len(some) - _MOST_NAMES:,} more")
    return 0


def _pair(told: str) -> tuple[str, str]:
    name, sign, value = told.partition("=")
    if not sign or "." not in name:
        raise Invalid(f"{told!r} sets nothing.", hint="Write --set screen-lock.within=600.")
    return name.strip(), value.strip()


def _painted(words: str, code: str, *, colour: bool) -> str:
    return f"\033[{code}m{words}\033[0m" if colour else words


def _wants_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
