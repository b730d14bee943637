"""What a scan changed, told to the privacy team by e-mail through a real SMTP server on loopback."""

import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from holdtrue.config import Mail, MailSecurity
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.models import Outbox
from holdtrue.policy.text.actions import publish_version
from holdtrue.website.scan import actions, jobs, letters, queries
from holdtrue.website.scan.models import LetterRow
from holdtrue.website.sites.actions import add_site
from integration.website.test_scan_records import HOST, POLICY, URL, cookie, result


@dataclass
class Post:
    """A mail server that keeps what it is given, or refuses while it is out of order."""

    port: int = 0
    is_broken: bool = False
    taken: list = field(default_factory=list)


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        post, to = self.server.post, []
        self.say("220 post.example")
        while line := self.rfile.readline():
            verb = line.split(b":")[0].strip().upper().split(b" ")[0]
            if verb == b"DATA":
                self.say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                post.taken.append((to, email.message_from_bytes(text, policy=email.policy.default)))
            elif verb == b"RCPT":
                if post.is_broken:
                    self.say("451 come back later")
                    continue
                to.append(line.split(b"<")[1].split(b">")[0].decode())
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def post(settings):
    given = Post()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.post, given.port = given, server.server_address[1]
        mail = Mail("127.0.0.1", given.port, MailSecurity.NONE, "", "", "holdtrue@bakery.example")
        settings.CONFIG = replace(settings.CONFIG, mail=mail)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield given
        server.shutdown()
        thread.join()


@pytest.fixture
def site(alice, bob, noon):
    publish_version(POLICY.replace("language: en", "language: nl"), based_on=0, by=alice.id, at=noon)
    return add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)


def scanned(alice, at, *names):
    actions.record_upload(result(at, *(cookie(name) for name in names)), host=HOST, by=alice.id, at=at)


@pytest.fixture
def changed(post, site, alice, noon):
    scanned(alice, noon - timedelta(hours=2), "_visits", "_old")
    scanned(alice, noon - timedelta(hours=1), "_visits", "_new")


def told():
    return Outbox.objects.filter(kind=Kind.SCAN_TOLD).count()


def test_the_privacy_team_alone_is_told_once_in_the_language_of_the_policy(post, changed, alice, noon):
    assert jobs.send_letters(noon)
    assert not jobs.send_letters(noon)
    assert not jobs.send_letters(noon + timedelta(days=9))

    ((to, letter),) = post.taken
    assert to == [alice.email]
    assert letter["From"] == "holdtrue@bakery.example"
    assert "nieuw" in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    assert letter.get_content_type() == "text/plain"
    assert any(line.startswith("+ ") and "_new" in line for line in text.splitlines())
    assert any(line.startswith("- ") and "_old" in line for line in text.splitlines())
    assert f"/sites/{HOST}/" in text
    assert "_visits" not in text
    assert told() == 1


def test_nobody_is_told_of_the_first_scan_or_of_one_that_changed_nothing(post, site, alice, noon):
    scanned(alice, noon - timedelta(hours=2), "_new")
    scanned(alice, noon - timedelta(hours=1), "_new")

    assert not jobs.send_letters(noon)


def test_a_scan_older_than_the_newest_tells_nobody(post, site, alice, noon):
    scanned(alice, noon - timedelta(hours=3), "_a")
    scanned(alice, noon - timedelta(hours=1), "_a")
    scanned(alice, noon - timedelta(hours=2), "_b")

    assert not LetterRow.objects.exists()


def test_a_server_that_is_out_of_order_is_tried_again_and_the_page_says_so(client, post, changed, alice, noon):
    post.is_broken = True
    assert jobs.send_letters(noon)
    assert not jobs.send_letters(noon + timedelta(minutes=4))
    client.force_login(alice)
    assert "could not be sent" in client.get(f"/sites/{HOST}/").content.decode()
    assert "@" not in queries.unsent_of(HOST)
    assert told() == 0

    post.is_broken = False
    assert jobs.send_letters(noon + timedelta(minutes=6))

    assert len(post.taken) == 1
    assert queries.unsent_of(HOST) == ""
    assert told() == 1


def test_a_letter_is_given_up_after_its_last_try(post, changed, noon):
    post.is_broken = True
    tries = sum(jobs.send_letters(noon + timedelta(days=day)) for day in range(9))

    assert tries == len(letters.WAITS) + 1
    assert queries.unsent_of(HOST)


def test_nothing_goes_out_in_the_clear_where_encryption_is_asked_for(post, changed, settings, noon):
    settings.CONFIG = replace(settings.CONFIG, mail=replace(settings.CONFIG.mail, security=MailSecurity.STARTTLS))

    assert jobs.send_letters(noon)

    assert post.taken == []
    assert queries.unsent_of(HOST)


def test_a_letter_that_another_worker_holds_is_left_to_it_until_its_time_is_up(post, changed, noon):
    LetterRow.objects.update(due_at=noon + letters.LEASE, tries=1)

    assert not jobs.send_letters(noon)
    assert jobs.send_letters(noon + letters.LEASE)


def test_who_has_left_the_privacy_team_meanwhile_is_not_told(post, changed, alice, noon):
    alice.grants.filter(role="privacy").delete()

    assert jobs.send_letters(noon)

    assert post.taken == []
    assert not LetterRow.objects.exists()


def test_what_a_site_calls_its_cookies_cannot_shape_a_letter(post, site, alice, noon):
    scanned(alice, noon - timedelta(hours=2), "_visits")
    scanned(alice, noon - timedelta(hours=1), "_visits", "x\r\nBcc: mallory@evil.example\r\n.\r\n")

    assert jobs.send_letters(noon)

    ((to, letter),) = post.taken
    assert to == [alice.email]
    assert letter["Bcc"] is None
    assert not any(line.startswith("Bcc") for line in letter.get_content().splitlines())


def test_mail_is_off_by_default_and_the_page_says_so(client, site, alice, noon):
    scanned(alice, noon - timedelta(hours=2), "_old")
    scanned(alice, noon - timedelta(hours=1), "_new")
    client.force_login(alice)

    assert not LetterRow.objects.exists()
    assert not jobs.send_letters(noon)
    assert "e-mail is off" in client.get(f"/sites/{HOST}/").content.decode()
