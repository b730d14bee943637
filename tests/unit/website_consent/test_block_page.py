"""What becomes of a request and of its answer, the same behind ASGI and WSGI."""

import gzip
import json
import re
import subprocess
import sys
import zlib

import pytest

from holdtrue.errors import Invalid
from holdtrue.website.consent.block import wsgi
from holdtrue.website.consent.block.notice import read_notice
from holdtrue.website.consent.block.options import BANNER
from unit.website_consent.block_calls import INERT, NOTICE, NOW, PAGE, Got, Site, choice, get, wsgi_get

pytestmark = pytest.mark.parametrize("kind", ["asgi", "wsgi"])


def policy_of(got: Got) -> dict[str, str]:
    header = got.all("content-security-policy")[-1]
    return {part.strip().partition(" ")[0]: part.strip().partition(" ")[2] for part in header.split(";")}


def test_a_page_is_rewritten_gets_the_banner_and_a_policy(kind):
    got = get(kind, Site(headers=[("Content-Length", "999")]))

    assert INERT in got.body
    assert b'<script type="application/json" id="holdtrue-notice">' in got.body
    assert b'<script src="/banner.js"' in got.body
    assert got.body.index(b"<script") < got.body.index(b"</head>")
    assert got.one("content-length") == str(len(got.body))
    policy = policy_of(got)
    assert "static.example.org" in policy["default-src"]
    assert "tracker.example" not in policy["default-src"] + policy["connect-src"]
    assert "https://holdtrue.example" in policy["connect-src"]
    assert policy["report-uri"] == "/.holdtrue/reports"
    assert got.one("reporting-endpoints") == 'holdtrue="/.holdtrue/reports"'


def test_the_notice_in_the_page_can_end_no_element_and_survives_any_charset(kind):
    body = get(kind, Site()).body
    text = body.split(b'id="holdtrue-notice">')[1].split(b"</script>")[0]

    assert text.isascii()
    assert b"<" not in text
    assert json.loads(text)["texts"]["en"]["title"] == "</script><b>&é"


def test_a_grant_opens_what_was_granted_and_nothing_else(kind):
    got = get(kind, Site(), {"cookie": f"a=b; {choice('counter')}"})

    assert INERT not in got.body
    assert "*.tracker.example" in policy_of(got)["default-src"]
    assert "wss://*.tracker.example" in policy_of(got)["connect-src"]
    assert "film.example" not in got.one("content-security-policy")


def test_the_banner_is_told_what_the_pages_policy_lets_through(kind):
    def allowed(granted: str = "-", **options) -> bytes:
        body = get(kind, Site(), {"cookie": choice(granted)}, **options).body
        return body.partition(b'data-allowed="')[2].partition(b'"')[0]

    assert allowed() == b"site"
    assert allowed("counter") == b"counter~site"
    # A host that the site calls its own is in every policy, whoever else is reached there.
    assert allowed(own_hosts=["film.example"]) == b"film~site"


@pytest.mark.parametrize(
    "cookie",
    [
        choice("-"), choice("film"), choice("counter", material="f" * 64), choice("counter", at=NOW - 181 * 86400), choice("counter", at=NOW + 90000),
        choice("counter") + "x!", "holdtrue=", "holdtrue=1.2.3.4.counter", "xholdtrue" + choice("counter")[8:], choice("COUNTER"), choice("counter~"),
        f"{choice('counter', at=NOW - 100)}; {choice('-', at=NOW - 50)}",
    ],
)  # fmt: skip
def test_no_choice_in_force_grants_nothing(kind, cookie):
    assert INERT in get(kind, Site(), {"cookie": cookie}).body


def test_the_newest_of_several_choices_counts(kind):
    both = f"{choice('-', at=NOW - 100)}; {choice('counter', at=NOW - 50)}"

    assert INERT not in get(kind, Site(), {"cookie": both}).body


def test_the_sites_own_policy_stays_beside_ours_and_its_nonce_is_used(kind):
    own = "default-src 'none'; script-src 'nonce-Zm9v' 'strict-dynamic'"

    got = get(kind, Site(headers=[("Content-Security-Policy", own)]))

    assert got.all("content-security-policy")[0] == own
    assert len(got.all("content-security-policy")) == 2
    assert b'nonce="Zm9v"' in got.body


