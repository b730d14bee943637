"""What visitors' browsers report of a website, beside its inventory: hosts that no declared item says it sends to."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, NotFound
from holdtrue.said import said
from holdtrue.website.consent.trackers import Tracker, trackers
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.sites import actions, queries
from holdtrue.website.sites.inventory import Line, Status
from holdtrue.website.sites.queries import Revision


@dataclass(frozen=True, slots=True)
class Reported:
    """A host that browsers report, and whose it is as far as is known."""

    tracker: Tracker
    service: str


def reported_on(host: str) -> tuple[Reported, ...]:
    """Return the hosts that no line of a site's inventory sends to, the most frequent first."""
    named = {one for line in queries.lines_of(host) if line.status is Status.DECLARED for one in line.facts.hosts}
    found = (one for one in trackers(host) if not one.is_declared and not _is_named(one.host, named))
    knowledge = knowledge_at(settings.CONFIG.data)
    return tuple(Reported(one, known.name if (known := knowledge.likely_service_of(one.host)) else "") for one in found)


def _is_named(host: str, named: set[str]) -> bool:
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in named)


@require_safe
def reports(request: HttpRequest, host: str) -> HttpResponse:
    """List what browsers report, each host with the declared items that it may belong to."""
    site = queries.site(host)
    declared = [one for one in queries.inventory(host) if one.line.status is Status.DECLARED]
    context = {"site": site, "reported": reported_on(host), "declared": declared}
    return render(request, "trackers.html", context)


@require_POST
def assign(request: HttpRequest, host: str) -> HttpResponse:
    """Say of a declared item that it sends to a reported host."""
    site = queries.site(host)
    tracker = request.POST.get("tracker", "")
    if tracker not in {one.tracker.host for one in reported_on(host)}:
        messages.info(request, _("This is settled already."))
        return redirect("site-reports", host=host)
    revision = _chosen(host, request.POST.get("item", ""))
    facts = replace(revision.line.facts, hosts=(*revision.line.facts.hosts, tracker))
    try:
        actions.declare(
            site.host,
            revision.line.name,
            facts,
            based_on=revision.number,
            why=said("reported by visitors' browsers"),
            by=signed_in(request.user).id,
            at=timezone.now(),
        )
    except Conflict as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        told = {"name": revision.line.name.pattern, "host": tracker}
        messages.success(request, _("%(name)s sends to %(host)s, says the inventory now.") % told)
    return redirect("site-reports", host=host)


def _chosen(host: str, item: str) -> Revision:
    for one in queries.inventory(host):
        if one.line.status is Status.DECLARED and item == value_of(one.line):
            return one
    raise NotFound("This item is not in the inventory.", hint="Reload the page.")


def value_of(line: Line) -> str:
    """Return what a form names a line by."""
    return f"{line.name.sort}|{line.name.domain}|{line.name.pattern}"
