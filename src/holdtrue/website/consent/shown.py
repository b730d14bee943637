"""Records as pages show them: in words, with the services by name, and with what became of them when their time had passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from holdtrue.evidence.consentform import Shown
from holdtrue.policy.text.rules import Category
from holdtrue.website.consent.asking import Item, Notice
from holdtrue.website.consent.queries import Record
from holdtrue.website.consent.rules import EXPIRED, has_expired


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about one service."""

    name: str
    purpose: str
    is_granted: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a visitor's consent: a record, or the end of what one agreed to."""

    event: str
    word: str
    at: datetime
    record: Record
    how: str
    claimed_at: datetime
    expires: datetime

    @property
    def is_expiry(self) -> bool:
        """Whether it follows from the record and has no entry of its own."""
        return self.event == EXPIRED


def events_of(records: Sequence[Record], *, at: datetime) -> list[Event]:
    """Return what happened, oldest first: each record, and each expiry where nothing was chosen again before."""
    found: list[Event] = []
    for one, following in zip(records, [*records[1:], None], strict=False):
        core = one.core
        expires, claimed = datetime.fromisoformat(core.expires), datetime.fromisoformat(core.claimed_at)
        recorded = datetime.fromisoformat(core.at)
        next_at = datetime.fromisoformat(following.core.at) if following else None
        how = _how(core.method, core.layer)
        found.append(Event(core.event, word_of(core.event), recorded, one, how, claimed, expires))
        if has_expired(core.event, expires, at=at, next_at=next_at):
            found.append(Event(EXPIRED, word_of(EXPIRED), expires, one, how, claimed, expires))
    return found


def answers_in(record: Record, shown: Shown | None) -> list[Answer]:
    """Return the decision service by service, as the visitor was shown them; by id where that is not known."""
    services = {one.id: one for one in shown.services} if shown else {}
    core = record.core
    found = []
    for name in [*core.granted, *core.denied]:
        service = services.get(name)
        said = service.purpose if service else {}
        purpose = said.get(core.language) or next(iter(said.values()), "")
        found.append(Answer(service.provider if service else name, purpose, name in core.granted))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A service that visitors are asked about."""

    id: str
    name: str
    word: str
    """Its category, in the reader's language."""
    hosts: tuple[str, ...]
    items: tuple[Item, ...]


def services_in(notice: Notice) -> list[Asked]:
    """Return what a notice asks, service by service."""
    words: Mapping[Category, str] = {
        Category.NECESSARY: _("necessary"),
        Category.PREFERENCES: _("preferences"),
        Category.ANALYTICS: _("analytics"),
        Category.MARKETING: _("marketing"),
    }
    return [Asked(one.id, one.name, words[one.category], one.hosts, one.items) for one in notice.services]


def word_of(event: str) -> str:
    """Return the event in the reader's language."""
    words: Mapping[str, str] = {
        "given": _("Agreed to everything"),
        "partial": _("Agreed to some"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "renewed": _("Agreed again"),
        "signal": _("Refused by the browser's signal"),
        EXPIRED: _("Expired"),
    }
    return words.get(event, event)


def _how(method: str, layer: int) -> str:
    words: Mapping[str, str] = {
        "banner": _("in the banner"),
        "dialogue": _("in the settings"),
        "api": _("through the site's own control"),
        "gpc": _("by Global Privacy Control"),
        "placeholder": _("at a placeholder"),
    }
    return words.get(method, f"{method}, {layer}")
