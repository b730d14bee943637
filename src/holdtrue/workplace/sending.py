"""How a command asks a server: one request, one answer in JSON, and what went wrong in the server's own words."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Final

from holdtrue.errors import Invalid, Unavailable

LONGEST_WAIT: Final = 60.0
"""Seconds for a server to answer."""
LARGEST: Final = 64_000_000
"""Bytes of one answer."""


def base_of(server: str) -> str:
    """Return a server's address without its last slash; raises `Invalid` for what is none."""
    if not server.startswith(("http://", "https://")):
        raise Invalid(f"{server!r} is no address of a server.", hint="Write it as https://policy.example.")
    return server.rstrip("/")


def asked(request: urllib.request.Request) -> object:
    """Return a server's answer; raises `Invalid` with what it refused, or `Unavailable` where it cannot be reached."""
    try:
        with urllib.request.urlopen(request, timeout=LONGEST_WAIT) as answer:  # noqa: S310 - `base_of` checked the scheme
            return json.loads(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        told = _told(error)
        raise Invalid(f"The server refused: {told.get('error', error.reason)}", hint=told.get("hint", "")) from error
    except (OSError, ValueError) as error:
        where = urllib.parse.urlsplit(request.full_url).netloc
        raise Unavailable(
            f"{where} cannot be reached: {error}.", hint="Nothing is lost: run the same command again."
        ) from error


def _told(error: urllib.error.HTTPError) -> dict[str, str]:
    try:
        said = json.loads(error.read(10_000))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}
