"""Defects between how long a cookie is kept and what else a text says of that, and of who gets its data, and where."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.declarations import (
    Category,
    Column,
    Declared,
    Party,
    category_of,
    party_of,
    waits_for_consent,
)
from holdtrue.policy.text.drafts import DENIED, Draft, sentences_of
from holdtrue.policy.text.durations import UNTIL_DELETED_DAYS, retention_of
from holdtrue.policy.text.findings import Finding
from holdtrue.policy.text.lint_cookies import called

_SESSION = re.compile(
    r"^(?:a |browser )?(?:session|sessie|sitzung|temporary|tijdelijk|temporaire|temporär)$"
    r"|(?:^|[.;,(]\s*)(?:a |een |un |ein )?(?:(?:first|third)[- ]party )?"
    r"(?:session[- ]cookie|sessiecookie|cookie de session|sitzungs-?cookie|session-?cookie)s?\b",
    re.IGNORECASE,
)
_PERSISTENT = re.compile(
    r"^(?:persistent|permanent|blijvend|persistant|dauerhaft)e?$"
    r"|(?:^|[.;,(]\s*)(?:a |een |un |ein )?(?:(?:persistent|permanent)e?[- ]cookie|cookie persistant|dauerhaftes cookie)s?\b",
    re.IGNORECASE,
)
_UNITS: Final = (
    r"(?:days?|weeks?|months?|years?|dag(?:en)?|weken|maand(?:en)?|jaar|jaren|jours?|semaines?|mois|ans?|années?"
    r"|tag(?:en?)?|wochen?|monat(?:en?)?|jahr(?:en?)?)\b"
)
_LONGER = re.compile(
    r"\b(?:longer than|more than|langer dan|plus (?:longtemps )?(?:que|de|d['\u2019])|länger als|mehr als) ?"
    rf"(?P<time>[^\W_]+ {_UNITS})",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"\b(?:at most|a maximum of|maximaal|hoogstens|au plus|au maximum|höchstens|maximal) (?P<time>[^\W_]+ {_UNITS})",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_OF_SOME = re.compile(
    r"\b(?:choices?|consent|third[- ]party|first[- ]party|keuze|toestemming|choix|consentement|wahl|einwilligung|data"
    r"|gegevens"
    r"|données|daten|these|this|deze|dit|ces|ce|diese\w*|sess\w+|sitzung\w*|refus\w*|weiger\w*|ablehn\w*|logs?|records?)\b"
    r"|(?-i:\b(?:of|from|by|van|von|de|par) (?!Cookies)[A-Z])|[“”\"`_]",
    re.IGNORECASE,
)
"""What a sentence may speak of that is not all cookies; one that names its cookie, or whose it is, is about that one."""
_KEPT = re.compile(
    r"\b(?:ke(?:pt|ep)|stay|remain|retain|store|expire|last|live|lifetime|bewa|blij|opgeslagen|geldig|conserv|gard|rest|dur"
    r"|expir|aufbewahr|gespeichert|bleib|lebensdauer|laufzeit|ablauf)",
    re.IGNORECASE,
)
_SORTS: Final = (
    (Category.NECESSARY, re.compile(r"\b(?:necessary|essential|noodzakelijk|nécessaire|erforderlich"
    r"|notwend)", re.IGNORECASE)),
    (Category.ANALYTICS, re.compile(r"\b(?:analyti|statisti|analyse)", re.IGNORECASE)),
    (Category.MARKETING, re.compile(r"\b(?:marketing|advertis|tracking|advertentie|publicit|werbe)", re.IGNORECASE)),
    (Category.PREFERENCES, re.compile(r"\b(?:pr[eé]f[eé]renc|präferenz|voorkeur|function|fonctionn)", re.IGNORECASE)),
)  # fmt: skip
LONGEST_DAYS: Final = 25 * 365 / 12
"""CNIL, guidelines of 17 September 2020: 13 months for a tracker, and 25 for what was gathered with it."""
_NOBODY = re.compile(
    r"(?:(?:an?|our|the|various|several|selected|other|verschillende|divers|verschiedene)\s+)*"
    r"(?:third[- ]part(?:y|ies)|(?:advertising |media )?partners?|advertis(?:er|ing network)s?|vendors?|providers?|suppliers?"
    r"|derden?|tiers|partenaires?|dritte?|unknown|onbekend|inconnu|unbekannt|various|n/?a|tbd|[-\u2013\u2014?]+)",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:united states|verenigde staten|états-unis|vereinigten? staaten|third countr(?:y|ies)|derde landen?|pays tiers"
    r"|drittl(?:and|änder)\w*|outside (?:of )?the (?:eu|eea|european \w+)|buiten de (?:eu|eer|europese \w+)"
    r"|hors de l['\u2019](?:ue|eee|union)|außerhalb (?:der|des) (?:eu|ewr|europäischen \w+)|(?-i:USA?|VS))\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:transfer|sent?\b|sends?\b|goes|go to|stored?|process|shared?|servers?|doorge|verzonden|bewaard|verwerkt|gaan"
    r"|transf[ée]r|envoy|stock|trait|übermittel|übertrag|gesendet|gespeichert|verarbeitet)",
    re.IGNORECASE,
)
_BASIS = re.compile(
    r"\badequacy\b|\bdata privacy framework\b|\bstandard (?:contractual|data protection) clauses\b|\bSCCs?\b"
    r"|\bDPF\b|\bbinding corporate rules\b|\bbindende bedrijfsvoorschriften\b|\brègles d['\u2019]entreprise contraignantes\b"
    r"|\bverbindliche\w* (?:interne\w* )?(?:unternehmens|datenschutz)|\bexplicit consent\b|\buitdrukkelijke toestemming\b"
    r"|\bconsentement explicite\b|\bausdrückliche\w* einwilligung\b|\bart(?:icles?|ikel|\.) ?4[5-9]\b|\badequaatheid"
    r"|\b(?:model|standaard)contractbepaling|\bd['\u2019]adéquation\b|\bclauses contractuelles types\b"
    r"|\bangemessenheitsbeschlu"
    r"|\bstandard(?:vertrags|datenschutz)klausel",
    re.IGNORECASE,
)


def keeping_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the rows that contradict their own sort or a promise of the text, and what is not said of recipients."""
    for row in draft.rows:
        place = draft.place(row.line)
        yield from _sort(row, place)
        yield from _too_long(row, place)
        yield from _recipient(row, place)
    yield from _promised(draft)
    yield from _transfer(draft)


