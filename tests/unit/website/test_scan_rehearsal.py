"""What is made ready for reading banners while the browser starts."""

import pytest

from holdtrue.website.scan.engine import wording
from holdtrue.website.scan.engine.rehearsal import rehearse


@pytest.mark.parametrize("label", ["Accept cookies", "Reject cookies", "Manage cookies"])
def test_a_banner_that_comes_after_the_rehearsal_is_read_without_making_a_pattern(label):
    rehearse("en")
    made = wording._pattern.cache_info().misses

    wording.role(label, "en")
    wording.asks_about_cookies(f"This website uses cookies. {label}?")

    assert wording._pattern.cache_info().misses == made
