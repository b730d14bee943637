"""The pages of storage: what is approved, and how the loss of a device was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.workplace.storage import actions, queries
from holdtrue.workplace.storage.forms import PlaceForm, StepForm
from holdtrue.workplace.storage.rules import ORGANISATION, Stage

_MAY_DECIDE = frozenset({Role.SECURITY, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Words:
    """What a stage is called once it is reached, and what is to be done until then."""

    done: str | Promise
    todo: str | Promise = ""
    how: str | Promise = ""
    drilled: str | Promise = ""
    """How it is done in a drill, where doing it would do harm."""


STAGES: Final[Mapping[Stage, Words]] = {
    Stage.BEGUN: Words(gettext_lazy("reported")),
    Stage.REVOKED: Words(
        gettext_lazy("shut out"),
        gettext_lazy("shut it out"),
        gettext_lazy("Revoke its key on its page, so that it no longer reports and no gateway lets it in."),
        gettext_lazy("Show where its key would be revoked, without doing it."),
    ),
    Stage.SESSIONS_ENDED: Words(
        gettext_lazy("signed out everywhere"),
        gettext_lazy("sign the person out everywhere"),
        gettext_lazy("End all their sessions and app passwords, so that whoever finds the device is signed in nowhere."),
        gettext_lazy("Show where all their sessions and app passwords would be ended, without doing it."),
    ),
    Stage.REPLACED: Words(gettext_lazy("replaced"), gettext_lazy("give the person another device")),
    Stage.WORKING: Words(
        gettext_lazy("working again"),
        gettext_lazy("bring back their work"),
        gettext_lazy("Press Done when the person works again: this stops the clock."),
    ),
}


def storage(request: HttpRequest) -> HttpResponse:
    """Show the approved places, and for those who oversee the losses and drills."""
    reader = signed_in(request.user)
    context = {
        "approved": queries.approved(),
        "losses": queries.losses() if reader.oversees else (),
        "sees_all": reader.oversees,
        "may_decide": bool(reader.roles & _MAY_DECIDE),
        "drilled": next(iter(verdicts_on(ORGANISATION)), None) if reader.oversees else None,
    }
    return render(request, "storage/storage.html", context)


def approve(request: HttpRequest) -> HttpResponse:
    """Approve a place in the cloud."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_place(form.place(), why=form.cleaned_data["why"], by=signed_in(request.user).id, at=timezone.now())
        except (Conflict, Invalid) as error:
            form.add_error("name", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("%(name)s is approved.") % {"name": form.cleaned_data["name"]})
            return redirect("storage:storage")
    return render(request, "storage/approve.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_POST
def end(request: HttpRequest, place: UUID) -> HttpResponse:
    """Take a place off the list."""
    actions.end_place(place, by=signed_in(request.user).id, at=timezone.now())
    messages.success(request, _("It is approved no longer. Devices that use it are told."))
    return redirect("storage:storage")


def loss(request: HttpRequest, loss_id: UUID) -> HttpResponse:
    """Show how far the answer to a loss has come; the security team writes down each stage."""
    reader, told = signed_in(request.user), queries.loss(loss_id)
    if not reader.oversees and told.owner != reader.id:
        raise NotAllowed("This is somebody else's.", hint="You see the losses of your own devices.")
    form = StepForm(request.POST or None)
    may = bool(reader.roles & _MAY_DECIDE)
    if request.method == "POST" and form.is_valid():
        if not may:
            raise NotAllowed("Your role does not write this down.", hint="Tell the security team.")
        actions.reach(loss_id, _stage(request), note=form.cleaned_data["note"], by=reader.id, at=timezone.now())
        messages.success(request, _("Kept."))
        return redirect("storage:loss", loss_id=loss_id)
    stages = [(stage, STAGES[stage].todo, _how(STAGES[stage], told)) for stage in told.open_stages] if may else []
    reached = [(one, STAGES[one.stage].done) for one in told.reached]
    context = {"loss": told, "reached": reached, "stages": stages, "form": form, "now": timezone.now()}
    return render(request, "storage/loss.html", context)


def _how(words: Words, told: queries.Told) -> str | Promise:
    return words.drilled or words.how if told.is_drill else words.how


def _stage(request: HttpRequest) -> Stage:
    try:
        return Stage(request.POST.get("stage", ""))
    except ValueError as error:
        raise Invalid("Which stage was reached was not said.", hint="Press one of the buttons.") from error
