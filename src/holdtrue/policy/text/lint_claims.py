"""What sentences say of cookies, against what the tables declare."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from holdtrue.policy.text.declarations import Category, Column, Declared, Party, category_of, party_of
from holdtrue.policy.text.drafts import Draft, sentences_of
from holdtrue.policy.text.durations import retention_of
from holdtrue.policy.text.findings import Finding
from holdtrue.policy.text.lint_cookies import called
from holdtrue.policy.text.lint_dates import dates_in

_UNITS: Final = (
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|dag(?:en)?|weken|maand(?:en)?|jaar|jaren|uur|jours?|semaines?|mois"
    r"|ans?|années?"
    r"|heures?|tag(?:en?)?|wochen?|monat(?:en?)?|jahr(?:en?)?|stunden?|minuten)\b"
)
_KEPT = re.compile(
    r"\b(?:kept|keeps?|stays?|remains?|retained|stored|expires?|lasts?|lives?|lifetime|retention|bewaard|bewaren|blijft"
    r"|geldig"
    r"|vervalt|verloopt|bewaartermijn|conservée?s?|expire\w*|durée|gespeichert|speicherdauer|bleibt|läuft)\b"
    rf"[^.]{{0,25}}?(?<![\w-])(?P<time>[^\W_]+ {_UNITS})",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|before|without|when|whenever|where|as long as|once|unless|after|on this page|on these pages"
    r"|as soon as"
    r"|als|indien|tenzij|totdat|tot|voordat|zonder|wanneer|zodra|zolang|na"
    r"|si|sauf|avant|sans|tant|lorsque|quand|dès|après|moins"
    r"|wenn|falls|sofern|bevor|ohne|solange|sobald|bis|erst|nach)\b",
    re.IGNORECASE,
)
_DENIES = (
    r"(?:\b(?:we|our (?:web)?site|this (?:web)?site) (?:do(?:es)?|will) not (?:use|set|place|have|run|allow)(?: any)?"
    r"|\b(?:we|our (?:web)?site|this (?:web)?site) (?:never )?(?:uses?|sets?|places?|has|have) no"
    r"|\b(?:wij|we|onze (?:web)?site|deze (?:web)?site) (?:gebruik(?:en|t)|plaats(?:en|t)|zet(?:ten)?) geen"
    r"|\b(?:nous|notre site|ce site) n['\u2019](?:utilis\w+|employ\w+) (?:pas de|aucun)|\bnous ne (?:déposons"
    r"|plaçons) (?:pas de|aucun)"
    r"|\b(?:wir|unsere (?:web)?site|diese (?:web)?site|unsere webseite) (?:verwende[nt]|nutz(?:en|t)|setz(?:en|t)) keine)"
)
_THIRD: Final = (
    r"third[- ]party cookies|cookies (?:of|from) third parties|cookies van derden|cookies (?:de )?tiers"
    r"|drittanbieter-?cookies|cookies von dritt\w+"
)
_MARKETING: Final = (
    r"(?:marketing|advertising|tracking|targeting)[ -]?cookies|(?:advertentie|reclame|tracking|marketing)-?cookies"
    r"|cookies (?:publicitaires?|de (?:marketing|publicité|suivi|ciblage)|marketing)|(?:werbe|marketing|tracking)-?cookies"
)
_ANALYTICS: Final = (
    r"(?:analytics|analytical|statistics?|statistical)[ -]?cookies|analytische cookies|statistiek-?cookies"
    r"|cookies (?:analytiques?|statistiques?|d['\u2019]analyse|de (?:mesure|statistiques?))|(?:analyse|statistik)-?cookies"
)
_SORTS: Final[tuple[tuple[str, str, Callable[[Declared], bool]], ...]] = (
    ("third-party", _THIRD, lambda row: party_of(row) is Party.THIRD),
    ("marketing", _MARKETING, lambda row: category_of(row) is Category.MARKETING),
    ("analytics", _ANALYTICS, lambda row: category_of(row) is Category.ANALYTICS),
)
_DENIED_SORTS = tuple(
    (name, re.compile(rf"{_DENIES} (?:[\w-]+,? (?:or|and|of|en|ou|et|oder|und) )?(?:{words})\b", re.IGNORECASE), holds)
    for name, words, holds in _SORTS
)
_DENIAL = re.compile(_DENIES, re.IGNORECASE)
_RUNS = re.compile(r"[\w*.:-]*[\w*]")
_TELLING = re.compile(r"[_`\d]|[a-z][A-Z]")
"""What a name has that no word of a sentence has."""
_UPDATED = re.compile(
    r"\b(?P<words>last (?:updated|changed|revised|modified)|laatst (?:bijgewerkt|gewijzigd|aangepast)"
    r"|dernière (?:mise à jour|modification)"
    r"|zuletzt (?:aktualisiert|geändert))\b\W{0,3}(?:on |op |am |le |du |: )*\W{0,2}(?P<date>\d{1,4}[^\n;"
    r"|()]{2,20}?\d{2,4})\b",
    re.IGNORECASE,
)


def claim_findings(draft: Draft) -> Iterator[Finding]:
    """Yield sentences that deny what a row declares or keep it for another time, and dates that differ."""
    first = {name: next((row for row in draft.rows if holds(row)), None) for name, _, holds in _DENIED_SORTS}
    named = {name: row for row in reversed(draft.rows) for name in row.names if _TELLING.search(name)}
    for line, sentence, _ in sentences_of(draft):
        if not sentence.startswith("|"):
            yield from _denied(draft, line, sentence, first)
            yield from _kept_otherwise(draft, line, sentence, named)
    yield from _dates(draft)


def _denied(draft: Draft, line: int, sentence: str, first: Mapping[str, Declared | None]) -> Iterator[Finding]:
    if not _DENIAL.search(sentence) or _CONDITION.search(sentence):
        return
    for name, pattern, _ in _DENIED_SORTS:
        row = first[name]
        if row is not None and pattern.search(sentence):
            what = f"The text says that there are no {name} cookies; line {row.line} declares {called(row)} as one."
            yield Finding(line, "denied-cookie", draft.place(line), what, "Say what is true, or take the cookie off the site.")


def _kept_otherwise(draft: Draft, line: int, sentence: str, named: Mapping[str, Declared]) -> Iterator[Finding]:
    """Yield a sentence on one declared cookie that keeps it for another time than its row."""
    times = {found["time"] for found in _KEPT.finditer(sentence) if retention_of(found["time"])}
    names = {one for one in _RUNS.findall(sentence) if one in named and named[one].line != line} if times else set()
    if len(times) != 1 or len(names) != 1:
        return
    (time,), (name,) = times, names
    row = named[name]
    said, read = retention_of(time), retention_of(row.cell(Column.RETENTION))
    if said and read and not read.is_range and said.days != read.days:
        kept = row.cell(Column.RETENTION)
        what = f"\u201c{name}\u201d is kept {time} here, and {kept} in line {row.line}."
        yield Finding(line, "retention-contradiction", draft.place(line), what, "Say once what is true.")


def _dates(draft: Draft) -> Iterator[Finding]:
    """Yield a date of the last change that is another than the first one told."""
    told: tuple[int, str, frozenset[tuple[int, int, int]]] | None = None
    for line, text in enumerate(draft.lines, 1):
        for found in _UPDATED.finditer(text):
            date, read = found["date"].strip(), dates_in(found["date"])
            if told is None and read:
                told = line, date, read
            elif told is not None and read and told[2].isdisjoint(read):
                what = f"The text was last changed on {date} here, and on {told[1]} in line {told[0]}."
                yield Finding(line, "stated-twice", draft.place(line), what, "Keep the right one, and state it once.")
