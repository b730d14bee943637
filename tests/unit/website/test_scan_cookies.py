"""Reading cookies from the words that set them, and telling parties apart."""

from datetime import UTC, datetime

import pytest

from holdtrue.website.scan.engine import cookies
from holdtrue.website.scan.engine.parties import host_of, party, registrable

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("a=1", None),
        ("a=1; Max-Age=86400", 1),
        ("a=1; max-age=315360000", 3650),
        ("a=1; Expires=Thu, 26 Nov 2026 12:00:00 GMT", 1),
        ("a=1; expires=Thu, 26-Nov-2026 12:00:00 GMT", 1),
        ("a=1; Expires=Thu, 26 Nov 2026 12:00:00 GMT; Max-Age=172800", 2),
        ("a=1; Max-Age=soon", None),
        ("a=1; Expires=whenever", None),
    ],
)
def test_a_cookies_lifetime_is_what_its_author_asked_for_beyond_the_browsers_cap(line, days):
    assert cookies.parse(line, at=NOON).retention_days == days


@pytest.mark.parametrize("line", ["a=; Max-Age=0", "a=; Max-Age=-1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_deletion_is_no_storing(line):
    assert cookies.parse(line, at=NOON).deletes


def test_every_attribute_is_read():
    seen = cookies.parse("__Host-a=b=c; Path=/; Secure; HttpOnly; SameSite=none; Partitioned; Domain=.Example.org", at=NOON)

    assert seen == cookies.SetCookie("__Host-a", "b=c", "example.org", "/", None, True, True, "None", True)


@pytest.mark.parametrize(("line", "name"), [("lonely", ""), ("=value", ""), (" a = b ", "a"), ("", "")])
def test_odd_lines_have_the_name_that_browsers_give_them(line, name):
    assert cookies.parse(line, at=NOON).name == name


@pytest.mark.parametrize(
    ("host", "site", "whose"),
    [
        ("www.example.org", "example.org", "first"),
        ("cdn.example.co.uk", "www.example.co.uk", "first"),
        ("other.co.uk", "example.co.uk", "third"),
        ("alice.github.io", "bob.github.io", "third"),
        ("127.0.0.1", "127.0.0.1", "first"),
        ("127.0.0.2", "127.0.0.1", "third"),
        ("localhost", "localhost", "first"),
    ],
)
def test_a_party_is_a_registrable_domain(host, site, whose):
    assert party(host, site=site) == whose


def test_hosts_are_read_from_any_address():
    assert host_of("https://WWW.Example.org:8443/x?y") == "www.example.org"
    assert host_of("http://[::1]:80/") == "::1"
    assert host_of("about:blank") == host_of("http://[broken") == ""
    assert registrable("::1") == "::1"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a=1; domain=other.example", "InvalidDomain"),
        ("a=1; domain=shop.example", ""),
        ("a=1; secure", "SecureOnly"),
        ("__Secure-a=1", "InvalidPrefix"),
        ("__Host-a=1; secure; path=/deep", "SecureOnly"),
        ("a=1; samesite=none", "SameSiteNoneInsecure"),
        ("a=1; partitioned", "InvalidPartitioned"),
        ("a=1; httponly", "HttpOnlyByScript"),
        ("a=1; path=/elsewhere", ""),
    ],
)
def test_why_a_browser_refuses_a_scripts_cookie_is_known(line, reason):
    assert cookies.why_refused(cookies.parse(line, at=NOON), host="www.shop.example", is_secure=False) == reason
