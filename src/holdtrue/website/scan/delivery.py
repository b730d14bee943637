"""Taking a scan's result to a Holdtrue server."""

import urllib.error
import urllib.request
from urllib.parse import urlsplit

import msgspec

from holdtrue.errors import Invalid, Unavailable
from holdtrue.website.scan.document import ScanDocument, write

SECONDS = 60


def deliver(scan: ScanDocument, *, server: str, token: str) -> str:
    """Send the document and return in a sentence what the server answered; raise when it did not take it."""
    if urlsplit(server).scheme not in {"http", "https"}:
        raise Invalid(f"“{server}” is not the address of a server.", hint="Give one such as https://policy.example.")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
        f"{server.rstrip('/')}/api/scans",
        data=write(scan),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - as above
            answer = msgspec.json.decode(response.read())
    except urllib.error.HTTPError as error:
        raise _refused(server, error) from error
    except (OSError, msgspec.DecodeError) as error:
        reason = getattr(error, "reason", error)
        raise Unavailable(f"{server} cannot be reached: {reason}.", hint="Is it running, and is the address right?") from error
    return f"Delivered to {server}: entry {answer.get('entry')}."


def _refused(server: str, error: urllib.error.HTTPError) -> Unavailable:
    try:
        said = msgspec.json.decode(error.read())
        return Unavailable(f"{server} did not take the scan: {said['error']}", hint=str(said.get("hint", "")))
    except (msgspec.DecodeError, KeyError, TypeError, OSError):
        return Unavailable(f"{server} did not take the scan: it answered {error.code}.", hint="Is this a Holdtrue server?")
