"""Watched settings where they meet the register of devices: what changed, whose it is, and agreeing to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, Invalid
from holdtrue.workplace.devices.queries import device as device_of
from holdtrue.workplace.devices.queries import listed
from holdtrue.workplace.drift import actions, queries
from holdtrue.workplace.drift.forms import AgreeForm, WatchForm
from holdtrue.workplace.drift.rules import Watched


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show which devices are no longer set up as agreed, and what is watched; the security team changes what is."""
    reader = signed_in(request.user)
    is_adding = request.POST.get("do") == "watch"
    form = WatchForm(request.POST if is_adding else None, label_suffix="")
    if request.method == "POST":
        one = form.watched() if is_adding and form.is_valid() else Watched(request.POST.get("name", "")[:300])
        try:
            if not is_adding or form.is_valid():
                actions.watch(one, is_watched=request.POST.get("do") != "unwatch", by=reader, at=timezone.now())
                messages.success(request, _("Kept."))
                return redirect("settings-kept")
        except (Conflict, Invalid) as error:
            form.add_error(None, f"{error.message} {error.hint}") if is_adding else messages.error(request, error.message)
    found = queries.drifted()
    known = listed({one.subject for one in found})
    many, changed = queries.counted()
    context = {
        "rows": [(one, known.get(one.subject)) for one in found],
        "many": many,
        "changed": changed,
        "watched": queries.watched(),
        "unwatched": queries.unwatched(),
        "form": form,
        "may_watch": actions.AGREES in reader.roles,
    }
    return render(request, "drift/settings.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def device_settings(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Show what changed on one device since its settings were agreed; the security team may agree to it."""
    reader = signed_in(request.user)
    device = device_of(device_id, reader=reader)
    kept = queries.kept(device.subject)
    form = AgreeForm(request.POST or {"seen": kept.mark if kept else ""}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.agree(
                device.subject, seen=given["seen"], reason=given["reason"], by=reader, owner=device.owner, at=timezone.now()
            )
        except (Conflict, Invalid) as error:
            form.add_error("reason", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Agreed."))
            return redirect("device-settings", device_id=device_id)
    context = {
        "device": device,
        "kept": kept,
        "form": form if request.method == "POST" else AgreeForm(initial={"seen": kept.mark if kept else ""}, label_suffix=""),
        "may_agree": actions.AGREES in reader.roles and device.owner != reader.id and kept and kept.changes,
        "is_own": device.owner == reader.id,
    }
    return render(request, "drift/device.html", context, status=422 if request.method == "POST" else 200)
