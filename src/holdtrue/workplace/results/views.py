"""The page of other programs' rules: what devices answer, and what that is taken to mean."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.workplace.results import actions, queries
from holdtrue.workplace.results.forms import MeanForm
from holdtrue.workplace.results.rules import TOOLS

_MAY_SAY = frozenset({Role.SECURITY, Role.ADMIN})
SHOWN = 200
"""Rules on one page; a search finds the others."""


def rules(request: HttpRequest) -> HttpResponse:
    """List the rules that devices have answers for, and what they are taken to mean."""
    tool, words = request.GET.get("program", ""), request.GET.get("q", "").strip()[:100]
    seen = queries.rules_seen(tool=tool if tool in TOOLS else "", words=words, most=SHOWN)
    context = {
        "seen": [(one, [(name, COMMITMENTS[name].title) for name in one.means]) for one in seen],
        "tools": TOOLS,
        "tool": tool,
        "words": words,
        "is_all": len(seen) < SHOWN,
        "may_say": bool(signed_in(request.user).roles & _MAY_SAY),
    }
    return render(request, "results/rules.html", context)


def of_device(request: HttpRequest, subject: str) -> HttpResponse:
    """Show every answer on one device, the failed ones first."""
    said = queries.said_of(subject)
    if not said:
        raise NotFound("No other program says anything of this device.", hint="The list of devices has what it says itself.")
    context = {"name": subject.partition("/")[2], "said": said, "counts": Counter(one.told.answer for one in said)}
    return render(request, "results/of.html", context)


def mean(request: HttpRequest) -> HttpResponse:
    """Say that a rule answers for a commitment, or no longer does."""
    given = {name: request.GET.get(name, "")[:300] for name in ("tool", "rule", "commitment")}
    form = MeanForm(request.POST or None, initial=given)
    if request.method != "POST":
        return render(request, "results/mean.html", {"form": form})
    if form.is_valid():
        told = form.cleaned_data
        say = actions.take_meaning if "take" in request.POST else actions.give_meaning
        try:
            say(told["tool"], told["rule"], commitment=told["commitment"], by=signed_in(request.user).id, at=timezone.now())
        except (Conflict, Invalid) as error:
            form.add_error("rule", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Kept."))
            return redirect("results:rules")
    return render(request, "results/mean.html", {"form": form}, status=422)
