"""What changed between two versions of a policy, clause by clause."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from holdtrue.policy.text.declarations import Category, Declaration
from holdtrue.policy.text.document import Clause, Document, Exemptible, Kept
from holdtrue.policy.text.durations import SECONDS_PER_DAY, UNTIL_DELETED_DAYS
from holdtrue.policy.text.markdown import plain_text_of
from holdtrue.policy.text.words import Words, words_between
from holdtrue.said import Said, listed, said


class Change(StrEnum):
    """What became of a clause or a declaration."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


CLAUSES: Final = {
    Change.ADDED: ("Clause %(ids)s is new.", "Clauses %(ids)s are new."),
    Change.CHANGED: ("Clause %(ids)s is changed.", "Clauses %(ids)s are changed."),
    Change.REMOVED: ("Clause %(ids)s is gone.", "Clauses %(ids)s are gone."),
    Change.MOVED: ("Clause %(ids)s is moved, with the same words.", "Clauses %(ids)s are moved, with the same words."),
}
"""What became of one clause, and of several, in the order in which it is told."""
UNITS: Final = (("year", 365.0), ("month", 365 / 12), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440))
"""Units of retentions, and the days in each."""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of one clause."""

    id: str
    change: Change
    section: str
    words: tuple[Words, ...]
    """Its text, word by word."""
    asks: tuple[Words, ...]
    """What it asks of a reader, word by word; empty when it asks nothing."""
    kept_before: tuple[str, ...]
    kept_after: tuple[str, ...]
    """The commitments as written out, such as `device.screen-lock at most 15 minutes`."""

    @property
    def promises_differ(self) -> bool:
        """Whether what a machine checks has changed."""
        return self.kept_before != self.kept_after


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a declaration that changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DeclarationChange:
    """What became of one declared cookie or stored item."""

    pattern: str
    provider: str
    change: Change
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed from one version to another."""

    clauses: tuple[ClauseChange, ...]
    """In the order of the newer text; clauses that went stand after the one they followed."""
    declarations: tuple[DeclarationChange, ...]
    head: tuple[Field, ...]
    """Title, contact, address and the like."""
    prose: tuple[Words, ...]
    """The text outside clauses, word by word; empty when nothing changed there."""
    asks_consent_anew: bool
    """Whether visitors have to be asked again: categories, purposes or recipients were added or changed."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing that a reader sees has changed."""
        return not (self.clauses or self.declarations or self.head or self.prose)

    def of(self, change: Change) -> tuple[ClauseChange, ...]:
        """Return the clauses to which this happened."""
        return tuple(clause for clause in self.clauses if clause.change is change)


def difference_between(older: Document, newer: Document) -> Difference:
    """Return what changed; nothing at all between a text and itself."""
    before, after = _prose(older), _prose(newer)
    return Difference(
        clauses=tuple(_clauses(older.clauses, newer.clauses)),
        declarations=tuple(_declarations(older.declarations, newer.declarations)),
        head=tuple(_head(older, newer)),
        prose=words_between(before, after) if before != after else (),
        asks_consent_anew=is_material(older.declarations, newer.declarations),
    )


def is_material(older: Iterable[Declaration], newer: Iterable[Declaration]) -> bool:
    """Whether consent given under the older declarations does not cover the newer ones.

    A purpose, recipient or category that needs consent was added (Article 4(11) GDPR: consent is specific and informed).
    """
    agreed = {(item.category, item.provider.casefold(), item.purpose.casefold()) for item in older}
    return any(
        (item.category, item.provider.casefold(), item.purpose.casefold()) not in agreed
        for item in newer
        if item.category is not Category.NECESSARY
    )


def in_words(difference: Difference) -> tuple[Said, ...]:
    """Return the change in plain sentences, for the top of the page; none when nothing changed."""
    return tuple(_sentences(difference))


