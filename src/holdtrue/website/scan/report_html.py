"""A scan's result as one HTML file that needs nothing else: the four pictures, the matrix, the findings.

Everything that came from the site is escaped, nothing in the file is a link or a script, and its own policy forbids both.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import STATES, Answer, Observation
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.matrix import Cell, matrix
from holdtrue.website.scan.report_text import WORDS
from holdtrue.website.scan.rules import Finding

STYLE = resources.files("holdtrue.website.scan").joinpath("data/report.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"
"""What a browser may do with the file: show pictures from inside it and this one style, nothing else."""


def html(scan: ScanDocument) -> str:
    """Return the result as one self-contained page."""
    return "".join(_parts(scan))


def _parts(scan: ScanDocument) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(CONTENT_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
    yield f"<title>Scan of {escape(scan.landed)}</title><style>{STYLE}</style></head><body><main>"
    yield from _head(scan)
    yield '<h2>The four states</h2><ul class="states">'
    for state in STATES:
        yield _state(scan.states.get(state) or Answer(state=state, reached=False, why_not="Not looked at."), scan.observations)
    yield "</ul>"
    yield from _findings(scan.findings)
    yield from _matrix(scan)
    yield from _foot(scan)
    yield "</main></body></html>\n"


def _head(scan: ScanDocument) -> Iterator[str]:
    failing = sum(one.fails for one in scan.findings)
    yield f"<h1>{escape(scan.landed)}</h1>"
    yield f'<p class="soft">Looked at on {scan.started:%-d %B %Y, %H:%M} UTC with {escape(scan.browser)}, '
    yield f"{len(scan.pages)} page{'s' if len(scan.pages) != 1 else ''} in each state.</p>"
    if scan.policy:
        yield f'<p class="soft">Held against “{escape(scan.policy.title)}”, '
        yield f"SHA-256 <code>{escape(scan.policy.sha256[:16])}…</code></p>"
    else:
        yield '<p class="soft">No policy was given: nothing counts as declared.</p>'
    kind = "bad" if failing else "good"
    yield f'<p class="verdict {kind}">{_many(failing, "finding") if failing else "No findings"}</p>'
    if scan.partial:
        yield '<p class="verdict bad">Partial: the scan was cut short</p>'
    counts = {severity: sum(one.severity is severity for one in scan.findings) for severity in Severity}
    yield (
        '<ul class="counts">'
        + "".join(f"<li><b>{n}</b> {severity.value}</li>" for severity, n in counts.items() if n)
        + "</ul>"
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _state(answer: Answer, observations: Iterable[Observation]) -> str:
    picture = '<div class="nothing">no picture</div>'
    if answer.screenshot.startswith("data:image/"):
        picture = f'<img src="{escape(answer.screenshot)}" alt="The page in the state “{WORDS[answer.state]}”">'
    stored = sum(one.state is answer.state and one.kind.is_stored and not one.refused_reason for one in observations)
    if answer.reached:
        how = f"Pressed “{escape(' > '.join(answer.steps))}”. " if answer.steps else ""
        words = f"<p>{_many(stored, 'item')} stored.</p><p class=soft>{how}Seen: {escape(', '.join(answer.verified))}.</p>"
    else:
        words = f"<p>Not reached. {escape(answer.why_not)}</p>"
    return f'<li>{picture}<div class="words"><h3>{WORDS[answer.state].capitalize()}</h3>{words}</div></li>'


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    groups: dict[tuple[Fault, Severity], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.fault, one.severity), []).append(one)
    yield "<h2>Findings</h2>" if groups else "<h2>Findings</h2><p>None: everything seen is as it should be.</p>"
    for (fault, severity), group in groups.items():
        meaning = MEANINGS[fault]
        is_open = " open" if severity is not Severity.INFO else ""
        yield f'<details class="{severity.value}"{is_open}><summary>{escape(meaning.title.capitalize())} '
        yield f'<span class="tag">{severity.value} · {len(group)}</span></summary><ul>'
        for one in group:
            state = f" · {WORDS[one.state]}" if one.state else ""
            yield f"<li><code>{escape(one.subject)}</code>{state}<p class=soft>{escape(one.evidence)}</p></li>"
        yield f'</ul><p class="fix"><b>What to do:</b> {escape(meaning.fix)}</p>'
        yield f'<p class="soft">{escape(meaning.reference)}</p></details>'


def _matrix(scan: ScanDocument) -> Iterator[str]:
    tables = matrix(scan.observations, scan.findings)
    if not tables:
        yield "<h2>What is stored, in which state</h2><p>Nothing is stored.</p>"
    heads = "".join(f"<th scope=col>{WORDS[state].capitalize()}</th>" for state in STATES)
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