def test_without_enforcement_the_policy_only_reports(kind):
    got = get(kind, Site(headers=[("Set-Cookie", "_t=1")]), enforce=False)

    assert got.all("content-security-policy") == []
    assert "report-uri" in got.one("content-security-policy-report-only")
    assert got.all("set-cookie") == ["_t=1"]


@pytest.mark.parametrize("name", ["public, max-age=600", "max-age=600, s-maxage=9, must-revalidate", ""])
def test_no_cache_can_give_a_page_to_a_visitor_who_chose_otherwise(kind, name):
    given = [
        ("Cache-Control", name),
        ("Vary", "Accept-Encoding"),
        ("Expires", "x"),
        ("Last-Modified", "x"),
        ("CDN-Cache-Control", "max-age=9"),
    ]

    got = get(kind, Site(headers=[entry for entry in given if entry[1]]))

    assert got.one("cache-control").startswith("private, no-cache")
    assert "max-age" not in got.one("cache-control")
    assert got.one("vary") == "Accept-Encoding, Cookie, Sec-GPC"
    assert not got.all("expires") + got.all("last-modified") + got.all("cdn-cache-control")


def test_no_store_is_kept(kind):
    assert (
        get(kind, Site(headers=[("Cache-Control", "no-store, private")])).one("cache-control") == "private, no-cache, no-store"
    )


def test_a_validator_is_worth_something_under_the_same_choice_alone(kind):
    site = Site(headers=[("ETag", '"v1"')])
    tag = get(kind, site).one("etag")
    assert tag != '"v1"'

    get(kind, site, {"if-none-match": tag})
    assert site.asked["if-none-match"] == '"v1", W/"v1"'
    get(kind, site, {"if-none-match": tag, "cookie": choice("counter")})
    assert "if-none-match" not in site.asked
    get(kind, site, {"if-none-match": '"v1"', "if-modified-since": "x", "range": "bytes=0-1"})
    assert not {"if-none-match", "if-modified-since", "range"} & set(site.asked)
    get(kind, site, {"if-none-match": '"v1"', "sec-fetch-dest": "image", "range": "bytes=0-1"})
    assert site.asked["if-none-match"] == '"v1"'
    assert site.asked["range"] == "bytes=0-1"


def test_an_unchanged_page_says_so_with_its_own_validator(kind):
    got = get(kind, Site(b"", status=304, kind="", headers=[("ETag", '"v1"')]))

    assert got.status == 304
    assert got.one("etag").startswith('W/"v1;holdtrue-')
    assert got.body == b""


@pytest.mark.parametrize(
    ("kind_of_body", "destination"),
    [("image/png", "image"), ("application/json", "empty"), ("text/event-stream", "empty"), ("text/css", "style"), ("text/javascript", "script"),
     ("application/pdf", "document"), ("text/html", "image"), ("video/mp4", "video")],
)  # fmt: skip
def test_every_other_answer_passes_untouched(kind, kind_of_body, destination):
    given = [
        ("Content-Type", kind_of_body),
        ("Content-Length", str(len(PAGE))),
        ("Cache-Control", "public, max-age=9"),
        ("ETag", '"x"'),
        ("Accept-Ranges", "bytes"),
    ]
    site = Site(PAGE[:20], PAGE[20:], headers=given[1:], kind=kind_of_body)

    got = get(kind, site, {"sec-fetch-dest": destination})

    assert got.chunks == [PAGE[:20], PAGE[20:]]
    assert [(name.lower(), value) for name, value in got.headers] == [(name.lower(), value) for name, value in given]


def test_a_worker_is_held_to_the_policy_too(kind):
    got = get(kind, Site(b"1", kind="text/javascript"), {"sec-fetch-dest": "worker"})

    assert policy_of(got)
    assert got.one("cache-control").startswith("private")
    assert got.body == b"1"


def test_without_tls_a_browser_does_not_say_what_a_script_is_for(kind):
    assert policy_of(get(kind, Site(b"1", kind="text/javascript"), {"sec-fetch-dest": ""}))


@pytest.mark.parametrize("content", ["image/svg+xml", "application/xhtml+xml", "text/xml; charset=utf-8", ""])
def test_other_documents_get_the_policy_and_keep_their_bytes(kind, content):
    got = get(kind, Site(kind=content))

    assert policy_of(got)
    assert got.body == PAGE


