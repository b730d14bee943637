"""A scan's result for a terminal: the states, every item, what is wrong, and how many of what."""

from collections import Counter
from collections.abc import Iterator, Sequence

from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import STATES, Answer, State
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.matrix import Cell, Table, matrix
from holdtrue.website.scan.rules import Finding

WORDS = {
    State.NO_CHOICE: "no choice",
    State.REFUSED: "refused",
    State.ACCEPTED: "accepted",
    State.WITHDRAWN: "withdrawn",
}
_SIGNS = {Severity.HIGH: "✗", Severity.MEDIUM: "✗", Severity.LOW: "!", Severity.INFO: "·"}
_COLOURS = {Severity.HIGH: "31;1", Severity.MEDIUM: "31", Severity.LOW: "33", Severity.INFO: "2"}
_HEADS = {State.NO_CHOICE: "before", State.REFUSED: "refused", State.ACCEPTED: "accepted", State.WITHDRAWN: "withdrawn"}
SHOWN = 12
"""Subjects listed under one fault; the other formats have them all."""


def text(scan: ScanDocument, *, colour: bool = False, width: int = 100) -> str:
    """Return the result as lines for a person."""
    return "\n".join(_lines(scan, _Pen(colour), max(width, 60))) + "\n"


class _Pen:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def _lines(scan: ScanDocument, pen: _Pen, width: int) -> Iterator[str]:
    failing = [one for one in scan.findings if one.fails]
    seconds = (scan.ended - scan.started).total_seconds()
    verdict = (
        pen("no findings", "32;1") if not failing else pen(f"{len(failing)} finding{'s' if len(failing) != 1 else ''}", "31;1")
    )
    pages = f"{len(scan.pages)} page{'s' if len(scan.pages) != 1 else ''}"
    yield f"{pen(clean(scan.landed), '1')} · {verdict} · {pages}, {len(scan.observations)} observations, {seconds:.0f} s"
    yield pen(
        f"held against “{clean(scan.policy.title)}”" if scan.policy else "no policy was given: nothing counts as declared", "2"
    )
    if scan.partial:
        yield pen("partial: the scan was cut short", "33")
    yield ""
    for state in STATES:
        if state in scan.states:
            yield from _state(scan, scan.states[state], pen)
    for table in matrix(scan.observations, scan.findings):
        yield ""
        yield from _table(table, pen, width, own=scan.landed.rstrip("/"))
    yield from _findings(scan.findings, pen, width)


def _state(scan: ScanDocument, answer: Answer, pen: _Pen) -> Iterator[str]:
    seen = [one for one in scan.observations if one.state is answer.state and not one.refused_reason]
    stored = sum(one.kind.is_stored for one in seen)
    others = len({one.domain for one in seen if not one.kind.is_stored and one.party == "third"})
    name = f"{WORDS[answer.state]:<10}"
    if not answer.reached:
        yield f"  {pen('○', '33')} {name} {clean(answer.why_not)}"
        return
    how = f" · pressed “{clean(' > '.join(answer.steps))}”, {clean(', '.join(answer.verified))}" if answer.steps else ""
    yield f"  {pen('●', '32')} {name} {stored:>3} stored, {others} other host{'s' if others != 1 else ''}{pen(how, '2')}"


def _table(table: Table, pen: _Pen, width: int, *, own: str) -> Iterator[str]:
    """Yield every item with the states it was seen in, how long it is kept and who set it."""
    names = [clean(line.subject) for line in table.lines]
    room = max(20, width - 54)
    column = min(max(len(name) for name in names), room)
    states = "  ".join(_HEADS[state] for state in STATES)
    yield f"{pen(f'{table.title:<{column + 2}}', '1')}  {pen(states, '2')}  {pen('kept      set by', '2')}"
    for name, line in zip(names, table.lines, strict=True):
        cells = "  ".join(_mark(cell, pen) for cell in line.cells)
        author = _cut(clean(line.author.removeprefix(own)) or "nobody was seen doing it", max(20, width - column - 46))
        yield f"  {_cut(name, column):<{column}}  {cells}  {line.kept:<8}  {pen(author, '2')}"


def _mark(cell: Cell, pen: _Pen) -> str:
    """Return one cell as wide as its heading: seen, seen without leave, gone again, refused by the browser, or nothing."""
    wide = len(_HEADS[cell.state])
    if not cell.word:
        return pen(f"{'·':^{wide}}", "2")
    if cell.is_bad:
        return pen(f"{'✗':^{wide}}", "31;1")
    sign = "\N{EN DASH}" if cell.detail else ("◌" if "gone" in cell.word else "●")
    return f"{sign:^{wide}}"


def _findings(findings: Sequence[Finding], pen: _Pen, width: int) -> Iterator[str]:
    groups: dict[tuple[Fault, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.fault, finding.severity), []).append(finding)
    for (fault, severity), group in groups.items():
        meaning = MEANINGS[fault]
        yield ""
        title = pen(f"{_SIGNS[severity]} {meaning.title}", _COLOURS[severity])
        yield f"{title}{pen(f' · {severity.value} · {meaning.reference}', '2')}"
        for finding in group[:SHOWN]:
            state = f" [{WORDS[finding.state]}]" if finding.state else ""
            yield f"    {clean(finding.subject)}{state}"
            yield pen(f"      {_cut(clean(finding.evidence), width - 6)}", "2")
        if len(group) > SHOWN:
            yield pen(f"    and {len(group) - SHOWN} more", "2")
        yield f"    → {meaning.fix}"
    counts = Counter(finding.severity for finding in findings)
    if findings:
        yield ""
        yield pen(" · ".join(f"{counts[severity]} {severity.value}" for severity in Severity if counts[severity]), "1")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def clean(text: str) -> str:
    """Return a text without control characters: a site's words must not move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
