"""What every answer passes: errors explained, pages guarded."""

import logging
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, HoldtrueError, NotAllowed, StorageFull, Unavailable
from holdtrue.server.access import ALLOWED, PUBLIC

log = logging.getLogger("holdtrue.server")
GetResponse = Callable[[HttpRequest], HttpResponse]


class ExplainErrors:
    """Turns an error of the tree into a page, or into JSON under /api/, with what to do next."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the explanation, or None for an error that nobody meant."""
        if isinstance(error, OperationalError):
            log.error("the database refused: %s", error)
            return explained(request, _refused(error))
        return explained(request, error) if isinstance(error, HoldtrueError) else None


def _refused(error: OperationalError) -> HoldtrueError:
    """Return what a database's refusal means for whoever asked."""
    # SQLITE_FULL says so in words; PostgreSQL has class 53 of SQLSTATE for it (53100, disk_full).
    is_full = "is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
    if is_full:
        return StorageFull(
            _("The server's disk is full; nothing of this was stored."), hint=_("Tell an administrator, then send it again.")
        )
    return Unavailable(_("The database does not answer; nothing of this was stored."), hint=_("Try again in a moment."))


class GuardEveryPage:
    """Lets a request through to a page only as the access table says; what somebody saw stays in no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not request.path.startswith("/api/"):
            response = _only_by_its_button(request, response)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Return what stands in the way, or None to go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if signed_in(request.user).roles & ALLOWED.get(name, frozenset()):
            return None
        return explained(
            request, NotAllowed(_("Your role does not open this page."), hint=_("An administrator can give you another role."))
        )


def _only_by_its_button(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Return the explanation of an address that does something and shows nothing: reloaded, or opened by itself."""
    error = Conflict(
        _("Nothing was done: this address only answers its button."), hint=_("Go back, and press the button there.")
    )
    answer = render(request, "error.html", {"error": error}, status=refused.status_code)
    answer["Allow"] = refused["Allow"]
    return answer


def explained(request: HttpRequest, error: HoldtrueError) -> HttpResponse:
    """Return the error as a person, or a program, can read it."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": error.message, "hint": error.hint}, status=error.status)
    return render(request, "error.html", {"error": error}, status=error.status)
