"""A scan's result as one HTML file that needs nothing else: the four pictures, the matrix, the findings.

Everything that came from the site is escaped; there is no script in the file, no link leads out of it, and its own policy
forbids both.
"""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from holdtrue.said import ENGLISH, Said, Tongue, said
from holdtrue.website.scan.baseline import NOTHING, Baseline
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import STATES, Answer, Party
from holdtrue.website.scan.engine.remarks import recognised
from holdtrue.website.scan.faults import Fault, Finding, Severity
from holdtrue.website.scan.matrix import Cell, matrix
from holdtrue.website.scan.shown import Group, Thing, age_told, groups, seen_of, things_in

STYLE = resources.files("holdtrue.website.scan").joinpath("data/report.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"
"""What a browser may do with the file: show pictures from inside it and this one style, nothing else."""


_ROW = re.compile(r"(\|(?: [^|]*\|){6,}(?: |$))")
"""A row of the policy's tables within a sentence."""
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
        Fault.UNVERIFIED,
    }
)
"""Faults whose proof is what the page looked like: they lead to its picture."""


def html(scan: ScanDocument, *, baseline: Baseline = NOTHING, tongue: Tongue = ENGLISH) -> str:
    """Return the result as one self-contained page in a language; what the baseline knows already is marked as known."""
    return "".join(_Page(scan, baseline, tongue).parts())


