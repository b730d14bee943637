"""Which pages a scan reaches, and how it gets in: deeper links, the site's map, robots.txt, a sign-in, a password, a phone."""

import asyncio
import base64
from datetime import UTC, datetime

import pytest

from browser.sites import bed
from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.engine.signin import steps_in

SIGN_IN = """open http://members.localhost/in
fill input[name=user] = alice
fill #word = $WORD
press button
wait #welcome
"""


def links(*paths):
    return lambda _: bed.document("".join(f'<a href="{path}">x</a>' for path in paths))


bed.page("deep.localhost")(links("/one"))
bed.page("deep.localhost", "/one")(links("/two", "/"))
bed.page("deep.localhost", "/two")(links("/private"))
bed.page("deep.localhost", "/private")(links())
bed.page("deep.localhost", "/mapped")(links())
bed.page("deep.localhost", "/robots.txt")(
    lambda _: bed.Answer("User-agent: *\nDisallow: /private\nSitemap: /all.xml\n", kind="text/plain")
)
bed.page("deep.localhost", "/all.xml")(
    lambda _: bed.Answer(
        "<urlset><loc>http://deep.localhost/mapped</loc></urlset>",
        kind="text/xml",
        headers=[("Set-Cookie", "by_map=1; Path=/")],
    )
)


@bed.page("members.localhost")
def members(asked):
    if "member=yes" in asked.cookies:
        return bed.document("<h1>Members</h1><script>document.cookie = 'inside=1'</script>")
    return bed.document("<h1>Sign in first</h1>")


@bed.page("members.localhost", "/in")
def sign_in_page(asked):
    return bed.document("""<form><input name=user><input id=word type=password><button>In</button></form><script>
    document.forms[0].onsubmit = (e) => { e.preventDefault(); const f = document.forms[0];
      if (f.user.value === "alice" && f.word.value === "open") { document.cookie = "member=yes; path=/"; f.outerHTML = "<p id=welcome>in</p>"; } };</script>""")


@bed.page("guarded.localhost")
def guarded(asked):
    wanted = "Basic " + base64.b64encode(b"guest:secret").decode()
    if asked.headers.get("Authorization") != wanted:
        return bed.Answer("no", status=401, headers=[("WWW-Authenticate", 'Basic realm="staging"')])
    return bed.document(
        "<h1>Staging</h1><script>document.cookie = 'staged=1'</script><script src='http://outsider.localhost/o.js'></script>"
    )


SEEN_OUTSIDE = []


@bed.page("outsider.localhost", "/o.js")
def outsider(asked):
    SEEN_OUTSIDE.append(asked.headers.get("Authorization"))
    return bed.Answer("", status=401, headers=[("WWW-Authenticate", 'Basic realm="give me"')])


@bed.page("narrow.localhost")
def narrow(asked):
    return bed.document(
        "<script>document.cookie = 'wide_' + innerWidth + '=1'</script>",
        head='<meta name="viewport" content="width=device-width">',
    )


@pytest.fixture(scope="module")
def port():
    with bed.serving() as port:
        yield port


@pytest.fixture
def look(port):
    def scanned(name, *, pages=9, states=frozenset({State.NO_CHOICE}), **more):
        rules = (f"MAP *.localhost 127.0.0.1:{port}",)
        options = Options(
            url=f"http://{name}.localhost/",
            clock=lambda: datetime.now(UTC),
            pages=pages,
            host_rules=rules,
            states=states,
            **more,
        )
        return asyncio.run(scan(options))

    return scanned


def paths(sighting):
    return [page.removeprefix("http://deep.localhost") for page in sighting.pages]


def test_links_are_followed_page_by_page_and_every_visitor_goes_the_same_way(look):
    sighting = look("deep", states=frozenset(State))

    assert paths(sighting) == ["/", "/one", "/mapped", "/two", "/private"]
    assert sighting.answer(State.NO_CHOICE).pages == sighting.pages


def test_reading_the_sites_map_leaves_no_trace_in_what_was_seen(look):
    assert look("deep").observations == ()


def test_robots_txt_is_respected_where_that_was_asked_for(look):
    assert paths(look("deep", respects_robots=True)) == ["/", "/one", "/mapped", "/two"]


def test_a_page_that_nobody_links_to_is_opened_when_it_is_named(look):
    assert paths(look("deep", pages=2, also=("http://deep.localhost/private",))) == ["/", "/private"]


def test_a_list_of_pages_stands_instead_of_links(look):
    assert paths(look("deep", pages=2, more_urls=("http://deep.localhost/two",))) == ["/", "/two"]


def test_every_visitor_signs_in_and_sees_what_members_see(look):
    steps = steps_in(SIGN_IN, {"WORD": "open"})

    assert "inside" in {one.name for one in look("members", sign_in=steps).observations}


def test_a_sign_in_that_fails_says_at_which_step(look):
    steps = steps_in(SIGN_IN.replace("#word", "#wrong"), {"WORD": "open"})

    with pytest.raises(Unavailable, match="line 3: fill #wrong"):
        look("members", sign_in=steps)


def test_a_site_behind_a_password_is_seen_and_others_are_not_told_it(look):
    SEEN_OUTSIDE.clear()

    sighting = look("guarded", credentials="guest:secret")

    assert "staged" in {one.name for one in sighting.observations}
    assert set(SEEN_OUTSIDE) == {None}


@pytest.mark.parametrize("credentials", ["", "guest:wrong"])
def test_a_site_behind_a_password_that_is_not_known_says_how_to_give_it(look, credentials):
    with pytest.raises(Unavailable, match="answers 401") as refused:
        look("guarded", credentials=credentials)

    assert "HOLDTRUE_SCAN_AUTH" in refused.value.hint


def test_a_visitor_may_come_with_a_phone(look):
    assert {one.name for one in look("narrow", window=(500, 844)).observations} == {"wide_500"}
