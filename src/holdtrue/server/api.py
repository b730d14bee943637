"""Where machines deliver reports, with a token."""

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from holdtrue.errors import NotAllowed
from holdtrue.server import intake, osquery
from holdtrue.workplace.devices.departure import depart
from holdtrue.workplace.devices.enrolment import enrol


@csrf_exempt  # No cookie speaks here, only a token: nothing to forge across sites.
@require_POST
def scans(request: HttpRequest) -> JsonResponse:
    """Take the result of a scan of one website."""
    return JsonResponse(intake.receive_scan(request.body, secret=_token(request), at=timezone.now()), status=201)


@csrf_exempt
@require_POST
def device_reports(request: HttpRequest) -> JsonResponse:
    """Take the facts of one device."""
    return JsonResponse(intake.receive_device_report(request.body, secret=_token(request), at=timezone.now()), status=201)


@csrf_exempt
@require_POST
def results(request: HttpRequest) -> JsonResponse:
    """Take the results of another program, with a token for results."""
    told = intake.receive_results(
        request.body,
        secret=_token(request),
        at=timezone.now(),
        device=request.GET.get("device", ""),
        made_at=request.GET.get("made_at", ""),
    )
    return JsonResponse(told, status=201)


@csrf_exempt
@require_POST
def hook(request: HttpRequest, secret: str) -> JsonResponse:
    """Take the results that a program sends which can only be given an address, as Fleet's webhook."""
    return JsonResponse(intake.receive_results(request.body, secret=secret, at=timezone.now()), status=201)


@csrf_exempt
@require_POST
def device_enrolments(request: HttpRequest) -> JsonResponse:
    """Let a device join, with a token and the key that signs the request."""
    enrolled = enrol(
        request.body,
        key=request.headers.get("Holdtrue-Key", ""),
        signature=request.headers.get("Holdtrue-Signature", ""),
        secret=_token(request),
        at=timezone.now(),
    )
    return JsonResponse(enrolled.document(), status=201)


@csrf_exempt
@require_POST
def device_departures(request: HttpRequest) -> JsonResponse:
    """Let a device leave that signs that it does."""
    subject = depart(
        request.body,
        key=request.headers.get("Holdtrue-Key", ""),
        signature=request.headers.get("Holdtrue-Signature", ""),
        at=timezone.now(),
    )
    return JsonResponse({"subject": subject})


def _token(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAllowed("A report needs a token.", hint="Send `Authorization: Bearer <token>`; the security team issues them.")
    return secret.strip()


urlpatterns: list[URLPattern | URLResolver] = [
    path("scans", scans, name="scans"),
    path("osquery/", include(osquery.urlpatterns)),
    path("devices/results", results, name="device-results"),
    path("hooks/<str:secret>", hook, name="hook"),
    path("devices/reports", device_reports, name="device-reports"),
    path("devices/enrolments", device_enrolments, name="device-enrolments"),
    path("devices/departures", device_departures, name="device-departures"),
]
