"""Places of embeds of every kind, and the banner in print, in forced colours, at four hundred per cent and under very long texts."""

import pytest

from browser.banner.steps import banner, choice, dialogue, open_settings, press, quiet, until
from browser.banner.world import ADS, ANALYTICS, INTAKE, SITE, VIDEO, notice, page

SAID = notice(ANALYTICS, VIDEO)
EMBEDS = {
    "embed": '<embed data-consent="video" data-src="http://video.test/a.html" width="400" height="200">',
    "object": '<object data-consent="video" data-data="http://video.test/a.html" width="400" height="200"></object>',
    "video": '<video data-consent="video" data-src="http://video.test/a.gif" width="400" height="200" controls></video>',
    "audio": '<audio data-consent="video" data-src="http://video.test/a.gif" controls></audio>',
    "sources": (
        '<video width="400" height="200" controls><source data-consent="video" data-holdtrue-src="http://video.test/no.js" type="video/mp4">'
        '<source data-consent="video" data-holdtrue-src="http://video.test/a.gif"></video>'
    ),
}


@pytest.mark.parametrize("kind", EMBEDS)
def test_every_kind_of_embed_has_a_place_and_comes_when_it_is_shown(visit, world, kind):
    shown = visit(page(EMBEDS[kind], said=SAID))
    place = shown.locator("holdtrue-embed")
    place.wait_for()
    assert place.count() == 1
    assert quiet(shown, world, 0.2) == []
    place.locator("[data-holdtrue=once]").click()
    until(world.third_party)
    assert place.count() == 0
    assert (
        shown.locator("main > :is(embed, object, video, audio)").first.evaluate("(e) => getComputedStyle(e).display") != "none"
    )


def test_films_that_a_script_adds_have_a_place_and_play_when_allowed(visit, world):
    shown = visit(page(said=SAID))
    banner(shown).wait_for()
    shown.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', `<video controls><source src='http://video.test/a.gif'></video><video src='/own.gif' poster='http://video.test/p.gif' controls></video>`)"
    )
    place = shown.locator("holdtrue-embed")
    until(lambda: place.count() == 1)
    assert quiet(shown, world, 0.2) == []
    place.locator("[data-holdtrue=always]").click()
    until(lambda: {"video.test/a.gif", "video.test/p.gif"} <= set(world.third_party()))
    assert choice(shown) == "video"


def test_what_was_not_meant_to_be_seen_has_no_place(visit, world):
    tracking = "".join(
        f'<iframe data-consent="video" data-src="http://video.test/t.html" title="t" {how}></iframe>'
        for how in ('width="1" height="1"', 'width="0" height="0"', 'style="display: none"')
    )
    shown = visit(page(tracking, said=SAID))
    banner(shown).wait_for()
    assert shown.locator("holdtrue-embed").count() == 0
    press(shown, "accept")
    until(lambda: len(world.third_party()) == 3)


def test_a_style_sheet_that_shows_all_frames_shows_none_that_waits(visit):
    frame = (
        '<iframe data-consent="video" data-src="http://video.test/v.html" style="display: inline-block" title="Film"></iframe>'
    )
    shown = visit(page(frame, said=SAID, head="<style>iframe { display: block !important }</style>"))
    shown.locator("holdtrue-embed").wait_for()
    assert shown.locator("iframe").is_hidden()
    press(shown, "accept")
    until(shown.locator("iframe").is_visible)
    assert shown.locator("iframe").get_attribute("style") == "display: inline-block;"


def test_nothing_of_the_banner_is_printed(visit):
    shown = visit(page(EMBEDS["embed"], said=SAID))
    banner(shown).wait_for()
    shown.emulate_media(media="print")
    assert banner(shown).is_hidden()
    press_free = shown.locator("holdtrue-embed .embed")
    assert press_free.is_hidden()


def test_forced_colours_keep_every_edge_and_equal_buttons(visit):
    shown = visit(page(said=notice(ANALYTICS, ADS)))
    banner(shown).wait_for()
    shown.emulate_media(forced_colors="active")
    looks = [
        shown.locator(f"holdtrue-consent .card [data-holdtrue={role}]").evaluate(
            "(e) => { const s = getComputedStyle(e); return [s.borderTopStyle, s.borderTopWidth, s.borderTopColor, s.backgroundColor, s.color] }"
        )
        for role in ("accept", "refuse")
    ]
    assert looks[0] == looks[1]
    assert looks[0][:2] == ["solid", "1px"]
    assert looks[0][2] != looks[0][3] != looks[0][4]


