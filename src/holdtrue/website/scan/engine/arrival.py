"""Whether there is a site to look at where a scan was sent."""

from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine.observations import Trouble
from holdtrue.website.scan.engine.remarks import Ending
from holdtrue.website.scan.engine.tab import Visit
from holdtrue.website.scan.engine.walker import advice

UNAUTHORISED = 401
PAGES = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml"})
"""Sorts of answer that browsers show as a page."""


def must_be_a_page(visit: Visit, url: str, *, is_there: bool) -> None:
    """Raise `Unavailable`, with what to do, where an address leads to no web page; `is_there` says that the tab lives."""
    if visit.trouble in {Trouble.NOT_LOADED, Trouble.DOWNLOAD} and is_there:
        why = Ending.CANNOT_OPEN % {"url": url, "error": visit.error} if visit.error else Ending.SENDS_FILE % {"url": url}
        raise Unavailable(why, hint=advice(visit.error))
    if visit.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
        hint = Ending.NEEDS_NAME if visit.status == UNAUTHORISED else Ending.GIVE_OPEN_PAGE
        raise Unavailable(Ending.REFUSES % {"url": url, "status": visit.status}, hint=hint)
    if visit.sort == "application/pdf":
        raise Unavailable(Ending.DOCUMENT % {"url": url}, hint=Ending.GIVE_PAGE)
    if visit.sort and visit.sort not in PAGES:
        raise Unavailable(Ending.NO_PAGE % {"url": url, "sort": visit.sort}, hint=Ending.GIVE_PAGE)
    if visit.trouble is Trouble.HANGS and not visit.status:
        raise silent(url)


def silent(url: str) -> Unavailable:
    """Return what is raised where nothing answers."""
    return Unavailable(Ending.SILENT % {"url": url}, hint=Ending.SEE_IT_RUNS)
