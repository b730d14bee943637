"""What an inventory says may never be set is refused whatever the visitor granted, and whatever the site calls necessary."""

import json

import pytest

from holdtrue.errors import Invalid
from holdtrue.website.consent.block.cookies import Jar, Unknown
from holdtrue.website.consent.block.notice import read_notice

NOTICE = {
    "format": "holdtrue.notice/1", "site": "www.example.org", "material": "5f" * 32, "keep_days": 180,
    "services": [
        {"id": "ads", "category": "marketing", "hosts": [], "items": [{"pattern": "_ad*", "kind": "cookie"}]},
        {"id": "shop", "category": "necessary", "hosts": [], "items": [{"pattern": "*", "kind": "cookie"}]},
    ],
    "never": [{"pattern": "_ad_sync", "kind": "cookie"}, {"pattern": "_kept_elsewhere", "kind": "local"}],
}  # fmt: skip


def jar(**more):
    notice = read_notice(json.dumps(NOTICE | more))
    return Jar(notice, frozenset({"ads", "shop"}), ("_ad_sync",), Unknown.KEEP)


def test_it_is_not_set_and_its_neighbours_are():
    assert not jar().may_set("_ad_sync=1; Path=/", at=0)
    assert jar().may_set("_ad=1; Path=/", at=0)
    assert jar().may_set("_kept_elsewhere=1", at=0)


def test_what_a_browser_still_sends_is_taken_back():
    assert any(cookie.startswith("_ad_sync=; Path=/; Max-Age=0") for cookie in jar().clearing("_ad_sync=1; _ad=2"))
    assert not any(cookie.startswith("_ad=") for cookie in jar().clearing("_ad_sync=1; _ad=2"))


def test_without_the_list_nothing_is_refused():
    assert jar(never=[]).may_set("_ad_sync=1", at=0)


@pytest.mark.parametrize("never", ["_ad", [1], [{"pattern": 1}], [{"pattern": "a", "domain": "x;y"}]])
def test_a_list_that_is_none_is_refused(never):
    with pytest.raises(Invalid):
        jar(never=never)
