"""The picture of how often visitors agree."""

from datetime import UTC, date, datetime

from holdtrue.website.consent.rates import HEIGHT, rates
from holdtrue.website.consent.store import Count

TODAY = date(2026, 11, 26)


def test_on_every_day_the_parts_stand_on_each_other():
    number = (datetime(2026, 11, 26, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    busy, quiet = number - 1, number
    counts = [
        Count(busy, "nl", 1, "given", 8),
        Count(quiet, "nl", 1, "given", 2),
        Count(quiet, "nl", 1, "partial", 1),
        Count(quiet, "nl", 1, "refused", 1),
    ]

    _, bar = rates(counts, today=TODAY).bars

    assert bar.all_y + bar.all_height == HEIGHT
    assert bar.some_y + bar.some_height == bar.all_y
    assert bar.none_y + bar.none_height == bar.some_y
    assert bar.none_y == HEIGHT / 2
