"""Defects of what a text promises: control, dates, contact, definitions."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.cookie_names import owner_of
from holdtrue.policy.text.document import Document
from holdtrue.policy.text.drafts import DENIED, Draft, sentences_of
from holdtrue.policy.text.findings import Finding
from holdtrue.policy.text.rules import terms_in

_CONTROL: Final = re.compile(r"^\s*>\s*(?:asks of you|kept by)\s*:", re.IGNORECASE | re.MULTILINE)
_CHECKED: Final = re.compile(
    r"\b(?:checks?|checked|scans?|scanned|audits?|audited|verif(?:y|ies|ied)|reviews?|reviewed|tests?|tested)\b[^.]{0,80}"
    r"\b(?:every|each|once an?|daily|weekly|monthly|quarterly|twice)\b"
    r"|\b(?:every|each|once an?)\b[^.]{0,40}\b(?:checks?|checked|scans?|scanned|audits?|audited|verif(?:y|ies|ied)|reviews?"
    r"|reviewed)\b"
    r"|\b(?:controleert|controleren|gecontroleerd|nagekeken|scant|gescand|getoetst)\b[^.]{0,80}\b(?:elke?|ieder[e]?"
    r"|maandelijks|dagelijks|wekelijks|jaarlijks)\b"
    r"|\b(?:elke?|ieder[e]?|maandelijks|dagelijks|wekelijks|jaarlijks)\b[^.]{0,80}\b(?:controleert|controleren"
    r"|gecontroleerd|nagekeken|scant|gescand|getoetst)\b"
    r"|\b(?:vérifi\w+|contrôl(?:e|ons|ée?s?)|audit\w*)\b[^.]{0,80}\b(?:chaque|tous les|toutes les|mensuel\w*"
    r"|trimestriel\w*)\b"
    r"|\b(?:chaque|tous les|toutes les)\b[^.]{0,80}\b(?:vérifi\w+|contrôl(?:e|ons|ée?s?)|audit\w*)\b"
    r"|\b(?:prüft|prüfen|geprüft|überprüft|kontrolliert)\b[^.]{0,80}\b(?:jede[nsrm]?|monatlich|täglich|wöchentlich|jährlich"
    r"|vierteljährlich)\b"
    r"|\b(?:jede[nsrm]?|monatlich|täglich|wöchentlich|jährlich|vierteljährlich)\b[^.]{0,80}\b(?:prüft|prüfen|geprüft"
    r"|überprüft|kontrolliert)\b",
    re.IGNORECASE,
)
"""A sentence that says who or what holds the text against what is done, and how often."""
_ANONYMOUS = re.compile(
    r"\banonymous(?:ly|ised|ized)?\b|\b(?:anonieme?|geanonimiseerde?|anonymes?|anonymisée?s?|anonyme?[nrsm]?"
    r"|anonymisierte?[nrsm]?)\b",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"\bIP\b", re.IGNORECASE)
"""Making addresses anonymous is another promise than calling visitors so."""
_TARGETED = re.compile(
    r"\b(?:targeted|personali[sz]ed|tailored)\b[^.]{0,40}|\badvertise\b[^.]{0,40}\btargeted\b"
    r"|\b(?:gerichte?|gepersonaliseerde?) (?:\w+ )?(?:reclame|advertenti\w+|aanbiedingen)\b"
    r"|\b(?:reclame|advertenti\w+|aanbiedingen) op maat\b"
    r"|\b(?:publicités?|annonces?|offres?) (?:\w+ )?(?:ciblée?s?|personnalisée?s?|sur mesure)\b"
    r"|\b(?:personalisierte|zielgerichtete|maßgeschneiderte|gezielte)\w* (?:\w+ )?(?:werbung|anzeigen|angebote)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2},?)? "
    r"(?:19|20)\d{2}\b"
    r"|\b\d{1,2}\.? (?:januari|februari|maart|april|mei|juni|juli|augustus|oktober|janvier|février|mars|avril|mai|juin"
    r"|juillet|août|septembre|octobre|novembre|décembre|januar|februar|märz|dezember)\w* (?:19|20)\d{2}\b",
    re.IGNORECASE,
)
_APPLIES = re.compile(
    r"\b(?:effective|in force|updated|revised|version|dated?|applies|since|geldig|versie|bijgewerkt|mise à jour|en vigueur"
    r"|stand|gültig|fassung)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+\d[\d ()./-]{7,}\d")
_REGISTERED = re.compile(
    r"\b(?:registered (?:office|address)|address of which|our (?:postal )?address|seat|located at|by post\b"
    r"|(?:maatschappelijke|statutaire) zetel|zetel|siège(?: social)?|firmensitz|mit sitz|sitz der)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?P<street>[A-Z][\w'-]*(?:straat|laan|steenweg|weg|plein|lei|dreef|kaai|strasse|straße)(?:-[A-Z]\w+)?"
    r"|(?:[A-Z][\w'-]+ ){1,3}(?:Street|Road|Avenue|Lane|Square|Drive)|(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace"
    r"|[Cc]haussée) [^,\d]{3,40})"
    r",?\s+(?P<number>\d+(?:\s?[a-zA-Z])?)\b"
)
_NUMBER = re.compile(r"\b[01]\d{3}\.\d{3}\.\d{3}\b")
_DEFINES = re.compile(r"^(?:means|refers to|is defined as|betekent|désigne|bezeichnet)\b", re.IGNORECASE)
_LONGEST_TERM: Final = 60
_TOP: Final = 5
"""Lines in which a date by itself is that of the text."""


def promise_findings(draft: Draft) -> Iterator[Finding]:
    """Yield what is wrong between the promises of a text, be it ours or pasted."""
    yield from _anonymous(draft)
    yield from _stated_twice(draft)
    yield from _terms(draft)


def pasted_findings(draft: Draft) -> Iterator[Finding]:
    """Yield what a text that is not in our format lacks: control of its clauses, a date, a contact."""
    yield from _controls(draft)
    text = draft.text
    if not _is_dated(draft):
        what = "Nothing says since when this text applies, so that versions cannot be told apart."
        yield Finding(1, "no-date", "", what, "State the date from which it is in force.")
    if not _CONTACT.search(text):
        what = "The text names no e-mail address or telephone number to turn to."
        yield Finding(1, "no-contact", "", what, "Say whom to ask, and how to reach them.")


def _is_dated(draft: Draft) -> bool:
    """Whether a date stands at the top, or beside a word that says what it dates: laws are dated too."""
    return any(_DATE.search(line) and (number <= _TOP or _APPLIES.search(line)) for number, line in enumerate(draft.lines, 1))


def document_findings(document: Document) -> Iterator[Finding]:
    """Yield what only a text in our format can show: clauses that nothing and nobody keeps, terms without meaning."""
    for clause in document.clauses:
        if not clause.asks and not clause.commitments:
            what = f"Clause {clause.id} is kept by nothing and asks nothing of anybody."
            fix = "Add `> Asks of you: …` or `> Kept by: …` under it, or make it ordinary text without an id."
            yield Finding(clause.line, "clause-without-control", clause.id, what, fix)
    for term in terms_in(document.tables):
        if not term.term or not term.meaning:
            what = "A word is defined here without the word." if not term.term else f"“{term.term}” has no meaning here."
            yield Finding(term.line, "term-missing", "", what, "Fill in both cells of the row.")


def _controls(draft: Draft) -> Iterator[Finding]:
    ends = [clause.line - 1 for clause in draft.clauses[1:]] + [len(draft.lines)]
    for clause, end in zip(draft.clauses, ends, strict=False):
        if not _CONTROL.search("\n".join(draft.lines[clause.line - 1 : end])):
            what = f"Clause {clause.id} says what is promised, not who or what keeps it."
            fix = "Add `> Asks of you: …` or `> Kept by: …` under it."
            yield Finding(clause.line, "clause-without-control", clause.id, what, fix)
    numbered = [heading for heading in draft.headings if heading.number]
    if numbered and not draft.clauses and not _CHECKED.search(draft.text):
        what = f"None of the {len(numbered)} numbered sections says who or what keeps its promises."
        fix = "Give each promise an id in [brackets] and a line `> Kept by: …` or `> Asks of you: …`."
        yield Finding(numbered[0].line, "clause-without-control", "", what, fix)


def _anonymous(draft: Draft) -> Iterator[Finding]:
    for paragraph in draft.paragraphs:
        found = next((one for one in _ANONYMOUS.finditer(paragraph.text) if not _is_other(paragraph.text, one)), None)
        if not found:
            continue
        line = paragraph.line + paragraph.text.count("\n", 0, found.start())
        target = _TARGETED.search(paragraph.text)
        heading = draft.section(line)
        names = [
            name
            for row in draft.rows
            if heading and draft.section(row.line) == heading
            for name in row.names
            if owner_of(name) in {"Google Analytics", "LogRocket", "Hotjar", "Meta"}
        ]
        if target or names:
            why = (
                f"it is used for what is “{target[0].strip()}”"
                if target
                else f"{', '.join(names)} tell{'s' if len(names) == 1 else ''} visitors apart"
            )
            what = f"“{found[0]}” is not true here: {why}."
            yield Finding(
                line, "not-anonymous", draft.place(line), what, "Call it pseudonymous personal data, and say who gets it."
            )


def _is_other(text: str, found: re.Match[str]) -> bool:
    """Whether the word is denied, or said of addresses that are shortened."""
    return bool(
        DENIED.search(text[max(0, found.start() - 30) : found.end()])
        or _SHORTENED.search(text[max(0, found.start() - 40) : found.end() + 40])
    )


def _stated_twice(draft: Draft) -> Iterator[Finding]:
    addresses: dict[str, tuple[int, str]] = {}
    for line, sentence, _ in sentences_of(draft):
        for found in _STREET.finditer(sentence) if _REGISTERED.search(sentence) else ():
            whole = f"{found['street']} {found['number']}"
            addresses.setdefault(whole.casefold(), (line, whole))
    yield from _differing("address", addresses, draft)
    numbers: dict[str, tuple[int, str]] = {}
    for line, text in enumerate(draft.lines, 1):
        for number in _NUMBER.findall(text):
            numbers.setdefault(number, (line, number))
    yield from _differing("company number", numbers, draft)


def _differing(what: str, stated: dict[str, tuple[int, str]], draft: Draft) -> Iterator[Finding]:
    first, *others = stated.values() or [(0, "")]
    for line, text in others:
        message = f"The {what} is {text} here and {first[1]} in line {first[0]}."
        yield Finding(line, "stated-twice", draft.place(line), message, "Keep the right one, and state it once.")


def _terms(draft: Draft) -> Iterator[Finding]:
    """Yield definitions that begin with "means", where no term stands before them."""
    for line, text in enumerate(draft.lines, 1):
        if not _DEFINES.match(text.strip()):
            continue
        before = next((above.strip() for above in reversed(draft.lines[: line - 1]) if above.strip()), "")
        if not before or len(before) > _LONGEST_TERM or before[-1] in ".;:," or before.endswith("; and"):
            words = " ".join(text.split()[:8])
            what = f"The definition “{words} …” stands without the term that it defines."
            yield Finding(line, "term-missing", draft.place(line), what, "Write the term in front of it.")
