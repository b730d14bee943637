"""What is made ready for reading banners while the browser starts."""

import pytest

from holdtrue.website.scan.engine import prose, wording
from holdtrue.website.scan.engine.rehearsal import rehearse


@pytest.mark.parametrize("label", ["Accept cookies", "Reject cookies", "Manage cookies"])
def test_a_banner_that_comes_after_the_rehearsal_is_read_without_making_a_pattern(label):
    rehearse("en")
    made = wording.pattern.cache_info().misses

    wording.role(label, "en")
    prose.asks_about_cookies(f"This website uses cookies. {label}?")

    assert wording.pattern.cache_info().misses == made
