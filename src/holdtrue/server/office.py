"""What an administrator does from the command line."""

import getpass
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from holdtrue.accounts import actions as accounts
from holdtrue.accounts.queries import Purpose, person_by_email
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.pack import Document
from holdtrue.policy.text import actions as texts
from holdtrue.policy.text import queries as published
from holdtrue.policy.text.rules import parse
from holdtrue.website.sites import queries as sites
from holdtrue.workplace.devices.queries import names_by_subject

TEAMS = frozenset({Role.SECURITY, Role.PRIVACY, Role.ADMIN})
"""Who may publish a policy and issue tokens, here as on the pages."""
LONGEST_TOKEN = 3650
"""Days."""


def add_person(email: str, name: str, roles: list[str]) -> int:
    """Open an account; the password comes from the terminal or, in a script, from standard input."""
    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        raise Invalid(f"{unknown[0]!r} is no role.", hint=f"Roles are {', '.join(Role)}.")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    person = accounts.add_person(
        email, name, password=password, roles=[Role(role) for role in roles], at=timezone.now(), record=record
    )
    print(f"{person.name} can sign in as {person.email}.")
    return 0


def publish(file: Path, *, by: str) -> int:
    """Publish the file as the next version of its policy."""
    try:
        source = file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(
            f"{file} cannot be read: {error.strerror}.", hint="Give the path of the policy's Markdown file."
        ) from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not UTF-8 text (byte {error.start}).", hint="Save it as UTF-8 and try again.") from error
    slug = parse(source).slug
    based_on = published.newest_number(slug)
    version = texts.publish_version(source, based_on=based_on, by=_team_member(by).id, at=timezone.now())
    print(f"{version.title}: version {version.number} is published, SHA-256 {version.text_hash}.")
    return 0


def issue_token(purpose: str, *, site: str, device: str, days: int, by: str) -> int:
    """Print a new token; it is shown this once."""
    subject = f"device/{device}" if device else ""
    if purpose == Purpose.SCAN:
        if not site:
            raise Invalid("A scan token speaks for one website.", hint="Add --site https://www.example.org")
        subject = sites.subject_of(site)
    elif device and subject not in names_by_subject():
        raise NotFound(f"No device {device} is enrolled here.", hint="Leave --device out for one that is new.")
    if not 1 <= days <= LONGEST_TOKEN:
        raise Invalid(f"A token lasts 1 to {LONGEST_TOKEN:,} days, not {days:,}.", hint="Leave --days out for 30.")
    now = timezone.now()
    secret = accounts.issue_token(
        Purpose(purpose), subject=subject, by=_team_member(by).id, at=now, expires_at=now + timedelta(days=days), record=record
    )
    print(secret)
    return 0


def documents() -> Iterator[Document]:
    """Yield every published text, for a pack to carry beside the entries that name its hash."""
    for slug in published.newest_numbers():
        for version in published.versions_of(slug):
            yield Document(
                name=f"{version.slug}-{version.number}.md",
                media_type="text/markdown",
                sha256=version.text_hash,
                content=version.source.encode(),
            )


def _team_member(email: str) -> Reader:
    """Return the person who answers for what is done; the log will say that it was they."""
    person = person_by_email(email)
    if person is None:
        raise NotFound(f"Nobody here has the address {email}.", hint="`holdtrue add-person` opens an account.")
    if not person.roles & TEAMS:
        raise NotAllowed(f"{person.name} is on neither team.", hint="Name somebody of the security or privacy team.")
    return person
