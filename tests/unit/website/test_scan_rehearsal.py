"""What is made ready while the browser starts."""

import pytest

from holdtrue.website.scan.engine.rehearsal import rehearse


@pytest.mark.parametrize("language", ["en", "nl", "xx", ""])
def test_a_banner_that_nobody_sees_is_read_in_every_way_there_is(language):
    rehearse(language)