LONG = {
    "title": "Everything that this website would like to know about you, and why we think that you should read this before you choose",
    "intro": "With your consent, {name} would like to use cookies and similar technologies. " * 12,
    "outro": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 4,
    "accept": "Accept all cookies and similar technologies on this website",
    "refuse": "Refuse all cookies and similar technologies on this website",
}


@pytest.mark.parametrize(("width", "height"), [(320, 256), (390, 844), (1280, 800)])
def test_very_long_words_of_an_owner_can_be_read_and_answered(visit, width, height):
    said = notice(ANALYTICS, ADS, texts={"en": LONG})
    shown = visit(page(said=said), viewport={"width": width, "height": height})
    card = banner(shown)
    card.wait_for()
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    # One word of a button may take more lines than such a screen has: what counts is that its first line can be pressed.
    for part in (
        ".card li:last-child",
        ".card a",
        "[data-holdtrue=accept]",
        "[data-holdtrue=refuse]",
        ".card [data-holdtrue=settings]",
    ):
        found = shown.locator(f"holdtrue-consent {part}").first
        found.evaluate("(e) => e.scrollIntoView({block: 'nearest'})")
        inside = found.evaluate(
            "(e) => { const r = e.getBoundingClientRect(); const at = e.getRootNode().elementFromPoint(r.x + 4, Math.max(r.y, e.closest('.card').getBoundingClientRect().y) + 12); return at === e || e.contains(at) || at?.contains(e) }"
        )
        assert inside, part
    press(shown, "refuse")
    assert choice(shown) == "-"


def test_at_four_hundred_per_cent_no_button_stands_over_the_text(visit):
    shown = visit(page(said=notice(ANALYTICS, ADS)), viewport={"width": 320, "height": 256})
    banner(shown).wait_for()
    covered = banner(shown).evaluate(
        """(card) => { const seen = card.getBoundingClientRect(); const bar = card.querySelector(".actions").getBoundingClientRect();
            return Math.max(0, seen.bottom - Math.max(seen.top, bar.top)) / seen.height }"""
    )
    assert covered < 0.2
    opened = open_settings(shown)
    opened.locator("[data-holdtrue=save]").scroll_into_view_if_needed()
    opened.locator("input").last.scroll_into_view_if_needed()
    opened.locator("input").last.check()
    press(shown, "save", within="dialog")
    until(lambda: choice(shown) == "bigads")


def test_a_receipt_that_cannot_be_had_says_what_to_do(visit, world):
    shown = visit(page(said=notice(server=INTAKE)))
    press(shown, "refuse")
    until(lambda: len(world.decisions) == 1)
    shown.wait_for_function("JSON.parse(localStorage['holdtrue.receipt']).answer")
    press(shown, "settings")
    note = dialogue(shown).locator("[role=status]")
    for where in (f"{INTAKE}/**/*.jsonld", f"{SITE}/consent/receipt.js"):
        shown.route(where, lambda route: route.abort())
    press(shown, "receipt", within="dialog")
    until(lambda: note.inner_text() == "Not available now. Try again later.")
    shown.unroute(f"{SITE}/consent/receipt.js")
    shown.reload()
    press(shown, "settings")
    press(shown, "receipt", within="dialog")
    until(lambda: note.inner_text() == "Not available now. Try again later.")
    shown.unroute(f"{INTAKE}/**/*.jsonld")
    with shown.expect_download() as taken:
        press(shown, "receipt", within="dialog")
    assert b"holdtrue:proof" in taken.value.path().read_bytes()


def test_a_controller_without_an_address_leaves_no_gap(visit):
    said = notice(ANALYTICS, controller={"name": "WeGroup NV", "policy_url": "/cookies", "contact": ""})
    shown = visit(page(said=said))
    press(shown, "settings")
    assert dialogue(shown).get_by_text("WeGroup NV · Cookie policy").is_visible()
