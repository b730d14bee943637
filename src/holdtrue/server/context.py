"""What every page knows."""

from typing import Any

from django.http import HttpRequest

from holdtrue import __version__
from holdtrue.accounts.queries import signed_in
from holdtrue.server.access import ALLOWED


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the reader and the places this reader may go, for the frame around every page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"reader": None, "may": frozenset(), "version": __version__}
    reader = signed_in(user)
    may = {name.replace(":", "_") for name, roles in ALLOWED.items() if roles & reader.roles}
    return {"reader": reader, "may": may, "version": __version__}
