"""In which order the pages are told that several tabs looked at."""

from datetime import UTC, datetime
from unittest.mock import Mock

from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.options import Options
from holdtrue.website.scan.engine.scanning import Scanning
from holdtrue.website.scan.engine.visitors import Visitors

SHOP = "http://shop.example/"


def test_pages_are_told_in_the_order_of_the_way_whichever_tab_was_first():
    scan = Scanning(Options(url=SHOP, clock=lambda: datetime.now(UTC), pages=9), Mock(spec=Visitors))
    scan.itinerary.follow([f"{SHOP}bread", f"{SHOP}jam", f"{SHOP}tea"])

    told = scan.looked_at(State.NO_CHOICE, [SHOP, f"{SHOP}tea", f"{SHOP}bread"])

    assert told == (SHOP, f"{SHOP}bread", f"{SHOP}tea")
