"""Defects of a text's wording: references, lists, slips, signs."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.drafts import Draft, is_item
from holdtrue.policy.text.findings import Finding

_SECTION = re.compile(
    r"\b(?:sections?|chapters?|clauses?|afdelings?|hoofdstuk|rubriek|abschnitt|ziffer)\s+"
    r"(?P<numbers>\d+(?:\.\d+)*(?:\s*(?:,|and|or|to|en|et|und)\s*\d+(?:\.\d+)*)*)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:directive|regulation|gdpr|act|law|code|wet|loi|gesetz|avg|rgpd|richtlijn|verordening|règlement"
    r"|dsgvo|of the (?:eu|treaty))\b",
    re.IGNORECASE,
)
_OWN_ARTICLE = re.compile(
    r"\b(?:articles?|artikel)\s+(?P<number>\d+(?:\.\d+)*)\s*(?:,\s*)?"
    r"(?:below|above|hierboven|hieronder|ci-dessous|ci-dessus|ci-après|unten|oben"
    r"|of this (?:cookie )?(?:policy|notice|statement)|van (?:dit (?:cookie)?beleid|deze (?:cookie)?verklaring)"
    r"|de (?:la présente|cette) politique|dieser (?:cookie-?)?(?:richtlinie|erklärung))\b",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"\b(?P<name>(?:Appendix|Annex|Bijlage|Annexe|Anhang|Anlage)\s+(?:[A-Z]|\d{1,2}|[IVX]{1,4}))\b")
_CLAUSE_ID = re.compile(r"(?<![\w\[/-])[A-Z]{2,}(?:-[A-Z]{2,})*-\d+(?:\.\d+)*[a-z]?(?![\w-])")
_LINK = re.compile(r"\]\(|https?://|\bwww\.|<a\s|mailto:")
_NAMED = re.compile(
    r"\b(?:[Pp]rivacy (?:[Pp]olicy|[Ss]tatement|[Nn]otice)|[Cc]ontact form|(?:our|the website's) terms of (?:use|service)"
    r"|Terms (?:and Conditions|of Use|of Service)"
    r"|[Pp]rivacy(?:verklaring|beleid|reglement)|[Cc]ontactformulier|[Aa]lgemene [Vv]oorwaarden|[Gg]ebruiksvoorwaarden"
    r"|[Pp]olitique de (?:confidentialité|protection des données)|[Ff]ormulaire de contact|[Cc]onditions générales"
    r"|[Cc]harte de confidentialité|Datenschutz(?:erklärung|hinweise[n]?)|Kontaktformular"
    r"|Allgemeine[n]? Geschäftsbedingungen|Nutzungsbedingungen)\b"
)
_OF_ITSELF = re.compile(
    r"\b(?:this|deze|dit|cette|la présente|les présentes|ce|diese[rns]?|vorliegende[rn]?)\s+(?:cookie[- ]and[- ])?$",
    re.IGNORECASE,
)
"""Words before the name of a document that say that it is the one which is being read."""
_FRAGMENT = re.compile(r"\]\(#(?P<anchor>[^)\s]+)\)")
_GLUED = re.compile(
    r"\b(?:provide|provides|offer|offers|give|gives|make|makes|use|uses|take|takes|place|places|have|has|with|from|into"
    r"|about|that"
    r"|which|when|where|through|under|between|during|and|for|of)(?:a|an|the|our|your|this)\b"
)
_REAL_WORDS: Final = frozenset({"fora"})
_NUMBER_GLUED = re.compile(r"\b\d+/\d+(?P<word>(?:on|of|and|the|in|to|by|for)[a-z]*)\b")
_HUMP = re.compile(r"\b[A-Z][a-z]{3,}(?P<second>[A-Z][a-z]{3,})\b")
_BACKSLASH = re.compile(r"[\u201c\u2018\"'(]\\\w+|(?<![\\\w])\\[A-Za-z]\w+")
_DOUBLED = re.compile(r"(?<![\w'\u2019-])([^\W\d_]{2,})[ \u00a0]+(\1)(?![\w'\u2019-])", re.IGNORECASE)
# "I know that that is so", "vous vous opposez", "die die Seite nutzen", "wij zijn zijn klanten".
_TWICE_AND_RIGHT: Final = """
that had do her you bla nous vous en die dat zijn was we ze er der das den dem sie es ihr in wat als om te elle very so no
many much heel zeer très sehr baden
"""
_RIGHT_TWICE: Final = frozenset(_TWICE_AND_RIGHT.split())
_HIDDEN = re.compile(r"[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PLACEHOLDER = re.compile(
    r"\bTODO\b|\bTBD\b|\bFIXME\b|lorem ipsum|\{\{"
    r"|\[(?:insert|your|company|name|date|address|link)\b[^\]]*\](?!\()|\bX{3,}\b|<[a-z ]+ here>",
    re.IGNORECASE,
)
_STRAY = re.compile(r"\u00a0 | \u00a0|^\u00a0|\u00a0$|\.\u00a0")
_COLON = re.compile(r"[:\uff1a]\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u201c\"])")
_FEWEST_WORDS: Final = 6


def wording_findings(draft: Draft) -> Iterator[Finding]:
    """Yield slips and references that lead nowhere."""
    yield from _sections(draft)
    yield from _articles(draft)
    yield from _appendices(draft)
    yield from _numbering(draft)
    yield from _documents(draft)
    yield from _lists(draft)
    yield from _repeats(draft)
    yield from _slips(draft)
    yield from _signs(draft)


def _articles(draft: Draft) -> Iterator[Finding]:
    """Yield articles that are said to stand above or below and do not; an article alone may be that of a law."""
    known = {heading.number for heading in draft.headings if heading.number}
    for line, text in enumerate(draft.lines, 1):
        for found in _OWN_ARTICLE.finditer(text) if known else ():
            if found["number"] not in known:
                what = f"“{found[0]}” leads nowhere: there is no section {found['number']}."
                yield Finding(line, "dead-reference", draft.place(line), what, "Name the section that is meant.")


def _appendices(draft: Draft) -> Iterator[Finding]:
    for line, text in enumerate(draft.lines, 1):
        for found in _APPENDIX.finditer(text) if not _LINK.search(text) else ():
            if not any(_begins(other, found["name"]) for other in draft.lines):
                what = f"“{found['name']}” is not part of this text, and no link leads to it."
                yield Finding(line, "dead-reference", draft.place(line), what, "Add it, link to it, or say here what it says.")


def _begins(line: str, name: str) -> bool:
    """Whether a line is the title of what is referred to, whatever marks stand before it."""
    return re.match(rf"[\s#*_>\d.]*{re.escape(name)}\b", line, re.IGNORECASE) is not None


def _sections(draft: Draft) -> Iterator[Finding]:
    known = {heading.number for heading in draft.headings if heading.number}
    ids = {clause.id for clause in draft.clauses}
    families = {id_.split("-")[0] for id_ in ids}
    anchors = {re.sub(r"[^\w]+", "-", f"{h.number} {h.title}".casefold()).strip("-") for h in draft.headings} | ids
    for line, text in enumerate(draft.lines, 1):
        place = draft.place(line)
        for found in _SECTION.finditer(text) if known else ():
            if _ELSEWHERE.search(text[found.end() : found.end() + 40]):
                continue
            for number in re.findall(r"\d+(?:\.\d+)*", found["numbers"]):
                if number not in known:
                    what = f"“{found[0]}” leads nowhere: there is no section {number}."
                    yield Finding(line, "dead-reference", place, what, "Name the section that is meant.")
        for id_ in _CLAUSE_ID.findall(text):
            if id_.split("-")[0] in families and id_ not in ids:
                yield Finding(line, "dead-reference", place, f"There is no clause {id_}.", "Name the clause that is meant.")
        for found in _FRAGMENT.finditer(text):
            if found["anchor"] not in anchors:
                what = f"The link to #{found['anchor']} leads nowhere on this page."
                yield Finding(line, "dead-reference", place, what, "Link to a heading or a clause id of this text.")


def _numbering(draft: Draft) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for heading in draft.headings:
        if not heading.number:
            continue
        *above, last = heading.number.split(".")
        before = ".".join([*above, str(int(last) - 1)])
        if heading.number in seen:
            what = f"Section {heading.number} stands in line {seen[heading.number]} already."
            yield Finding(heading.line, "numbering", heading.number, what, "Number the sections through.")
        elif (above and ".".join(above) not in seen) or (int(last) > 1 and before not in seen):
            missing = ".".join(above) if above and ".".join(above) not in seen else before
            what = f"Section {heading.number} comes without a section {missing} before it."
            yield Finding(
                heading.line, "numbering", heading.number, what, "Number the sections through, or add what is missing."
            )
        seen.setdefault(heading.number, heading.line)


def _documents(draft: Draft) -> Iterator[Finding]:
    """Yield documents and forms that are named and nowhere linked in their paragraph; each once a line."""
    headings = {heading.line for heading in draft.headings}
    linked = {name.casefold() for text in draft.lines if _LINK.search(text) for name in _NAMED.findall(text)}
    title = next((text for text in draft.lines if text.strip()), "").casefold()
    for line, text in enumerate(draft.lines, 1):
        if _LINK.search(text) or line in headings:
            continue
        named = (one for one in _NAMED.finditer(text) if not _OF_ITSELF.search(text[: one.start()]))
        for name in dict.fromkeys(found[0].casefold() for found in named):
            if name in linked or name in title:
                continue
            what = f"The {name} is named and not linked, so that a reader cannot get there."
            yield Finding(line, "unlinked-document", draft.place(line), what, "Make its name a link to it.")


def _lists(draft: Draft) -> Iterator[Finding]:
    """Yield paragraphs that end with a colon before a heading or the end, or that promise links and give none."""
    headings = {heading.line for heading in draft.headings}
    tables = {row.line for row in draft.rows}
    for number, paragraph in enumerate(draft.paragraphs):
        if not _COLON.search(paragraph.text) or is_item(paragraph.text) or paragraph.text.lstrip().startswith(("|", ">")):
            continue
        last = paragraph.line + paragraph.text.count("\n")
        after = draft.paragraphs[number + 1] if number + 1 < len(draft.paragraphs) else None
        ends = after is None or any(last < line < after.line for line in headings)
        promises_links = re.search(r"\blinks?\b", paragraph.text.split(".")[-1], re.IGNORECASE)
        has_none = after is not None and after.line not in tables and not _LINK.search(after.text)
        if ends or (promises_links and has_none):
            words = " ".join(paragraph.text.split()[-8:])
            what = f"“… {words}” announces {'links' if promises_links else 'a list'}, and nothing follows."
            yield Finding(last, "empty-list", draft.place(last), what, "Add the list, or take the sentence out.")


def _repeats(draft: Draft) -> Iterator[Finding]:
    seen: dict[tuple[int, str], int] = {}
    for paragraph in draft.paragraphs:
        for sentence in _SENTENCE.split(" ".join(paragraph.text.split())):
            key = (paragraph.section, sentence.casefold())
            if len(sentence.split()) < _FEWEST_WORDS or sentence.startswith(("|", ">")):
                continue
            if key in seen:
                what = f"“{sentence}” stands here a second time (first in line {seen[key]})."
                yield Finding(paragraph.line, "said-twice", draft.place(paragraph.line), what, "Say it once.")
            seen.setdefault(key, paragraph.line)


def _slips(draft: Draft) -> Iterator[Finding]:
    common = Counter(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", draft.text))
    for line, text in enumerate(draft.lines, 1):
        for slip, message, fix in _slips_of(_prose_of(text), common):
            yield Finding(line, "text-slip", draft.place(line), f"“{slip}”: {message}", fix)


def _prose_of(text: str) -> str:
    return re.sub(r"`[^`]*`|https?://\S+|[^\s@]{1,64}@\S+", "\u2026", text)


def _slips_of(text: str, common: Counter[str]) -> Iterator[tuple[str, str, str]]:
    for found in _NUMBER_GLUED.finditer(text):
        yield found[0], "a word runs into the number.", f"Write “{found[0].removesuffix(found['word'])} {found['word']}”."
    for found in _HUMP.finditer(text):
        second = found["second"]
        # A name such as DoubleClick is written so everywhere; two words that stand apart elsewhere ran together.
        if common[found[0]] == 1 and second in {"Protection", "Policy", "Directive", "Regulation", "Data", "Cookie", "Cookies"}:
            yield found[0], "two words run together.", f"Write “{found[0].removesuffix(second)} {second}”."
    for found in _GLUED.finditer(text):
        if found[0] not in _REAL_WORDS:
            yield found[0], "two words run together.", "Put the space between them."
    for found in _BACKSLASH.finditer(text):
        yield found[0], "a stray backslash.", "Take the backslash out."
    for found in _DOUBLED.finditer(text):
        # “Of type TYPE” names two things.
        if found[1].casefold() not in _RIGHT_TWICE and found[2].islower():
            yield found[0], "the same word twice.", "Keep one."


def _signs(draft: Draft) -> Iterator[Finding]:
    stray = [line for line, text in enumerate(draft.lines, 1) if _STRAY.search(text)]
    if stray:
        others = f", and in {len(stray) - 1} more lines ({', '.join(map(str, stray[1:]))})" if stray[1:] else ""
        what = f"A hard space stands beside a space here{others}: left over from a web page or word processor."
        yield Finding(stray[0], "stray-space", draft.place(stray[0]), what, "Replace each by one ordinary space.")
    for line, text in enumerate(draft.lines, 1):
        for found in _HIDDEN.finditer(text):
            what = f"An invisible character (U+{ord(found[0]):04X}) stands at column {found.start() + 1}."
            yield Finding(line, "hidden-character", draft.place(line), what, "Delete it; it can make a text read differently.")
        for found in _PLACEHOLDER.finditer(text):
            what = f"“{found[0]}” was left to be filled in."
            yield Finding(line, "placeholder", draft.place(line), what, "Fill it in.")
