"""The cookie policy as the public reads it, on our page and on the organisation's own."""

import json
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from holdtrue.policy.text.actions import publish_version
from holdtrue.policy.text.printing import printed
from holdtrue.policy.text.rules import Category
from holdtrue.server import demo_load
from holdtrue.server.pointers import authority, browsers
from holdtrue.website.consent import actions as consent
from holdtrue.website.consent.asking import Asking
from holdtrue.website.scan import actions as scans
from holdtrue.website.sites import actions as inventory
from holdtrue.website.sites.inventory import Facts, Name
from integration.website.test_scan_records import HOST, URL, cookie, result


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def site(alice, now):
    sources = sorted((demo_load.data() / "policies").iterdir(), key=lambda file: file.name)
    for number, file in enumerate(one for one in sources if one.name.startswith("cookies")):
        publish_version(file.read_text(encoding="utf-8"), based_on=number, by=alice.id, at=now)
    return inventory.add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=now)


def page(client, language="en", address="/p/cookies/"):
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def declare_dutch(alice, now):
    facts = Facts(
        provider="Hotjar",
        purposes={"en": "Shows clicks", "nl": "Toont klikken"},
        category=Category.ANALYTICS,
        retention_days=365,
    )
    inventory.declare(HOST, Name("_hjid"), facts, based_on=0, why="", by=alice.id, at=now)
    publish_version(inventory.freeze("cookies", by=alice.id, at=now), based_on=2, by=alice.id, at=now)


def test_the_public_reads_text_tables_and_change_note_without_signing_in(client, site):
    text = page(client)

    assert "Keeps the language that you chose" in text
    assert "strictly necessary · first party" in text.replace("\n", " ").replace("  ", " ")
    assert 'href="/p/cookies/changes/1..2/"' in text
    assert 'class="term" href="#term-cookie"' in text
    assert "<script" not in text


def test_each_row_says_when_a_scan_confirmed_it_last(client, site, alice, now):
    scans.record_upload(result(now - timedelta(minutes=1), cookie("_ga")), host=HOST, by=alice.id, at=now)

    text = page(client)

    assert text.count("by a scan on") == 1
    assert "not yet" in text


def test_a_purpose_is_in_the_readers_language_where_somebody_wrote_it(client, site, alice, now):
    declare_dutch(alice, now)

    dutch, german = page(client, "nl"), page(client, "de")

    assert "Toont klikken" in dutch
    assert "strikt noodzakelijk" in dutch
    assert '<span lang="en">Shows clicks</span>' in german
    assert "1 Jahr" in german


def test_a_link_can_ask_for_the_page_in_a_language(client, site):
    asked = client.get("/p/cookies/?language=nl", headers={"Accept-Language": "de"}).content.decode()

    assert 'html lang="nl"' in asked
    assert "Wat er nieuw is" in asked
    assert 'html lang="de"' in client.get("/p/cookies/?language=xx", headers={"Accept-Language": "de"}).content.decode()
    assert 'html lang="de"' in client.get("/p/cookies/", headers={"Accept-Language": "de"}).content.decode()


def test_a_policy_without_a_website_and_one_for_personnel_stay_as_they_were(client, alice, now):
    for file in (demo_load.data() / "policies").iterdir():
        if file.name in {"cookies-1.md", "work-behaviors-1.md"}:
            publish_version(file.read_text(encoding="utf-8"), based_on=0, by=alice.id, at=now)
    inventory.add_site(URL, name="Odd", policy="work-behaviors", by=alice.id, at=now)

    assert client.get("/p/cookies/").status_code == 200
    assert client.get("/p/work-behaviors/").status_code == 302
    for part in ("fragment/", "items.json", "policy.pdf"):
        assert client.get(f"/p/work-behaviors/{part}").status_code == 404
        assert client.get(f"/p/cookies/{part}").status_code == 404


def test_the_fragment_holds_no_script_and_is_read_by_the_sites_own_origins_alone(client, site, alice, now):
    consent.choose(HOST, Asking(origins=("https://shop.bakery.example",)), based_on=0, by=alice.id, at=now)

    for origin, is_let in (
        ("https://www.bakery.example", True),
        ("https://shop.bakery.example", True),
        ("https://evil.example", False),
        ("null", False),
    ):
        answer = client.get("/p/cookies/fragment/?language=fr", headers={"Origin": origin})
        assert answer.get("Access-Control-Allow-Origin") == (origin if is_let else None)
    text = answer.content.decode()
    assert "Origin" in answer["Vary"]
    assert "<script" not in text
    assert "<html" not in text
    assert 'data-holdtrue="settings"' in text
    assert "strictement nécessaire" in text
    assert not answer.cookies


def test_the_data_says_every_item_with_its_purposes(client, site, alice, now):
    declare_dutch(alice, now)

    answer = client.get("/p/cookies/items.json")

    told = json.loads(answer.content)
    item = next(one for one in told["items"] if one["name"] == "_hjid")
    assert item["purpose"] == {"en": "Shows clicks", "nl": "Toont klikken"}
    assert (item["category"], item["retention_days"], item["last_confirmed"]) == ("analytics", 365, None)
    frozen = client.get(f"/p/cookies/inventories/{told['inventory_sha256']}.json")
    assert frozen.status_code == 200
    assert json.loads(frozen.content)["format"] == "holdtrue.inventory/1"


def test_an_inventory_that_no_version_names_is_not_public(client, site, alice, now):
    inventory.freeze("cookies", by=alice.id, at=now)
    from holdtrue.website.sites.queries import present_document

    assert client.get(f"/p/cookies/inventories/{present_document('cookies')[1]}.json").status_code == 404


def test_a_file_for_print_is_made_and_loads_nothing(client, site):
    answer = client.get("/p/cookies/policy.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="cookies-2.pdf"' in answer["Content-Disposition"]


class NoPango:
    """Answers an import of WeasyPrint as Python does where the libraries that it draws with are missing."""

    def find_spec(self, name, *_):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


def test_without_pango_the_file_for_print_says_what_to_install_and_the_page_stands(client, site, monkeypatch):
    printed.cache_clear()
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])

    answer = client.get("/p/cookies/policy.pdf")

    assert answer.status_code == 503
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in answer.content.decode()
    assert "Keeps the language that you chose" in page(client)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_every_common_browser_is_pointed_to_by_https(language):
    pointers = browsers(language)

    assert {"Chrome", "Edge", "Firefox", "Safari (Mac)", "Samsung Internet", "Opera", "Brave"} <= {one.name for one in pointers}
    assert all(one.url.startswith("https://") and "{" not in one.url for one in pointers)


def test_the_authority_follows_from_the_address():
    assert authority("Street 1, 9000 Ghent, Belgium", "nl").url == "https://www.gegevensbeschermingsautoriteit.be/"
    assert "European Data Protection Board" in authority("Nowhere", "en").name
