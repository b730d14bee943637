"""What the command line asks of a scan is checked before a browser starts, and pages are chosen as a person would."""

import argparse
import asyncio
import gzip

import pytest

from holdtrue.errors import Invalid
from holdtrue.website.scan import command
from holdtrue.website.scan.command_options import options_of
from holdtrue.website.scan.engine.gate import gate
from holdtrue.website.scan.engine.itinerary import Itinerary, maps_in, pages_in, wishes_in
from holdtrue.website.scan.engine.signin import Deed, Step, steps_in

SITE = "https://shop.example/"


def asked(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return options_of(parser.parse_args(words), tell=lambda _: None)


def test_everything_that_is_asked_for_reaches_the_engine(tmp_path, monkeypatch):
    steps = tmp_path / "steps"
    steps.write_text("open https://shop.example/in\n", encoding="utf-8")
    monkeypatch.setenv("HOLDTRUE_SCAN_AUTH", "guest:secret")

    options = asked(
        "shop.example", "--pages", "3", "--also", "shop.example/far", "--robots", "--pause", "0.5", "--viewport", "390x844",
        "--locale", "nl-BE", "--sign-in", str(steps), "--dns", "127.0.0.1:53", "--host-rule", "MAP * 127.0.0.1", "--states", "refused",
    )  # fmt: skip

    assert (options.url, options.pages, options.also) == (SITE, 3, ("https://shop.example/far",))
    assert (options.respects_robots, options.pause, options.window, options.locale) == (True, 0.5, (390, 844), "nl-BE")
    assert (options.sign_in, options.dns) == ((Step(1, Deed.OPEN, "https://shop.example/in"),), "127.0.0.1:53")
    assert (options.host_rules, options.credentials, set(options.states)) == (("MAP * 127.0.0.1",), "guest:secret", {"refused"})


def test_a_file_of_addresses_needs_no_other_address(tmp_path):
    urls = tmp_path / "urls"
    urls.write_text("# ours\nshop.example/a\n\n  shop.example/b\nshop.example/a\n", encoding="utf-8")

    options = asked("--urls", str(urls))

    assert (options.url, options.pages) == ("https://shop.example/a", 2)
    assert options.more_urls == ("https://shop.example/a", "https://shop.example/b")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "no address to scan"),
        (("not a url",), "not the address"),
        ((SITE, "--pages", "0"), "--pages 0 is not possible"),
        ((SITE, "--pages", "1001"), "--pages 1001 is not possible"),
        ((SITE, "--states", "refused,maybe"), "“maybe” is no state"),
        ((SITE, "--viewport", "wide"), "“wide” is no window"),
        ((SITE, "--viewport", "0x10"), "is no window"),
        ((SITE, "--locale", "nl;rm"), "is no language"),
        ((SITE, "--pause", "-1"), "--pause -1 is not possible"),
        ((SITE, "--seconds", "0"), "--seconds 0 is not possible"),
        ((SITE, "--seconds", "nan"), "--seconds nan is not possible"),
        ((SITE, "--dns", "nowhere"), "is no resolver"),
        ((SITE, "--dns", ""), "is no resolver"),
        ((SITE, "--also", "ftp://x/"), "not the address"),
        ((SITE, "--urls", "/nowhere/urls"), "cannot be read"),
        ((SITE, "--sign-in", "/nowhere/steps"), "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(words, message):
    with pytest.raises(Invalid, match=message):
        asked(*words)


def test_an_address_in_a_file_that_is_none_is_refused_by_its_line(tmp_path):
    urls = tmp_path / "urls"
    urls.write_text("shop.example\nmailto:x\n", encoding="utf-8")

    with pytest.raises(Invalid, match=r"Line 2 of .*urls"):
        asked("--urls", str(urls))


def test_a_file_without_an_address_is_refused(tmp_path):
    urls = tmp_path / "urls"
    urls.write_text("# nothing\n", encoding="utf-8")

    with pytest.raises(Invalid, match="0 addresses"):
        asked("--urls", str(urls))


def pages(*links, most=10, robots=None):
    itinerary = Itinerary(SITE, most, robots)
    itinerary.follow(links)
    return [page.removeprefix("https://shop.example") for page in itinerary.pages]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/", "mailto:x@shop.example", "https://shop.example/#top", "https://shop.example/a.PDF",
        "https://shop.example/logout", "https://shop.example/?do=logout", "javascript:alert(1)",
        "https://shop.example/cake?add-to-cart=7", "https://shop.example/?remove_item=ab&_wpnonce=1", "https://shop.example/x?delete",
        "https://shop.example/?cookies=1", "https://shop.example/ask?say=yes", "https://shop.example/consent/accept",
    ],
)  # fmt: skip
def test_a_link_that_leads_to_no_further_page_of_the_site_is_not_followed(link):
    assert pages(link) == ["/"]


def test_a_page_that_tells_of_cookies_is_one_like_the_others():
    assert pages("https://shop.example/cookies", "https://shop.example/p?page=cookie-policy") == [
        "/",
        "/cookies",
        "/p?page=cookie-policy",
    ]


def test_pages_are_taken_in_order_each_once_and_no_more_than_asked_for():
    links = [f"https://shop.example/{name}" for name in ("a", "b#x", "b", "b?sort=1", "c", "d")]

    assert pages(*links, most=4) == ["/", "/a", "/b", "/c"]


def test_pages_that_differ_by_their_query_alone_come_last_and_those_that_only_sort_not_at_all():
    itinerary = Itinerary(SITE, 4)
    itinerary.follow(f"https://shop.example/{name}" for name in ("show?id=1", "show?id=2", "show?sort=up", "about"))

    itinerary.take_spare()
    itinerary.take_spare()

    assert [page.removeprefix("https://shop.example") for page in itinerary.pages] == [
        "/",
        "/show?id=1",
        "/about",
        "/show?id=2",
    ]


