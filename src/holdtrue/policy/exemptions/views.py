"""The pages of exemptions: what needs a decision first, asking for one, and one with everything that became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from holdtrue.accounts.queries import Purpose, open_tokens, person_of, signed_in, token_grant
from holdtrue.accounts.rules import Reader
from holdtrue.errors import Conflict, HoldtrueError, Invalid, NotAllowed, NotFound
from holdtrue.evidence.queries import receipt
from holdtrue.policy.exemptions import actions, queries
from holdtrue.policy.exemptions.calendar import Event, calendar_of
from holdtrue.policy.exemptions.forms import AskForm, ReasonForm
from holdtrue.policy.exemptions.queries import View
from holdtrue.policy.exemptions.rules import DECIDES, Choice, Phase, Sort, check_decider
from holdtrue.policy.text.printing import Enclosed, printed
from holdtrue.policy.text.queries import organisation

SHOWN: Final = 200
"""Exemptions on the page; older ones are counted."""
WORDS: Final = {
    Phase.REVIEW: gettext_lazy("waits for review"),
    Phase.WAITING: gettext_lazy("waits for a decision"),
    Phase.COMING: gettext_lazy("granted, not yet begun"),
    Phase.IN_FORCE: gettext_lazy("in force"),
    Phase.ENDED: gettext_lazy("ended"),
    Phase.LAPSED: gettext_lazy("lapsed undecided"),
    Phase.REFUSED: gettext_lazy("refused"),
    Phase.WITHDRAWN: gettext_lazy("given up"),
    Phase.REVOKED: gettext_lazy("revoked"),
}


@require_safe
def exemptions(request: HttpRequest) -> HttpResponse:
    """List the exemptions that the reader may see, those that need a decision first."""
    reader, at = signed_in(request.user), timezone.now()
    views = queries.exemptions(reader=reader, at=at)
    running = {Phase.IN_FORCE, Phase.COMING}
    past = [view for view in views if not view.needs_a_decision and view.phase not in running]
    newest = sorted(past, key=lambda view: view.requested_at, reverse=True)[:SHOWN]
    context = {
        "waiting": [(view, WORDS[view.phase]) for view in views if view.needs_a_decision],
        "running": [(view, WORDS[view.phase]) for view in views if view.phase in running],
        "past": [(view, WORDS[view.phase]) for view in newest],
        "more": len(past) - len(newest),
        "sees_all": reader.oversees,
    }
    return render(request, "exemptions/exemptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, *, devices: Mapping[str, str]) -> HttpResponse:
    """Ask for an exemption; `clause`, `keeps`, `device` and `setting` in the address have it chosen.

    `devices` are those that the reader may name, by subject and name.
    """
    reader, at = signed_in(request.user), timezone.now()
    form = AskForm(request.POST or None, reader=reader, at=at, devices=devices, initial=_chosen(request, at=at))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_exemption(form.ask(), by=reader, at=at)
        except (Invalid, NotAllowed, NotFound) as error:
            form.add_error(None, f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Asked. The security team decides; nothing is exempt until it has."))
            return redirect("exemptions:exemption", exemption=made)
    return render(request, "exemptions/ask.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def exemption(request: HttpRequest, exemption: UUID) -> HttpResponse:
    """Show one exemption; `do` says what a reader does about it."""
    reader, at = signed_in(request.user), timezone.now()
    view = queries.exemption(exemption, reader=reader, at=at)
    form = ReasonForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        do = _DOING.get(request.POST.get("do", ""))
        if do is None:
            raise Invalid("The page did not say what to do.", hint="Go back and press one of its buttons.")
        try:
            do(view.id, form.cleaned_data["reason"], reader)
        except (Invalid, Conflict) as error:
            form.add_error("reason", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Kept."))
            return redirect("exemptions:exemption", exemption=exemption)
    return _page(request, view, form, reader, status=422 if request.method == "POST" else 200)


@require_safe
def consent(request: HttpRequest, exemption: UUID) -> HttpResponse:
    """Hand out the written consent for print, its words and proof inside; raises `NotFound` before there is one."""
    view = queries.exemption(exemption, reader=signed_in(request.user), at=timezone.now())
    granted = [one for one in view.decisions if one.choice is Choice.GRANT]
    if not view.windows or not granted:
        raise NotFound("Nobody has consented to this.", hint="Once the security team has, the consent can be printed.")
    proof = receipt(granted[-1].entry)
    enclosed = [Enclosed("consent.json", "What is consented to", view.document.encode())]
    if proof is not None:
        enclosed.append(Enclosed(f"{granted[-1].entry}.tlog-proof", "The signed proof of the consent", proof))
    html = render_to_string(
        "exemptions/print.html",
        {
            "view": view,
            "granted": granted,
            "clauses": actions.words_of(view.document),
            "devices": sorted(one.partition("/")[2] for one in view.scope.devices),
            "sha256": actions.sha256_of(view.document),
            "is_proven": proof is not None,
            "organisation": organisation(),
            "word": WORDS[view.phase],
        },
    )
    answer = HttpResponse(printed(html, tuple(enclosed)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="exemption-{view.id}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _chosen(request: HttpRequest, *, at: datetime) -> dict[str, object]:
    keeps = request.GET.get("keeps", "")
    kept = [
        name for name, one in queries.departables(at=at).items() if keeps and keeps in {c.id for c in one.clause.commitments}
    ]
    return {
        "clauses": [*request.GET.getlist("clause"), *kept],
        "devices": "\n".join(request.GET.getlist("device")),
        "settings": "\n".join(request.GET.getlist("setting")),
    }


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Hand out the windows of planned tests that the reader may see, for a calendar."""
    return _calendar(request, signed_in(request.user))


