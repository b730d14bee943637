"""The knowledge in the package: every entry whole, told apart from every other, and readable in four languages."""

import re
from collections import Counter, defaultdict

import pytest
from publicsuffixlist import PublicSuffixList

from holdtrue.said import LANGUAGES
from holdtrue.website.knowledge import tables
from holdtrue.website.knowledge.known import Kind, Match, Runs, Service
from holdtrue.website.knowledge.library import compiled, shipped

SUFFIXES = PublicSuffixList(only_icann=True)
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?:/[a-z0-9/-]+)?")
COUNTRY = re.compile(r"[A-Z]{2}")

SEED = (
    "_tawkuuid", "_ga", "_gid", "_cfduid", "ss", "tawkUUID", "optimizelyEndUserId", "sid", "uid", "_cfruid",
    "_gat_gtag_UA_123265168_1", "collect",
)  # fmt: skip


def example(name: str) -> str:
    return name.replace("{hex}", "0123456789abcdef").replace("{n}", "123").replace("*", "x1")


def home(service: Service) -> str:
    """Return a host where a service is met; what a site runs itself is met on any website."""
    return min((host.partition("/")[0] for host in service.hosts), default="www.bakery.example")


def rows(name: str) -> list[dict[str, str]]:
    return tables._rows(name)


def test_it_covers_the_services_that_websites_use():
    knowledge = shipped()
    used = {item.service.id for item in knowledge.items}
    registrable = {SUFFIXES.privatesuffix(host.partition("/")[0]) for one in knowledge.services for host in one.hosts}

    assert len({item.name for item in knowledge.items}) >= 600
    assert len(used) >= 110
    assert len(registrable) >= 450


@pytest.mark.parametrize("name", SEED)
def test_every_name_of_the_seeds_policy_is_known(name):
    assert shipped().candidates(name)


def test_the_tables_stand_in_order_and_name_nothing_twice():
    services = [row["service"] for row in rows("services.csv")]
    items = [(row["service"], row["name"].casefold(), row["name"]) for row in rows("items.csv")]

    assert services == sorted(set(services))
    assert items == sorted(set(items))


def test_every_service_is_whole():
    for service in shipped().services:
        assert service.name.strip(), service.id
        assert service.provider.strip(), service.id
        assert service.documented.startswith(("https://", "docs/reference/")), service.id
        assert COUNTRY.fullmatch(service.country) or (service.runs is Runs.SITE and not service.country), service.id
        assert service.hosts or service.runs is Runs.SITE, service.id


def test_every_service_is_there_for_its_items_or_its_hosts():
    used = {item.service.id for item in shipped().items}

    assert not [one.id for one in shipped().services if one.id not in used and not one.hosts]


def test_every_host_is_one_that_can_be_registered_or_stands_below_one():
    for service in shipped().services:
        for host in service.hosts:
            assert HOST.fullmatch(host), host
            assert SUFFIXES.privatesuffix(host.partition("/")[0]), host


def test_a_host_belongs_to_one_service_and_is_not_said_twice():
    owners = Counter(host for service in shipped().services for host in service.hosts)

    assert [host for host, count in owners.items() if count > 1] == []
    for service in shipped().services:
        for host in service.hosts:
            assert shipped().service_of(host) is service, host


def test_every_item_is_whole():
    for item in shipped().items:
        assert item.kinds, item.name
        assert set(item.kinds) <= set(Kind), item.name
        assert item.purpose.languages == tuple(LANGUAGES), item.name
        assert item.retention_days is None or item.retention_days > 0, item.name
        assert item.pattern == item.pattern.strip(), item.name


def test_purposes_are_sentences_that_differ_in_every_language():
    texts = {item.purpose for item in shipped().items}
    for purpose in texts:
        said = [purpose.text(language) for language in LANGUAGES]
        assert len(set(said)) == len(LANGUAGES), said
        assert all(text.endswith(".") and "{" not in text and text[0].isupper() for text in said), said
    for language in LANGUAGES:
        assert len({purpose.text(language) for purpose in texts}) == len(texts)


def test_every_purpose_is_used_and_says_something_of_its_own():
    purposes = tables._purposes()

    assert {row["purpose"] for row in rows("items.csv")} == set(purposes)
    for language in LANGUAGES:
        assert len({purpose.text(language) for purpose in purposes.values()}) == len(purposes)


def test_every_item_is_found_at_home_and_no_pattern_swallows_another():
    swallowed = []
    for item in shipped().items:
        for name in (item.name, *item.also):
            known = shipped().lookup(example(name), domain=home(item.service))
            if known is None or known.item is not item:
                swallowed.append((item.service.id, name))

    assert swallowed == []


def test_names_that_no_host_tells_apart_belong_to_one_service():
    claims = defaultdict(set)
    for item in shipped().items:
        if item.match is not Match.HOST:
            for name in (item.name, *item.also):
                claims[name].add(item.service.id)

    assert {name: services for name, services in claims.items() if len(services) > 1} == {}


def test_a_name_of_one_or_two_signs_is_never_sure_by_itself():
    short = {item.name for item in shipped().items if len(item.name) < 3}

    assert short
    assert not [name for name in short if any(known.sureness == "sure" for known in shipped().candidates(name))]


@pytest.mark.parametrize(
    "name",
    ["id", "uid", "sid", "session", "token", "lang", "user", "data", "x", "cart", "visitor", "a_b_c", "sessions", "vision"],
)
def test_a_name_that_says_nothing_is_nobodys_for_sure(name):
    known = shipped().lookup(name, domain="www.bakery.example")

    assert known is None or known.sureness == "possible"


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("_ga_*", "_ga_ABC", True),
        ("_ga_*", "_gaABC", False),
        ("DW{hex}", "DW0123456789abcdef", True),
        ("DW{hex}", "DWtheme", False),
        ("visitor_id{n}", "visitor_id42", True),
        ("visitor_id{n}", "visitor_id", False),
        ("optimizely_data$$*", "optimizely_data$$x", True),
        ("a.b*", "aXb", False),
        ("_k_*", "_k_line\nbreak", True),
    ],
)
def test_patterns_match_whole_names_and_only_the_star_and_its_like_are_special(pattern, name, fits):
    assert bool(compiled(pattern).fullmatch(name)) is fits