def _clauses(older: tuple[Clause, ...], newer: tuple[Clause, ...]) -> Iterator[ClauseChange]:
    before = {clause.id: clause for clause in older}
    after = {clause.id: clause for clause in newer}
    kept_ids = [clause.id for clause in older if clause.id in after]
    moved = _moved(kept_ids, [clause.id for clause in newer if clause.id in before])
    gone = _gone(older, after)
    for clause in gone.get("", ()):
        yield _clause_change(clause, Change.REMOVED, older=clause)
    for clause in newer:
        known = before.get(clause.id)
        if known is None:
            yield _clause_change(clause, Change.ADDED, newer=clause)
        elif _promise(known) != _promise(clause):
            yield _clause_change(clause, Change.CHANGED, older=known, newer=clause)
        elif clause.id in moved or known.section != clause.section:
            yield _clause_change(clause, Change.MOVED, older=known, newer=clause)
        for removed in gone.get(clause.id, ()):
            yield _clause_change(removed, Change.REMOVED, older=removed)


def _moved(older: list[str], newer: list[str]) -> set[str]:
    """Return the clauses outside the longest run of clauses that kept their order."""
    blocks = SequenceMatcher(None, older, newer, autojunk=False).get_matching_blocks()
    return set(newer) - {newer[block.b + i] for block in blocks for i in range(block.size)}


def _gone(older: tuple[Clause, ...], after: dict[str, Clause]) -> dict[str, list[Clause]]:
    gone: dict[str, list[Clause]] = {}
    last = ""
    for clause in older:
        if clause.id in after:
            last = clause.id
        else:
            gone.setdefault(last, []).append(clause)
    return gone


def _clause_change(shown: Clause, change: Change, *, older: Clause | None = None, newer: Clause | None = None) -> ClauseChange:
    return ClauseChange(
        id=shown.id,
        change=change,
        section=shown.section,
        words=words_between(_text(older), _text(newer)),
        asks=words_between(_asks(older), _asks(newer)),
        kept_before=_kept(older),
        kept_after=_kept(newer),
    )


def _text(clause: Clause | None) -> str:
    return plain_text_of(clause.text) if clause else ""


def _asks(clause: Clause | None) -> str:
    return plain_text_of(clause.asks) if clause else ""


def _promise(clause: Clause) -> tuple[object, ...]:
    return clause.text, clause.asks, clause.commitments, clause.exemption


def _kept(clause: Clause | None) -> tuple[str, ...]:
    if clause is None:
        return ()
    departure = () if clause.exemption is Exemptible.NEVER else (f"exemption: {clause.exemption}",)
    return *(_spelt(kept) for kept in clause.commitments), *departure


def _spelt(kept: Kept) -> str:
    return " ".join([kept.id, *(f"{one.name} {retention_in_words(one.seconds / SECONDS_PER_DAY)}" for one in kept.parameters)])


def _declarations(older: tuple[Declaration, ...], newer: tuple[Declaration, ...]) -> Iterator[DeclarationChange]:
    """Yield the differences; an item is known by its name, the same name again by its place among those."""
    before, after = _by_name(older), _by_name(newer)
    for name in dict.fromkeys([*after, *before]):
        for old, new in zip_longest(before.get(name, ()), after.get(name, ())):
            if old is None:
                yield DeclarationChange(new.pattern, new.provider, Change.ADDED)
            elif new is None:
                yield DeclarationChange(old.pattern, old.provider, Change.REMOVED)
            elif fields := tuple(_fields(old, new)):
                yield DeclarationChange(new.pattern, new.provider, Change.CHANGED, fields)


def _by_name(declarations: tuple[Declaration, ...]) -> dict[str, list[Declaration]]:
    named: dict[str, list[Declaration]] = {}
    for declaration in declarations:
        named.setdefault(declaration.pattern, []).append(declaration)
    return named


def _fields(old: Declaration, new: Declaration) -> Iterator[Field]:
    for name, before, after in (
        ("provider", old.provider, new.provider),
        ("purpose", old.purpose, new.purpose),
        ("category", old.category.value, new.category.value),
        ("party", old.party.value, new.party.value),
        ("set by", old.set_by.value, new.set_by.value),
        ("retention", _retention(old.retention_days), _retention(new.retention_days)),
        ("domain", old.domain, new.domain),
        ("hosts", ", ".join(sorted(old.hosts)), ", ".join(sorted(new.hosts))),
    ):
        if before != after:
            yield Field(name, before, after)


