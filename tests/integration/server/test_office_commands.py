"""What an administrator does from the command line: bounds and roles."""

import pytest

from holdtrue.errors import Invalid, NotAllowed, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.server import office

pytestmark = pytest.mark.django_db


def issue(by: str, *, device: str = "", days: int = 30) -> int:
    return office.issue_token("device", site="", device=device, days=days, by=by)


def test_a_token_is_printed_once_and_its_issuer_named(alice, capsys):
    assert issue(alice.email) == 0

    assert capsys.readouterr().out.startswith("ht_device_")
    assert Outbox.objects.filter(kind="token.issued").count() == 1


@pytest.mark.parametrize("days", [-1, 0, 3651, 99_999_999_999])
def test_a_token_that_lasts_no_sensible_time_is_refused(alice, days):
    with pytest.raises(Invalid, match="1 to 3,650 days"):
        issue(alice.email, days=days)


def test_a_token_is_not_issued_in_the_name_of_somebody_on_neither_team(bob):
    with pytest.raises(NotAllowed, match="neither team"):
        issue(bob.email)


def test_a_policy_is_not_published_in_the_name_of_somebody_on_neither_team(bob, tmp_path):
    file = tmp_path / "logs.md"
    file.write_text(
        "---\npolicy: logs\ntitle: Logs\nlanguage: en\norganisation: WeGroup\ncontact: a@wegroup.example\n"
        "in-force: 2026-01-01\nchange: First.\n---\n\n[LOG-1] We keep logs for 90 days.\n\n> Asks of you: nothing.\n"
    )
    with pytest.raises(NotAllowed, match="neither team"):
        office.publish(file, by=bob.email)


def test_a_token_for_a_device_that_is_not_enrolled_is_refused(alice):
    with pytest.raises(NotFound, match="LT-404"):
        issue(alice.email, device="LT-404")


def test_a_signed_in_page_stays_in_no_cache(client, alice):
    client.force_login(alice)

    assert "no-store" in client.get("/")["Cache-Control"]
    assert "no-store" in client.get("/evidence/")["Cache-Control"]
