"""Cookies and stored items that a policy declares, read from its tables."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final, TypeVar

from holdtrue.policy.text.durations import retention_of
from holdtrue.policy.text.markdown import Table, plain_text_of
from holdtrue.policy.text.mistakes import Mistake

Choice = TypeVar("Choice", bound=StrEnum)


class Category(StrEnum):
    """What an item is for; all but the first need consent (Article 5(3) of the ePrivacy Directive)."""

    NECESSARY = "necessary"
    PREFERENCES = "preferences"
    ANALYTICS = "analytics"
    MARKETING = "marketing"


class Party(StrEnum):
    """Whether the item belongs to the site's own registrable domain."""

    FIRST = "first"
    THIRD = "third"


class SetBy(StrEnum):
    """How the item comes to the visitor's device."""

    HTTP = "http"
    SCRIPT = "script"
    STORAGE = "storage"
    UNSTATED = ""


class Column(StrEnum):
    """What a column of a table of declarations says."""

    NAME = "name"
    PROVIDER = "provider"
    PURPOSE = "purpose"
    CATEGORY = "category"
    NECESSARY = "strictly necessary"
    PARTY = "party"
    SET_BY = "set by"
    RETENTION = "retention"
    HOSTS = "hosts"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One cookie or stored item that the policy names, or a pattern of names."""

    pattern: str
    """A name; `*` stands for anything."""
    provider: str
    purpose: str
    category: Category
    party: Party
    set_by: SetBy
    retention_days: float | None
    """The longest time that it may be kept, in days; None for the browser's session."""
    line: int = field(compare=False)
    """Where it stands in the policy's source."""
    hosts: tuple[str, ...] = ()
    """Where data goes, as a Content-Security-Policy names hosts; empty where the table does not say."""
    domain: str = ""
    """Whose the item is, such as `.example.org`; empty where the table does not say."""

    def covers(self, name: str) -> bool:
        """Whether an observed item of this name is the one declared."""
        return fnmatchcase(name, _escape(self.pattern))


@dataclass(frozen=True, slots=True)
class Declared:
    """A row of a table of declarations, cell by column, not yet judged."""

    cells: tuple[tuple[Column, str], ...]
    line: int

    def cell(self, column: Column) -> str:
        """Return what the row says under the column; empty when it says nothing or has no such column."""
        return next((text for name, text in self.cells if name is column), "")

    def has(self, column: Column) -> bool:
        """Whether the table has this column at all."""
        return any(name is column for name, _ in self.cells)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the row lists."""
        parts = re.split(r"[,;\s]|<br ?/?>", self.cell(Column.HOSTS).casefold())
        return tuple(host for part in parts if (host := part.strip("`").replace("\\*", "*")))

    @property
    def domain(self) -> str:
        """The domain that the row gives its items."""
        return self.cell(Column.DOMAIN).strip("`").casefold()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the row lists."""
        parts = re.split(r"[,;]|<br ?/?>|\s+(?:and|en|et|und)\s+", self.cell(Column.NAME))
        return tuple(name for part in parts if (name := part.strip().strip("`").replace(r"\_", "_").replace(r"\*", "*")))


