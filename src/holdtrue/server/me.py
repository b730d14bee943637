"""What is asked of the reader: their devices and what to do, what they asked for, their exemptions; and who needs help."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, NotAllowed
from holdtrue.policy.exemptions import queries as exemptions
from holdtrue.workplace.devices.queries import Listed, device, listed
from holdtrue.workplace.devices.queries import devices as devices_of
from holdtrue.workplace.devices.register import ask_to_check
from holdtrue.workplace.help import queries
from holdtrue.workplace.help.queries import Needed
from holdtrue.workplace.software.queries import wishes

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mine:
    """A device, and what is to be done about it."""

    device: Listed | None
    subject: str
    needs: tuple[Needed, ...]

    @property
    def owner_name(self) -> str:
        """Return who answers for it."""
        return next((one.owner_name for one in self.needs), "")


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the reader what is asked of them."""
    reader, at = signed_in(request.user), timezone.now()
    by_subject: defaultdict[str, list[Needed]] = defaultdict(list)
    for need in queries.needs_of(reader.id, at=at):
        by_subject[need.subject].append(need)
    own = [one for one in devices_of(reader=reader) if one.owner == reader.id]
    mine = [Mine(one, one.subject, tuple(by_subject[one.subject])) for one in own]
    context = {
        "mine": sorted(mine, key=lambda one: (not one.needs, one.device.name.lower() if one.device else "")),
        "wishes": wishes(requester=reader.id, most=SHOWN),
        "exemptions": [one for one in exemptions.exemptions(reader=reader, at=at) if reader.id in one.scope.persons][:SHOWN],
    }
    return render(request, "me.html", context)


@require_POST
def again(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Ask a device to look again at once; its owner and the security team may."""
    reader = signed_in(request.user)
    shown = device(device_id, reader=reader)
    if shown.owner != reader.id and not reader.roles & {Role.SECURITY, Role.ADMIN}:
        raise NotAllowed("This is not your device.", hint="Its owner or the security team can ask it.")
    try:
        ask_to_check(device_id, by=reader.id, at=timezone.now())
    except Conflict as error:
        messages.warning(request, f"{error.message} {error.hint}")
    else:
        messages.success(
            request, _("%(name)s is asked to look again; it answers as soon as it is online.") % {"name": shown.name}
        )
    return redirect("me" if shown.owner == reader.id else "help")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the security team who needs help: whose time is up, and what nobody answers for."""
    at = timezone.now()
    found = queries.who_needs_help(at=at)
    by_subject: defaultdict[str, list[Needed]] = defaultdict(list)
    for need in found:
        by_subject[need.subject].append(need)
    known = listed(set(by_subject))
    rows = [Mine(known.get(subject), subject, tuple(needs)) for subject, needs in by_subject.items()]
    context = {"rows": rows, "theirs": queries.in_their_time(at=at), "mended": queries.mended_since(at - timedelta(days=7))}
    return render(request, "help/help.html", context)
