"""A scan's result for a terminal: what is wrong, the worst first, then every item in every state."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from holdtrue.website.scan.baseline import NOTHING, Baseline
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import STATES, Answer, State
from holdtrue.website.scan.faults import Finding, Severity
from holdtrue.website.scan.matrix import Cell, Table, matrix
from holdtrue.website.scan.shown import Group, Thing, age_told, groups, things_in

_SIGNS = {Severity.HIGH: "✗", Severity.MEDIUM: "✗", Severity.LOW: "!", Severity.INFO: "·"}
_COLOURS = {Severity.HIGH: "31;1", Severity.MEDIUM: "31", Severity.LOW: "33", Severity.INFO: "2"}
_HEADS = {State.NO_CHOICE: "before", State.REFUSED: "refused", State.ACCEPTED: "accepted", State.WITHDRAWN: "withdrawn"}
LEGEND = {
    "✗": "without consent",
    "●": "stored or sent",
    "◌": "stored, and gone again",
    "\N{EN DASH}": "refused by the browser, or reached nobody",
    "·": "not seen",
}
"""What each sign in the tables means."""
SHOWN = 8
"""Subjects listed under one fault; the matrix below and the other formats have them all."""
WIDEST_SUBJECT = 46
UNCUT = 1_000_000
"""Columns where nothing has to fit: in a file or a pipe, whose reader wants all of it."""


def text(scan: ScanDocument, *, colour: bool = False, width: int = UNCUT, baseline: Baseline = NOTHING) -> str:
    """Return the result as lines for a person."""
    return "\n".join(_lines(scan, _Pen(colour), max(width, 60), baseline)) + "\n"


class _Pen:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def _lines(scan: ScanDocument, pen: _Pen, width: int, baseline: Baseline) -> Iterator[str]:
    yield from _head(scan, pen, baseline)
    yield ""
    for state in STATES:
        if state in scan.states:
            yield from _state(scan, scan.states[state], pen, width)
    for group in groups(scan.findings):
        yield ""
        yield from _group(group, scan, pen, width, baseline)
    tables = matrix(scan.observations, scan.findings, asked=scan.states)
    for table in tables:
        yield ""
        yield from _table(table, pen, width, own=scan.landed.rstrip("/"))
    signs = {_sign(cell) for table in tables for line in table.lines for cell in line.cells}
    if signs:
        yield ""
        yield pen(_cut("  " + "   ".join(f"{sign} {words}" for sign, words in LEGEND.items() if sign in signs), width), "2")


def _head(scan: ScanDocument, pen: _Pen, baseline: Baseline) -> Iterator[str]:
    failing = [one for one in scan.findings if one.fails]
    counts = Counter(one.severity for one in failing)
    listed = ", ".join(f"{counts[severity]} {severity.value}" for severity in Severity if counts[severity])
    verdict = pen("no findings", "32;1") if not failing else pen(f"{many(len(failing), 'finding')}", "31;1")
    things = things_in(groups(scan.findings))
    about = f" about {many(things, 'thing')}" if things < len(failing) else ""
    remarks = len(scan.findings) - len(failing)
    beside = f", {many(remarks, 'remark')}" if remarks else ""
    yield f"{pen(clean(scan.landed), '1')} · {verdict}{about}{f' ({listed})' if listed else ''}{beside}"
    if baseline.marks:
        fresh = sum(not baseline.knows(one) for one in failing)
        yield pen(
            f"{fresh} of them new; the baseline knows the others" if failing else "none against the baseline",
            "33" if fresh else "2",
        )
    policy = f"held against “{clean(scan.policy.title)}”" if scan.policy else "no policy was given: nothing counts as declared"
    seconds = (scan.ended - scan.started).total_seconds()
    yield pen(
        f"{policy} · {many(len(scan.pages), 'page')}, {many(len(scan.observations), 'observation')}, {seconds:.0f} s", "2"
    )
    if scan.partial:
        yield pen("partial: the scan was cut short, and what was not seen may be more", "33")


def many(count: int, what: str) -> str:
    """Return a count and what was counted, in the plural where it is one."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _state(scan: ScanDocument, answer: Answer, pen: _Pen, width: int) -> Iterator[str]:
    seen = [one for one in scan.observations if one.state is answer.state and not one.refused_reason]
    stored = sum(one.kind.is_stored for one in seen)
    others = len({one.domain for one in seen if one.kind.is_sent and one.party == "third"})
    name = f"{answer.state.words:<10}"
    if answer.let_in:
        yield pen(_cut(f"    {name}   {clean(age_told(answer, scan.landed))}", width), "2")
    if not answer.reached:
        yield f"  {pen('○', '33')} {name}   {_cut(clean(answer.why_not), width - 17)}"
        return
    facts = f"{stored:>4} stored, {others:>3} other host{'s' if others != 1 else ' '}"
    how = f"  “{clean(' > '.join(answer.steps))}”: {clean(', '.join(answer.verified))}" if answer.steps else ""
    yield f"  {pen('●', '32')} {name}{facts}{pen(_cut(how, max(width - len(facts) - 14, 20)), '2')}"


