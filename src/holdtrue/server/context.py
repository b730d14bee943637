"""What every page knows."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from holdtrue import __version__
from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Reader, Role
from holdtrue.policy.text.queries import organisation
from holdtrue.server.access import ALLOWED

_PLACES: Final = (
    ("home", _("Policy"), ("home", "clause", "standing")),
    ("me", _("For me"), ("me",)),
    ("scan:sites", _("Websites"), ("scan:", "sites:", "site-", "consent:")),
    (
        "devices:devices",
        _("Devices"),
        ("devices:", "help", "settings-kept", "device-settings", "results:", "storage:", "lose_device"),
    ),
    ("exemptions:exemptions", _("Exemptions"), ("exemptions:", "ask-exemption")),
    ("software:software", _("Software"), ("software:", "software-", "ask-software")),
    ("evidence:index", _("Evidence"), ("evidence:",)),
    ("text:publish", _("Publish"), ("text:publish",)),
    ("tokens", _("Tokens"), ("tokens",)),
)
"""The places in the order of the menu: name, word, and the names of pages that belong to each."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    url: str
    word: str
    is_here: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the reader and the places this reader may go, for the frame around every page."""
    user = getattr(request, "user", None)
    known = {
        "version": __version__,
        "organisation": SimpleLazyObject(organisation),
        "verify_url": _url("evidence:verify"),
        # As they are called in themselves, whatever language the page is in.
        "languages": settings.LANGUAGES,
    }
    if user is None or not user.is_authenticated:
        return known | {"reader": None, "may": frozenset(), "places": ()}
    reader = signed_in(user)
    may = {name.replace(":", "_") for name, roles in ALLOWED.items() if roles & reader.roles}
    return known | {"reader": reader, "may": may, "places": _places(reader, request)}


def _places(reader: Reader, request: HttpRequest) -> tuple[Place, ...]:
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return tuple(
        Place(url, str(_word(name, word, reader)), any(here == one or here.startswith(one) for one in belonging))
        for name, word, belonging in _PLACES
        if reader.roles & ALLOWED[name] and (url := _url(name))
    )


def _word(name: str, word: Any, reader: Reader) -> Any:
    if name == "devices:devices" and reader.roles <= {Role.STAFF, Role.RECEPTION, Role.MANAGER}:
        return _("My devices")
    return word


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
