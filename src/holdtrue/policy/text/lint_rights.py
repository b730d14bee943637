"""Defects of what a cookie policy tells visitors of their choice, their rights, and changes."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.declarations import waits_for_consent
from holdtrue.policy.text.document import Document
from holdtrue.policy.text.drafts import Draft
from holdtrue.policy.text.findings import Finding

_CONSENT = re.compile(r"\bconsent\b|\btoestemming\b|\bconsentement\b|\beinwilligung\b", re.IGNORECASE)
_WAY_BACK = re.compile(
    r"\b(?:cookie|consent)[ -]?(?:settings|preferences|choices|instellingen|voorkeuren|einstellungen)\b"
    r"|\b(?:preference|consent|cookie) (?:centre|center|manager|panel)\b|\bparamètres des cookies\b"
    r"|\b(?:change|review|adjust|revise) (?:your|this|that|the|those) (?:choices?|minds?|decisions?|preferences?|consent)\b"
    r"|\bwithdraw (?:it|them|your consent|that consent|consent)\b[^.]{0,80}\b(?:at any time|by|via|through|here|with|under)\b"
    r"|\b(?:at any time|by clicking|via)\b[^.]{0,60}\bwithdraw\b|\buw keuze (?:wijzigen|aanpassen)\b|\bwijzig uw keuze\b"
    r"|\bmodifier (?:vos|votre) (?:choix|préférences)\b|\bihre (?:wahl|auswahl|einwilligung) (?:ändern|widerrufen)\b",
    re.IGNORECASE,
)
_AT_THE_TOP = re.compile(
    r"\b(?:changes?|amendments?|modifications?)\b[^.]{0,80}\b(?:at|on) the top of (?:this|the) (?:page|policy)\b"
    r"|\btop of (?:this|the) (?:page|policy)\b[^.]{0,80}\b(?:changes?|amendments?|modifications?|new)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\b(?:changes?|changed|what is new|what's new|new in|version|updated?|revised|wijzigingen|nieuw|versie|modifi\w+|version|"
    r"änderungen|neu|fassung)\b",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(r"\bcomplain\w*\b[^.]{0,80}\bauthorit", re.IGNORECASE)
_NAMED = re.compile(
    r"\bdata protection (?:authority|commission\w*)\b|\binformation commissioner\b|\bgegevensbeschermingsautoriteit\b"
    r"|\bautoriteit persoonsgegevens\b|\bautorité de protection des données\b|\bCNIL\b|\bCNPD\b|\bdatenschutzbehörde\b|\bICO\b"
    r"|\bAEPD\b|\bgarante\b|\bdataprotectionauthority\.be\b|\bedpb\.europa\.eu\b",
    re.IGNORECASE,
)
WITHDRAWAL: Final = "site.withdrawal"
"""The commitment by which scans press the control that takes consent back."""
_TOP: Final = 8
"""Lines that count as the top of the page."""
_LONGEST: Final = 2_000


def rights_findings(draft: Draft, document: Document | None) -> Iterator[Finding]:
    """Yield what a cookie policy owes its readers and leaves out; nothing for a text that declares no cookie.

    `document` is the same text where it is in our format: its head says what changed, and its page shows that at the top.
    """
    if not draft.rows:
        return
    if document is None or not _keeps_withdrawal(document):
        yield from _way_back(draft)
    if document is None:
        yield from _change_note(draft)
    yield from _authority(draft)


def _keeps_withdrawal(document: Document) -> bool:
    return any(kept.id == WITHDRAWAL for clause in document.clauses for kept in clause.commitments)


def _first(draft: Draft, pattern: re.Pattern[str]) -> int:
    """Return the first line in which the pattern stands; 0 for none."""
    return next((number for number, line in enumerate(draft.lines, 1) if pattern.search(line[:_LONGEST])), 0)


def _way_back(draft: Draft) -> Iterator[Finding]:
    waiting = (row.line for row in draft.rows if waits_for_consent(row))
    asked = _first(draft, _CONSENT) or next(waiting, 0)
    if asked and not _first(draft, _WAY_BACK):
        # The section on consent is where a reader looks for it.
        heading = next((one for one in draft.headings if _CONSENT.search(one.title)), None)
        line = heading.line if heading else asked
        what = "Consent is asked, and nothing says how to change or withdraw it later (Article 7(3) GDPR)."
        fix = "Say where a visitor changes a choice, such as “Cookie settings” at the foot of every page."
        yield Finding(line, "no-way-back", draft.place(line), what, fix)


def _change_note(draft: Draft) -> Iterator[Finding]:
    promised = _first(draft, _AT_THE_TOP)
    if promised > _TOP and not any(_NOTE.search(line) for line in draft.lines[:_TOP]):
        what = "Changes are said to be explained at the top of the page, and nothing about changes or versions stands there."
        yield Finding(promised, "no-change-note", draft.place(promised), what, "Put version, date and what is new at the top.")


def _authority(draft: Draft) -> Iterator[Finding]:
    line = _first(draft, _COMPLAINT)
    if line and not _first(draft, _NAMED):
        what = "A complaint to a supervisory authority is mentioned, and no authority is named (Article 13(2)(d) GDPR)."
        fix = "Name the authority of your country and link to it."
        yield Finding(line, "authority-unnamed", draft.place(line), what, fix)
