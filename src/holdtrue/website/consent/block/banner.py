"""The banner as a page gets it: its files under the middleware's prefix, and the element that loads them."""

import hashlib
import html
from pathlib import Path
from urllib.parse import quote

from holdtrue.errors import Invalid
from holdtrue.website.consent.block.notice import Notice
from holdtrue.website.consent.block.options import Options

HERE = b"\x00holdtrue\x00"
"""Where the attributes go that differ from page to page."""
DEFAULTS = (
    '(function(){(window.dataLayer=window.dataLayer||[]).push(arguments)})("consent","default",{ad_storage:"denied",'
    'ad_user_data:"denied",ad_personalization:"denied",analytics_storage:"denied",functionality_storage:"denied",'
    'personalization_storage:"denied",security_storage:"granted",wait_for_update:500})'
)
"""The script that sets the defaults of Google's consent mode, version 2, before any tag; the banner sets none after it."""


class Banner:
    """The banner's files, served from the site itself so that its 'self' allows them, and the element that loads them."""

    def __init__(self, options: Options) -> None:
        """Read the files; raise `Invalid` when the script is not there."""
        self._address = options.banner_url
        self._prefix = options.prefix
        self._main = ""
        self._files: dict[str, bytes] = {}
        file = options.banner
        if file is None:
            return
        self._main = file.name
        try:
            self._files = {found.name: found.read_bytes() for found in (file, *_beside(file))}
        except OSError as error:
            raise Invalid(f"{file} cannot be read: {error.strerror}.", hint="Name the banner's script.") from error

    def file(self, name: str) -> bytes | None:
        """Return the file of that name, if it is one of the banner's."""
        return self._files.get(name)

    def markup(self, notice: Notice) -> bytes:
        """Return the notice as JSON and the script, with a place for what differs from page to page."""
        address = self._address
        if self._main:
            # A site in one language needs no second request for its texts.
            name = f"{self._main.removesuffix('.js')}.{notice.languages[0]}.js" if len(notice.languages) == 1 else self._main
            name = name if name in self._files else self._main
            address = f"{self._prefix}{quote(name)}?{hashlib.sha256(self._files[name]).hexdigest()[:12]}"
        if not address:
            return b""
        script = f'<script src="{html.escape(address)}" data-notice="#holdtrue-notice"'
        document = b'<script type="application/json" id="holdtrue-notice">' + notice.source + b"</script>"
        return document + script.encode("ascii") + HERE + b"></script>"


def _beside(file: Path) -> list[Path]:
    """Return what the banner loads from beside itself: texts, its builds in one language, and the script for receipts."""
    return [*file.parent.glob("texts.*.json"), *file.parent.glob(f"{file.stem}.*.js"), *file.parent.glob("receipt.js")]
