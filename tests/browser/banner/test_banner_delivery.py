"""What reaches the consent server and the rest of the page, and what happens when the server is away."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from browser.banner.steps import banner, choice, open_settings, press, quiet, stored, until
from browser.banner.world import BUILT, HOST, INTAKE, notice, page

TAGS = '<script type="text/plain" data-consent="acme-analytics" data-src="http://stats.acme.test/a.js"></script>'
SAID = notice(server=INTAKE)


def rendering(said, language="en") -> str:
    """The hash of what was shown, computed as the server does."""
    texts = json.loads((BUILT / f"texts.{language}.json").read_text()) | said.get("texts", {}).get(language, {})
    shown = {
        "format": "holdtrue.rendering/1",
        "build": json.loads((BUILT / "build.json").read_text())["build"],
        "controller": said["controller"],
        "language": language,
        "layout": said["style"],
        "services": said["services"],
        "texts": texts,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def test_a_decision_says_everything_that_a_record_needs(visit, world):
    said = {**SAID, "texts": {"en": {"title": "Your “cookies”"}}}
    shown = visit(page(said=said))
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Analytics", exact=True).check()
    press(shown, "save", within="dialog")
    decision = until(lambda: world.decisions)[0]

    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", decision.pop("id"))
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", decision["consent_id"])
    assert decision.pop("consent_id") == shown.context.cookies()[0]["value"].split(".")[1]
    claimed = datetime.fromisoformat(decision.pop("claimed_at"))
    assert abs((datetime.now(UTC) - claimed).total_seconds()) < 60
    assert decision == {
        "event": "partial", "method": "dialogue", "layer": 2, "granted": ["acme-analytics", "replay"], "denied": ["bigads"], "notice": rendering(said),
        "material": said["material"], "language": "en", "gpc": False, "_origin": f"http://{HOST}", "_type": "text/plain;charset=UTF-8",
    }  # fmt: skip


def test_events_are_named_for_what_happened(visit, world):
    shown = visit(page(said=SAID))
    press(shown, "accept")
    until(lambda: choice(shown).count("~") == 2)
    shown.wait_for_function("!JSON.parse(localStorage['holdtrue.outbox']).length")
    with shown.expect_navigation():
        press(shown, "withdraw")
    shown.wait_for_load_state()
    shown.evaluate("holdtrue.set(['acme-analytics'])")
    until(lambda: len(world.decisions) == 3)
    changed = {**SAID, "material": "f" * 64}
    world.pages["/"] = page(said=changed)
    shown.reload()
    press(shown, "accept")
    until(lambda: len(world.decisions) == 4)
    shown.wait_for_function("!JSON.parse(localStorage['holdtrue.outbox']).length")
    # A visitor who deletes the choice has taken it back.
    with shown.expect_navigation():
        shown.context.clear_cookies()
    press(shown, "refuse")
    until(lambda: len(world.decisions) == 5)
    assert [(one["event"], one["method"], one["layer"]) for one in world.decisions] == [
        ("given", "banner", 1), ("withdrawn", "dialogue", 0), ("partial", "api", 0), ("renewed", "banner", 1), ("refused", "banner", 1),
    ]  # fmt: skip


def test_a_grant_has_no_effect_before_the_server_has_it_and_is_not_lost(visit, world):
    world.intake_status = 503
    shown = visit(page(TAGS, said=SAID))
    press(shown, "accept")
    banner(shown).wait_for(state="detached")
    assert quiet(shown, world) == []
    assert choice(shown) == "-"
    shown.reload()
    assert quiet(shown, world) == []
    assert banner(shown).count() == 0
    assert open_settings(shown).locator("input:checked").count() == 5
    shown.keyboard.press("Escape")
    world.intake_status = 201
    until(lambda: world.third_party() == ["stats.acme.test/a.js"], 8)
    assert choice(shown) == "acme-analytics~replay~bigads"
    assert [one["event"] for one in world.decisions] == ["given"]
    assert shown.evaluate("localStorage['holdtrue.outbox']") == "[]"


def test_a_refusal_works_at_once_and_is_delivered_when_the_server_is_back(visit, world):
    world.intake_status = 500
    shown = visit(page(TAGS, said=SAID))
    press(shown, "refuse")
    until(lambda: choice(shown) == "-")
    world.intake_status = 201
    shown.reload()
    until(lambda: [one["event"] for one in world.decisions] == ["refused"])


def test_a_decision_that_the_server_will_not_have_never_grants(visit, world):
    world.intake_status = 422
    shown = visit(page(TAGS, said=SAID))
    press(shown, "accept")
    until(lambda: shown.evaluate("localStorage['holdtrue.outbox']") == "[]")
    assert quiet(shown, world) == []
    assert choice(shown) == "-"


def test_a_newer_decision_stands_over_one_that_was_on_its_way(visit, world):
    world.intake_status = 503
    shown = visit(page(TAGS, said=SAID))
    press(shown, "accept")
    until(lambda: shown.locator("holdtrue-consent [data-holdtrue=withdraw]").count())
    press(shown, "withdraw")
    world.intake_status = 201
    until(lambda: [one["event"] for one in world.decisions] == ["given", "withdrawn"], 8)
    assert choice(shown) == "-"
    assert quiet(shown, world) == []


def test_a_visitor_takes_a_receipt_home(visit, world):
    shown = visit(page(said=SAID))
    press(shown, "accept")
    until(lambda: shown.evaluate("(localStorage['holdtrue.receipt'] || '').includes('record')"))
    open_settings(shown)
    with shown.expect_download() as taken:
        press(shown, "receipt", within="dialog")
    assert taken.value.suggested_filename.startswith("consent-www-wegroup-localhost-20")
    # The server's own file, to the byte: it proves itself, and a copy that is put together anew would not.
    assert taken.value.path().read_bytes() == b'{"holdtrue:proof": "c2sp.org/tlog-proof@v1"}'
    page_in_words = shown.locator("holdtrue-consent dialog a[target=_blank]", has_text="Read the receipt")
    assert page_in_words.get_attribute("href").endswith("/consent/receipt/01890000-0000-7000-8000-000000000001/")


def test_a_receipt_without_the_servers_answer_says_so(visit, world):
    world.intake_status = 503
    shown = visit(page(said=SAID))
    press(shown, "refuse")
    until(lambda: choice(shown) == "-")
    assert "Not yet confirmed by the server" in open_settings(shown).inner_text()
    with shown.expect_download() as taken:
        press(shown, "receipt", within="dialog")
    receipt = json.loads(taken.value.path().read_text())
    assert receipt["holdtrue:status"] == "not yet confirmed"
    assert "holdtrue:proof" not in receipt


def test_the_page_is_told_through_its_api_an_event_and_the_data_layer(visit):
    listen = "<script>window.dataLayer = []; window.told = []; holdtrue.on('change', (c) => told.push(['api', c.granted])); document.addEventListener('holdtrue:change', (e) => told.push(['event', e.detail.granted]))</script>"
    shown = visit(page(listen))
    assert shown.evaluate("[holdtrue.has('analytics'), holdtrue.choice().decided, told.length]") == [False, False, 0]
    press(shown, "accept")
    until(lambda: shown.evaluate("told.length") == 2)
    everything = ["acme-analytics", "replay", "bigads"]
    assert shown.evaluate("told") == [["api", everything], ["event", everything]]
    assert shown.evaluate("dataLayer")[-1]["event"] == "holdtrue_change"
    assert shown.evaluate("[holdtrue.has('analytics'), holdtrue.choice().decided]") == [True, True]


def test_consent_mode_denies_before_any_tag_and_updates_afterwards(visit):
    said = notice(consent_mode=True)
    body = "<script>window.first = JSON.stringify(dataLayer.map((one) => [...one]))</script>"
    shown = visit(page(body, said=said))
    [[command, action, values]] = json.loads(shown.evaluate("first"))
    assert (command, action) == ("consent", "default")
    assert {name for name, value in values.items() if value == "granted"} == {"security_storage"}
    assert {"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"} <= set(values)
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Analytics", exact=True).check()
    press(shown, "save", within="dialog")
    update = until(lambda: shown.evaluate("dataLayer.filter((one) => one[1] === 'update').map((one) => one[2])"))[-1]
    assert (update["analytics_storage"], update["ad_storage"], update["ad_user_data"]) == ("granted", "denied", "denied")
    assert shown.evaluate("Object.prototype.toString.call(dataLayer[0])") == "[object Arguments]"


def test_consent_mode_denies_before_any_tag_also_while_the_notice_is_fetched(visit, world):
    world.scripts["/notice.json"] = json.dumps(notice(consent_mode=True))
    html = (
        page("<script>window.first = JSON.stringify((window.dataLayer || []).map((one) => [...one]))</script>")
        .replace('id="holdtrue-notice"', 'id="elsewhere"')
        .replace("<script src", '<script data-notice="/notice.json" data-consent-mode src')
    )
    shown = visit(html)
    banner(shown).wait_for()

    [[command, action, values]] = json.loads(shown.evaluate("first"))

    assert (command, action) == ("consent", "default")
    assert {name for name, value in values.items() if value == "granted"} == {"security_storage"}
    assert shown.evaluate("dataLayer.every((one) => one[1] === 'default')")


@pytest.mark.parametrize(("earlier", "added"), [("update", ["default"]), ("default", [])])
def test_consent_mode_leaves_the_defaults_to_the_page_only_if_it_has_set_them(visit, earlier, added):
    before = f"<script>window.dataLayer = [null, {{event: 'x'}}, ['consent', '{earlier}', {{ad_storage: 'denied'}}]]</script>"
    html = page("<script>window.first = JSON.stringify(dataLayer)</script>", said=notice(consent_mode=True))
    shown = visit(html.replace("<script", before + "<script", 1))
    banner(shown).wait_for()

    assert shown.evaluate("JSON.parse(first).slice(3).map((one) => one[1])") == added


def test_the_notice_can_be_fetched_instead_of_standing_in_the_page(visit, world):
    world.scripts["/notice.json"] = json.dumps(notice())
    html = (
        page(TAGS)
        .replace('id="holdtrue-notice"', 'id="elsewhere"')
        .replace("<script src", '<script data-notice="/notice.json" src')
    )
    shown = visit(html)
    press(shown, "accept")
    until(lambda: world.third_party() == ["stats.acme.test/a.js"])


def test_the_choice_is_one_first_party_cookie_that_the_owner_may_widen(visit):
    shown = visit(page(attributes='data-domain="wegroup.localhost"'))
    press(shown, "refuse")
    until(lambda: choice(shown))
    [cookie] = shown.context.cookies()
    assert re.fullmatch(r"1\.[\w-]{22}\.[0-9a-z]+\.[0-9a-f]{8}\.-", cookie["value"])
    assert (cookie["domain"], cookie["path"], cookie["sameSite"]) == (".wegroup.localhost", "/", "Lax")
    assert abs(cookie["expires"] - datetime.now(UTC).timestamp() - 180 * 86400) < 100
    assert stored(shown)["local"] == ["holdtrue.receipt"]
