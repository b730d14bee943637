"""Who is named for what a scan saw."""

import json
from datetime import UTC, datetime

import pytest

from holdtrue.website.scan.engine.recorder import Presence, Recorder

SITE = "https://www.wegroup.example"
BANNER = f"    at set ({SITE}/.holdtrue/holdtrue.nl.js?5eb0ddd03fac:1:900)\n    at HTMLDocument.set ({SITE}/.holdtrue/holdtrue.nl.js:1:20)\n"


@pytest.mark.parametrize(
    ("callers", "author"),
    [
        (f"    at write ({SITE}/tags/analytics.js:5:60)\n    at {SITE}/tags/analytics.js:9:1", f"{SITE}/tags/analytics.js"),
        ("", f"{SITE}/.holdtrue/holdtrue.nl.js?5eb0ddd03fac"),
    ],
)
def test_what_passes_through_the_banner_is_the_act_of_whoever_called(callers, author):
    recorder = Recorder("visitor", lambda: datetime(2026, 11, 26, tzinfo=UTC))
    told = {
        "what": "cookie",
        "line": "_campaign=; Max-Age=9",
        "at": f"{SITE}/",
        "origin": SITE,
        "stack": "Error\n" + BANNER + callers,
    }

    recorder.hear("Runtime.bindingCalled", {"payload": json.dumps(told)}, Presence(), "page")

    assert [one.set_by for one in recorder.notebook.seen.values()] == [author]
