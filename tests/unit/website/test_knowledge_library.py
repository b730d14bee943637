"""Looking names and hosts up, and what a policy could say of an item that it does not declare."""

import pytest

from holdtrue.policy.text.rules import Category
from holdtrue.website.knowledge.known import Purpose, Sureness
from holdtrue.website.knowledge.library import candidates, lookup, service_of
from holdtrue.website.knowledge.proposals import Reason, Seen, proposed


@pytest.mark.parametrize(
    ("name", "domain", "kind", "service", "sureness"),
    [
        ("_ga", "", "", "Google Analytics", "sure"),
        ("_ga", "www.bakery.example", "cookie", "Google Analytics", "sure"),
        ("_ga_1A2B3C", ".bakery.example", "cookie", "Google Analytics", "sure"),
        ("_gat_gtag_UA_123265168_1", "", "", "Google Analytics", "sure"),
        ("_ga", "", "local-storage", "Google Analytics", "likely"),
        ("_tawkuuid", "", "", "Tawk.to", "likely"),
        ("IDE", ".doubleclick.net", "cookie", "DoubleClick (Google Marketing Platform)", "sure"),
        ("IDE", "www.bakery.example", "cookie", "DoubleClick (Google Marketing Platform)", "possible"),
        ("VISITOR_INFO1_LIVE", "www.bakery.example", "cookie", "YouTube", "likely"),
        ("uid", ".criteo.com", "cookie", "Criteo", "sure"),
        ("uid", ".ADFORM.net:443", "cookie", "Adform", "sure"),
        ("uid", "medium.com", "cookie", "Medium", "sure"),
        ("csrftoken", "", "", "Django", "sure"),
        ("csrftoken", ".instagram.com", "cookie", "Instagram", "sure"),
        ("JSESSIONID", "bam.nr-data.net", "cookie", "New Relic", "sure"),
        ("JSESSIONID", "www.bakery.example", "cookie", "Java servlets", "sure"),
        ("_lr_env", "", "", "LiveRamp", "sure"),
        ("_lr_uf_-abc/shop", "", "", "LogRocket", "sure"),
        ("AMP_TOKEN", "", "", "Google Analytics", "sure"),
        ("AMP_MKTG_0123", "", "", "Amplitude", "sure"),
        ("session_id", "www.bakery.example", "cookie", "Odoo", "possible"),
    ],
)
def test_a_name_is_known_as_surely_as_its_host_allows(name, domain, kind, service, sureness):
    known = lookup(name, domain=domain, kind=kind)

    assert known is not None
    assert (known.service.name, known.sureness) == (service, sureness)


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("uid", ""),
        ("uid", "www.bakery.example"),
        ("sid", ""),
        ("basket_of_the_bakery", ""),
        ("", ""),
        ("*", ""),
        ("_" * 5000, ""),
    ],
)
def test_what_several_share_and_what_nobody_knows_has_no_answer(name, domain):
    assert lookup(name, domain=domain) is None


def test_every_service_that_uses_a_name_is_told_when_asked():
    assert {"Criteo", "Adform", "Medium"} <= {known.service.name for known in candidates("uid")}


def test_an_answer_says_all_that_a_policy_has_to_say():
    known = lookup("_fbp")

    assert known is not None
    assert (known.provider, known.country, known.category) == ("Meta Platforms Ireland Limited", "IE", Category.MARKETING)
    assert (known.retention, known.retention_days, known.party, known.pattern) == ("90 days", 90, "first", "_fbp")
    assert known.documented.startswith("https://www.facebook.com/")
    assert len({known.purpose(language) for language in ("en", "nl", "fr", "de")}) == 4


def test_a_pattern_is_told_as_a_policy_writes_it():
    known = lookup("DW0123456789abcdef0123456789abcdef")

    assert known is not None
    assert (known.name, known.pattern) == ("DW{hex}", "DW*")


