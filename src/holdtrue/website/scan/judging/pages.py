"""Pages that could not be looked at, or that behave oddly: one finding for each."""

from collections.abc import Iterable, Iterator

from holdtrue.website.scan.engine.observations import Note, Trouble
from holdtrue.website.scan.engine.remarks import recognised
from holdtrue.website.scan.faults import Fault, Finding, found

REMEDIES = {
    Trouble.LOGIN_WALL: "Give the scan the steps of a sign-in (docs/how-to/scan-a-site.md), or leave the page out.",
    Trouble.DEAD_HOST: "Take out what asks for it: it slows the page and will do nothing else.",
    Trouble.BROKEN_TLS: "Mend its certificate, or take out what asks for it; for a test certificate scan with --insecure.",
    Trouble.OUT_OF_TIME: "Give the scan more `--seconds`, or fewer `--pages`.",
    Trouble.BROWSER_GONE: "Scan again; if it ends there each time, leave that page out.",
    Trouble.NO_RESOLVER: "Give the scan a resolver that answers with `--dns HOST:PORT`, or `--dns none` to do without.",
    Trouble.ERROR_PAGE: "Mend the page, or the link that leads to it.",
}


def about_pages(notes: Iterable[Note]) -> Iterator[Finding]:
    """Yield each trouble of each page once, in however many states it was met; a dead or broken host once for all pages."""
    once: dict[tuple[str, str], Note] = {}
    for note in notes:
        what = note.message if note.trouble in {Trouble.DEAD_HOST, Trouble.BROKEN_TLS} else note.page
        once.setdefault((what, note.trouble), note)
    for note in once.values():
        fault = Fault.NOT_LOOKED_AT if note.is_loss else Fault.ODD_PAGE
        fix = REMEDIES.get(note.trouble, "")
        yield found(fault, note.page, recognised(note.message), state=note.state, page=note.page, fix=fix)
