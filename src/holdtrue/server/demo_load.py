"""What the example organisation starts with: people, two policies, a website and how it asks, a catalogue, a few devices."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from holdtrue.accounts.actions import add_person, issue_token
from holdtrue.accounts.queries import Purpose, person_by_email
from holdtrue.accounts.rules import Role
from holdtrue.errors import NotFound
from holdtrue.evidence.actions import record
from holdtrue.policy.text import actions as texts
from holdtrue.policy.text import queries as published_texts
from holdtrue.policy.text.rules import parse
from holdtrue.server.demo_client import Client
from holdtrue.server.demo_devices import ExampleDevice
from holdtrue.website.consent import actions as consent
from holdtrue.website.consent import queries as choices
from holdtrue.website.consent.asking import Asking
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.sites import actions as sites
from holdtrue.website.sites import queries as known_sites
from holdtrue.website.sites.filling import filling_of
from holdtrue.website.sites.rules import host_of, subject_of
from holdtrue.workplace.devices.queries import devices as devices_of_all
from holdtrue.workplace.devices.queries import names_by_subject
from holdtrue.workplace.devices.register import Papers, assign_device
from holdtrue.workplace.devices.rules import Ownership
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.storage import actions as storage
from holdtrue.workplace.storage.queries import places
from holdtrue.workplace.storage.rules import Place

COOKIES: Final = "cookies"
OWNERS: Final = {
    "LT-01": "jonas@wegroup.example",
    "LT-07": "marie@wegroup.example",
    "MB-03": "lotte@wegroup.example",
    "WS-02": "anna@wegroup.example",
}
ASKING: Final = Asking(
    languages=("en", "nl"),
    accent="#0b5c53",
    hosts={
        "google-analytics": ("*.google-analytics.com", "*.googletagmanager.com"),
        "logrocket": ("*.logrocket.com", "*.logrocket.io", "*.lr-ingest.io"),
        "tawk-to": ("*.tawk.to",),
    },
    purposes={
        "google-analytics": {"nl": "Onderscheidt bezoekers, om bezoeken te tellen"},
        "logrocket": {"nl": "Legt vast hoe een bezoek verliep, zodat we fouten vinden"},
        "tawk-to": {"nl": "Houdt uw gesprek met ons team bijeen wanneer u een andere pagina opent"},
        "wegroup-analytics": {"nl": "Telt hoeveel pagina\u2019s u tijdens één bezoek opent"},
        "wegroup-necessary": {"nl": "Onthoudt uw taal, uw keuze over cookies en uw plaats op de pagina"},
    },
)
"""How the website asks, beside what its policy says. A choice of the privacy team, who may change it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the example, as printed."""

    name: str
    role: Role
    email: str
    password: str


def data() -> Traversable:
    """Return the folder of the example's files."""
    return files("holdtrue.server") / "data"


def load(accounts: tuple[Account, ...], *, site: str) -> None:
    """Store what is not there yet; a second start adds nothing."""
    for account in accounts:
        if person_by_email(account.email) is None:
            add_person(
                account.email,
                account.name,
                password=account.password,
                roles=[account.role],
                at=timezone.now(),
                record=record,
            )
    publisher = _holder(accounts, Role.PRIVACY)
    for policy in sorted((data() / "policies").iterdir(), key=lambda file: file.name):
        _publish(policy.read_text(encoding="utf-8"), by=publisher)
    guardian = _holder(accounts, Role.SECURITY)
    with catalogue() as file:
        software.import_catalogue(file.read_bytes(), by=guardian, at=timezone.now())
    if not places():
        place = Place("WeGroup Cloud", "nextcloud", "cloud.wegroup.example")
        why = "In our own data centre: a replacement has everything back at once."
        storage.approve_place(place, why=why, by=guardian, at=timezone.now())
    _once(
        lambda: known_sites.site(host_of(site)),
        lambda: _add_site(site, by=publisher),
    )
    if choices.settings_of(host_of(site)).revision == 0:
        consent.choose(host_of(site), ASKING, based_on=0, by=publisher, at=timezone.now())


