"""Sections and clauses, found in the blocks of a text."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.text import markdown
from holdtrue.policy.text.document import Clause, Exemptible, Kept, Parameter, Piece, Prose, Section
from holdtrue.policy.text.durations import seconds_of
from holdtrue.policy.text.markdown import Block
from holdtrue.policy.text.mistakes import Mistake

MOST_CLAUSES: Final = 2_000

CLAUSE = re.compile(r"^\[(?P<id>[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)+)\](?:[ \t\n]+|$)")
"""How a clause begins: its id in brackets."""
_BRACKET = re.compile(r"^\[(?P<inside>[^\]\n]{0,60})\](?=[ \t\n])")
_NUMBER = re.compile(r"^(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<title>\S.*)$")
_LABEL = re.compile(r"^(?P<label>[^\W\d_][^:*]{2,30}?)\s*:\s*(?P<text>.*)$")
_ASKS: Final = ("asks of you", "vraagt van u", "vraagt van je", "vous demande", "verlangt von ihnen")
_KEPT: Final = ("kept by", "bewaakt door", "tenu par", "gehalten durch")
_EXEMPTION: Final = ("exemption", "vrijstelling", "dérogation", "freistellung")
_LABELS: Final = _ASKS + _KEPT + _EXEMPTION
_EXEMPTIBLE: Final = {
    **dict.fromkeys(("never", "nooit", "jamais", "nie"), Exemptible.NEVER),
    **dict.fromkeys(("one decider", "één beslisser", "un décideur", "eine person"), Exemptible.ONE),
    **dict.fromkeys(("two deciders", "twee beslissers", "deux décideurs", "zwei personen"), Exemptible.TWO),
}


@dataclass(slots=True)
class Reading:
    """What is collected while a text is read: mistakes, and what may stand once only."""

    mistakes: list[Mistake] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """Where each clause id stands."""
    anchors: set[str] = field(default_factory=set)


def sections_of(body: str, first_line: int, reading: Reading) -> tuple[Section, ...]:
    """Return the sections with their clauses; mistakes go into `reading`."""
    heading = Block("heading", "", first_line)
    pending: list[Block] = []
    sections: list[Section] = []
    for block in markdown.blocks_of(body, first_line=first_line):
        if block.kind != "heading":
            pending.append(block)
            continue
        if pending or heading.level:
            sections.append(_section(heading, pending, reading))
        heading, pending = block, []
    if pending or heading.level:
        sections.append(_section(heading, pending, reading))
    return tuple(sections)


def _section(heading: Block, blocks: list[Block], reading: Reading) -> Section:
    words = markdown.plain_text_of(heading.source)
    match = _NUMBER.match(words)
    number, title = (match["number"], match["title"]) if match else ("", words)
    if heading.level and not 2 <= heading.level <= 4:  # noqa: PLR2004 - h2 to h4
        advice = "The title stands in the head; sections begin with ##, parts of them with ### or ####."
        reading.mistakes.append(Mistake(heading.line, f"“{words}” is a heading of level {heading.level}.", advice))
    return Section(
        anchor=_anchor(words, reading),
        number=number,
        title=title,
        level=heading.level,
        line=heading.line,
        blocks=tuple(_told(_ungrouped(blocks, reading), title, reading)),
    )


def _anchor(words: str, reading: Reading) -> str:
    base = re.sub(r"[^\w]+", "-", words.casefold()).strip("-") or "top"
    anchor, count = base, 1
    while anchor in reading.anchors:
        count += 1
        anchor = f"{base}-{count}"
    reading.anchors.add(anchor)
    return anchor


def _ungrouped(blocks: Iterable[Block], reading: Reading) -> Iterator[Block]:
    """Yield the blocks; a list whose items are clauses falls apart into its items' blocks."""
    for block in blocks:
        items = list(markdown.items_of(block)) if block.kind in {"bullet_list", "ordered_list"} else []
        if not any(CLAUSE.match(item.source) for item in items):
            yield block
            continue
        for item in items:
            if not CLAUSE.match(item.source):
                advice = "Give it an id in [brackets], or indent it under the clause before it."
                reading.mistakes.append(Mistake(item.line, "This item of a list of clauses is none.", advice))
            yield from markdown.blocks_of(item.source, first_line=item.line)


def _told(blocks: Iterable[Block], section: str, reading: Reading) -> Iterator[Piece]:
    """Yield prose and clauses: what follows a clause belongs to it, up to the next clause or heading."""
    group: list[Block] = []
    for block in blocks:
        starts = block.kind == "paragraph" and CLAUSE.match(block.source)
        bracket = _BRACKET.match(block.source) if block.kind == "paragraph" and not starts else None
        if bracket:
            advice = "An id has capitals and parts joined by hyphens, such as [CP-4.1]."
            reading.mistakes.append(Mistake(block.line, f"“{bracket['inside']}” cannot be the id of a clause.", advice))
        if starts and group:
            yield _block(group, section, reading)
            group = []
        group.append(block)
    if group:
        yield _block(group, section, reading)


