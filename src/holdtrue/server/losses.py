"""A device is lost: where the register of devices meets what is known of its storage."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from holdtrue.accounts.queries import signed_in
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import effective
from holdtrue.workplace.devices import queries as devices
from holdtrue.workplace.devices import register
from holdtrue.workplace.devices.rules import Life
from holdtrue.workplace.storage import actions as storage
from holdtrue.workplace.storage.queries import running
from holdtrue.workplace.storage.rules import Stage, risks


def lose(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Show what is at risk with a device, and begin the answer to its loss, or a drill of it; lead to one that runs."""
    reader, at = signed_in(request.user), timezone.now()
    device = devices.device(device_id, reader=reader)
    is_drill = request.POST.get("drill") == "1"
    begun = running(device.subject)
    if begun is not None and (is_drill or not begun.is_drill):
        if request.method == "POST":
            messages.info(request, _("This runs already; nothing new was begun."))
        return redirect("storage:loss", loss_id=begun.id)
    sheet = devices.last_sheet(device_id)
    verdicts = [effective(one, at=at) for one in verdicts_on(device.subject)]
    at_risk = risks(sheet.facts if sheet else (), verdicts)
    if request.method != "POST":
        return render(request, "lose.html", {"device": device, "at_risk": at_risk, "drill": begun})
    with transaction.atomic():
        loss = storage.begin_loss(
            device.subject, name=device.name, is_drill=is_drill, owner=device.owner, at_risk=at_risk, by=reader.id, at=at
        )
        if not is_drill and device.life is Life.IN_USE:
            register.mark_lost(device_id, by=reader.id, at=at)
        if not is_drill:
            storage.reach(loss, Stage.REVOKED, by=reader.id, at=at)
    messages.success(request, _("The clock runs until the person works again."))
    return redirect("storage:loss", loss_id=loss)
