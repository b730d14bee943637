"""A scan's result as one HTML file that needs nothing else: the four pictures, the matrix, the findings.

Everything that came from the site is escaped; there is no script in the file, no link leads out of it, and its own policy
forbids both.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from holdtrue.website.scan.baseline import NOTHING, Baseline
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import STATES, Answer, Party
from holdtrue.website.scan.faults import Fault, Finding
from holdtrue.website.scan.matrix import Cell, matrix
from holdtrue.website.scan.report_text import WORDS, many
from holdtrue.website.scan.shown import Group, groups

STYLE = resources.files("holdtrue.website.scan").joinpath("data/report.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"
"""What a browser may do with the file: show pictures from inside it and this one style, nothing else."""


BANNERS = frozenset(
    {
        Fault.COOKIE_WALL,
        Fault.NO_REFUSE,
        Fault.UNANSWERABLE,
        Fault.REFUSE_HIDDEN,
        Fault.UNEQUAL_BUTTONS,
        Fault.PRE_TICKED,
        Fault.NO_WITHDRAWAL,
        Fault.WITHDRAWAL_HARDER,
        Fault.REFUSAL_FORGOTTEN,
    }
)
"""Faults whose proof is what the page looked like: they lead to its picture."""


def html(scan: ScanDocument, *, baseline: Baseline = NOTHING) -> str:
    """Return the result as one self-contained page; what the baseline knows already is marked as known."""
    return "".join(_parts(scan, baseline))


def _parts(scan: ScanDocument, baseline: Baseline) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(CONTENT_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
    yield f"<title>Scan of {escape(scan.landed)}</title><style>{STYLE}</style></head><body><main>"
    yield from _head(scan, baseline)
    found = groups(scan.findings)
    yield from _index(found)
    yield '<h2>The four states</h2><ul class="states">'
    for state in STATES:
        yield _state(scan.states.get(state) or Answer(state=state, reached=False, why_not="Not looked at."), scan)
    yield "</ul>"
    yield from _findings(found, scan, baseline)
    yield from _matrix(scan)
    yield from _foot(scan)
    yield "</main></body></html>\n"


def _head(scan: ScanDocument, baseline: Baseline) -> Iterator[str]:
    failing = [one for one in scan.findings if one.fails]
    kind = "bad" if failing else "good"
    yield f"<h1>{escape(scan.landed)}</h1>"
    yield f'<p class="verdict {kind}">{many(len(failing), "finding") if failing else "No findings"}</p>'
    if baseline.marks:
        fresh = sum(not baseline.knows(one) for one in failing)
        yield f'<p class="verdict {"bad" if fresh else "good"}">{fresh or "None"} new</p>'
    if scan.partial:
        yield '<p class="verdict bad">Partial: the scan was cut short</p>'
    yield f'<p class="soft">Looked at on {scan.started:%-d %B %Y, %H:%M} UTC with {escape(scan.browser)}: '
    yield f"{many(len(scan.pages), 'page')} in each state, {many(len(scan.observations), 'observation')}.</p>"
    if scan.policy:
        yield f'<p class="soft">Held against “{escape(scan.policy.title)}”, '
        yield f"SHA-256 <code>{escape(scan.policy.sha256[:16])}…</code></p>"
    else:
        yield '<p class="soft">No policy was given: nothing counts as declared.</p>'


def _index(found: Iterable[Group]) -> Iterator[str]:
    """Yield what was found in a few lines, each of which leads to its evidence."""
    yield '<ol class="index">'
    for group in found:
        number = len(group.findings)
        yield f'<li class="{group.severity.value}"><a href="#{_anchor(group)}">{escape(_capital(group.title))}</a>'
        yield f' <span class="soft">{group.severity.value}{f" · {number}" if number > 1 else ""}</span></li>'
    yield "</ol>"


def _anchor(group: Group) -> str:
    return f"{group.findings[0].fault.value}-{group.severity.value}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _state(answer: Answer, scan: ScanDocument) -> str:
    picture = '<div class="nothing">no picture</div>'
    if answer.screenshot.startswith("data:image/"):
        picture = f'<img src="{escape(answer.screenshot)}" alt="The page in the state “{WORDS[answer.state]}”">'
    seen = [one for one in scan.observations if one.state is answer.state and not one.refused_reason]
    stored = sum(one.kind.is_stored for one in seen)
    others = len({one.domain for one in seen if one.kind.is_sent and one.party is Party.THIRD})
    if answer.reached:
        how = f"Pressed “{escape(' > '.join(answer.steps))}”. " if answer.steps else ""
        words = f"<p><b>{many(stored, 'item')}</b> stored, <b>{many(others, 'other host')}</b> told.</p>"
        words += f'<p class="soft">{how}Seen: {escape(", ".join(answer.verified))}.</p>'
    else:
        words = f"<p>Not reached. {escape(answer.why_not)}</p>"
    title = f"<h3>{_capital(WORDS[answer.state])}</h3>"
    return f'<li id="state-{answer.state.value}">{picture}<div class="words">{title}{words}</div></li>'


def _findings(found: Iterable[Group], scan: ScanDocument, baseline: Baseline) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    if not found:
        yield "<p>None: everything seen is as it should be.</p>"
    for group in found:
        is_open = " open" if group.fails else ""
        yield f'<details class="{group.severity.value}" id="{_anchor(group)}"{is_open}>'
        tag = f'<span class="tag">{group.severity.value} · {len(group.findings)}</span>'
        yield f"<summary>{escape(_capital(group.title))} {tag}</summary>"
        yield f'<p class="fix"><b>What to do:</b> {escape(group.fix)}</p><p class="soft law">{escape(group.reference)}</p><ul>'
        for one in group.findings:
            yield _finding(one, scan, baseline, general=group.fix)
        yield "</ul></details>"


def _finding(one: Finding, scan: ScanDocument, baseline: Baseline, *, general: str) -> str:
    subject = f"<code>{escape(one.subject)}</code>" if one.subject != scan.landed else ""
    state = f'<span class="state">{WORDS[one.state]}</span>' if one.state else ""
    known = '<span class="state">known</span>' if baseline.knows(one) else ""
    shot = scan.states[one.state].screenshot if one.state in scan.states else ""
    picture = f' <a href="#state-{one.state}">See the picture.</a>' if one.fault in BANNERS and shot else ""
    fix = f'<p class="own">{escape(one.fix)}</p>' if one.fix != general else ""
    guess = f'<p class="soft">{escape(one.suggestion.words)}</p>' if one.suggestion else ""
    return f'<li>{subject} {state}{known}<p class="soft">{escape(one.evidence)}{picture}</p>{guess}{fix}</li>'


def _matrix(scan: ScanDocument) -> Iterator[str]:
    tables = matrix(scan.observations, scan.findings)
    if not tables:
        yield "<h2>What is stored, in which state</h2><p>Nothing is stored.</p>"
    heads = "".join(f"<th scope=col>{_capital(WORDS[state])}</th>" for state in STATES)
    for table in tables:
        yield f'<h2>{table.title}</h2><div class="table"><table><thead><tr><th scope=col>Item</th>{heads}'
        yield "<th scope=col>Kept</th><th scope=col>By</th></tr></thead><tbody>"
        for line in table.lines:
            yield f"<tr><th scope=row><code>{escape(line.subject)}</code></th>{''.join(map(_cell, line.cells))}"
            yield f"<td>{line.kept}</td><td><code>{escape(line.author)}</code></td></tr>"
        yield "</tbody></table></div>"


def _cell(cell: Cell) -> str:
    if not cell.word:
        return '<td class="cell none">—</td>'
    detail = f"<br>{escape(cell.detail)}" if cell.detail else ""
    kind, sign = ("bad", "✗") if cell.is_bad else ("none", "") if cell.detail else ("ok", "✓")
    return f'<td class="cell {kind}">{sign} {cell.word}{detail}</td>'


def _foot(scan: ScanDocument) -> Iterator[str]:
    pages = "".join(f"<li><code>{escape(page)}</code></li>" for page in scan.pages)
    yield f"<h2>Pages</h2><ul>{pages}</ul>"
    yield f"<footer>{escape(scan.scanner)}. A scan shows what one visitor's browser saw on these pages at this time; "
    yield "what is set elsewhere, later or for others it cannot show.</footer>"
