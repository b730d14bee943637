"""The frame around every page: headers, cookies, language, sign-in, errors, tokens."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from holdtrue.accounts.actions import issue_token, revoke_token
from holdtrue.accounts.models import Token
from holdtrue.accounts.queries import Purpose, TokenState, token_grant, tokens
from holdtrue.errors import Conflict, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def of_alice(browser, alice) -> Client:
    browser.force_login(alice)
    return browser


@pytest.fixture
def of_bob(browser, bob) -> Client:
    browser.force_login(bob)
    return browser


def text_of(answer) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("address", ["/", "/account/login/", "/tokens/", "/no/such/page/", "/verify", "/account/2fa/"])
def test_every_page_carries_the_headers_that_keep_it_in_its_place(of_alice, address):
    answer = of_alice.get(address)
    policy = answer["Content-Security-Policy"]

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("address", ["/", "/tokens/", "/account/2fa/"])
def test_a_script_runs_only_with_the_nonce_of_its_answer(of_alice, address):
    first, second = of_alice.get(address), of_alice.get(address)
    nonces = [re.search(r"script-src [^;]*'nonce-([^']+)'", answer["Content-Security-Policy"]) for answer in (first, second)]

    assert all(nonces)
    assert nonces[0][1] != nonces[1][1]
    assert f'nonce="{nonces[0][1]}"' in first.content.decode()


@pytest.mark.parametrize("address", ["/", "/tokens/", "/account/2fa/", "/account/password/", "/?show=needs"])
def test_no_page_has_a_style_or_a_script_written_into_it(of_alice, address):
    page = of_alice.get(address, follow=True).content.decode()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("address", ["/", "/account/login/", "/tokens/"])
def test_nothing_is_fetched_from_anywhere_else(of_alice, address):
    page = of_alice.get(address).content.decode()

    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_whoever_only_reads_is_given_no_cookie(browser, alice):
    for address in ("/verify", "/log/keys.json", "/p/none/"):
        assert not browser.get(address).cookies, address


def test_signing_in_sets_cookies_that_no_script_can_read(browser, alice):
    browser.get("/account/login/")
    answer = browser.post("/account/login/", {"login": "alice@wegroup.example", "password": "correct horse battery"})

    assert answer.status_code == 302
    for name in ("holdtrue_session", "holdtrue_csrf"):
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_a_wrong_password_is_told_beside_the_form_and_the_address_is_kept(browser, alice):
    answer = browser.post("/account/login/", {"login": "alice@wegroup.example", "password": "wrong"})

    assert 'value="alice@wegroup.example"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_nobody_opens_an_account_of_their_own(browser, db):
    assert "Accounts are opened for you" in browser.get("/account/signup/").content.decode()


def test_the_menu_shows_only_what_the_reader_may_open(browser, alice, bob):
    browser.force_login(bob)
    of_bob = browser.get("/").content.decode()
    browser.force_login(alice)
    of_alice = browser.get("/").content.decode()

    assert "/evidence/" in of_alice
    assert "/tokens/" in of_alice
    assert "/evidence/" not in of_bob
    assert "/tokens/" not in of_bob


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_language_is_chosen_and_kept(of_alice, language):
    of_alice.post("/language/", {"language": language, "next": "/"})

    assert f'<html lang="{language}">' in of_alice.get("/").content.decode()


def test_the_second_step_can_be_set_up_with_a_picture_and_a_secret(browser, alice):
    browser.post("/account/login/", {"login": "alice@wegroup.example", "password": "correct horse battery"})
    asked = browser.get("/account/2fa/totp/activate/", follow=True)
    assert "Is it still you?" in asked.content.decode()
    browser.post("/account/reauthenticate/", {"password": "correct horse battery"})
    page = browser.get("/account/2fa/totp/activate/").content.decode()

    assert "data:image/svg+xml" in page
    assert 'id="secret"' in page


def test_a_forbidden_page_says_whom_to_ask(of_bob):
    answer = of_bob.get("/tokens/")

    assert answer.status_code == 403
    assert "An administrator can give you another role." in text_of(answer)


def test_a_form_without_its_token_says_what_to_do(alice):
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": "x", "password": "y"})

    assert answer.status_code == 403
    assert "what you typed is still there" in text_of(answer)


def test_an_error_nobody_meant_is_told_in_plain_words(alice, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("holdtrue.server.views.dashboard", broken)
    careless = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    careless.force_login(alice)
    answer = careless.get("/")

    assert answer.status_code == 500
    assert "It is our fault, not yours." in text_of(answer)


def test_another_name_for_the_server_is_refused_in_plain_words(db):
    assert "HOLDTRUE_PUBLIC_URL" in Client(SERVER_NAME="evil.example").get("/").content.decode()


# Tokens -----------------------------------------------------------------------------------------------------------------


def test_a_device_token_is_shown_once_with_the_command_that_uses_it(of_alice):
    answer = of_alice.post("/tokens/", {"purpose": "device", "days": "30"})
    secret = re.search(r"ht_device_[\w-]+", text_of(answer))[0]

    assert f"holdtrue check --report-to http://127.0.0.1:8000 --token {secret}" in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in of_alice.get("/tokens/").content.decode()
    assert not any(secret.encode() in bytes(row.core + row.context + row.identity) for row in Outbox.objects.all())


def test_a_scan_token_needs_a_website(of_alice):
    answer = of_alice.post("/tokens/", {"purpose": "scan", "days": "30"})

    assert answer.status_code == 422
    assert "speaks for one website" in text_of(answer)
    assert not Token.objects.exists()


@pytest.mark.parametrize("days", ["0", "367", "-1", "soon", ""])
def test_a_token_for_an_odd_time_is_refused_and_nothing_typed_is_lost(of_alice, days):
    answer = of_alice.post("/tokens/", {"purpose": "device", "days": days})

    assert answer.status_code == 422
    assert not Token.objects.exists()
    assert f'value="{days}"' in answer.content.decode() or not days


def test_a_revoked_token_opens_nothing_from_then_on(of_alice, noon):
    page = of_alice.post("/tokens/", {"purpose": "device", "days": "30"})
    secret = re.search(r"ht_device_[\w-]+", text_of(page))[0]
    token = Token.objects.get()

    of_alice.post(f"/tokens/{token.id}/revoke")

    with pytest.raises(NotAllowed, match="has ended"):
        token_grant(secret, purpose=Purpose.DEVICE, at=token.issued_at)
    assert Outbox.objects.filter(kind="token.revoked", about=f"token/{token.id}").count() == 1


def test_a_token_is_revoked_once(alice, noon):
    issue_token(Purpose.DEVICE, subject="", by=alice.id, at=noon, expires_at=noon + timedelta(days=1), record=record)
    token = tokens(at=noon)[0]
    revoke_token(token.id, by=alice.id, at=noon, record=record)

    with pytest.raises(Conflict, match="revoked already"):
        revoke_token(token.id, by=alice.id, at=noon, record=record)
    assert Outbox.objects.filter(kind="token.revoked").count() == 1


def test_a_token_that_is_not_there_cannot_be_revoked(alice, noon):
    with pytest.raises(NotFound):
        revoke_token(alice.id, by=alice.id, at=noon, record=record)


def test_tokens_are_listed_with_their_state_those_that_open_something_first(alice, noon):
    for days in (1, 3):
        until = noon + timedelta(days=days)
        issue_token(
            Purpose.DEVICE, subject="", by=alice.id, at=noon + timedelta(minutes=3 - days), expires_at=until, record=record
        )

    assert [token.state for token in tokens(at=noon + timedelta(days=2))] == [TokenState.ACTIVE, TokenState.EXPIRED]
