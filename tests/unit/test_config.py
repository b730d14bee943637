"""Settings: every mistake at once, no unsafe default."""

import stat

import pytest

from holdtrue.config import Mail, MailSecurity, read, with_secret
from holdtrue.errors import Invalid


def test_nothing_set_means_sqlite_on_loopback(tmp_path):
    config = read({})

    assert not config.is_postgres
    assert config.host == "127.0.0.1"
    assert config.public_url == "http://127.0.0.1:8000"
    assert config.evidence_origin == "127.0.0.1:8000/log"


def test_every_mistake_is_reported_at_once():
    wrong = {
        "HOLDTRUE_PORT": "eighty",
        "HOLDTRUE_DATABASE_URL": "mysql://here",
        "HOLDTRUE_LOG_FORMAT": "xml",
        "HOLDTRUE_SECRET_KEY": "short",
        "HOLDTRUE_COLOUR": "blue",
        "HOLDTRUE_PUBLIC_URL": "policy.example",
    }

    with pytest.raises(Invalid) as caught:
        read(wrong)

    for name in wrong:
        assert name in caught.value.message
    assert "settings.md" in caught.value.hint


def test_a_secret_is_read_from_a_file(tmp_path):
    file = tmp_path / "url"
    file.write_text("postgresql://holdtrue@db/holdtrue\n")

    assert read({"HOLDTRUE_DATABASE_URL_FILE": str(file)}).database_url == "postgresql://holdtrue@db/holdtrue"


def test_a_secret_given_twice_is_a_mistake(tmp_path):
    file = tmp_path / "key"
    file.write_text("k" * 40)

    with pytest.raises(Invalid, match="both set"):
        read({"HOLDTRUE_SECRET_KEY": "s" * 40, "HOLDTRUE_SECRET_KEY_FILE": str(file)})


def test_the_session_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    config = read({"HOLDTRUE_DATA": str(tmp_path / "data")})

    first = with_secret(config)

    assert with_secret(config) == first
    assert len(first) >= 32
    assert stat.S_IMODE((config.keys / "session.secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(config.keys.stat().st_mode) == 0o700


def test_mail_is_off_until_a_server_is_named_and_then_encrypted(tmp_path):
    file = tmp_path / "password"
    file.write_text("hunter22\n")
    given = {
        "HOLDTRUE_SMTP_HOST": "post.example",
        "HOLDTRUE_MAIL_FROM": "holdtrue@bakery.example",
        "HOLDTRUE_SMTP_USER": "holdtrue",
        "HOLDTRUE_SMTP_PASSWORD_FILE": str(file),
    }

    assert read({}).mail is None
    assert read(given).mail == Mail(
        "post.example", 587, MailSecurity.STARTTLS, "holdtrue", "hunter22", "holdtrue@bakery.example"
    )
    assert read({**given, "HOLDTRUE_SMTP_SECURITY": "tls"}).mail.port == 465


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"HOLDTRUE_SMTP_HOST": ""}, "SMTP_HOST is missing"),
        ({"HOLDTRUE_MAIL_FROM": "nobody"}, "MAIL_FROM is 'nobody'"),
        ({"HOLDTRUE_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "MAIL_FROM is"),
        ({"HOLDTRUE_SMTP_SECURITY": "ssl"}, "takes starttls, tls or none"),
        ({"HOLDTRUE_SMTP_USER": "holdtrue"}, "belong together"),
        (
            {"HOLDTRUE_SMTP_USER": "u", "HOLDTRUE_SMTP_PASSWORD": "p", "HOLDTRUE_SMTP_SECURITY": "none"},
            "readable by anybody",
        ),
    ],
)
def test_mail_that_could_not_work_or_would_show_a_password_is_refused(wrong, told):
    given = {"HOLDTRUE_SMTP_HOST": "post.example", "HOLDTRUE_MAIL_FROM": "holdtrue@bakery.example"}

    with pytest.raises(Invalid, match=told):
        read(given | wrong)