def test_a_head_request_tells_what_a_page_would(kind):
    got = get(kind, Site(b"", headers=[("Content-Length", "112")]), method="HEAD")

    assert policy_of(got)
    assert got.body == b""
    assert got.all("content-length") == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
def test_a_compressed_page_is_read_and_sent_as_text(kind, coding):
    packed = {
        "gzip": gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]),
        "deflate": zlib.compress(PAGE),
        "raw deflate": zlib.compress(PAGE)[2:-4],
    }[coding]

    got = get(kind, Site(packed[:30], packed[30:], headers=[("Content-Encoding", coding.split()[-1])]))

    assert INERT in got.body
    assert got.all("content-encoding") == []


def test_a_page_in_a_coding_that_cannot_be_read_still_gets_the_policy(kind):
    got = get(kind, Site(b"\x28\xb5\x2f\xfd", headers=[("Content-Encoding", "zstd")]))

    assert got.body == b"\x28\xb5\x2f\xfd"
    assert got.one("content-encoding") == "zstd"
    assert policy_of(got)


def test_the_application_is_asked_for_text_when_it_may_be_a_page(kind):
    site = Site()
    get(kind, site, {"accept-encoding": "gzip, br"})
    assert site.asked["accept-encoding"] == "identity"
    get(kind, site, {"accept-encoding": "gzip, br", "sec-fetch-dest": "image"})
    assert site.asked["accept-encoding"] == "gzip, br"


@pytest.mark.parametrize(
    "page", [PAGE.decode().encode("utf-16"), PAGE.decode().encode("utf-16-be")], ids=["marked utf-16", "unmarked utf-16"]
)
def test_a_page_whose_bytes_are_not_letters_passes_with_the_policy(kind, page):
    charset = "utf-16be" if page[:1] == b"\x00" else "utf-8"

    got = get(kind, Site(page[:1], page[1:], kind=f"text/html; charset={charset}"))

    assert got.body == page
    assert policy_of(got)


def test_a_page_streams(kind):
    got = get(kind, Site(b"<html><body><p>one</p>", b"<p>two</p>", b""))

    assert next(chunk for chunk in got.chunks if chunk).endswith(b"<p>one</p>")
    assert got.all("content-length") == []


def test_a_part_of_a_page_for_a_script_gets_no_banner(kind):
    got = get(kind, Site(PAGE), {"sec-fetch-dest": "empty"})

    assert b"banner.js" not in got.body
    assert INERT in got.body


