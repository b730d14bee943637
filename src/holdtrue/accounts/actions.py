"""The only writers of people, roles and tokens.

Accounts lie below evidence, so each action is handed the function that writes its entry: `holdtrue.evidence.actions.record`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from holdtrue.accounts.models import Person, RoleGrant, Token
from holdtrue.accounts.queries import Purpose, reader
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, Invalid, NotFound


class Recorder(Protocol):
    """Writes one entry into the caller's transaction."""

    def __call__(  # noqa: D102, PLR0913 - the shape of evidence.actions.record
        self,
        kind: str,
        *,
        about: str,
        at: datetime,
        by: UUID | None = None,
        core: Mapping[str, str] | None = None,
        identity: Mapping[str, str] | None = None,
    ) -> UUID: ...


def add_person(  # noqa: PLR0913 - each is a fact about the person
    email: str,
    name: str,
    *,
    password: str,
    roles: Iterable[Role],
    at: datetime,
    record: Recorder,
    by: UUID | None = None,
) -> Reader:
    """Open an account with these roles; `Invalid` for a bad address or a weak password, `Conflict` for a second account."""
    try:
        validate_email(email)
        validate_password(password, Person(email=email, name=name))
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), hint="Nothing was stored.") from error
    try:
        with transaction.atomic():
            person = Person.objects.create(email=email, name=name, password=make_password(password), added_at=at)
            about = f"person/{person.id}"
            record("person.added", about=about, at=at, by=by, identity={"name": name, "email": email})
            for role in sorted(set(roles)):
                RoleGrant.objects.create(person=person, role=role, granted_at=at)
                record("role.granted", about=about, at=at, by=by, core={"role": role.value})
    except IntegrityError as error:
        raise Conflict(f"There is an account for {email} already.") from error
    return reader(person)


def note_sign_in(person: Person, *, at: datetime, record: Recorder) -> None:
    """Leave an entry that this person signed in."""
    with transaction.atomic():
        record("person.signed-in", about=f"person/{person.id}", at=at, by=person.id)


def issue_token(  # noqa: PLR0913 - each is a fact about the token
    purpose: Purpose, *, subject: str, by: UUID, at: datetime, expires_at: datetime, record: Recorder
) -> str:
    """Issue a token for one sort of upload and return its secret, which is shown once and kept as a hash only."""
    if expires_at <= at:
        raise Invalid("A token must end in the future.")
    secret = f"ht_{purpose.value}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = Token.objects.create(
            purpose=purpose,
            subject=subject,
            hash=hashlib.sha256(secret.encode()).digest(),
            issued_at=at,
            issued_by_id=by,
            expires_at=expires_at,
        )
        core = {"purpose": purpose.value, "subject": subject, "expires_at": expires_at.isoformat()}
        record("token.issued", about=f"token/{token.id}", at=at, by=by, core=core)
    return secret


def revoke_token(token: UUID, *, by: UUID, at: datetime, record: Recorder) -> None:
    """End a token before its time; raises `NotFound`, or `Conflict` for one that was ended already."""
    row = Token.objects.filter(id=token).first()
    if row is None:
        raise NotFound("There is no such token.", hint="The list of tokens shows those that there are.")
    with transaction.atomic():
        if not Token.objects.filter(id=token, revoked_at=None).update(revoked_at=at):
            raise Conflict("This token was revoked already.", hint="Nothing more is needed: it opens nothing.")
        record("token.revoked", about=f"token/{token}", at=at, by=by, core={"purpose": row.purpose, "subject": row.subject})
