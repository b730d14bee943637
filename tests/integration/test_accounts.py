"""People, roles and tokens."""

from datetime import timedelta

import pytest

from holdtrue.accounts.actions import add_person, issue_token
from holdtrue.accounts.models import Person
from holdtrue.accounts.queries import Purpose, reader, token_grant
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.queries import entry

pytestmark = pytest.mark.django_db


def test_an_account_leaves_an_entry_for_itself_and_each_role(alice):
    kinds = [row.kind for row in Outbox.objects.filter(about=f"person/{alice.id}").order_by("id")]

    assert kinds == ["person.added", "role.granted", "role.granted"]
    assert reader(alice).oversees


def test_a_name_stands_in_the_identity_group_alone(alice):
    row = Outbox.objects.get(kind="person.added")

    assert entry(row.id).identity["name"] == "Alice"
    assert b"Alice" not in bytes(row.core) + bytes(row.context) + bytes(row.identity)


def test_a_second_account_for_an_address_is_refused_whatever_its_case(alice, noon):
    with pytest.raises(Conflict, match="an account for"):
        add_person(
            "ALICE@wegroup.example", "Alice", password="correct horse battery", roles=[Role.STAFF], at=noon, record=record
        )

    assert Person.objects.count() == 1


@pytest.mark.parametrize(("email", "password"), [("not an address", "correct horse battery"), ("eve@wegroup.example", "short")])
def test_a_bad_address_or_a_weak_password_opens_no_account(db, noon, email, password):
    with pytest.raises(Invalid):
        add_person(email, "Eve", password=password, roles=[Role.STAFF], at=noon, record=record)

    assert not Person.objects.exists()
    assert not Outbox.objects.exists()


def test_a_token_lets_in_for_its_purpose_until_it_ends(alice, noon):
    tomorrow = noon + timedelta(days=1)
    secret = issue_token(Purpose.SCAN, subject="site/a.example", by=alice.id, at=noon, expires_at=tomorrow, record=record)

    assert token_grant(secret, purpose=Purpose.SCAN, at=noon).subject == "site/a.example"
    with pytest.raises(NotAllowed, match="not known"):
        token_grant(secret, purpose=Purpose.DEVICE, at=noon)
    with pytest.raises(NotAllowed, match="has ended"):
        token_grant(secret, purpose=Purpose.SCAN, at=tomorrow)


def test_a_tokens_secret_is_kept_nowhere(alice, noon):
    secret = issue_token(Purpose.DEVICE, subject="", by=alice.id, at=noon, expires_at=noon + timedelta(days=1), record=record)

    assert not any(secret.encode() in bytes(row.core + row.context + row.identity) for row in Outbox.objects.all())


def test_a_made_up_token_is_refused(db, noon):
    with pytest.raises(NotAllowed, match="not known"):
        token_grant("ht_scan_guess", purpose=Purpose.SCAN, at=noon)
