"""Software where it meets devices and their people: who has a title without leave, who takes the seats, and asking for one."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, Invalid
from holdtrue.workplace.devices.queries import Listed, devices_of, listed
from holdtrue.workplace.software import actions, queries
from holdtrue.workplace.software.asks import DECIDES
from holdtrue.workplace.software.forms import AskForm
from holdtrue.workplace.software.purl import purl_of


@dataclass(frozen=True, slots=True)
class Held:
    """A device that has a title, as people know it."""

    device: Listed | None
    """None where the register no longer has it."""
    subject: str
    version: str = ""
    fault: str = ""


@require_safe
def title(request: HttpRequest) -> HttpResponse:
    """Show on which devices a title is installed without leave, and whose they are."""
    name, type_ = request.GET.get("name", "")[:300], request.GET.get("type", "")[:300]
    shown = queries.title(name, type_)
    found = queries.holdings(name, type_)
    known = listed({one.subject for one in found})
    context = {
        "title": shown,
        "purl": purl_of(replace(shown, version="")),
        "rows": [Held(known.get(one.subject), one.subject, one.version, one.fault.value) for one in found],
        "approvals": [one for one in queries.approvals(words=name) if one.approval.matches(shown)],
        "may_approve": bool(signed_in(request.user).roles & DECIDES),
        "most": queries.MOST_FOUND,
    }
    return render(request, "software/title.html", context)


@require_safe
def seats(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Show which devices take the seats of an approval, and whose they are."""
    subjects = queries.holders(approval)
    known = listed(set(subjects))
    rows = [Held(known.get(subject), subject) for subject in subjects]
    return render(request, "software/seats.html", {"one": queries.approval(approval), "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a title; what the reader's own devices have without leave is offered."""
    reader, at = signed_in(request.user), timezone.now()
    mine = devices_of(reader.id)
    given = {name: request.GET.get(name, "")[:300] for name in ("name", "type", "publisher", "device")}
    form = AskForm(request.POST or None, devices=mine, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(form.ask(), by=reader, at=at)
        except (Conflict, Invalid) as error:
            form.add_error(None, f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Asked. The security team decides, and you are told."))
            return redirect("software:wish", wish=made)
    without = [(subject, name, queries.left_on(subject, most=12)) for subject, name in mine.items()]
    context = {"form": form, "without": [one for one in without if one[2]] if not given["name"] else []}
    return render(request, "software/ask.html", context, status=422 if request.method == "POST" else 200)
