"""Who may open which page: every address, as every role and as nobody."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from holdtrue.accounts.actions import add_person
from holdtrue.accounts.models import Person
from holdtrue.accounts.rules import Role
from holdtrue.evidence.actions import record
from holdtrue.server.access import ALLOWED, PUBLIC

pytestmark = pytest.mark.django_db

NOBODY = UUID(int=0)
WORDS = {
    "slug": "no-such-policy",
    "clause": "NO-1",
    "number": 1,
    "older": 1,
    "newer": 2,
    "entry": NOBODY,
    "record": NOBODY,
    "token": NOBODY,
    "scan": NOBODY,
    "site": "no-such.example",
    "host": "no-such.example",
    "device": "no-such-device",
    "title": "no-such-title",
    "name": "no-such-name",
    "state": "accepted",
    "page": 1,
    "index": 1,
}
"""Plausible values for what stands in an address; none of them exists."""
BY_CONVERTER = {
    "UUIDConverter": NOBODY,
    "IntConverter": 1,
    "SlugConverter": "none",
    "StringConverter": "none",
    "PathConverter": "none",
}


STEPS = {"account_logout", "mfa_authenticate"}
"""Steps of signing in and out, which send whoever comes out of turn back to the first."""


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every name and pattern, with its namespace."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            assert one.name, f"{one.pattern} has no name, so nobody can say who may open it"
            yield f"{space}{one.name}", one


def addresses() -> list[tuple[str, str]]:
    """Every name with an address that it answers to."""
    found = []
    for name, pattern in patterns():
        words = {
            word: WORDS.get(word, BY_CONVERTER.get(type(converter).__name__, "none"))
            for word, converter in pattern.pattern.converters.items()
        }
        found.append((name, reverse(name, kwargs=words)))
    return found


def client(role: Role | None, noon) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    if role:
        person = add_person(
            f"{role}@wegroup.example", role.title(), password="correct horse battery", roles=[role], at=noon, record=record
        )
        browser.force_login(Person.objects.get(id=person.id))
    return browser


def test_every_address_stands_in_the_table_once():
    names = {name for name, _ in patterns()}

    assert names - PUBLIC - set(ALLOWED) == set(), "pages that the table forgot"
    assert set(PUBLIC) | set(ALLOWED) == names, "names in the table that no page has"
    assert set(PUBLIC) & set(ALLOWED) == set(), "names that are both public and not"


def test_nobody_without_an_account_gets_further_than_the_public_pages(noon):
    browser = client(None, noon)
    for name, address in addresses():
        for send in (browser.get, browser.post):
            answer = send(address)
            to_login = answer.status_code == 302 and answer.url.startswith("/account/login/")
            if name in PUBLIC:
                assert not to_login or name in STEPS, f"{name} asks to sign in, though the table calls it public"
                assert answer.status_code < 500, f"{name} answers {answer.status_code}"
            else:
                assert to_login, f"{name} answers {answer.status_code} without an account"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_the_table_says_and_nothing_else(role, noon):
    browser = client(role, noon)
    for name, address in addresses():
        if name in PUBLIC:
            continue
        answer = browser.get(address)
        if role in ALLOWED[name]:
            assert answer.status_code not in {403, 500}, f"{role} cannot open {name}: {answer.status_code}"
        else:
            assert answer.status_code == 403, f"{role} opens {name}: {answer.status_code}"
            assert "Your role does not open this page." in answer.content.decode()


def test_an_account_without_a_role_opens_nothing(noon):
    person = add_person("new@wegroup.example", "New", password="correct horse battery", roles=[], at=noon, record=record)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(Person.objects.get(id=person.id))

    assert browser.get("/").status_code == 403


def test_an_address_that_does_not_exist_says_so_kindly(noon):
    answer = client(Role.STAFF, noon).get("/no/such/page/")

    assert answer.status_code == 404
    assert "Nothing stands at this address" in answer.content.decode()
