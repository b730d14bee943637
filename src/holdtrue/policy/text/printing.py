"""Pages as files for print."""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from holdtrue.errors import Unavailable

MOST_FILES = 16
"""Files for print that are kept in memory."""
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside the file."""

    name: str
    what: str
    content: bytes


@lru_cache(maxsize=MOST_FILES)
def printed(html: str, enclosed: tuple[Enclosed, ...] = ()) -> bytes:
    """Return the page as PDF; the same page is made once. It loads nothing from anywhere, not even from this machine."""
    try:
        import weasyprint
    except OSError as error:
        raise Unavailable(
            "This server cannot make files for print: a library is missing.",
            hint="Install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0), or print the page.",
        ) from error
    files = [weasyprint.Attachment(string=one.content, name=one.name, description=one.what) for one in enclosed]
    with _one_at_a_time:
        made: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf(
            pdf_variant="pdf/ua-1", custom_metadata=False, attachments=files
        )
    return made


def _nothing(url: str) -> dict[str, object]:
    raise ValueError(f"A policy fetches nothing, and so not {url[:80]}.")