def _block(group: list[Block], section: str, reading: Reading) -> Piece:
    first = group[0]
    match = CLAUSE.match(first.source) if first.kind == "paragraph" else None
    if match is None:
        text = _joined(group)
        return Prose(text, markdown.html_of(text), first.line)
    _remember(match["id"], first.line, reading)
    notes = [block for block in group[1:] if _is_note(block, reading)]
    opening = Block("paragraph", first.source[match.end() :], first.line)
    text = _joined([opening, *(block for block in group[1:] if block not in notes)])
    if not text.strip():
        reading.mistakes.append(Mistake(first.line, f"Clause {match['id']} says nothing.", "Write its text after the id."))
    asks, commitments, exemption = _notes(notes, reading)
    return Clause(
        id=match["id"],
        text=text,
        html=markdown.html_of(text),
        asks=asks,
        asks_html=markdown.inline_html_of(asks),
        commitments=commitments,
        line=first.line,
        section=section,
        exemption=exemption,
    )


def _remember(id: str, line: int, reading: Reading) -> None:  # noqa: A002 - a clause's id is called so everywhere
    if id in reading.lines:
        what = f"Clause {id} stands here again, after line {reading.lines[id]}."
        reading.mistakes.append(Mistake(line, what, "Give each clause an id of its own."))
    reading.lines.setdefault(id, line)
    if len(reading.lines) == MOST_CLAUSES + 1:
        reading.mistakes.append(Mistake(line, f"The text has more than {MOST_CLAUSES} clauses.", "Split it."))


def _joined(blocks: Iterable[Block]) -> str:
    return "\n\n".join(block.source for block in blocks)


def _quoted(block: Block) -> list[tuple[int, str]]:
    lines = enumerate(block.source.split("\n"), block.line)
    return [(line, re.sub(r"^ {0,3}> ?", "", text).strip()) for line, text in lines]


def _label(text: str) -> tuple[str, str] | None:
    match = _LABEL.match(text)
    return (match["label"].casefold(), match["text"].strip()) if match else None


def _is_note(block: Block, reading: Reading) -> bool:
    """Whether the quote holds "Asks of you", "Kept by" or "Exemption" lines; a misspelt one is a mistake."""
    if block.kind != "blockquote":
        return False
    line, text = _quoted(block)[0]
    label = _label(text)
    if label is None:
        return False
    if label[0] in _LABELS:
        return True
    near = difflib.get_close_matches(label[0], _LABELS, n=1, cutoff=0.75)
    if near:
        reading.mistakes.append(Mistake(line, f"“{label[0]}:” means nothing here.", f"Did you mean “{near[0]}:”?"))
    return False


def _notes(blocks: Iterable[Block], reading: Reading) -> tuple[str, tuple[Kept, ...], Exemptible]:
    asks: list[str] = []
    commitments: list[Kept] = []
    exemptions: list[Exemptible] = []
    lines = [line for block in blocks for line in _quoted(block)]
    for number, (line, text) in enumerate(lines):
        label = _label(text)
        if label and label[0] in _KEPT:
            commitments += _kept(label[1], line, reading)
        elif label and label[0] in _EXEMPTION:
            exemptions.append(_exemptible(label[1], line, bool(exemptions), reading))
        elif label and label[0] in _ASKS:
            asks.append(label[1])
        elif text and number and asks:
            asks[-1] += f" {text}"
    twice = {kept.id for kept in commitments if sum(other.id == kept.id for other in commitments) > 1}
    for id_ in sorted(twice):
        reading.mistakes.append(Mistake(lines[0][0], f"The clause is kept by {id_} twice.", "Keep one of the lines."))
    return " ".join(asks), tuple(commitments), exemptions[0] if exemptions else Exemptible.NEVER


def _exemptible(phrase: str, line: int, stands_already: bool, reading: Reading) -> Exemptible:
    """Return whether the clause lets people be exempted; what cannot be read is a mistake, and reads as never."""
    if stands_already:
        reading.mistakes.append(Mistake(line, "The clause says twice who can be exempted.", "Keep one of the lines."))
    said = " ".join(phrase.rstrip(" .").casefold().split())
    if said not in _EXEMPTIBLE:
        advice = "Write “never”, “one decider” or “two deciders”."
        reading.mistakes.append(Mistake(line, f"“{phrase}” says not who decides an exemption.", advice))
    return _EXEMPTIBLE.get(said, Exemptible.NEVER)


def _kept(phrase: str, line: int, reading: Reading) -> Iterator[Kept]:
    """Yield the commitment of `device.screen-lock at most 15 minutes`, or note why there is none."""
    id_, _, rest = phrase.strip().strip("`").partition(" ")
    id_ = id_.strip("`").rstrip(".")
    commitment = COMMITMENTS.get(id_)
    if commitment is None:
        near = difflib.get_close_matches(id_, COMMITMENTS, n=1)
        advice = f"Did you mean {near[0]}?" if near else f"The commitments are {', '.join(sorted(COMMITMENTS))}."
        reading.mistakes.append(Mistake(line, f"“{id_}” is no commitment.", advice))
        return
    rest = rest.strip().strip("`").rstrip(".").strip()
    if not rest:
        yield Kept(id_)
        return
    name = next((name for name in commitment.parameters if rest.casefold().startswith(f"{name} ")), None)
    seconds = seconds_of(rest[len(name) :]) if name else None
    if name is None or seconds is None:
        known = ", ".join(f"“{name} 15 minutes”" for name in sorted(commitment.parameters)) or "nothing"
        reading.mistakes.append(Mistake(line, f"{id_} cannot be set to “{rest}”.", f"It takes {known}."))
        return
    yield Kept(id_, (Parameter(name, seconds),))