_HEADINGS: Final[dict[Column, str]] = {
    Column.NAME: r"(?:cookie[- ]?)?name(?:s|n)?(?: (?:of|der|des) (?:the )?cookies?)?|cookies?"
    r"|(?:cookie-?)?naam(?: van de cookies?)?|nom(?: du cookie| des cookies)?|(?:cookie-?)?bezeichnung|name des cookies?",
    Column.PROVIDER: r"provider|service|vendor|company|set by whom|aanbieder|dienst|leverancier|fournisseur|prestataire"
    r"|éditeur|émetteur|anbieter"
    r"|dienstleister",
    Column.PURPOSE: r"purpose(?: and type)?|doel(?: en type)?|doeleinde|finalité(?: et type)?|but|zweck(?: und art)?"
    r"|what (?:it|the cookie) (?:does|is for)|used for|verwendungszweck|waarvoor|wofür|à quoi il sert",
    Column.CATEGORY: r"category|type|categorie|soort|catégorie|kategorie|art",
    Column.NECESSARY: r"(?:strictly |technically )?(?:necessary|essential|required)|(?:strikt )?(?:noodzakelijk|vereist"
    r"|essentieel)"
    r"|(?:strictement )?(?:nécessaire|indispensable|essentiel)"
    r"|(?:unbedingt |technisch )?(?:erforderlich|notwendig|essenziell)",
    Column.PARTY: r"party|first or third party|partij|partie|partei",
    Column.SET_BY: r"set by|how set|geplaatst door|hoe geplaatst|déposé par|gesetzt durch",
    Column.RETENTION: r"retention(?: period)?|kept for|duration|expir(?:y|es|ation)|lifetime|lifespan|how long"
    r"|bewaartermijn|bewaard|bewaarduur|bewaarperiode|looptijd|levensduur|geldigheid(?:sduur)?|vervalt(?: na)?"
    r"|durée(?: de conservation| de vie| de validité)?|conservation|expiration|validité"
    r"|speicherdauer|speicherfrist|laufzeit|aufbewahrung(?:sdauer)?|dauer|gültigkeit(?:sdauer)?|lebensdauer|ablauf",
    Column.HOSTS: r"hosts?|(?:sent|goes) to|verzonden naar|gaat naar|envoyé(?:es)? (?:à|vers)|gesendet an|geht an",
    Column.DOMAIN: r"(?:cookie )?domains?|domein(?:en)?|domaines?|domäne|domänen",
}
_DESCRIPTION: Final = (
    r"(?:cookie )?(?:descriptions?|details)|omschrijving|beschrijving|beschreibung|functie|function|funktion|objet"
)
"""Headings that say a purpose where a table tells how long its things are kept; another table describes other things."""
_CATEGORIES: Final[dict[Category, str]] = {
    Category.NECESSARY: r"(?:strictly |strikt |strictement |unbedingt )?"
    r"(?:necessary|essential|noodzakelijk|nécessaires?|essentiels?|erforderlich|notwendig)",
    Category.PREFERENCES: r"preferences?|functional|voorkeuren|functioneel|préférences?|fonctionnels?"
    r"|präferenzen|funktional",
    Category.ANALYTICS: r"analytics|analytical|statistics|performance|analytisch|statistieken|analytiques?"
    r"|statistiques?|analyse|statistik",
    Category.MARKETING: r"marketing|tracking|advertising|targeting|advertenties|publicité|publicitaires?|werbung",
}
_PARTIES: Final[dict[Party, str]] = {
    Party.FIRST: r"first|first[- ]party|1st|eigen|eerste|première|erste|own",
    Party.THIRD: r"third|third[- ]party|3rd|derde|derden|tierce|tiers|dritte",
}
_WAYS: Final[dict[SetBy, str]] = {
    SetBy.HTTP: r"http|server|website|header",
    SetBy.SCRIPT: r"script|javascript",
    SetBy.STORAGE: r"(?:local |session )?storage|local|session|indexeddb|opslag|stockage|speicher",
}
_NAME = re.compile(r"^[!#$%&'*+\-.^_`|~0-9A-Za-z:@/\[\]{}()?=]{1,200}$")
"""A cookie's name is an RFC 6265 token; storage keys may hold a few characters more."""

_HOST = re.compile(r"^(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?$")


def column_of(heading: str) -> Column | None:
    """Return what a column headed so says, in four languages; None when it is none of ours."""
    text = " ".join(heading.replace("*", "").casefold().split())
    return next((column for column, words in _HEADINGS.items() if re.fullmatch(words, text)), None)


def columns_of(headings: Sequence[str]) -> tuple[Column | None, ...]:
    """Return what each column of a table says."""
    columns = [column_of(heading) for heading in headings]
    if Column.NAME in columns and Column.RETENTION in columns and Column.PURPOSE not in columns:
        described = (at for at, text in enumerate(headings) if re.fullmatch(_DESCRIPTION, " ".join(text.casefold().split())))
        at = next(described, None)
        if at is not None:
            columns[at] = Column.PURPOSE
    return tuple(columns)


def declared_in(tables: Iterable[Table]) -> Iterator[Declared]:
    """Yield the rows of every table that declares cookies: those with a column of names and one of purposes or retention."""
    for table in tables:
        columns = columns_of(table.headings)
        if Column.NAME not in columns or not {Column.PURPOSE, Column.RETENTION} & set(columns):
            continue
        for row in table.rows:
            named = zip(columns, row.cells, strict=False)
            yield Declared(tuple((column, _words(column, cell)) for column, cell in named if column), row.line)