def test_only_cookies_that_were_agreed_to_are_set(kind):
    given = ["sessionid=1; HttpOnly", "_t1=1", "_tf=1", "stranger=1", "_gone=; Max-Age=0", "_old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "holdtrue=x",
             "_t9=x; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "csrf=1"]  # fmt: skip
    site = Site(b"GIF", headers=[("Set-Cookie", value) for value in given], kind="image/gif")

    def names(**more) -> list[str]:
        return [
            value.partition("=")[0]
            for value in get(kind, site, {"sec-fetch-dest": "image", **more.pop("headers", {})}, **more).all("set-cookie")
        ]

    always = ["sessionid", "_gone", "_old", "holdtrue"]
    assert names() == always
    assert names(headers={"cookie": choice("counter")}) == ["sessionid", "_t1", "_tf", "_gone", "_old", "holdtrue", "_t9"]
    assert names(headers={"cookie": choice("film")}) == ["sessionid", "_tf", "_gone", "_old", "holdtrue"]
    assert names(unknown_cookies="keep", necessary_cookies=["csrf"]) == [
        "sessionid",
        "stranger",
        "_gone",
        "_old",
        "holdtrue",
        "csrf",
    ]
    assert names(necessary_cookies=["cs*"]) == [*always, "csrf"]


def test_cookies_of_services_without_consent_are_taken_back(kind):
    got = get(kind, Site(), {"cookie": "_t1=x; sessionid=y; __Secure-p=z; stranger=1; _tf=f; " + choice("film")})

    cleared = got.all("set-cookie")
    assert {value.partition("=")[0] for value in cleared} == {"_t1", "__Secure-p"}
    assert "_t1=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT" in cleared
    assert "_t1=; Path=/; Domain=example.org; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT" in cleared
    assert "__Secure-p=; Path=/shop; Domain=example.org; Max-Age=0; Secure; SameSite=None; Partitioned" in cleared


@pytest.mark.parametrize(
    ("own", "start", "waits"),
    [
        ("", b"<script>(function(){", b" defer"),
        ("img-src 'self'", b"<script>(function(){", b" defer"),
        ("script-src 'self' 'unsafe-inline'", b"<script>(function(){", b" defer"),
        ("script-src 'nonce-Zm9v' 'strict-dynamic'", b'<script nonce="Zm9v">(function(){', b" defer"),
        ("script-src 'self'", b"", b""),
        ("default-src 'self'", b"", b""),
        ("script-src 'self' 'unsafe-inline' 'sha256-aaaa'", b"", b""),
        ("script-src 'unsafe-inline', default-src 'self'", b"", b""),
        ("script-src 'Unsafe-Inline'", b"<script>(function(){", b" defer"),
        ("script-src 'unsafe-inline' 'strict-dynamic'", b"", b""),
        ("script-src 'unsafe-inline' 'SHA256-aaaa'", b"", b""),
        ("script-src\t'self'", b"", b""),
        ("script-src 'nonce-Zm9v', script-src 'nonce-YmFy'", b"", b""),
    ],
)
def test_consent_mode_has_its_defaults_in_the_page_unless_its_own_policy_forbids(kind, own, start, waits):
    site = Site(PAGE, headers=[("Content-Security-Policy", own)] if own else [])

    got = get(kind, site, notice=json.dumps(json.loads(NOTICE) | {"consent_mode": True}))

    [script] = re.findall(rb"<script src=[^>]*data-notice[^>]*>", got.body)
    assert (b" defer" in script) == (waits == b" defer")
    assert (b'"consent","default"' in got.body) == bool(start)
    assert start in got.body
    assert b'"consent","default"' not in got.body or got.body.index(b'"default"') < got.body.index(b"<script type=")


@pytest.mark.parametrize("name", ['http-equiv="Content-Security-Policy"', "HTTP-EQUIV=content-security-policy x=<"])
def test_consent_mode_has_its_defaults_before_a_policy_in_the_markup_that_would_forbid_them(kind, name):
    head = f"<meta charset=utf-8><meta {name} content=\"script-src 'self'\"><script src=/own.js></script>"
    page = f"<!doctype html><html><head>{head}</head><body></body></html>".encode()

    got = get(kind, Site(page), notice=json.dumps(json.loads(NOTICE) | {"consent_mode": True}))

    assert (
        got.body.index(b"charset=utf-8") < got.body.index(b'"consent","default"') < got.body.lower().index(b"<meta http-equiv")
    )
    assert got.body.count(b'"consent","default"') == 1


def test_links_in_headers_ask_no_tracker_either(kind):
    given = '<https://a.tracker.example/x>; rel=preload; as=script, </own>; rel="preload", <https://nobody.example>; rel=preconnect, <https://a.tracker.example>; rel=license'

    got = get(kind, Site(headers=[("Link", given), ("Link", "<https://film.example>; rel=preconnect")]))

    assert got.all("link") == ['</own>; rel="preload", <https://a.tracker.example>; rel=license']


def test_a_browsers_own_signal_is_told_to_the_banner(kind):
    assert b' data-gpc="1"' in get(kind, Site(), {"sec-gpc": "1"}).body
    assert b"data-gpc" not in get(kind, Site(), {"sec-gpc": "0"}).body


def test_undeclared_trackers_are_told_about_once_without_the_visitors_query(kind):
    told = []
    report = {
        "csp-report": {
            "blocked-uri": "https://new.example/x?id=7",
            "effective-directive": "img-src",
            "document-uri": "https://www.example.org/a?who=me",
        }
    }
    known = {"type": "csp-violation", "body": {"blockedURL": "https://a.tracker.example/", "effectiveDirective": "script-src"}}
    bodies = [
        json.dumps(report),
        json.dumps([known, report | {"body": None}, 3, {"body": {"blockedURL": "inline"}}]),
        "{",
        "[[[",
        "null",
        "[" * 100_000,
    ]

    for body in bodies:
        assert (
            get(
                kind,
                Site(),
                method="POST",
                path="/.holdtrue/reports",
                body=body.encode(),
                on_violation=told.append,
                deliver=False,
            ).status
            == 204
        )

    assert {(violation.host, violation.directive, violation.page) for violation in told} == {("new.example", "img-src", "/a")}


def test_the_banner_is_served_from_the_site_itself(kind, tmp_path):
    script = tmp_path / "banner.js"
    script.write_text("1")

    page = get(kind, Site(), banner=script).body
    address = page.split(b'<script src="')[1].split(b'"')[0].decode()
    got = get(kind, Site(), path=address.partition("?")[0], banner=script)

    assert got.body == b"1"
    assert got.one("content-type").startswith("text/javascript")
    assert "immutable" in got.one("cache-control")
    assert json.loads(get(kind, Site(), path="/.holdtrue/notice.json").body)["site"] == "www.example.org"
    assert get(kind, Site(), path="/.holdtrue/../secret", banner=script).status == 404


def test_everything_that_the_banner_loads_later_is_served_too(kind):
    beside = {file.name for file in BANNER.parent.iterdir() if file.suffix in {".js", ".json"}} - {"build.json"}

    missing = {name for name in beside if get(kind, Site(), path=f"/.holdtrue/{name}", banner=BANNER).status != 200}

    assert "receipt.js" in beside
    assert missing == set()


def test_the_site_says_where_browsers_look_that_it_honours_their_signal(kind):
    got = get(kind, Site(), path="/.well-known/gpc.json")
    only_watching = get(kind, Site(), path="/.well-known/gpc.json", enforce=False)

    assert (got.status, json.loads(got.body)) == (200, {"gpc": True})
    assert b"gpc" not in only_watching.body


def test_a_banner_from_elsewhere_is_let_in_by_our_own_policy(kind):
    address = "https://policy.example:8443/static/consent/holdtrue.js"
    got = get(kind, Site(), banner_url=address)
    sources = policy_of(got)

    assert f'<script src="{address}"'.encode() in got.body
    assert "policy.example:8443" in sources["default-src"].split()
    assert "policy.example:8443" in sources["connect-src"].split()


def test_a_notice_replaced_on_disk_takes_effect_and_a_broken_one_does_not(kind, tmp_path, caplog):
    file = tmp_path / "notice.json"
    file.write_text(NOTICE)
    now = [float(NOW)]
    app = wsgi.ConsentMiddleware(Site().wsgi, notice=file, clock=lambda: now[0])
    assert INERT in wsgi_get(app, {"sec-fetch-dest": "document"}).body

    file.write_text("{")
    now[0] += 10
    assert INERT in wsgi_get(app, {"sec-fetch-dest": "document"}).body
    assert "not replaced" in caplog.text
    file.write_text(NOTICE.replace("*.tracker.example", "*.other.example"))
    now[0] += 10
    assert INERT not in wsgi_get(app, {"sec-fetch-dest": "document"}).body


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "x"}, "not a holdtrue.notice/1"), ({"site": "https://www.example.org"}, "not a host"), ({"site": "a b"}, "not a host"),
        ({"material": "short"}, "material"), ({"keep_days": 400}, "400 days"), ({"keep_days": 200}, "needs a reason"), ({"server": "javascript:"}, "server"),
        ({"services": [{"id": "X", "category": "analytics"}]}, "'X'"), ({"services": [{"id": "x", "category": "fun"}]}, "fun"),
        ({"services": [{"id": "x", "category": "analytics", "hosts": ["*"]}]}, "not a host"),
        ({"services": [{"id": "x", "category": "analytics", "hosts": ["a.example; script-src *"]}]}, "not a host"),
        ({"services": [{"id": "x", "category": "analytics", "items": [{"pattern": "a", "path": "/;x"}]}]}, "path or domain"),
        ({"services": {}}, "not a list"), ({"services": [1]}, "not an object"),
    ],
)  # fmt: skip
def test_a_wrong_notice_is_refused_with_what_is_wrong(kind, change, message):
    with pytest.raises(Invalid, match=message.replace("*", ".")):
        read_notice(json.dumps({**json.loads(NOTICE), **change}))


def test_it_needs_no_django(kind):
    code = f"import sys, holdtrue.website.consent.block.{kind}; sys.exit(any(name.split('.')[0] in ('django', 'aiohttp') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