def test_what_robots_txt_keeps_from_crawlers_is_not_followed():
    robots = wishes_in("User-agent: *\nDisallow: /private\n")

    assert pages("https://shop.example/private/x", "https://shop.example/open", robots=robots) == ["/", "/open"]


def test_pages_that_were_named_are_opened_wherever_they_are_and_with_any_query():
    itinerary = Itinerary(SITE, 9)
    itinerary.name(["https://other.example/x", "https://shop.example/?p=1", "https://shop.example/?p=2"])

    assert itinerary.pages[1:] == ["https://other.example/x", "https://shop.example/?p=1", "https://shop.example/?p=2"]


def test_links_are_followed_in_the_order_of_the_pages_whichever_came_first():
    itinerary = Itinerary(SITE, 6)
    itinerary.found("https://shop.example/", ["https://shop.example/a", "https://shop.example/b"])
    itinerary.found("https://shop.example/b", ["https://shop.example/d"])
    assert itinerary.pages[1:] == ["https://shop.example/a", "https://shop.example/b"]

    itinerary.found("https://shop.example/a", ["https://shop.example/c"])
    assert itinerary.pages[3:] == ["https://shop.example/c", "https://shop.example/d"]
    assert not itinerary.is_closed

    for name in "cd":
        itinerary.found(f"https://shop.example/{name}", [])
    assert itinerary.is_closed


def test_those_who_follow_wait_for_pages_that_are_still_to_be_found():
    async def walk():
        itinerary = Itinerary(SITE, 9)
        follower = asyncio.create_task(_all(itinerary))
        for name in "ab":
            await asyncio.sleep(0)
            itinerary.follow([f"https://shop.example/{name}"])
        await asyncio.sleep(0)
        itinerary.close()
        return await follower

    async def _all(itinerary):
        return [page async for page in itinerary.others()]

    assert asyncio.run(walk()) == ["https://shop.example/a", "https://shop.example/b"]


def test_a_sites_map_is_found_by_robots_txt_or_at_its_usual_place():
    assert maps_in("Sitemap: /maps/one.xml\nsitemap: https://shop.example/two.xml", SITE) == [
        "https://shop.example/maps/one.xml",
        "https://shop.example/two.xml",
    ]
    assert maps_in("", SITE) == ["https://shop.example/sitemap.xml"]


MAP = b"<urlset><url><loc> https://shop.example/a?x=1&amp;y=2 </loc></url><url><loc><![CDATA[https://shop.example/b]]></loc></url></urlset>"


@pytest.mark.parametrize("raw", [MAP, gzip.compress(MAP)])
def test_a_map_is_read_packed_or_not(raw):
    assert pages_in(raw) == (["https://shop.example/a?x=1&y=2", "https://shop.example/b"], [])


def test_a_map_of_maps_leads_on():
    assert pages_in(b"<sitemapindex><sitemap><loc>https://shop.example/m.xml</loc></sitemap></sitemapindex>") == (
        [],
        ["https://shop.example/m.xml"],
    )


@pytest.mark.parametrize(
    "raw", [b"", b"\x1f\x8bbroken", b"\xff" * 100, b"<loc>javascript:x</loc>", gzip.compress(b"\0" * 9_000_000)]
)
def test_a_hostile_map_leads_nowhere(raw):
    assert pages_in(raw) == ([], [])


def test_a_sign_in_is_read_and_its_secrets_come_from_elsewhere():
    text = "# in\nopen https://shop.example/in\nfill input[name=user] = alice\nfill #password = $SHOP_PASSWORD\npress button\nwait .account\n"

    steps = steps_in(text, {"SHOP_PASSWORD": "a = b"})

    assert steps == (
        Step(2, Deed.OPEN, "https://shop.example/in"),
        Step(3, Deed.FILL, "input[name=user]", "alice"),
        Step(4, Deed.FILL, "#password", "a = b"),
        Step(5, Deed.PRESS, "button"),
        Step(6, Deed.WAIT, ".account"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1 to 50 steps"),
        ("jump #x", "Line 1 of the sign-in is no step"),
        ("press", "Line 1 of the sign-in is no step"),
        ("open x\nfill #user", "Line 2 of the sign-in does not say what to fill in"),
        ("fill #password = $NOT_SET", r"Line 1 of the sign-in wants \$NOT_SET"),
        ("press a\n" * 51, "not 51"),
    ],
)
def test_a_sign_in_with_a_mistake_is_refused_by_its_line(text, message):
    with pytest.raises(Invalid, match=message):
        steps_in(text, {})


def challenge(origin, *, source="Server", request="1"):
    return {"requestId": request, "authChallenge": {"source": source, "origin": origin}}


def said(answer):
    return answer["authChallengeResponse"]["response"]


def test_a_password_is_told_to_its_own_server_once_and_to_nobody_else():
    mine = gate("https://shop.example", "guest:a:b")

    first = mine.answer(challenge("https://shop.example"))

    assert first["authChallengeResponse"] == {"response": "ProvideCredentials", "username": "guest", "password": "a:b"}
    assert said(mine.answer(challenge("https://shop.example"))) == "CancelAuth"
    assert said(mine.answer(challenge("https://tracker.example", request="2"))) == "Default"
    assert said(mine.answer(challenge("https://shop.example", source="Proxy", request="3"))) == "Default"


def test_half_a_password_is_refused_and_none_is_none():
    assert gate("https://shop.example", "") is None
    with pytest.raises(Invalid, match="NAME:PASSWORD"):
        gate("https://shop.example", "guest")