def _add_site(site: str, *, by: UUID) -> None:
    """Add the website, with what is known of its items in the languages that its policy does not speak."""
    sites.add_site(site, name="WeGroup", policy=COOKIES, by=by, at=timezone.now())
    host, knowledge = host_of(site), knowledge_at(settings.CONFIG.data)
    lacking = {
        name: one.number for name, one in known_sites.latest(host).items() if filling_of(one.line, knowledge) is not None
    }
    sites.fill(host, lacking, knowledge=knowledge, by=by, at=timezone.now())


def _holder(accounts: tuple[Account, ...], role: Role) -> UUID:
    email = next(account.email for account in accounts if account.role is role)
    person = person_by_email(email)
    if person is None:
        raise NotFound(f"The example has nobody with the address {email}.")
    return person.id


def _publish(source: str, *, by: UUID) -> None:
    document = parse(source)
    standing = published_texts.versions_of(document.slug)
    if document.text_hash not in {version.text_hash for version in standing}:
        texts.publish_version(source, based_on=len(standing), by=by, at=timezone.now())


def _once(look: Callable[[], object], make: Callable[[], object]) -> None:
    try:
        look()
    except NotFound:
        make()


def published() -> str:
    """Return what is published, in one line."""
    return ", ".join(f"{version.title} {version.number}" for version in published_texts.policies(at=timezone.now()))


def cookie_policy() -> str:
    """Return the text of the cookie policy in force."""
    return published_texts.current(COOKIES, at=timezone.now()).source


def write_notice(site: str, file: Path) -> None:
    """Leave the notice in force where the website's middleware reads it, as a site's owner fetches it from Holdtrue."""
    standing = choices.notice_of(host_of(site))
    if standing is None:
        raise NotFound(f"{site} has no notice yet.")
    document = standing.notice.document
    if not file.exists() or file.read_bytes() != document:
        # Whole or not at all: the middleware may be reading it.
        fresh = file.with_suffix(".new")
        fresh.write_bytes(document)
        fresh.replace(file)


def told_choices(site: str) -> str:
    """Return how many visitors of the website decided what, in one line; raises `NotFound` when nobody did."""
    many = Counter[str]()
    for count in choices.counts(host_of(site)):
        many[count.event] += count.many
    if not many:
        raise NotFound(f"No visitor of {site} has a record.")
    return ", ".join(f"{number} {event}" for event, number in sorted(many.items()))


def scan_token(site: str, *, email: str) -> str:
    """Return a fresh token for scans of the example's website."""
    return _token(Purpose.SCAN, subject=subject_of(site), email=email)


def device_token(device: str, *, email: str) -> str:
    """Return a fresh token for the report of one device, whether it is new here or not."""
    subject = f"device/{device}"
    return _token(Purpose.DEVICE, subject=subject if subject in names_by_subject() else "", email=email)


def _token(purpose: Purpose, *, subject: str, email: str) -> str:
    person = person_by_email(email)
    if person is None:
        raise NotFound(f"Nobody here has the address {email}.")
    now = timezone.now()
    return issue_token(purpose, subject=subject, by=person.id, at=now, expires_at=now + timedelta(hours=1), record=record)


@contextmanager
def catalogue() -> Iterator[Path]:
    """Yield the file of the example's approved software."""
    with as_file(files("holdtrue.workplace.software") / "data" / "starter.yaml") as file:
        yield file


def report_examples(client: Client, *, email: str, keys: Path) -> str:
    """Let each example device join with a key of its own and report, signed; return their names."""
    names = []
    for file in sorted((data() / "devices").iterdir(), key=lambda one: one.name):
        name = file.name.removesuffix(".json")
        device = ExampleDevice(client, keys / name, json.loads(file.read_text(encoding="utf-8")))
        device.report(lambda known_as: device_token(known_as, email=email), at=timezone.now())
        names.append(name)
    _hand_out(email=email)
    return ", ".join(names)


def _hand_out(*, email: str) -> None:
    """Give each example device to the person who uses it."""
    guardian = person_by_email(email)
    if guardian is None:
        raise NotFound(f"Nobody here has the address {email}.")
    for device in devices_of_all(reader=guardian):
        owner = person_by_email(OWNERS.get(device.name, ""))
        if owner is not None and device.owner is None:
            assign_device(
                device.id, Papers(Ownership.COMPANY, asset_tag=device.name, owner=owner.id), by=guardian.id, at=timezone.now()
            )