@require_safe
def subscription(request: HttpRequest, secret: str) -> HttpResponse:
    """Hand out the same to a calendar that reads with somebody's secret; raises `NotAllowed` for one that opens nothing."""
    grant = token_grant(secret, purpose=Purpose.CALENDAR, at=timezone.now())
    reader = person_of(grant.issued_by)
    if reader is None or not reader.roles or grant.subject != f"person/{reader.id}":
        raise NotAllowed("This subscription has ended.", hint="Make a new one on the page of exemptions.")
    return _calendar(request, reader)


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Give the reader an address that a calendar can subscribe to, or end the one that there is."""
    reader, at = signed_in(request.user), timezone.now()
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        if actions.unsubscribe(by=reader, at=at):
            messages.success(request, _("Your calendar reads nothing here any more."))
        return redirect("exemptions:subscribe")
    if request.method == "POST":
        secret = actions.subscribe(by=reader, at=at)
        address = request.build_absolute_uri(reverse("exemptions:subscription", args=[secret]))
    is_open = bool(open_tokens(purpose=Purpose.CALENDAR, subject=f"person/{reader.id}", at=at))
    answer = render(request, "exemptions/subscribe.html", {"address": address, "is_open": is_open})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _calendar(request: HttpRequest, reader: Reader) -> HttpResponse:
    at = timezone.now()
    views = queries.exemptions(reader=reader, at=at)
    events = [
        Event(
            id=f"{view.id}-{number}",
            start=window.start,
            end=window.end,
            title=f"{', '.join(view.clause_ids)}: {', '.join(view.for_whom)}",
            told="\n".join(filter(None, (view.job, view.conditions, ", ".join(sorted(view.scope.targets))))),
        )
        for view in views
        if view.sort is Sort.TEST
        for number, window in enumerate(view.windows)
    ]
    answer = HttpResponse(calendar_of(events, host=request.get_host(), at=at), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tests.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, view: View, form: ReasonForm, reader: Reader, *, status: int) -> HttpResponse:
    refusal = _refusal(view, reader)
    concerned = reader.id in view.scope.persons or bool(reader.roles & view.scope.roles)
    runs = view.phase in {Phase.IN_FORCE, Phase.REVIEW} and any(window.holds(timezone.now()) for window in view.windows)
    context = {
        "view": view,
        "form": form,
        "word": WORDS[view.phase],
        "decides": refusal is None,
        "why_not": refusal.message if refusal and DECIDES in reader.roles and view.needs_a_decision else "",
        "is_written": bool(view.windows and view.by),
        "may_hurry": refusal is None
        and view.is_urgent
        and view.phase is Phase.WAITING
        and view.course.starts <= timezone.now(),
        "may_revoke": DECIDES in reader.roles and view.phase in {Phase.IN_FORCE, Phase.COMING, Phase.REVIEW},
        "may_withdraw": reader.id == view.requester and (view.needs_a_decision or view.phase in {Phase.IN_FORCE, Phase.COMING}),
        "may_note": concerned and runs,
        "devices": sorted(one.partition("/")[2] for one in view.scope.devices),
        "clauses": [tuple(name.split("/", 1)) for name in view.clauses],
        "sha256": actions.sha256_of(view.document),
    }
    return render(request, "exemptions/exemption.html", context, status=status)


def _refusal(view: View, reader: Reader) -> HoldtrueError | None:
    try:
        check_decider(view.matter, by=reader, at=timezone.now())
    except (NotAllowed, Conflict) as error:
        return error
    return None


def _grant(id_: UUID, reason: str, reader: Reader) -> None:
    actions.decide(id_, Choice.GRANT, reason=reason, by=reader, at=timezone.now())


def _refuse(id_: UUID, reason: str, reader: Reader) -> None:
    actions.decide(id_, Choice.REFUSE, reason=reason, by=reader, at=timezone.now())


def _hurry(id_: UUID, reason: str, reader: Reader) -> None:
    actions.consent_in_emergency(id_, reason=reason, by=reader, at=timezone.now())


def _revoke(id_: UUID, reason: str, reader: Reader) -> None:
    actions.revoke(id_, reason=reason, by=reader, at=timezone.now())


def _withdraw(id_: UUID, _reason: str, reader: Reader) -> None:
    actions.withdraw(id_, by=reader, at=timezone.now())


def _use(id_: UUID, reason: str, reader: Reader) -> None:
    actions.note_use(id_, what=reason, by=reader, at=timezone.now())


_DOING: Final[dict[str, Callable[[UUID, str, Reader], None]]] = {
    "grant": _grant,
    "refuse": _refuse,
    "hurry": _hurry,
    "revoke": _revoke,
    "withdraw": _withdraw,
    "use": _use,
}
