"""What was seen of one visitor, each thing once for each state: what was done, and what stands there when one looks."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from holdtrue.website.knowledge.features import shape_of
from holdtrue.website.scan.engine import cookies, parties
from holdtrue.website.scan.engine.deeds import LONGEST_URL, Deed, before, sent_to
from holdtrue.website.scan.engine.identifiers import looks_unique, tokens
from holdtrue.website.scan.engine.observations import Kind, Observation, State, shortened
from holdtrue.website.scan.engine.protocol import Message

MOST = 5_000
"""Observations kept for each state; a site that stores more has been understood long before."""
MOST_VALUES = 6
MOST_WRITTEN = 40
LONGEST_CHOICE = 4_000
SHORT_DAYS = 0.0005
"""Three quarters of a minute: what lives no longer may be gone before anybody looks."""
TWICE = 2
"""One look may have been on its way already."""
SORTS = {
    "local": Kind.LOCAL_STORAGE,
    "session": Kind.SESSION_STORAGE,
    "indexed": Kind.INDEXED_DB,
    "cached": Kind.CACHE_STORAGE,
    "served": Kind.SERVICE_WORKER,
}
LASTING = frozenset(kind.value for kind in SORTS.values() if kind is not Kind.SESSION_STORAGE)
"""What is still there when the frame that stored it is gone."""
VALUED = frozenset({Kind.COOKIE.value, Kind.LOCAL_STORAGE.value, Kind.SESSION_STORAGE.value})
CHOICE = re.compile(r"consent|cookie|gdpr|choice|privacy|cmp|optanon|didomi|holdtrue|session|sess_?id|csrf|xsrf", re.IGNORECASE)
"""Names of what remembers the choice or keeps the session: without them the visitor would be another."""
Key = tuple[str, ...]
"""State, kind, name and domain; without the state it names the item itself."""


@dataclass(slots=True)
class Notebook:
    """Everything seen of one visitor."""

    clock: Callable[[], datetime]
    state: State = State.NO_CHOICE
    site: str = ""
    loads: int = 0
    """Pages opened so far: what changes on a later one is a second visit."""
    answered: float = 0.0
    """When the visitor last began to answer, in seconds since 1970."""
    seen: dict[Key, Observation] = field(default_factory=dict)
    values: dict[Key, set[str]] = field(default_factory=dict)
    """What each item held, for knowing it again; never told."""
    stamp: frozenset[tuple[str, ...]] = frozenset()
    """What the jar and the storages hold, with values hashed by this process: to see changes, never told."""
    _unsure: set[Key] = field(default_factory=set)
    _standing: set[Key] = field(default_factory=set)
    _before: set[Key] = field(default_factory=set)
    _held: set[Key] = field(default_factory=set)
    _looked: set[str] = field(default_factory=set)
    _looked_now: set[str] = field(default_factory=set)
    """Hosts whose storages were looked into since the last answer."""
    _origins: dict[str, str] = field(default_factory=dict)
    """Origins that stored something, by host."""
    _gone: dict[Key, tuple[int, str]] = field(default_factory=dict)
    _ends: dict[Key, tuple[int, float]] = field(default_factory=dict)
    _current: dict[Key, str] = field(default_factory=dict)
    _in_tabs: dict[tuple[str, str], set[Key]] = field(default_factory=dict)
    """What each tab's session storage holds, by host and tab: no tab sees another's."""
    _elsewhere: dict[tuple[str, str], set[Key]] = field(default_factory=dict)
    """What those tabs held already in which nobody answered: a page in the one that did cannot take it away."""
    written: dict[Key, str] = field(default_factory=dict)
    """What each answer to the banner wrote, by state, kind, name and domain; never told."""
    _erased: set[str] = field(default_factory=set)
    """Names of cookies that somebody took away again."""
    _looks: int = 0
    _answered: dict[Key, int] = field(default_factory=dict)
    """How often the jar had been looked into when an answer asked for a cookie."""

    # --- what was done ----------------------------------------------------------------------------------------------

    def add(self, kind: Kind, name: str, domain: str, deed: Deed, **more: Any) -> None:
        """Write down that something was stored or sent, with its author unless one is known."""
        key: Key = (deed.state.value, kind.value, name, domain)
        if kind is Kind.FINGERPRINT:
            # Each script that does it is one of its own.
            key = (*key, deed.by)
        known = self.seen.get(key)
        if known is not None:
            # Seen before without its author, or left over from before the choice and now written again.
            if not known.set_by or known.survived:
                self.seen[key] = replace(
                    known, set_by=deed.by, via=deed.via, chain=deed.chain, where=deed.where, survived=False
                )
        elif len(self.seen) < MOST:
            self.seen[key] = self._new(kind, name, domain, deed, **more)

    def send(self, kind: Kind, url: str, deed: Deed) -> None:
        """Write down that something was sent to an address."""
        host, name = sent_to(url)
        if kind is Kind.REQUEST and (deed.state.value, Kind.BEACON.value, name, host) in self.seen:
            return
        self.add(kind, name, host, deed, url=url[:LONGEST_URL])

    def lose(self, url: str, deed: Deed, why: str) -> None:
        """Write down that what was sent to an address reached nobody."""
        host, name = sent_to(url)
        for kind in (Kind.REQUEST, Kind.BEACON):
            key = (deed.state.value, kind.value, name, host)
            if key in self.seen:
                self.seen[key] = replace(self.seen[key], refused_reason=why)

    def set_cookie(
        self, cookie: cookies.SetCookie, *, host: str, deed: Deed, refused: str = "", stored: bool | None = None
    ) -> None:
        """Write down that a cookie was asked for; the first author stands, the longest life counts."""
        domain = cookie.domain or host
        key = (deed.state.value, Kind.COOKIE.value, cookie.name, domain)
        self.note_value(key[1:], cookie.value)
        if deed.via == "http" and not refused:
            self._answered[key] = self._looks
        if stored is False:
            self._unsure.add(key)
        elif not refused:
            self._unsure.discard(key)
        known = self.seen.get(key)
        if known is not None and known.set_by and not known.survived and (refused or not known.refused_reason):
            if not refused and _longer(cookie.retention_days, known.retention_days):
                self.seen[key] = replace(known, retention_days=cookie.retention_days)
            return
        if known is None and len(self.seen) >= MOST:
            return
        base = known or self._new(Kind.COOKIE, cookie.name, domain, deed)
        self.seen[key] = replace(
            base,
            page=deed.page or base.page,
            set_by=deed.by[:LONGEST_URL],
            via=deed.via,
            where=deed.where,
            chain=deed.chain,
            url=deed.by[:LONGEST_URL],
            retention_days=cookie.retention_days,
            http_only=base.http_only if base.http_only is not None else cookie.http_only,
            secure=base.secure if base.secure is not None else cookie.secure,
            same_site=cookie.same_site or base.same_site,
            path=cookie.path or base.path,
            partitioned=cookie.partitioned or base.partitioned,
            refused_reason=refused,
            survived=False,
        )

    def erase_cookie(self, name: str) -> None:
        """Remember that a cookie of this name was taken away: that nobody saw it does not say that it was refused."""
        if len(self._erased) < MOST:
            self._erased.add(shortened(name))

    def note_value(self, item: Key, value: str) -> None:
        """Remember what an item held."""
        if len(value) >= 6 and len(self.values) < MOST:  # noqa: PLR2004 - nobody is told apart by less
            held = self.values.setdefault(item, set())
            if len(held) < MOST_VALUES:
                held.add(value[:300])

    # --- what stands there when one looks ---------------------------------------------------------------------------

    def look_into_jar(self, jar: Iterable[Message], page: str) -> None:
        """Take every cookie that the browser holds for this visitor now."""
        now = self.clock().timestamp()
        self._looks += 1
        held: set[Key] = set()
        jar = list(jar)
        cookies_now = {("cookie", one["name"], _domain(one), str(hash(one.get("value", "")))) for one in jar}
        self.stamp = frozenset({key for key in self.stamp if key[0] != "cookie"} | cookies_now)
        for one in jar:
            domain = _domain(one)
            days = None if one.get("session") else round((one["expires"] - now) / 86_400, 6)
            key = (self.state.value, Kind.COOKIE.value, one["name"], domain)
            held.add(key[1:])
            known = self.seen.get(key)
            if known is None and key[1:] in self._before:
                self._keep(key, page)
                known = self.seen.get(key)
            deed = Deed(state=self.state, page=page)
            fresh = known or self._new(Kind.COOKIE, one["name"], domain, deed, retention_days=days)
            self.seen[key] = replace(
                fresh,
                http_only=bool(one.get("httpOnly")),
                secure=bool(one.get("secure")),
                same_site=one.get("sameSite", "") or fresh.same_site,
                path=one.get("path", ""),
                partitioned=bool(one.get("partitionKey")) or bool(one.get("partitionKeyOpaque")),
                refused_reason="",
                deleted=False,
                refreshed=fresh.refreshed or self._is_put_off(key[1:], days, one["expires"]),
                respawned=fresh.respawned or self._came_back(key[1:], str(one.get("value", ""))),
            )
        self._now_standing({Kind.COOKIE}, "", held)

    def look_into_frames(self, frames: Iterable[Message], page: str, *, tab: str = "") -> None:
        """Take what each frame of a tab found in its storages; frames of origins not among them keep what was known."""
        for frame in frames:
            host = parties.host_of(str(frame.get("origin", "")))
            if not host:
                continue
            self._looked.add(host)
            self._looked_now.add(host)
            self.note_origin(str(frame["origin"]))
            for field_name, kind in SORTS.items():
                if field_name in frame:
                    self._look_into(kind, host, _items(frame[field_name]), page, tab)

    def note_origin(self, origin: str) -> None:
        """Remember an origin that stores something; a frame without one of its own has nothing that lasts."""
        if origin.startswith(("http://", "https://")) and len(self._origins) < MOST:
            self._origins[parties.host_of(origin)] = origin

    def overlooked(self) -> list[str]:
        """Return the origins whose lasting storage nobody looked into in this state, or not since they put something there."""
        mine = {key[1:] for key in self.seen if key[0] == self.state.value}
        unsure = {item for item in mine if (self.state.value, *item) not in self._held and item[2] != self.site}
        left = {item for item in self._before | unsure if item[0] in LASTING}
        hosts = {item[2] for item in left if item in unsure or item[2] not in self._looked_now}
        return [self._origins[host] for host in sorted(hosts) if host in self._origins]

    def _look_into(self, kind: Kind, host: str, items: dict[str, str], page: str, tab: str) -> None:
        keys: set[Key] = {(kind.value, name, host) for name in items}
        here = {(kind.value, name, host, str(hash(value))) for name, value in items.items()}
        self.stamp = frozenset({key for key in self.stamp if (key[0], key[2]) != (kind.value, host)} | here)
        for name, value in items.items():
            key = (self.state.value, kind.value, name, host)
            came_back = self._came_back(key[1:], value)
            others = self._elsewhere.get((host, tab), set())
            if key in self.seen:
                others.discard(key[1:])
                known = self.seen[key]
                self.seen[key] = replace(known, deleted=False, respawned=known.respawned or came_back)
            elif kind is Kind.SESSION_STORAGE and key[1:] in others:
                continue
            elif key[1:] in self._before:
                self._keep(key, page)
            elif len(self.seen) < MOST:
                deed = Deed(state=self.state, page=page, via="storage")
                self.seen[key] = self._new(kind, name, host, deed, respawned=came_back)
        if kind is Kind.SESSION_STORAGE:
            self._in_tabs[host, tab] = keys
            keys = self._in_sessions(host)
        self._now_standing({kind}, host, keys)

    def _in_sessions(self, host: str) -> set[Key]:
        """Return what the session storages of a host hold, but for what an answer in another tab left there."""
        tabs = {place: held for place, held in self._in_tabs.items() if place[0] == host}
        return {key for place, held in tabs.items() for key in held - self._elsewhere.get(place, set())}

    def look_back(self, frame: Message, deed: Deed) -> None:
        """Take what a frame or page that is being left says of its storages: more is known then, and nothing is gone."""
        host = parties.host_of(str(frame.get("origin", "")))
        elsewhere = {item for (of, _), held in self._elsewhere.items() if of == host for item in held}
        for field_name in ("local", "session"):
            for name, value in _items(frame.get(field_name, ())).items():
                key = (self.state.value, SORTS[field_name].value, name, host)
                is_known = key in self.seen or key[1:] in self._before or key[1:] in elsewhere
                if host and not is_known and len(self.seen) < MOST:
                    self.seen[key] = self._new(SORTS[field_name], name, host, deed)
                    self._held.add(key)
                self.note_value(key[1:], value)

    def give_back(self, items: Iterable[Key]) -> None:
        """Say that we ourselves put back what we had taken away: it did not come back by itself."""
        for item in items:
            self._gone.pop(item, None)

    def unique_items(self) -> dict[Key, str]:
        """Return the cookies and keys that stand there now and look made up for one visitor, except the choice itself."""
        standing = ((item, self._current.get(item, "")) for item in sorted(self._standing) if not CHOICE.search(item[1]))
        return {item: value for item, value in standing if any(looks_unique(token) for token in tokens(value))}

    def _came_back(self, item: Key, value: str) -> bool:
        self.note_value(item, value)
        self._current[item] = value
        loads, old = self._gone.get(item, (self.loads, ""))
        return loads < self.loads and old == value and any(looks_unique(token) for token in tokens(value))

    def _is_put_off(self, item: Key, days: float | None, end: float) -> bool:
        if days is None:
            return False
        loads, before = self._ends.get(item, (self.loads, end))
        self._ends[item] = self.loads, end
        return loads < self.loads and end > before + 0.05

    def _now_standing(self, kinds: set[Kind], host: str, held: set[Key]) -> None:
        """Note what is gone, so that short-lived things are told from lasting ones."""
        gone = {key for key in self._standing if key[0] in kinds and (not host or key[2] == host)} - held
        self._standing = (self._standing - gone) | held
        self._held |= {(self.state.value, *key) for key in held}
        self._before -= gone
        for item in gone:
            self._gone[item] = self.loads, self._current.get(item, "")
            self._ends.pop(item, None)
            key = (self.state.value, *item)
            if key in self.seen:
                self.seen[key] = replace(self.seen[key], deleted=True)

    def _keep(self, key: Key, page: str) -> None:
        """Something from before the choice is still there: say so in the new state, with what was known of it."""
        for state in (State.ACCEPTED, State.NO_CHOICE, State.REFUSED):
            known = self.seen.get((state.value, *key[1:]))
            if known is not None:
                self.seen[key] = replace(
                    known, state=self.state, page=page, survived=True, deleted=False, refreshed=False, respawned=False
                )
                return

    def enter(self, state: State, *, tab: str) -> None:
        """From now on what is seen belongs to this state, after an answer in a tab; what stands there now came from before."""
        self._before = set(self._standing)
        self._elsewhere = {place: set(held) for place, held in self._in_tabs.items() if place[1] != tab}
        self._ends.clear()
        self._looked_now.clear()
        self.answered = time.time()
        self.state = state

    def changed(self, before: frozenset[tuple[str, ...]]) -> list[str]:
        """Return what those items hold that are not as they were at that stamp; never told."""
        return [self._current.get(key[:3], "") for key in sorted(self.stamp - before)][:MOST_WRITTEN]

    def heed(self, before: frozenset[tuple[str, ...]]) -> None:
        """Remember what the visitor's answer wrote, given the stamp from before it."""
        for item in [key[:3] for key in sorted(self.stamp - before)][:MOST_WRITTEN]:
            self.written[self.state.value, *item] = self._current.get(item, "")[:LONGEST_CHOICE]

    def go_back(self, state: State) -> None:
        """Say that a state has not begun yet: what was seen since belongs to the one before."""
        earlier = before(state)
        for key in [key for key in self.seen if key[0] == state.value]:
            one = self.seen.pop(key)
            self.seen.setdefault((earlier.value, *key[1:]), replace(one, state=earlier))
        for known in (self._held, self._unsure):
            known |= {(earlier.value, *key[1:]) for key in known if key[0] == state.value}
        self.state = earlier

    def abandon(self, state: State) -> None:
        """Forget a state that was not reached after all, and go back to the one before."""
        self.state = before(state)
        self.seen = {key: one for key, one in self.seen.items() if key[0] != state.value}
        self.written = {key: value for key, value in self.written.items() if key[0] != state.value}

    def pass_over(self) -> None:
        """Lay what stands there now to nobody: it came by pressing something that decides nothing."""
        self._before = set(self._standing)

    # --- telling ----------------------------------------------------------------------------------------------------

    def observations(self) -> list[Observation]:
        """Return what was seen; what a script asked for and the browser never held is told as refused or short-lived."""
        return [self._settled(key, replace(one, value_shape=self._shape(key[1:]))) for key, one in self.seen.items()]

    def _shape(self, item: Key) -> str:
        """Return in a word what an item's value looks like; empty for what has none, or was never seen with one."""
        if item[0] not in VALUED:
            return ""
        value = self._current.get(item, min(self.values.get(item, ()), default=None))
        return "" if value is None else shape_of(value)

    def _settled(self, key: Key, one: Observation) -> Observation:
        if not one.kind.is_stored or one.refused_reason or key in self._held:
            return one
        if one.kind is Kind.COOKIE and (key in self._unsure or self._was_passed_over(key, one)):
            return replace(one, refused_reason="NotStored")
        # Storage of a frame that was gone before anybody could look may well still be there.
        was_looked_for = one.kind is Kind.COOKIE or one.domain in self._looked
        return replace(one, deleted=True, momentary=True) if was_looked_for else one

    def _was_passed_over(self, key: Key, one: Observation) -> bool:
        """Whether an answer asked for a lasting cookie that nobody took away, and looking twice found none.

        Answers to requests without credentials are such: the browser takes no cookie from them, and says nothing of it.
        """
        looked = self._looks - self._answered.get(key, self._looks)
        is_lasting = one.retention_days is None or one.retention_days > SHORT_DAYS
        return looked >= TWICE and is_lasting and one.name not in self._erased

    def _new(self, kind: Kind, name: str, domain: str, deed: Deed, **more: Any) -> Observation:
        return Observation(
            state=deed.state,
            kind=kind,
            name=shortened(name) if kind.is_stored else name,
            domain=domain,
            party=parties.party(domain, site=self.site),
            page=deed.page,
            set_by=deed.by[:LONGEST_URL],
            via=deed.via,
            where=deed.where,
            chain=deed.chain,
            **more,
        )


def _domain(cookie: Message) -> str:
    return str(cookie["domain"]).lstrip(".").lower()


def _items(found: Any) -> dict[str, str]:
    """Return names and values; databases, caches and workers have no value."""
    pairs = (one if isinstance(one, list) and len(one) == 2 else (one, "") for one in found if one is not None)  # noqa: PLR2004
    return {str(name)[:300]: str(value) for name, value in pairs}


def _longer(one: float | None, other: float | None) -> bool:
    return one is not None and (other is None or one > other + 0.01)