def category_of(row: Declared) -> Category | None:
    """Return the row's category; None when it states none that we know."""
    told = (_chosen(_CATEGORIES, text) for column, text in row.cells if column is Column.CATEGORY)
    stated = next((one for one in told if one is not None), None)
    if stated is None and re.fullmatch(r"yes|ja|oui|x|✓|✔", row.cell(Column.NECESSARY).casefold()):
        return Category.NECESSARY
    return stated


def waits_for_consent(row: Declared) -> bool:
    """Whether the row says that its cookies are not strictly necessary."""
    category = category_of(row)
    if category is None:
        return re.match(r"(?:no|nee|non|nein)\b", row.cell(Column.NECESSARY).casefold()) is not None
    return category is not Category.NECESSARY


def party_of(row: Declared) -> Party | None:
    """Return whose item it is; None when the row states neither."""
    return _chosen(_PARTIES, row.cell(Column.PARTY))


def declare(row: Declared) -> tuple[tuple[Declaration, ...], tuple[Mistake, ...]]:
    """Return the row's declarations, one a name, or what has to be mended first."""
    mistakes = [Mistake(row.line, message, advice) for message, advice in _gaps(row)]
    category, party, retention = category_of(row), party_of(row), retention_of(row.cell(Column.RETENTION))
    way = _chosen(_WAYS, row.cell(Column.SET_BY)) or SetBy.UNSTATED
    if mistakes or category is None or party is None or retention is None:
        return (), tuple(mistakes)
    provider, purpose = row.cell(Column.PROVIDER), row.cell(Column.PURPOSE)
    return tuple(
        Declaration(name, provider, purpose, category, party, way, retention.days, row.line, row.hosts, row.domain)
        for name in row.names
    ), ()


def _words(column: Column, cell: str) -> str:
    # In `_gat_*` Markdown could see emphasis: names and hosts are what was typed.
    return cell.strip() if column in {Column.NAME, Column.HOSTS, Column.DOMAIN} else plain_text_of(cell)


def _gaps(row: Declared) -> Iterator[tuple[str, str]]:
    if not row.names:
        yield "This row declares a cookie without a name.", "Write its name; `*` stands for any part, as in `_gat_*`."
    yield from _odd_names(row)
    if not row.cell(Column.PURPOSE):
        yield "This row says no purpose.", "Write in a few words what the cookie is for."
    if category_of(row) is None:
        yield _unknown("category", row.cell(Column.CATEGORY)), "Use necessary, preferences, analytics or marketing."
    if party_of(row) is None:
        yield _unknown("party", row.cell(Column.PARTY)), "Use first or third."
    if row.cell(Column.SET_BY) and _chosen(_WAYS, row.cell(Column.SET_BY)) is None:
        yield _unknown("way of setting", row.cell(Column.SET_BY)), "Use HTTP, script or storage, or leave it empty."
    if retention_of(row.cell(Column.RETENTION)) is None:
        yield _unknown("retention", row.cell(Column.RETENTION)), "Write session, or a time such as 13 months or 180 days."


def _odd_names(row: Declared) -> Iterator[tuple[str, str]]:
    for name in row.names:
        if not _NAME.match(name):
            yield f"“{name}” cannot be the name of a cookie.", "Separate several names with commas."
    for host in row.hosts:
        if not _HOST.match(host):
            yield f"“{host[:80]}” is not a host.", "Write hosts such as `www.example.org` or `*.example.org`, no https://."
    if row.domain and not _HOST.match(row.domain.removeprefix(".")):
        yield f"“{row.domain[:80]}” is not a domain.", "Write one such as `stats.example.org`, or leave it empty."


def _unknown(what: str, given: str) -> str:
    return f"“{given}” is no {what} that we know." if given else f"This row says no {what}."


def _chosen(choices: Mapping[Choice, str], given: str) -> Choice | None:
    text = " ".join(given.casefold().split())
    return next((choice for choice, words in choices.items() if re.fullmatch(words, text)), None)


def _escape(pattern: str) -> str:
    # fnmatch would read `[` and `?` too; in a policy only `*` is special.
    return re.sub(r"([\[?])", r"[\1]", pattern)
