"""The pages in a real browser: read by everybody, on any screen, with nothing fetched from elsewhere."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = {
    "home": ("security", "/"),
    "what needs a person": ("auditor", "/?show=needs"),
    "cookie policy": ("privacy", "/?policy=cookies"),
    "home of personnel": ("staff", "/"),
    "one clause": ("auditor", "/clause/work-behaviors/WB-LCK-2/"),
    "a clause that nothing checks": ("auditor", "/clause/work-behaviors/WB-VIS-1/"),
    "sign in": ("", "/account/login/"),
    "no sign-up": ("", "/account/signup/"),
    "sign out": ("staff", "/account/logout/"),
    "password": ("staff", "/account/password/"),
    "is it you": ("staff", "/account/reauthenticate/"),
    "second step": ("staff", "/account/2fa/"),
    "tokens": ("security", "/tokens/"),
    "websites": ("privacy", "/sites/"),
    "one website": ("privacy", "/sites/127.0.0.1:9/"),
    "inventory": ("privacy", "/sites/127.0.0.1:9/inventory/"),
    "inventory for the auditor": ("auditor", "/sites/127.0.0.1:9/inventory/"),
    "what browsers report": ("privacy", "/sites/127.0.0.1:9/inventory/reports/"),
    "an item": ("privacy", "/sites/127.0.0.1:9/inventory/item/?pattern=_ga&sort=cookie"),
    "consent on a website": ("privacy", "/sites/127.0.0.1:9/consent/"),
    "how a website asks": ("privacy", "/sites/127.0.0.1:9/consent/settings/"),
    "devices": ("security", "/work/devices/"),
    "my devices": ("staff", "/work/devices/"),
    "exemptions": ("security", "/work/exemptions/"),
    "my exemptions": ("staff", "/work/exemptions/"),
    "ask for an exemption": ("security", "/work/exemptions/ask/"),
    "ask for oneself": ("staff", "/work/exemptions/ask/?clause=work-behaviors/WB-STO-1"),
    "software": ("security", "/work/software/"),
    "software for personnel": ("staff", "/work/software/"),
    "a title": ("security", "/work/software/title/?name=zoom&type=deb"),
    "deny a version": ("security", "/work/software/approve/?stance=denied&name=zoom"),
    "ask for a title": ("staff", "/work/software/ask/"),
    "what is asked of me": ("staff", "/me/"),
    "who needs help": ("security", "/work/help/"),
    "rules": ("security", "/work/devices/rules/"),
    "a rule": ("auditor", "/work/devices/rules/screen-lock/"),
    "what if": ("security", "/work/devices/rules/screen-lock/?within=5+min"),
    "watched settings": ("security", "/work/devices/settings/"),
    "a calendar": ("staff", "/work/exemptions/calendar/"),
    "evidence": ("auditor", "/evidence/"),
    "evidence pack": ("auditor", "/evidence/pack"),
    "verify": ("", "/verify"),
    "public policy": ("", "/p/cookies/"),
    "policy for personnel": ("staff", "/p/work-behaviors/"),
    "an older version": ("", "/p/cookies/versions/1/"),
    "what changed": ("", "/p/cookies/changes/1..2/"),
    "publish": ("security", "/policies/publish"),
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_accessible(page, label: str) -> None:
    found = Axe().run(page, options=RULES)
    told = [
        f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
    ]
    assert not told, f"{label}:\n" + "\n".join(told)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_desk_and_phone_in_light_and_dark(visit, name):
    role, address = PAGES[name]
    there = visit(role)
    page = there.go(address)

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert_accessible(page, f"{name}, {width} pixels, {scheme}")
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, wide_elements(page)
    assert there.abroad == []
    assert there.complaints == []


def wide_elements(page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 5).map(e => e.outerHTML.slice(0, 120))"
    )


@pytest.mark.parametrize("name", ["home", "sign in", "tokens", "devices", "home of personnel"])
def test_what_a_thumb_touches_is_large_enough_on_a_phone(visit, name):
    role, address = PAGES[name]
    page = visit(role, width=390).go(address)
    small = page.evaluate(
        """[...document.querySelectorAll('button, summary, .button, select, input:not([type=hidden],[type=radio],[type=checkbox])')]
        .filter(e => e.checkVisibility({contentVisibilityAuto: true}) && e.getBoundingClientRect().height > 0)
        .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 100))"""
    )

    assert small == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_its_style_and_script_is_below_a_hundred_kilobytes_on_the_way(visit, name):
    role, address = PAGES[name]
    there = visit(role)
    sent = []
    there.page.on("requestfinished", lambda request: sent.append(request.sizes()["responseBodySize"]))
    page = there.go(address)
    page.wait_for_load_state("networkidle")

    assert 0 < sum(sent) < 100_000


# Journeys ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clause_unfolds_its_evidence_in_place(visit, width):
    there = visit("auditor", width=width)
    page = there.go("/")
    clause = page.locator("#WB-LCK-2")
    clause.locator("summary").click()

    clause.get_by_role("heading", name="The screen locks by itself in time").wait_for()
    assert clause.locator(".row", has_text="LT-07").get_by_text("broken").is_visible()
    assert page.url == f"{there.office.url}/"
    assert_accessible(page, "an open clause")
    clause.get_by_role("link", name="Proof").first.click()
    page.wait_for_url(re.compile("/evidence/[0-9a-f-]{36}/"))
    assert there.complaints == []


def test_a_clause_unfolds_without_javascript_too(visit):
    page = visit("auditor", javascript=False).go("/")
    page.locator("#WB-LCK-2 summary").click()
    page.locator("#WB-LCK-2").get_by_role("link", name="All the evidence on this clause").click()

    assert page.locator("h1").inner_text() == "WB-LCK-2"
    assert page.locator(".row", has_text="LT-07").get_by_text("broken").is_visible()


def test_signing_in_and_out_needs_no_javascript(visit, office):
    page = visit(javascript=False).go("/")
    assert page.title().startswith("Sign in")
    page.get_by_label("Email").fill(office.people["staff"])
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text() == "Work Behaviors"
    page.locator("header summary", has_text="Jonas").click()
    page.get_by_role("button", name="Sign out").click()

    assert page.title().startswith("Sign in")


def test_a_mistyped_password_is_told_beside_the_form(visit, office):
    page = visit().go("/account/login/")
    page.get_by_label("Email").fill(office.people["privacy"])
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()

    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("Email").input_value() == office.people["privacy"]
    assert_accessible(page, "a refused sign-in")


def test_personnel_see_their_own_laptop_and_nobody_elses(visit):
    page = visit("staff").go("/")
    margin = page.locator("#WB-LCK-2 summary").inner_text()

    assert "broken" in margin
    assert "LT-07" in margin
    assert "WS-02" not in page.content()
    assert "Asks of you" in page.locator("#WB-VIS-3").inner_text()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit):
    page = visit("security").go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'content'")
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2] })()"
        )
        assert shown[1], f"focus on {shown[0]} cannot be seen"
        reached.add(shown[0])

    assert {"A", "SUMMARY"} <= reached


def test_a_clause_opens_and_closes_from_the_keyboard(visit):
    page = visit("security").go("/")
    summary = page.locator("#WB-LCK-1 summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#WB-LCK-1 .row").first.wait_for()
    page.keyboard.press("Enter")

    assert not page.locator("#WB-LCK-1 .row").first.is_visible()


def test_the_menu_opens_on_a_phone_and_leads_on(visit):
    page = visit("security", width=390).go("/")
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Devices").click()

    assert page.locator("h1").inner_text() == "Devices"


def test_the_places_stand_in_a_line_on_a_desk(visit):
    page = visit("security").go("/")

    assert page.get_by_role("navigation", name="Places").get_by_role("link", name="Evidence").is_visible()
    assert not page.locator("summary", has_text="Menu").is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_token_is_issued_and_revoked(visit, width):
    there = visit("security", width=width)
    page = there.go("/tokens/")
    page.get_by_role("button", name="Issue the token").click()
    command = page.get_by_label("Command").inner_text()
    assert re.match(r"holdtrue agent enrol \S+ --token ht_device_\S+\n", command)
    assert re.search(r"\nholdtrue check --report-to \S+ --token ht_device_\S+$", command)
    assert_accessible(page, "a new token")
    page.get_by_role("button", name=re.compile("Revoke")).first.click()

    page.get_by_text("The token is revoked.").wait_for()
    assert there.complaints == []


def test_the_filter_leaves_what_needs_a_person(visit):
    page = visit("security").go("/")
    page.get_by_role("link", name=re.compile("need(s)? a person")).click()

    assert page.locator(".clause").count() == page.locator(".clause-broken, .clause-unproven").count() > 0
    assert "broken" in page.locator(".clause").first.inner_text()


def test_the_policy_prints_with_its_margin_and_without_the_frame(visit):
    page = visit("auditor").go("/")
    page.emulate_media(media="print")

    assert not page.get_by_role("navigation", name="Places").is_visible()
    assert not page.locator(".policy-tools").is_visible()
    assert page.locator("#WB-LCK-2 .margin-line").first.is_visible()


def test_whoever_reads_the_public_policy_is_given_nothing_to_keep(visit):
    there = visit()
    page = there.go("/p/cookies/")

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_a_text_copied_from_a_website_is_examined_and_stays_in_its_box(visit, width):
    page = visit("privacy", width=width).go("/policies/publish")
    page.get_by_label("Text of the policy").fill("Cookies\n\nWe use Goolge Analytics. See [below](#nowhere).")
    page.get_by_role("button", name="Look at it first").click()

    assert "is misspelt" in page.locator(".text-findings-note").inner_text()
    assert "Goolge" in page.get_by_label("Text of the policy").input_value()
    assert page.get_by_role("button", name=re.compile("Publish version")).count() == 0
    assert_accessible(page, f"findings at {width}")


def test_all_four_states_of_an_item_are_in_sight_on_a_phone(visit):
    page = visit("privacy", width=390).go("/sites/127.0.0.1:9/")
    cells = page.locator(".scan-matrix tbody tr").first.locator("td.scan-cell")

    assert cells.count() == 4
    assert all(cell.bounding_box()["x"] + cell.bounding_box()["width"] <= 390 for cell in cells.all())