def retention_in_words(days: float | None) -> str:
    """Return a retention as a person says it: `session`, `24 hours`, `13 months`, `2 years`."""
    if days is None:
        return "session"
    if days >= UNTIL_DELETED_DAYS:
        return "until you delete it"
    for unit, length in UNITS:
        count = days / length
        if count >= 1 and abs(count - round(count)) < 1e-6:  # noqa: PLR2004 - whole, but for the rounding of floats
            return f"{round(count)} {unit}{'' if round(count) == 1 else 's'}"
    return f"{days:g} days"


def _retention(days: float | None) -> Said:
    """Return a retention likewise, to be said in the reader's language."""
    words = retention_in_words(days)
    count, _, unit = words.partition(" ")
    return said(f"%(count)s {unit}", count=count) if count[0].isdigit() and count != "1" else said(words)


def _head(older: Document, newer: Document) -> Iterator[Field]:
    for name, before, after in (
        ("title", older.title, newer.title),
        ("organisation", older.organisation, newer.organisation),
        ("company number", older.company_number, newer.company_number),
        ("address", older.address, newer.address),
        ("contact", older.contact, newer.contact),
        ("website", older.website, newer.website),
        ("audience", older.audience.value, newer.audience.value),
        ("language", older.language, newer.language),
    ):
        if before != after:
            yield Field(name, before, after)


def _prose(document: Document) -> str:
    parts = []
    for section in document.sections:
        parts.append(f"{section.number} {section.title}".strip())
        parts += [plain_text_of(block.text) for block in section.blocks if not isinstance(block, Clause)]
    return "\n".join(part for part in parts if part)


def _sentences(difference: Difference) -> Iterator[Said]:
    yield from _clause_sentences(difference)
    for clause in difference.clauses:
        if clause.change is Change.CHANGED and clause.promises_differ:
            yield said(
                "What is checked for %(clause)s was %(before)s and is now %(after)s.",
                clause=clause.id,
                before=", ".join(clause.kept_before) or said("nothing"),
                after=", ".join(clause.kept_after) or said("nothing"),
            )
    for item in difference.declarations:
        yield declaration_sentence(item)
    for one in difference.head:
        yield said(
            "The %(fact)s was %(before)s and is now %(after)s.",
            fact=said(one.name),
            before=one.before or said("not stated"),
            after=one.after or said("not stated"),
        )
    if difference.prose and not difference.clauses:
        yield said("The text around the clauses has changed.")
    if difference.asks_consent_anew:
        yield said("Visitors are asked for their consent again, because what they agreed to has changed.")


def _clause_sentences(difference: Difference) -> Iterator[Said]:
    for change, (one, several) in CLAUSES.items():
        ids = [clause.id for clause in difference.of(change)]
        if ids:
            yield said(one if len(ids) == 1 else several, ids=_listed(ids))


def declaration_sentence(item: DeclarationChange) -> Said:
    """Return what became of a declared item, in one plain sentence."""
    named = {"cookie": item.pattern, "provider": item.provider}
    if item.change is Change.ADDED:
        return said("The cookie %(cookie)s (%(provider)s) is declared.", **named)
    if item.change is Change.REMOVED:
        return said("The cookie %(cookie)s (%(provider)s) is no longer declared.", **named)
    facts = listed(
        (
            said(
                "%(fact)s %(before)s → %(after)s",
                fact=said(one.name),
                before=one.before or said("not stated"),
                after=one.after or said("not stated"),
            )
            for one in item.fields
        ),
        "; ",
    )
    return said("The cookie %(cookie)s (%(provider)s) is declared differently: %(facts)s.", **named, facts=facts)


def _listed(ids: list[str]) -> str:
    most = 6
    if len(ids) == 1:
        return ids[0]
    if len(ids) > most:
        return said("%(ids)s and %(count)s more", ids=", ".join(ids[:most]), count=len(ids) - most)
    return said("%(ids)s and %(last)s", ids=", ".join(ids[:-1]), last=ids[-1])
