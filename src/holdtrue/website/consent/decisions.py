"""From the bytes that a browser sends to a durable record and its receipt, without a word of HTTP's own."""

import time
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from holdtrue.errors import Invalid, NotAllowed, NotUnderstood, TooMany
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.sealing import Entry, Sealer, leaf_of
from holdtrue.website.consent.commit import GroupCommit, Tell
from holdtrue.website.consent.limits import Limit
from holdtrue.website.consent.records import browser_of, digest_of, form_of, groups_of
from holdtrue.website.consent.rules import LANGUAGES, Asked, Decision, read_decision
from holdtrue.website.consent.store import Offer, Placed, Records, visitors_by

LONGEST_DECISION: Final = 4_096
_KIND: Final = Kind.CONSENT_RECORDED.value
DECISIONS: Final = frozenset({b"text/plain", b"application/json"})

Head: TypeAlias = Mapping[bytes, bytes]
"""A request's headers by their names in small letters."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the intake knows of a site."""

    host: str
    origins: Mapping[bytes, str]
    """Origins that may answer, as the header has them."""
    document: bytes
    """The notice in force."""
    etag: bytes
    asked: Mapping[str, Asked]
    """Every notice that the site ever asked with, by its material hash; of several the newest."""
    renderings: frozenset[str]
    """Hashes of every form in which its notices were shown."""
    languages: frozenset[str]
    """Languages that the banner may speak there."""


class Decisions:
    """Takes decisions for the sites on the cards."""

    def __init__(self, *, records: Records, sealer: Sealer, visitor_key: bytes, limit: Limit, trusted_proxies: int) -> None:
        """Write to these records, sealed by this, of visitors under this key."""
        self._commit = GroupCommit(self._write)
        self._records = records
        self._seal_all = sealer.seal_all
        self._visitor_of = visitors_by(visitor_key)
        self._limit = limit
        self._limit_of_reports = limit.twin()
        self._proxies = trusted_proxies

    def take(self, card: Card, head: Head, body: bytes, client: str, tell: Tell) -> str:
        """Return the decision's id, and tell once it is durable or cannot be; raises why it is refused at once."""
        require_from(card, head)
        self.require_few(head, client)
        require_plain(head)
        decision = read_decision(body)
        self._commit.add(self._offer(decision, card, head), tell)
        return decision.id

    def require_few(self, head: Head, client: str) -> None:
        """Raise `TooMany` for a network that has sent more than its share."""
        if not self._limit.allows(self._address(head, client), time.monotonic()):
            raise TooMany("This network has sent too much.", hint="Keep the decision and send it again in a minute.")

    def require_few_reports(self, head: Head, client: str) -> None:
        """Do the same for reports of stopped requests, whose count is their own."""
        if not self._limit_of_reports.allows(self._address(head, client), time.monotonic()):
            raise TooMany("This network has sent too many reports.", hint="A tracker is reported again.")

    async def finish(self) -> None:
        """Write what waits."""
        await self._commit.finish()

    async def _write(self, offers: Sequence[Offer]) -> Sequence[Placed | Exception]:
        return await self._records.add(self._seal_all([offer.entry for offer in offers]), offers)

    def _offer(self, decision: Decision, card: Card, head: Head) -> Offer:
        asked = card.asked.get(decision.material)
        if asked is None:
            raise Invalid("This site never asked that.", hint="Load the notice anew; `material` is copied from it.")
        if decision.language not in card.languages:
            raise Invalid(
                f"The banner does not speak {decision.language[:20]!r}.", hint="Send the language that it was shown in."
            )
        at = time.time_ns() // 1_000_000
        form = form_of(decision, asked)
        groups = groups_of(
            decision,
            form,
            browser=browser_of(head.get(b"user-agent", b"")),
            is_rendering_known=decision.notice in card.renderings,
            at=at,
        )
        return Offer(
            Entry(bytes.fromhex(decision.id.replace("-", "")), _KIND, form.about, at, groups),
            card.host,
            self._visitor_of(decision.consent_id),
            digest_of(decision, form),
            decision.event,
            decision.language,
            asked.version,
        )

    def _address(self, head: Head, client: str) -> str:
        """Return where it came from, as the nearest trusted proxy says; what the client claims before that is not believed."""
        if self._proxies and (forwarded := head.get(b"x-forwarded-for")):
            hops = forwarded.decode("ascii", "replace").split(",")
            return hops[-min(self._proxies, len(hops))].strip()
        return client


def require_from(card: Card, head: Head) -> bytes:
    """Return the page's origin; raises `NotAllowed` unless it speaks for the site."""
    origin = head.get(b"origin", b"")
    if origin not in card.origins:
        raise NotAllowed(
            f"{origin[:200].decode('ascii', 'replace') or 'A page without an origin'} does not speak for {card.host}.",
            hint="Decisions come from the site's own pages; its other addresses can be added under Consent.",
        )
    return origin


def require_plain(head: Head, kinds: frozenset[bytes] = DECISIONS) -> None:
    """Raise `NotUnderstood` unless the body is said to be plain, and of a media type that is taken here."""
    if _media_type(head.get(b"content-type", b"")) not in kinds or head.get(b"content-encoding", b"identity") != b"identity":
        raise NotUnderstood(
            "This is of another media type, or compressed.",
            hint=f"Send it as {' or '.join(sorted(kind.decode() for kind in kinds))}.",
        )


@lru_cache(maxsize=256)
def _media_type(said: bytes) -> bytes:
    """Return the media type of a header in small letters, without its parameters."""
    return said.partition(b";")[0].strip().lower()


def receipt(record: str, placed: Placed, origin: bytes) -> bytes:
    """Return what a visitor is answered: where the record stands in the log of this name, which is given as JSON."""
    leaf = b2a_base64(leaf_of(_KIND, placed.hashes), newline=False)
    return b'{"record":"%b","origin":%b,"index":%d,"leaf":"%b"}' % (record.encode(), origin, placed.place, leaf)


def languages_of(texts: Mapping[str, object], chosen: tuple[str, ...]) -> frozenset[str]:
    """Return the languages that a banner may have been shown in."""
    return LANGUAGES | frozenset(texts) | frozenset(chosen)
