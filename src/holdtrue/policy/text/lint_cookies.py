"""Defects of the rows that declare cookies."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from holdtrue.policy.text.cookie_names import OF_GOOGLE, SERVICES, is_request_path, owner_of, retired, right_spelling, slip_of
from holdtrue.policy.text.declarations import Category, Column, Declared, category_of
from holdtrue.policy.text.drafts import DENIED, Draft
from holdtrue.policy.text.durations import Retention, retention_of
from holdtrue.policy.text.findings import Finding

_ONLY_OURS = re.compile(
    r"first-party cookies are[^.]*\b(?:only by us|by us alone|solely by us|directly by us)\b", re.IGNORECASE
)
_TRACKS = re.compile(
    r"\b(?:advertis\w*|targeted|marketing|analytics|statistics|profil\w+|remarketing"
    r"|reclame\w*|advertentie\w*|statistieken|publicit\w+|statistiques|werbung|werbe\w+|statistik)\b",
    re.IGNORECASE,
)
_KEEPS_A_CHOICE = re.compile(
    r"\b(?:consent|choices?|opt(?:ed|s)?[ -]?(?:in|out)|cho(?:se|sen)|agreed|accepted|rejected|answers?|decisions?|refus\w*"
    r"|banner\w*|toestemming|keuzes?|antwoord"
    r"|weiger\w*"
    r"|gekozen|koos|consentement|choix|choisi|réponse|bandeau|einwilligung|zustimmung|auswahl|wahl|antwort|entscheidung"
    r"|abgelehnt|gewählt|zugestimmt)\b",
    re.IGNORECASE,
)
"""What remembers an answer about advertising advertises nothing."""
_SORTS = re.compile(
    r"\b(?:(?P<needed>(?:strictly |strikt |strictement |unbedingt |technisch )?"
    r"(?:necessary|essential|required|noodzakelijke?|vereiste?|nécessaires?|essentiels?|indispensables?"
    r"|erforderliche?r?|notwendige?r?|essenzielle?r?))"
    r"|preferences?|functional\w*|voorkeur\w*|functionele?|préférences?|fonctionnels?|personnalisation"
    r"|präferenz\w*|funktional\w*|funktionell\w*|komfort\w*"
    r"|analyti\w+|statisti\w+|performance|analyse\w*|prestatie\w*|mesure|audience|leistung\w*"
    r"|marketing\w*|advertis\w*|tracking\w*|targeting|advertentie\w*|reclame\w*|publicit\w+|werbe\w*|werbung)(?:cookies?)?\b",
    re.IGNORECASE,
)
_HEADS = re.compile(r"^\s*(?:#{1,6}\s+(?P<heading>.+)|(?:\*\*|__)(?P<bold>[^*_]{3,80})(?:\*\*|__):?)\s*$")
_UPWARDS = 60
"""Lines above a row in which the heading of its table is looked for."""
_VAGUE = re.compile(
    r"(?:(?:various|several|different|other|diverse|verschillende|divers\w*|verschiedene)\s+)?"
    r"(?:purposes?|functions?|doeleinden|finalités|zwecke)|unknown|onbekend|inconnue?|unbekannt|n/?a|tbd|other"
    r"|misc(?:ellaneous)?|various|general|allerlei|diversen?|divers|diverses|sonstiges"
    r"|[-\u2013\u2014?]+",
    re.IGNORECASE,
)
_SHOWN = 60
_LEAST_STEM = 3
"""Letters that a pattern has to have before it is told of what it covers."""


def cookie_findings(draft: Draft) -> Iterator[Finding]:
    """Yield what is wrong with each row, and between rows."""
    for row in draft.rows:
        place = draft.place(row.line)
        yield from _gaps(row, draft)
        yield from _retention(row, place)
        yield from _names(row, place)
        yield from _necessity(row, draft)
    yield from _twice(draft)
    yield from _parties(draft)


def called(row: Declared) -> str:
    """Return what to call a row: its names, or how its purpose begins."""
    if row.names:
        return f"“{', '.join(row.names)}”"
    purpose = row.cell(Column.PURPOSE)
    return f"“{purpose[:_SHOWN]}{'…' if len(purpose) > _SHOWN else ''}”" if purpose else "This row"


def _title_above(row: Declared, draft: Draft) -> str:
    """Return the nearest heading above a row, be it one or words in bold on a line of their own."""
    for above in reversed(draft.lines[max(row.line - _UPWARDS, 0) : row.line - 1]):
        if head := _HEADS.match(above):
            return head["heading"] or head["bold"]
    heading = draft.section(row.line)
    return heading.title if heading else ""


def _sort_above(row: Declared, draft: Draft) -> re.Match[str] | None:
    """Return the sort of cookies that the heading above a row names, where the row has no column of its own for it."""
    # A column “type” may say persistent or session; one that is there and empty says nothing of its own.
    says_another_thing = bool(row.cell(Column.CATEGORY)) and category_of(row) is None
    is_asked = row.has(Column.NECESSARY) or (row.has(Column.CATEGORY) and not says_another_thing)
    return None if is_asked else _SORTS.search(_title_above(row, draft))


def _gaps(row: Declared, draft: Draft) -> Iterator[Finding]:
    place = draft.place(row.line)
    if not row.names:
        what = f"The cookie that {called(row)} speaks of has no name, so that nobody can find or check it."
        yield Finding(row.line, "cookie-without-name", place, what, "Add its name; `*` may stand for a part that varies.")
    purpose = row.cell(Column.PURPOSE)
    if not purpose or _VAGUE.fullmatch(purpose.strip(" .")):
        what = f"{called(row)}: no purpose is given." if not purpose else f"{called(row)}: “{purpose}” is no purpose."
        yield Finding(row.line, "cookie-without-purpose", place, what, "Say in a few words what it is for.")
    # A column of categories says it too; one that is there and empty does not.
    if category_of(row) is None and not row.cell(Column.NECESSARY) and not _sort_above(row, draft):
        what = f"{called(row)}: nothing says whether it is strictly necessary, and so whether it needs consent."
        fix = "Write yes or no, or a category: necessary, preferences, analytics or marketing."
        yield Finding(row.line, "cookie-without-necessity", place, what, fix)
    if not row.cell(Column.RETENTION):
        what = f"{called(row)}: nothing says how long it is kept."
        yield Finding(row.line, "cookie-without-retention", place, what, "Write session, or a time such as 6 months.")


def _retention(row: Declared, place: str) -> Iterator[Finding]:
    stated = row.cell(Column.RETENTION)
    read = retention_of(stated)
    if stated and read is None:
        what = f"{called(row)}: “{stated}” is no length of time."
        yield Finding(row.line, "ambiguous-retention", place, what, "Write session, or a time such as 13 months or 180 days.")
    elif read and read.is_range:
        many = f"; which of the {len(row.names)} cookies is kept how long?" if len(row.names) > 1 else "; which is it?"
        what = f"{called(row)}: kept “{stated}”{many}"
        yield Finding(row.line, "ambiguous-retention", place, what, "Give each cookie a row and one retention of its own.")


def _names(row: Declared, place: str) -> Iterator[Finding]:
    for name in row.names:
        spelt = right_spelling(name) or slip_of(name, f"{row.cell(Column.PROVIDER)} {row.cell(Column.PURPOSE)}")
        if is_request_path(name):
            what = f"“{name}” is no cookie: it is the address of a request that a tracker sends."
            yield Finding(row.line, "no-cookie", place, what, "Take it out of the list of cookies.")
        if spelt:
            what = f"“{name}” is misspelt: the cookie is called {spelt}."
            yield Finding(row.line, "misspelt-cookie", place, what, f"Write {spelt}.")
        if reason := retired(spelt or name):
            what = f"“{spelt or name}” is no longer set by anybody: {reason}."
            yield Finding(row.line, "retired-cookie", place, what, "Check whether your site still has it; if not, remove it.")
    yield from _foreign(row, place)


def _foreign(row: Declared, place: str) -> Iterator[Finding]:
    """Yield the cookies of one service that stand in another's row."""
    words = f"{row.cell(Column.PROVIDER)} {row.cell(Column.PURPOSE)}".casefold()
    services = [service for word, service in SERVICES.items() if word in words]
    strangers: dict[str, list[str]] = {}
    for name in row.names:
        owner = owner_of(name)
        is_theirs = owner in services or (owner == "Google" and not OF_GOOGLE.isdisjoint(services))
        if owner and services and not is_theirs and owner.split()[0].casefold() not in words:
            strangers.setdefault(owner, []).append(name)
    for owner, names in strangers.items():
        what = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} set by {owner}, but the row speaks of {services[0]}."
        yield Finding(row.line, "foreign-cookie", place, what, f"Give {owner} a row of its own, with its own purpose.")