def test_a_language_that_is_missing_is_english():
    assert Purpose("Counts.", nl="Telt.").text("fr") == "Counts."
    assert Purpose("Counts.", nl="Telt.").text("nl-BE") == "Telt."
    assert Purpose("Counts.", nl="Telt.").languages == ("en", "nl")


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("fonts.gstatic.com", "Google Fonts"),
        ("www.gstatic.com", "Google shared files"),
        ("www.gstatic.com/recaptcha/releases/x.js", "Google reCAPTCHA"),
        ("www.google.com/recaptcha/api.js", "Google reCAPTCHA"),
        ("www.google.com/maps/embed", "Google Maps"),
        ("www.google.com", "Google"),
        ("www.facebook.com/tr/", "Meta Pixel"),
        ("www.facebook.com/plugins/like.php", "Facebook"),
        ("region1.google-analytics.com", "Google Analytics"),
        ("deep.below.script.hotjar.com", "Hotjar"),
        ("STATIC.HOTJAR.COM:443", "Hotjar"),
        ("px.ads.linkedin.com", "LinkedIn Insight Tag"),
    ],
)
def test_a_host_is_its_service(host, service):
    known = service_of(host)

    assert known is not None
    assert known.name == service


@pytest.mark.parametrize(
    "host", ["", "com", "bakery.example", "nothotjar.com", "hotjar.com.evil.example", "127.0.0.1", "..", "/x"]
)
def test_a_host_that_only_looks_like_one_is_nobodys(host):
    assert service_of(host) is None


def seen(name: str, **more) -> Seen:
    return Seen(name=name, **{"domain": "www.bakery.example", "kind": "cookie", **more})


def test_a_known_name_makes_a_whole_row():
    row = proposed(seen("_ga_1A2B", retention_days=400.0))

    assert (row.pattern, row.provider, row.category) == ("_ga_*", "Google Ireland Limited", Category.ANALYTICS)
    assert (row.usual_retention, row.retention_days) == ("2 years", 400.0)
    assert (row.sureness, row.reason, row.is_own) == (Sureness.SURE, Reason.NAME, False)
    assert row.purpose is not None
    assert row.purpose.languages == ("en", "nl", "fr", "de")


def test_a_script_of_the_service_confirms_a_name_that_says_nothing():
    row = proposed(seen("uid", set_by="https://cdn.adform.net/x.js", domain="www.bakery.example"))

    assert row.service is not None
    assert (row.service.name, row.sureness, row.reason) == ("Adform", Sureness.SURE, Reason.NAME)


def test_an_unknown_item_of_a_known_script_names_the_service_and_leaves_the_purpose_open():
    row = proposed(seen("_qqq", set_by="https://static.hotjar.com/c/hotjar-1.js"))

    assert row.service is not None
    assert (row.service.name, row.category, row.reason) == ("Hotjar", Category.ANALYTICS, Reason.SCRIPT)
    assert (row.sureness, row.purpose, row.usual_retention, row.pattern) == (Sureness.POSSIBLE, None, "", "_qqq")


def test_an_unknown_item_of_a_known_host_names_the_service():
    row = proposed(seen("_qqq", domain=".doubleclick.net", is_third_party=True))

    assert row.service is not None
    assert (row.service.id, row.reason, row.sureness) == ("doubleclick", Reason.HOST, Sureness.LIKELY)


@pytest.mark.parametrize(
    "script", ["https://www.googletagmanager.com/gtm.js", "https://cdn.jsdelivr.net/x.js", "https://[broken"]
)
def test_who_only_carries_scripts_says_nothing_of_what_they_store(script):
    row = proposed(seen("_qqq", set_by=script))

    assert (row.service, row.category, row.sureness, row.reason) == (None, None, Sureness.UNKNOWN, Reason.NOTHING)


def test_software_of_the_site_itself_names_no_other_provider():
    own, cloud = proposed(seen("_pk_id.1.1fff")), proposed(seen("_pk_id.1.1fff", set_by="https://cdn.matomo.cloud/x/matomo.js"))

    assert (own.is_own, own.provider) == (True, "")
    assert (cloud.is_own, cloud.provider) == (False, "InnoCraft Ltd")
    assert proposed(seen("PHPSESSID")).is_own
