"""How the banner looks and feels: languages, keyboard, zoom, motion, other people's style sheets, visitors' own helpers."""

import json

import pytest

from browser.banner.steps import banner, choice, dialogue, open_settings, press, until
from browser.banner.world import ADS, ANALYTICS, BUILT, LANGUAGE_CHOICE, PREFERENCES, VIDEO, notice, page

LANGUAGES = json.loads((BUILT / "build.json").read_text())["languages"]
FULL = notice(LANGUAGE_CHOICE, PREFERENCES, ANALYTICS, ADS, VIDEO)
FRAME = '<iframe data-consent="video" data-src="http://video.test/v.html" width="560" height="315" title="Film"></iframe>'


def texts(language: str) -> dict[str, str]:
    """The built-in texts of a language."""
    return json.loads((BUILT / f"texts.{language}.json").read_text())


def test_all_official_languages_of_the_union_are_there_and_complete():
    assert (
        sorted(
            [
                "bg",
                "cs",
                "da",
                "de",
                "el",
                "en",
                "es",
                "et",
                "fi",
                "fr",
                "ga",
                "hr",
                "hu",
                "it",
                "lt",
                "lv",
                "mt",
                "nl",
                "pl",
                "pt",
                "ro",
                "sk",
                "sl",
                "sv",
            ]
        )
        == LANGUAGES
    )
    for language in LANGUAGES:
        assert list(texts(language)) == list(texts("en"))
        assert all(texts(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_language(visit, packages, language):
    shown = visit(page(FRAME, said=FULL, lang=language))
    banner(shown).wait_for()
    shown.evaluate((packages / "axe-core/axe.min.js").read_text())
    assert findings(shown) == []
    assert banner(shown).locator("h2").inner_text() == texts(language)["title"]
    open_settings(shown)
    assert findings(shown) == []
    press(shown, "accept", within="dialog")
    until(lambda: choice(shown))
    assert findings(shown) == []
    open_settings(shown)
    assert findings(shown) == []


def findings(shown) -> list[str]:
    """What axe finds, all of its rules, best practices included."""
    found = shown.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_the_dark_and_on_a_small_screen(visit, packages, scheme, width):
    follows = "<style>:root { color-scheme: light dark }</style>"
    shown = visit(
        page(FRAME, said=FULL, head=follows),
        color_scheme=scheme,
        viewport={"width": width, "height": 640},
        reduced_motion="reduce",
    )
    banner(shown).wait_for()
    shown.evaluate((packages / "axe-core/axe.min.js").read_text())
    assert findings(shown) == []
    dark = banner(shown).evaluate("e => getComputedStyle(e).backgroundColor") != "rgb(255, 255, 255)"
    assert dark is (scheme == "dark")
    open_settings(shown)
    assert findings(shown) == []


def test_the_page_decides_the_language_and_then_the_browser(visit):
    said = notice(texts={"ar": {**texts("en"), "title": "ملفات تعريف الارتباط: اختيارك"}, "fr": {"title": "Vos cookies"}})
    for lang, locale, expected in [
        ("nl-BE", "de-DE", "nl"),
        ("xx", "de-DE", "de"),
        ("", "fr-BE", "fr"),
        ("fil", "de-DE", "de"),
        ("ar", "en-GB", "ar"),
    ]:
        shown = visit(page(said=said, lang=lang, build="holdtrue.js"), locale=locale)
        banner(shown).wait_for()
        assert banner(shown).get_attribute("lang") == expected
        assert banner(shown).evaluate("(e) => getComputedStyle(e).direction") == ("rtl" if lang == "ar" else "ltr")
    only = visit(page(said=notice(languages=["nl", "de"]), lang="fr", build="holdtrue.js"), locale="fr-FR")
    assert banner(only).get_attribute("lang") == "nl"


def test_right_to_left_turns_the_layout_around(visit):
    said = notice(texts={"ar": {**texts("en"), "title": "ملفات تعريف الارتباط: اختيارك"}})
    shown = visit(page(said=said, lang="ar", build="holdtrue.ar.js".replace("ar", "en"), direction="rtl"))
    banner(shown).wait_for()
    actions = shown.locator("holdtrue-consent .actions").bounding_box()
    words = shown.locator("holdtrue-consent h2").bounding_box()
    assert actions["x"] < words["x"]
    close = shown.locator("holdtrue-consent .x").bounding_box()
    assert close["x"] < 640


@pytest.mark.parametrize(("width", "height", "scale"), [(320, 480, 1), (640, 400, 2), (390, 844, 3), (1280, 800, 1)])
@pytest.mark.parametrize("language", ["nl", "bg", "el"])
def test_everything_fits_and_can_be_touched(visit, width, height, scale, language):
    shown = visit(
        page(said=FULL, lang=language),
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        reduced_motion="reduce",
    )
    for layer in ("section.card", "dialog"):
        if layer == "dialog":
            open_settings(shown)
        box = shown.locator(f"holdtrue-consent {layer}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        for role in ("accept", "refuse"):
            one = shown.locator(f"holdtrue-consent {layer} [data-holdtrue={role}]").bounding_box()
            assert one["height"] >= 44
            assert one["width"] >= 44
            assert one["y"] + one["height"] <= height, "both buttons are in sight without scrolling"
        small = shown.locator(f"holdtrue-consent {layer}").evaluate(
            "e => [...e.querySelectorAll('button, summary, .row:has(input), .service label:has(input)')].filter(o => o.checkVisibility() && o.getBoundingClientRect().height < 44).map(o => o.outerHTML)"
        )
        assert small == []
        assert shown.locator(f"holdtrue-consent {layer}").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_reaches_the_banner_first_loops_in_the_dialogue_and_comes_back(visit):
    shown = visit(page('<a href="#x" id="link">A link</a>'))
    banner(shown).wait_for()
    where = "() => { const e = document.activeElement; return e.shadowRoot?.activeElement?.dataset.holdtrue || e.shadowRoot?.activeElement?.localName || e.id || e.localName }"
    order = []
    for _ in range(6):
        shown.keyboard.press("Tab")
        order.append(shown.evaluate(where))
    assert order == ["a", "accept", "refuse", "settings", "close", "link"]

    shown.locator("holdtrue-consent [data-holdtrue=settings]").focus()
    shown.keyboard.press("Enter")
    dialogue(shown).wait_for()
    reached = set()
    for _ in range(30):
        shown.keyboard.press("Tab")
        reached.add(shown.evaluate(where))
    assert {"accept", "refuse", "save", "close", "input", "summary"} <= reached
    assert "link" not in reached
    press(shown, "save", within="dialog")
    until(lambda: choice(shown) == "-")
    until(lambda: shown.evaluate(where) == "settings")

    shown.keyboard.press("Enter")
    dialogue(shown).wait_for()
    shown.keyboard.press("Escape")
    until(lambda: dialogue(shown).count() == 0)
    assert shown.evaluate(where) == "settings"


def test_the_banner_moves_nothing_takes_no_focus_and_holds_still(visit):
    watch = "<script>window.shift = 0; new PerformanceObserver((all) => all.getEntries().forEach((one) => window.shift += one.value)).observe({type: 'layout-shift', buffered: true})</script>"
    long = "<p>Words and words.</p>" * 100
    shown = visit(page(watch + long))
    banner(shown).wait_for()
    shown.wait_for_timeout(400)
    assert shown.evaluate("window.shift") == 0
    assert shown.evaluate("document.activeElement === document.body")
    press(shown, "refuse")
    shown.wait_for_timeout(300)
    assert shown.evaluate("window.shift") == 0
    assert shown.evaluate("document.querySelector('holdtrue-consent').shadowRoot.getAnimations().length") == 0


HOSTILE = """<style>* { all: unset; } button, span, section, dialog, div, h2, p { display: none !important; background: red !important; font-size: 40px !important; }
.holdtrue-button { color: red !important; display: block !important; padding: 50px !important } .holdtrue-button::before { content: "!!" }
holdtrue-consent { display: none; opacity: 0; position: static; transform: scale(3) } html { font-size: 8px; letter-spacing: 9px; text-align: right }</style>"""


def test_no_style_sheet_of_the_page_reaches_the_banner(visit):
    plain = visit(page(), reduced_motion="reduce")
    hostile = visit(page(head=HOSTILE), reduced_motion="reduce")
    banner(hostile).wait_for()
    for where in ("section.card", "[data-holdtrue=accept]", "[data-holdtrue=refuse]", "h2"):
        boxes = [shown.locator(f"holdtrue-consent {where}").first.bounding_box() for shown in (plain, hostile)]
        assert boxes[0] == boxes[1]
    press(hostile, "refuse")
    until(lambda: choice(hostile) == "-")


def test_a_page_that_replaces_itself_keeps_the_banner(visit):
    shown = visit(page())
    banner(shown).wait_for()
    shown.evaluate("document.documentElement.replaceChildren(document.head, document.createElement('body'))")
    banner(shown).wait_for()
    press(shown, "refuse")
    until(lambda: choice(shown) == "-")


@pytest.mark.parametrize("position", ["bottom", "top", "corner"])
def test_it_stands_where_the_owner_wants_it(visit, position):
    shown = visit(page(said=notice(style={"position": position})), reduced_motion="reduce")
    box = banner(shown).bounding_box()
    assert (box["y"] == 16) is (position == "top")
    assert (box["x"] > 640) is (position == "corner")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_visitors_own_helper_finds_and_presses_refuse(visit, packages, language):
    told = []
    shown = visit(page(lang=language))
    banner(shown).wait_for()
    shown.expose_function("autoconsentSendMessage", lambda message: told.append(message))  # noqa: PLW0108 - a built-in is no function to Playwright
    shown.evaluate((packages / "@duckduckgo/autoconsent/dist/autoconsent.playwright.js").read_text())
    asked = {"enabled": True, "autoAction": "optOut", "detectRetries": 6, "enablePrehide": False, "heuristicMode": "reject"}
    shown.evaluate("config => autoconsentReceiveMessage({type: 'initResp', config, rules: {autoconsent: []}})", asked)
    until(lambda: choice(shown) == "-", 10)
    shown.wait_for_timeout(200)
    assert next(one for one in told if one["type"] == "optOutResult")["result"] is True
    assert banner(shown).count() == 0