@dataclass(frozen=True, slots=True)
class _Page:
    """A result, what is known of it already, and the language that it is told in."""

    scan: ScanDocument
    baseline: Baseline
    tongue: Tongue

    def say(self, text: str) -> str:
        """Return a sentence in the reader's language, escaped."""
        return escape(self.tongue.say(text))

    def begin(self, text: str) -> str:
        """Return a sentence likewise, with its first letter a capital."""
        spoken = self.tongue.say(text)
        return escape(spoken[:1].upper() + spoken[1:])

    def coded(self, text: str) -> str:
        """Return a sentence likewise, what stands in `backticks` set as code."""
        # A row to paste stands by itself, whole: one press selects it.
        parts = _ROW.sub(r'<code class="row">\1</code>', self.say(text)).split("`")
        if len(parts) % 2 == 0:  # One without its pair: leave it all as it is.
            return "`".join(parts)
        return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))

    def parts(self) -> Iterator[str]:
        """Yield the page from its top to its foot."""
        title = self.say(said("Scan of %(address)s", address=self.scan.landed))
        yield f'<!doctype html><html lang="{self.tongue.code}"><head><meta charset="utf-8">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{escape(CONTENT_POLICY)}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        yield f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        yield from self.head()
        found = groups(self.scan.findings)
        yield from self.index(found)
        yield f'<h2>{self.say(said("The four states"))}</h2><ul class="states">'
        for state in STATES:
            yield self.state(self.scan.states.get(state) or Answer(state=state, reached=False, why_not=said("Not looked at.")))
        yield "</ul>"
        yield from self.findings(found)
        yield from self.matrix()
        yield from self.foot()
        yield "</main></body></html>\n"

    def head(self) -> Iterator[str]:
        """Yield what the scan came to, and what it looked at."""
        failing = [one for one in self.scan.findings if one.fails]
        yield f"<h1>{escape(self.scan.landed)}</h1>"
        yield self.verdict(_findings(len(failing)), is_good=not failing)
        if failing:
            yield f'<p class="soft weights">{self.weights(failing)}</p>'
        if self.baseline.marks:
            fresh = sum(not self.baseline.knows(one) for one in failing)
            yield self.verdict(said("%(count)s new", count=fresh) if fresh else said("None new"), is_good=not fresh)
        if self.scan.partial:
            yield self.verdict(said("Partial: the scan was cut short"), is_good=False)
        looked = said(
            "Looked at on %(day)s, %(time)s UTC with %(browser)s: %(pages)s in each state, %(observations)s.",
            day=self.scan.started.date(),
            time=f"{self.scan.started:%H:%M}",
            browser=self.scan.browser,
            pages=_pages(len(self.scan.pages)),
            observations=_observations(len(self.scan.observations)),
        )
        yield f'<p class="soft">{self.say(looked)}</p><p class="soft">{self.held()}</p>'

    def weights(self, failing: Sequence[Finding]) -> str:
        """Return how many findings there are of each severity, and of how many things they are."""
        counts = Counter(one.severity for one in failing)
        told = [
            said("%(count)s %(severity)s", count=counts[severity], severity=said(severity.value))
            for severity in Severity
            if counts[severity]
        ]
        things = things_in(groups(failing))
        if things < len(failing):
            told.append(said("1 thing") if things == 1 else said("%(count)s things", count=things))
        return " · ".join(map(self.say, told))

    def verdict(self, words: str, *, is_good: bool) -> str:
        """Return words that are good or bad news."""
        return f'<p class="verdict {"good" if is_good else "bad"}">{self.say(words)}</p> '

    def held(self) -> str:
        """Return what the site was held against."""
        if self.scan.policy is None:
            return self.say(said("No policy was given: nothing counts as declared."))
        title = self.scan.policy.title
        against = said("Held against “%(policy)s”", policy=title) if title else said("Held against the policy of that day")
        return f"{self.say(against)}, SHA-256 <code>{escape(self.scan.policy.sha256[:16])}…</code>"

    def index(self, found: Iterable[Group]) -> Iterator[str]:
        """Yield what was found in a few lines, each of which leads to its evidence."""
        yield '<ol class="index">'
        for group in found:
            number = f" · {len(group.things)}" if len(group.things) > 1 else ""
            yield f'<li class="{group.severity.value}"><a href="#{_anchor(group)}">{self.begin(group.title)}</a>'
            yield f' <span class="soft">{self.say(said(group.severity.value))}{number}</span></li>'
        yield "</ol>"

    def state(self, answer: Answer) -> str:
        """Return one state: its picture, and what was seen in it."""
        name = said(answer.state.words)
        picture = f'<div class="nothing">{self.say(said("no picture"))}</div>'
        if answer.screenshot.startswith("data:image/"):
            shown = self.say(said("The page in the state “%(state)s”", state=name))
            picture = f'<img src="{escape(answer.screenshot)}" alt="{shown}">'
        words = self.reached(answer) if answer.reached else f"<p>{self.not_reached(answer)}</p>"
        if answer.let_in:
            words += f'<p class="soft">{self.say(age_told(answer, self.scan.landed))}</p>'
        title = f"<h3>{self.begin(name)}</h3>"
        return f'<li id="state-{answer.state.value}">{picture}<div class="words">{title}{words}</div></li>'

    def not_reached(self, answer: Answer) -> str:
        """Return why a state was not brought about."""
        return self.say(said("Not reached. %(why)s", why=recognised(answer.why_not)))

    def reached(self, answer: Answer) -> str:
        """Return how a state was brought about, and how much was stored and sent in it."""
        seen = [one for one in self.scan.observations if one.state is answer.state and not one.refused_reason]
        stored = sum(one.kind.is_stored for one in seen)
        others = len({one.domain for one in seen if one.kind.is_sent and one.party is Party.THIRD})
        effects = ", ".join(map(self.tongue.say, seen_of(answer)))
        how = said("Seen: %(effects)s.", effects=effects)
        if answer.steps:
            steps = " > ".join(answer.steps)
            how = said("Pressed “%(steps)s”. Seen: %(effects)s.", steps=steps, effects=effects)
        what = said("%(items)s stored, %(hosts)s told.", items=_items(stored), hosts=_hosts(others))
        return f'<p><b>{self.say(what)}</b></p><p class="soft">{self.say(how)}</p>'

    def findings(self, found: Iterable[Group]) -> Iterator[str]:
        """Yield every finding under its sort."""
        yield f"<h2>{self.say(said('Findings'))}</h2>"
        if not found:
            yield f"<p>{self.say(said('None: everything seen is as it should be.'))}</p>"
        for group in found:
            is_open = " open" if group.fails else ""
            yield f'<details class="{group.severity.value}" id="{_anchor(group)}"{is_open}>'
            tag = f'<span class="tag">{self.say(said(group.severity.value))} · {len(group.things)}</span>'
            yield f"<summary>{self.begin(group.title)} {tag}</summary>"
            yield f'<p class="fix"><b>{self.say(said("What to do:"))}</b> {self.coded(group.fix)}</p>'
            yield f'<p class="soft law">{self.say(group.reference)}</p><ul>'
            for one in group.things:
                yield self.thing(one, general=group.fix)
            yield "</ul></details>"

    def thing(self, thing: Thing, *, general: str) -> str:
        """Return one thing with the states in which it is so, its evidence, and what to do about it."""
        first = thing.findings[0]
        subject = f"<code>{self.say(thing.subject)}</code>" if thing.subject != self.scan.landed else ""
        states = "".join(f'<span class="state">{self.say(said(state.words))}</span>' for state in thing.states)
        is_known = all(map(self.baseline.knows, thing.findings))
        known = f'<span class="state">{self.say(said("known"))}</span>' if is_known else ""
        shot = self.scan.states[first.state].screenshot if first.state in self.scan.states else ""
        seen = self.say(said("See the picture."))
        picture = f' <a href="#state-{first.state}">{seen}</a>' if first.fault in BANNERS and shot else ""
        guess = f'<p class="soft">{self.say(first.suggestion.words)}</p>' if first.suggestion else ""
        fixes = "".join(f'<p class="own">{self.coded(fix)}</p>' for fix in thing.fixes if fix != general)
        return f"<li>{subject} {states}{known}{self.evidence(thing, picture)}{guess}{fixes}</li>"

    def evidence(self, thing: Thing, picture: str) -> str:
        """Return what was seen: the same words once, with their states where they are not of all."""
        told = []
        for one in thing.told:
            states = ", ".join(self.say(said(state.words)) for state in one.states)
            where = f"{states}: " if len(thing.told) > 1 and states else ""
            told.append(f'<p class="soft">{where}{self.say(one.evidence)}{picture}</p>')
        return "".join(told)

    def matrix(self) -> Iterator[str]:
        """Yield every item in every state."""
        tables = matrix(self.scan.observations, self.scan.findings, asked=self.scan.states)
        if not tables:
            nothing = self.say(said("Nothing is stored."))
            yield f"<h2>{self.say(said('What is stored, in which state'))}</h2><p>{nothing}</p>"
        for table in tables:
            ends = [*([said("Kept")] if table.has_kept else []), table.by]
            names = [said("Item"), *(said(state.words) for state in table.states), *ends]
            heads = "".join(f"<th scope=col>{self.begin(name)}</th>" for name in names)
            kept, by = self.begin(said("Kept")), self.begin(table.by)
            yield f'<h2>{self.say(table.title)}</h2><div class="table"><table><thead><tr>{heads}</tr></thead><tbody>'
            for line in table.lines:
                yield f"<tr><th scope=row><code>{escape(line.subject)}</code></th>{''.join(map(self.cell, line.cells))}"
                yield f'<td data-label="{kept}">{self.say(line.kept)}</td>' if table.has_kept else ""
                yield f'<td data-label="{by}"><code>{escape(line.author)}</code></td></tr>'
            yield "</tbody></table></div>"

    def cell(self, cell: Cell) -> str:
        """Return one item in one state."""
        if not cell.word:
            return '<td class="cell none">—</td>'
        detail = f"<br>{escape(cell.detail)}" if cell.detail else ""
        kind, sign = ("bad", "✗") if cell.is_bad else ("none", "") if cell.detail else ("ok", "✓")
        return f'<td class="cell {kind}">{sign} {self.say(cell.word)}{detail}</td>'

    def foot(self) -> Iterator[str]:
        """Yield the pages, and what a scan cannot show."""
        pages = "".join(f"<li><code>{escape(page)}</code></li>" for page in self.scan.pages)
        yield f"<h2>{self.say(said('Pages'))}</h2><ul>{pages}</ul>"
        limits = said(
            "%(scanner)s. A scan shows what one visitor's browser saw on these pages at this time; "
            "what is set elsewhere, later or for others it cannot show.",
            scanner=self.scan.scanner,
        )
        yield f"<footer>{self.say(limits)}</footer>"


def _anchor(group: Group) -> str:
    return f"{group.findings[0].fault.value}-{group.severity.value}"


def _findings(count: int) -> Said:
    if not count:
        return said("No findings")
    return said("1 finding") if count == 1 else said("%(count)s findings", count=count)


def _pages(count: int) -> Said:
    return said("1 page") if count == 1 else said("%(count)s pages", count=count)


def _observations(count: int) -> Said:
    return said("1 observation") if count == 1 else said("%(count)s observations", count=count)


def _items(count: int) -> Said:
    return said("1 item") if count == 1 else said("%(count)s items", count=count)


def _hosts(count: int) -> Said:
    return said("1 other host") if count == 1 else said("%(count)s other hosts", count=count)