def _necessity(row: Declared, draft: Draft) -> Iterator[Finding]:
    place, purpose = draft.place(row.line), row.cell(Column.PURPOSE)
    words = _TRACKS.search(f"{row.cell(Column.PROVIDER)} {purpose}")
    if not words or _KEEPS_A_CHOICE.search(purpose):
        return
    above = _sort_above(row, draft)
    is_under_necessary = above is not None and above["needed"] is not None and not DENIED.search(_title_above(row, draft))
    if category_of(row) is Category.NECESSARY or is_under_necessary:
        what = f"{called(row)} is called strictly necessary, but its purpose says “{words[0]}”: that needs consent by law."
        fix = "Give it the category analytics or marketing (Article 5(3) of the ePrivacy Directive)."
        yield Finding(row.line, "consent-contradiction", place, what, fix)


def _twice(draft: Draft) -> Iterator[Finding]:
    """Yield names that stand again, each against the first row that has it."""
    known: dict[str, Declared] = {}
    for row in draft.rows:
        place = draft.place(row.line)
        for name, count in Counter(row.names).items():
            if count > 1:
                yield Finding(row.line, "cookie-twice", place, f"“{name}” stands twice in one row.", "Keep it once.")
            first = known.setdefault(name, row)
            if first is row:
                continue
            facts = "; ".join(_differences(first, row))
            if facts:
                what = f"“{name}” is declared in line {first.line} too, and differently: {facts}."
                yield Finding(row.line, "cookie-twice", place, what, "Declare it once, with what your site really sets.")
            elif first.cell(Column.PURPOSE).casefold() == row.cell(Column.PURPOSE).casefold():
                what = f"“{name}” is declared in line {first.line} too, in the same words."
                yield Finding(row.line, "cookie-twice", place, what, "Keep it once.")
    yield from _covered(draft, known)