def _group(group: Group, scan: ScanDocument, pen: _Pen, width: int, baseline: Baseline) -> Iterator[str]:
    things = group.things
    count = f" · {len(things)}" if len(things) > 1 else ""
    title = pen(f"{_SIGNS[group.severity]} {group.title}", _COLOURS[group.severity])
    yield f"{title}{pen(f'{count} · {group.severity.value}', '2')}"
    shown = things[:SHOWN]
    # Where all are of one page, that page is the title's, not each line's.
    is_about_page = {one.subject for one in shown} == {scan.landed}
    column = min(max(len(clean(one.subject)) for one in shown), WIDEST_SUBJECT, width // 2)
    for thing in shown:
        said = _brief(thing, scan, baseline)
        if is_about_page:
            yield f"    {_cut(said, width - 4)}"
        else:
            name = _cut(clean(thing.subject), column if width < UNCUT else width)
            yield f"    {name:<{column}}  {pen(_cut(said, max(width - column - 6, 20)), '2')}"
        suggestion = thing.findings[0].suggestion
        if suggestion:
            yield pen(f"      {_cut(clean(suggestion.words), width - 6)}", "2")
    if len(things) > SHOWN:
        yield pen(f"    and {len(things) - SHOWN} more", "2")
    for fix in _fixes(things, group):
        yield f"    → {_cut(clean(fix), width * 2)}"
    yield pen(f"      {group.reference}", "2")


def _fixes(things: Sequence[Thing], group: Group) -> tuple[str, ...]:
    """Return what to do: all of it where that is little, else what holds for most of them."""
    fixes = tuple(dict.fromkeys(fix for thing in things for fix in thing.fixes))
    return fixes if len(things) == 1 or len(fixes) <= MOST_FIXES else (group.fix,)


MOST_FIXES = 2
"""Remedies that are told of several things at once."""


def _brief(thing: Thing, scan: ScanDocument, baseline: Baseline) -> str:
    """Return the evidence without what the line says anyway: the first page, and the site's own address before each path."""
    own = scan.landed.rstrip("/")
    words = re.sub(rf" on {re.escape(scan.landed)}(?=[,;]|$)", "", thing.told[0].evidence).replace(f"{own}/", "/")
    first = thing.findings[0]
    is_open = len(thing.states) > 1 or first.fault.value.startswith(_IN_ANY_STATE)
    states = f"{' + '.join(_HEADS[state] for state in thing.states)}: " if thing.states and is_open else ""
    known = "known · " if all(map(baseline.knows, thing.findings)) else ""
    return clean(f"{known}{states}{words.removeprefix('set ')}")


_IN_ANY_STATE = ("identifier", "personal", "key", "finger", "respawned")
"""Faults that may be of any state, so that each line says of which."""


def _table(table: Table, pen: _Pen, width: int, *, own: str) -> Iterator[str]:
    """Yield every item with the states it was seen in, how long it is kept and who set it."""
    names = [clean(line.subject) for line in table.lines]
    room = max(20, width - 54)
    column = min(max([len(table.title) - 2, *(len(name) for name in names)]), room)
    states = "  ".join(_HEADS[state] for state in table.states)
    kept = f"{'kept':<10}  " if table.has_kept else ""
    yield f"{pen(f'{table.title:<{column + 2}}', '1')}  {pen(states, '2')}  {pen(f'{kept}{table.by}', '2')}"
    for name, line in zip(names, table.lines, strict=True):
        cells = "  ".join(_mark(cell, pen) for cell in line.cells)
        author = _cut(clean(line.author.removeprefix(own)) or "nobody was seen", max(12, width - column - 52))
        kept = f"{line.kept:<10}  " if table.has_kept else ""
        yield f"  {_cut(name, column):<{column}}  {cells}  {kept}{pen(author, '2')}"


def _mark(cell: Cell, pen: _Pen) -> str:
    """Return one cell as wide as its heading: seen, seen without leave, gone again, refused by the browser, or nothing."""
    sign = _sign(cell)
    told = f"{sign:^{len(_HEADS[cell.state])}}"
    return pen(told, _SIGN_COLOURS[sign]) if sign in _SIGN_COLOURS else told


_SIGN_COLOURS = {"·": "2", "✗": "31;1"}


def _sign(cell: Cell) -> str:
    if not cell.word:
        return "·"
    if cell.is_bad:
        return "✗"
    return "\N{EN DASH}" if cell.detail else ("◌" if "gone" in cell.word else "●")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def sentence(finding: Finding) -> str:
    """Return one finding as a sentence with its evidence and its remedy."""
    state = f" [{finding.state.words}]" if finding.state else ""
    return clean(f"{finding.title}: {finding.subject}{state}. {finding.evidence}. {finding.fix}")


def clean(text: str) -> str:
    """Return a text without control characters: a site's words must not move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
