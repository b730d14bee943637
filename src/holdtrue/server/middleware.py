"""What every answer passes: errors explained, pages guarded."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import HoldtrueError, NotAllowed
from holdtrue.server.access import ALLOWED, PUBLIC

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
        return explained(request, error) if isinstance(error, HoldtrueError) else None


class GuardEveryPage:
    """Lets a request through to a page only as the access table says."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Return what stands in the way, or None to go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if signed_in(request.user).roles & ALLOWED.get(name, frozenset()):
            return None
        return explained(
            request, NotAllowed("Your role does not open this page.", hint="An administrator can give you another role.")
        )


def explained(request: HttpRequest, error: HoldtrueError) -> HttpResponse:
    """Return the error as a person, or a program, can read it."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": error.message, "hint": error.hint}, status=error.status)
    return render(request, "error.html", {"error": error}, status=error.status)
