"""Reads about people, roles and tokens."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from holdtrue.accounts.models import Person, Token
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import NotAllowed


class Purpose(StrEnum):
    """What a token lets a machine deliver."""

    DEVICE = "device"
    SCAN = "scan"
    RESULTS = "results"
    CALENDAR = "calendar"
    """Reading, for a calendar that cannot sign in."""
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid token allows."""

    id: UUID
    purpose: Purpose
    subject: str
    issued_by: UUID


class TokenState(StrEnum):
    """Whether a token still opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as its issuers see it; the secret is known to nobody here."""

    id: UUID
    purpose: Purpose
    subject: str
    issued_at: datetime
    issuer: str
    """The name of the person who issued it."""
    expires_at: datetime
    revoked_at: datetime | None
    state: TokenState


def reader(person: Person) -> Reader:
    """Return the person as pages and actions see one."""
    roles = frozenset(Role(grant.role) for grant in person.grants.all())
    return Reader(id=person.id, name=person.name, email=person.email, roles=roles)


def reader_of(person: UUID) -> Reader:
    """Return an active person by id; raises `NotAllowed` where there is none any more."""
    row = Person.objects.filter(id=person, is_active=True).first()
    if row is None:
        raise NotAllowed("Whoever this was issued by is no longer here.", hint="Ask the security team for a new one.")
    return reader(row)


def names_of(ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of these people, by id; ids that are gone are left out."""
    return dict(Person.objects.filter(id__in=ids).values_list("id", "name"))


def people() -> list[Reader]:
    """Return everybody who is active, by name."""
    return [reader(person) for person in Person.objects.filter(is_active=True).prefetch_related("grants")]


def token_grant(secret: str, *, purpose: Purpose, at: datetime) -> Grant:
    """Return what the token allows, or raise `NotAllowed` when it is wrong, expired or for something else."""
    digest = hashlib.sha256(secret.encode()).digest()
    token = Token.objects.filter(hash=digest).first()
    if token is None or not hmac.compare_digest(bytes(token.hash), digest) or token.purpose != purpose:
        raise NotAllowed("This token is not known here.", hint="Ask the security team for a new one.")
    if token.revoked_at is not None or token.expires_at <= at:
        raise NotAllowed("This token has ended.", hint="Ask the security team for a new one.")
    return Grant(id=token.id, purpose=Purpose(token.purpose), subject=token.subject, issued_by=token.issued_by_id)


def open_tokens(*, purpose: Purpose, subject: str, at: datetime) -> list[UUID]:
    """Return the tokens for this that open something now."""
    rows = Token.objects.filter(purpose=purpose, subject=subject, revoked_at=None, expires_at__gt=at)
    return list(rows.order_by("id").values_list("id", flat=True))


def tokens(*, at: datetime) -> tuple[IssuedToken, ...]:
    """Return every token: those that open something first, the newest of each first."""
    rows = Token.objects.select_related("issued_by").order_by("-issued_at", "-id")
    issued = (
        IssuedToken(
            id=row.id,
            purpose=Purpose(row.purpose),
            subject=row.subject,
            issued_at=row.issued_at,
            issuer=row.issued_by.name,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            state=_state(row, at=at),
        )
        for row in rows
    )
    return tuple(sorted(issued, key=lambda token: token.state is not TokenState.ACTIVE))


def _state(token: Token, *, at: datetime) -> TokenState:
    if token.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.EXPIRED if token.expires_at <= at else TokenState.ACTIVE


def signed_in(user: object) -> Reader:
    """Return the signed-in person behind a request's user, or raise `NotAllowed` for anybody else."""
    if isinstance(user, Person) and user.is_active:
        return reader(user)
    raise NotAllowed("Sign in first.", hint="Only published policies can be read without an account.")


def person_by_email(email: str) -> Reader | None:
    """Return the active person with this address, whatever its case."""
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    return reader(person) if person else None


def person_of(person_id: UUID) -> Reader | None:
    """Return the active person with this id."""
    person = Person.objects.filter(id=person_id, is_active=True).prefetch_related("grants").first()
    return reader(person) if person else None