def _covered(draft: Draft, known: Mapping[str, Declared]) -> Iterator[Finding]:
    """Yield names that a pattern of another row covers too, where the two say different things."""
    patterns = [(name, row) for name, row in known.items() if "*" in name and len(name.replace("*", "")) >= _LEAST_STEM]
    for pattern, row in patterns:
        for name, other in known.items():
            facts = "; ".join(_differences(row, other))
            if facts and "*" not in name and other is not row and fnmatchcase(name, pattern.replace("[", "[[]")):
                what = f"“{name}” is covered by “{pattern}” in line {row.line} too, and differently: {facts}."
                fix = "Make the pattern narrower, or let both rows say the same."
                yield Finding(other.line, "cookie-twice", draft.place(other.line), what, fix)


def _differences(first: Declared, second: Declared) -> Iterator[str]:
    old, new = first.cell(Column.RETENTION), second.cell(Column.RETENTION)
    if _known(retention_of(old), old) != _known(retention_of(new), new):
        yield f"kept {old or 'for a time not stated'} there, {new or 'for a time not stated'} here"
    for column in (Column.CATEGORY, Column.PARTY, Column.PROVIDER, Column.NECESSARY):
        old, new = first.cell(column), second.cell(column)
        if old.casefold() != new.casefold():
            yield f"{column} {old or 'not stated'} there, {new or 'not stated'} here"


def _known(read: Retention | None, stated: str) -> Retention | str:
    return read or stated.casefold()


def _parties(draft: Draft) -> Iterator[Finding]:
    """Yield rows of a first-party table that name another's service, where the text says that such cookies are ours alone."""
    promise = next((line for line, text in enumerate(draft.lines, 1) if _ONLY_OURS.search(text)), 0)
    for row in draft.rows:
        heading = draft.section(row.line)
        words = row.cell(Column.PURPOSE).casefold()
        service = next((service for word, service in SERVICES.items() if word in words), "")
        if promise and service and heading and re.search(r"first[- ]party", heading.title, re.IGNORECASE):
            what = (
                f"{called(row)} stands among the first-party cookies and belongs to {service}; line {promise} says that such"
                " cookies are used by nobody else."
            )
            fix = f"Move it to the cookies of third parties, or say in line {promise} that services may read them."
            yield Finding(row.line, "party-contradiction", draft.place(row.line), what, fix)
