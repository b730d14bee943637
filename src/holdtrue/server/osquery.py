"""Where a stock osqueryd enrols, asks what to look at, and logs what it saw."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from holdtrue.workplace import osquery_tls


def _read(request: HttpRequest) -> dict[str, Any]:
    return osquery_tls.read(request.body, is_packed=request.headers.get("Content-Encoding", "") == "gzip")


def _answer(told: dict[str, object]) -> JsonResponse:
    # osquery looks at node_invalid, not at the status: an error status would only make it try the same again.
    return JsonResponse(told)


@csrf_exempt  # No cookie speaks here, only what stands in the body: nothing to forge across sites.
@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    """Give a node its key."""
    return _answer(osquery_tls.enrol(_read(request), at=timezone.now()))


@csrf_exempt
@require_POST
def config(request: HttpRequest) -> JsonResponse:
    """Tell a node what to look at."""
    return _answer(osquery_tls.config(_read(request)))


@csrf_exempt
@require_POST
def log(request: HttpRequest) -> JsonResponse:
    """Take what a node saw."""
    return _answer(osquery_tls.logged(_read(request), at=timezone.now()))


@csrf_exempt
@require_POST
def distributed_read(request: HttpRequest) -> JsonResponse:
    """Tell a node what to look at this once."""
    return _answer(osquery_tls.asked(_read(request), at=timezone.now()))


@csrf_exempt
@require_POST
def distributed_write(request: HttpRequest) -> JsonResponse:
    """Take what a node saw this once."""
    return _answer(osquery_tls.answered(_read(request), at=timezone.now()))


_DOORS: dict[str, Callable[[HttpRequest], JsonResponse]] = {
    "enroll": enrol,
    "config": config,
    "log": log,
    "distributed/read": distributed_read,
    "distributed/write": distributed_write,
}
urlpatterns = [path(name, view, name=f"osquery-{name.replace('/', '-')}") for name, view in _DOORS.items()]
