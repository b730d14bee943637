"""The pages of software: what needs a decision, what is installed without leave, and the catalogue."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Reader
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.workplace.software import actions, queries, spreadsheet
from holdtrue.workplace.software.asks import DECIDES, AskState, check_decider
from holdtrue.workplace.software.forms import ApproveForm, CatalogueForm, WhyForm
from holdtrue.workplace.software.queries import Wish
from holdtrue.workplace.software.rules import Approval, Fault, Stance

SOON: Final = timedelta(days=30)
SHOWN: Final = 50
"""Lines of one list on a page; the rest is a page or a search away."""
_FROM_ADDRESS: Final = ("stance", "name", "type", "source", "publisher", "versions")


@require_safe
def software(request: HttpRequest) -> HttpResponse:
    """Show what needs a decision, what is installed without leave, and what is approved; `q` searches all of it."""
    reader, at = signed_in(request.user), timezone.now()
    words, page = request.GET.get("q", "").strip()[:100], _number(request.GET.get("page", ""))
    fault = next((one for one in Fault if one.name.lower() == request.GET.get("fault", "")), None)
    context = {
        "words": words,
        "fault": fault,
        "page": page,
        "sees_all": reader.oversees,
        "may_approve": bool(reader.roles & DECIDES),
        "today": at.date(),
        "mine": queries.wishes(requester=reader.id, most=SHOWN),
        "inventories": queries.inventories(),
        **(_overseen(words, fault, page, at=at) if reader.oversees else {}),
        **_catalogue(request, words),
    }
    return render(request, "software/software.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """Approve or deny one title, or every entry of a catalogue file."""
    if request.method != "POST":
        given = {name: request.GET.get(name, "") for name in _FROM_ADDRESS if request.GET.get(name)}
        return _form(request, ApproveForm(initial=given, label_suffix=""), CatalogueForm(label_suffix=""))
    if "catalogue" in request.FILES:
        return _import(request)
    form = ApproveForm(request.POST, label_suffix="")
    if form.is_valid():
        approval = form.approval()
        try:
            actions.approve(approval, by=signed_in(request.user).id, at=timezone.now())
        except (Conflict, Invalid) as error:
            form.add_error("name", f"{error.message} {error.hint}")
        else:
            is_denied = approval.stance is Stance.DENIED
            told = _("%(name)s is denied.") if is_denied else _("%(name)s is approved.")
            messages.success(request, told % {"name": approval.name})
            return redirect("software:software")
    return _form(request, form, CatalogueForm(label_suffix=""), status=422)


@require_safe
def export(_request: HttpRequest) -> HttpResponse:
    """Hand out the catalogue as a table."""
    table = spreadsheet.write((one.approval, one.decided_by) for one in queries.approvals())
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="approved-software.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Show what somebody asked for; the security team approves or refuses it, whoever asked takes it back."""
    reader = signed_in(request.user)
    shown = queries.wish(wish)
    if not (reader.oversees or reader.id == shown.requester):
        raise NotAllowed("This is somebody else's wish.", hint="Your own are on the page of software.")
    form, why = ApproveForm(initial=_wanted(shown), label_suffix=""), WhyForm(label_suffix="")
    if request.method == "POST":
        form = ApproveForm(request.POST if request.POST.get("do") == "grant" else _wanted(shown), label_suffix="")
        why = WhyForm(request.POST, label_suffix="")
        try:
            if _decided(request, shown, form, why, reader):
                return redirect("software:software")
        except (Conflict, Invalid) as error:
            (form if request.POST.get("do") != "refuse" else why).add_error(None, f"{error.message} {error.hint}")
    return _wish_page(request, shown, form, why, reader, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Show one entry of the catalogue; the security team ends it with a reason."""
    reader = signed_in(request.user)
    shown = queries.approval(approval)
    form = WhyForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if not reader.roles & DECIDES:
            raise NotAllowed("Only the security team ends an approval.", hint="Ask somebody of the security team.")
        try:
            actions.end(approval, why=form.cleaned_data["reason"], by=reader.id, at=timezone.now())
        except (Conflict, Invalid) as error:
            form.add_error("reason", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Ended."))
            return redirect("software:software")
    context = {"one": shown, "form": form, "may_approve": bool(reader.roles & DECIDES)}
    return render(request, "software/approval.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def quick(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Approve what somebody asked for, in all its versions; who asked, and what for, is not told to everybody by it."""
    reader = signed_in(request.user)
    shown = queries.wish(wish)
    approval = Approval(shown.name, type=shown.type, publisher=shown.publisher, why=_("asked for, and approved as it is"))
    actions.grant(wish, approval, by=reader, at=timezone.now())
    messages.success(request, _("%(name)s is approved.") % {"name": shown.name})
    return redirect("software:software")


def _overseen(words: str, fault: Fault | None, page: int, *, at: datetime) -> dict[str, object]:
    """Return what those who oversee see: wishes, seats, endings, and what is installed without leave."""
    is_first = not (words or fault or page)
    archives = queries.archives()[:SHOWN] if not (words or fault) else ()
    titles = queries.unapproved(words=words, fault=fault, start=page * SHOWN, most=SHOWN + 1, apart=archives)
    return {
        "waiting": queries.wishes(waiting=True, most=SHOWN) if is_first else (),
        "exceeded": queries.exceeded() if is_first else (),
        "ending": queries.expiring(by=(at + SOON).date(), since=(at - SOON).date()) if is_first else (),
        "archives": archives if is_first else (),
        "faults": queries.faults(),
        "titles": titles[:SHOWN],
        "next": page + 1 if len(titles) > SHOWN else None,
        "before": page - 1 if page else None,
        "behind": queries.waiting_to_be_judged(queries.revision_at(at=at)),
    }


def _catalogue(request: HttpRequest, words: str) -> dict[str, object]:
    part = _number(request.GET.get("part", ""))
    approvals = queries.approvals(words=words)
    shown = approvals[part * SHOWN : (part + 1) * SHOWN]
    return {"approvals": shown, "many": len(approvals), "part": part + 1 if len(approvals) > (part + 1) * SHOWN else None}


def _number(text: str) -> int:
    return min(int(text), 100_000) if text.isascii() and text.isdigit() else 0


def _form(request: HttpRequest, form: ApproveForm, catalogue: CatalogueForm, *, status: int = 200) -> HttpResponse:
    return render(request, "software/approve.html", {"form": form, "catalogue_form": catalogue}, status=status)


def _import(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.POST, request.FILES, label_suffix="")
    if form.is_valid():
        try:
            added = actions.import_catalogue(
                form.cleaned_data["catalogue"].read(), by=signed_in(request.user).id, at=timezone.now()
            )
        except Invalid as error:
            form.add_error("catalogue", f"{error.message} {error.hint}")
        else:
            words = ngettext("%(count)d entry is taken over.", "%(count)d entries are taken over.", added)
            messages.success(request, words % {"count": added})
            return redirect("software:software")
    return _form(request, ApproveForm(label_suffix=""), form, status=422)


def _wanted(shown: Wish) -> dict[str, str]:
    return {
        "stance": Stance.APPROVED.value, "name": shown.name, "type": shown.type, "publisher": shown.publisher,
    }  # fmt: skip


def _decided(request: HttpRequest, shown: Wish, form: ApproveForm, why: WhyForm, reader: Reader) -> bool:
    """Do what the page's button says; return whether it was done."""
    match request.POST.get("do"):
        case "withdraw":
            actions.withdraw(shown.id, by=reader, at=timezone.now())
            messages.success(request, _("Taken back."))
            return True
        case "grant" if form.is_valid():
            actions.grant(shown.id, form.approval(), by=reader, at=timezone.now())
            messages.success(request, _("%(name)s is approved.") % {"name": shown.name})
            return True
        case "refuse" if why.is_valid():
            actions.refuse(shown.id, reason=why.cleaned_data["reason"], by=reader, at=timezone.now())
            messages.success(request, _("%(name)s is refused.") % {"name": shown.name})
            return True
    return False


def _wish_page(  # noqa: PLR0913 - what the page shows
    request: HttpRequest, shown: Wish, form: ApproveForm, why: WhyForm, reader: Reader, *, status: int
) -> HttpResponse:
    refusal = ""
    try:
        check_decider(shown.state, shown.requester, by=reader)
    except (NotAllowed, Conflict) as error:
        refusal = error.message
    context = {
        "one": shown,
        "form": form,
        "why": why,
        "decides": not refusal,
        "why_not": refusal if reader.roles & DECIDES and shown.state is AskState.WAITING else "",
        "is_own": reader.id == shown.requester and shown.state is AskState.WAITING,
    }
    return render(request, "software/wish.html", context, status=status)