def _days(row: Declared) -> float | None:
    """Return the longest time that a row names; None for a session, or for nothing that can be read."""
    read = retention_of(row.cell(Column.RETENTION))
    return read.days if read else None


def _sort(row: Declared, place: str) -> Iterator[Finding]:
    read = retention_of(row.cell(Column.RETENTION))
    if read is None:
        return
    words = [text for column, text in row.cells if column in {Column.CATEGORY, Column.PURPOSE}]
    stated = row.cell(Column.RETENTION)
    if read.days is not None and any(_SESSION.search(text) for text in words):
        what = f"{called(row)} is called a session cookie, and kept {stated}: a session cookie goes with the browser."
        yield Finding(row.line, "session-kept", place, what, "Call it persistent, or write session as its retention.")
    if read.days is None and any(_PERSISTENT.search(text) for text in words):
        what = f"{called(row)} is called persistent, and kept for the session alone."
        yield Finding(row.line, "session-kept", place, what, "Call it a session cookie, or write how long it is kept.")


def _too_long(row: Declared, place: str) -> Iterator[Finding]:
    days = _days(row)
    if days is None or not LONGEST_DAYS < days < UNTIL_DELETED_DAYS or not waits_for_consent(row):
        return
    what = f"{called(row)} waits for consent and is kept {row.cell(Column.RETENTION)}: too long (Article 5(1)(e) GDPR)."
    yield Finding(row.line, "kept-too-long", place, what, "Shorten it; the CNIL takes 13 months.")


def _recipient(row: Declared, place: str) -> Iterator[Finding]:
    named = row.cell(Column.PROVIDER).strip("`*_ ")
    if not named and party_of(row) is Party.FIRST and not waits_for_consent(row):
        return  # Whoever publishes the policy has it, and nobody else.
    if row.has(Column.PROVIDER) and (not named or _NOBODY.fullmatch(named)):
        said = f"only “{named}”" if named else "nobody"
        what = f"{called(row)}: {said} is named as its provider, so that a visitor cannot know who gets the data."
        yield Finding(row.line, "recipient-unnamed", place, what, "Name the company (Article 13(1)(e) GDPR).")


def _promised(draft: Draft) -> Iterator[Finding]:
    """Yield the rows that are kept longer than a sentence promises for all cookies, or for all of a category."""
    for line, sentence, _ in sentences_of(draft):
        if not _COOKIES.search(sentence) or not _KEPT.search(sentence) or _OF_SOME.search(sentence):
            continue
        found = _AT_MOST.search(sentence) or (_LONGER.search(sentence) if DENIED.search(sentence) else None)
        limit = retention_of(found["time"]) if found else None
        if found is None or limit is None or limit.days is None:
            continue
        sorts = {sort for sort, words in _SORTS if words.search(sentence)}
        for row in draft.rows:
            days = _days(row)
            if days is not None and days > limit.days and (not sorts or category_of(row) in sorts):
                kept = row.cell(Column.RETENTION)
                what = f"{called(row)}: kept {kept} here; line {line} promises no more than {found['time']}."
                fix = "Shorten it, or promise what is true."
                yield Finding(row.line, "retention-contradiction", draft.place(row.line), what, fix)


def _transfer(draft: Draft) -> Iterator[Finding]:
    """Yield the first sentence that sends data out of the Union, where no sentence says on what basis."""
    if not draft.rows or _BASIS.search(draft.text):
        return
    for line, sentence, _ in sentences_of(draft):
        where = _ABROAD.search(sentence)
        if where and _GOES.search(sentence) and not DENIED.search(sentence):
            what = f"Data goes to “{where[0]}”, and nothing says on what basis (Article 13(1)(f) GDPR)."
            fix = "Name the adequacy decision or the safeguards, such as standard contractual clauses, and where to read them."
            yield Finding(line, "transfer-without-basis", draft.place(line), what, fix)
            return
