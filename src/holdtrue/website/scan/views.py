"""The pages of websites and their scans."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, Invalid
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import WORST_FIRST, Verdict, effective
from holdtrue.policy.text import queries as texts
from holdtrue.said import spoken
from holdtrue.website.scan import actions, letters, queries
from holdtrue.website.scan.engine.remarks import recognised, why_ended
from holdtrue.website.scan.forms import PlanForm, SiteForm, UploadForm
from holdtrue.website.scan.matrix import matrix
from holdtrue.website.scan.queries import ScanSummary
from holdtrue.website.scan.report_html import CONTENT_POLICY, html
from holdtrue.website.scan.settle import tasks_on
from holdtrue.website.scan.shown import age_told, groups, seen_of
from holdtrue.website.scan.tongues import tongue_of
from holdtrue.website.sites import actions as site_actions
from holdtrue.website.sites import queries as site_queries
from holdtrue.website.sites.queries import Listed
from holdtrue.website.sites.views import gaps_of, in_force_or_none


@dataclass(frozen=True, slots=True)
class Row:
    """A website in the list, with what is true of it now."""

    site: Listed
    verdict: Verdict | None
    """The worst of its verdicts."""
    newest: ScanSummary | None


def sites(request: HttpRequest) -> HttpResponse:
    """List the websites, those that need a person first."""
    declaring = next((one.slug for one in texts.policies(at=timezone.now()) if one.document.declarations), "")
    return _list(request, SiteForm(initial={"policy": declaring}))


def add(request: HttpRequest) -> HttpResponse:
    """Put a website under a policy."""
    form = SiteForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _list(request, form, status=422 if request.method == "POST" else 200)
    given = form.cleaned_data
    try:
        site = site_actions.add_site(
            given["url"], name=given["name"], policy=given["policy"], by=signed_in(request.user).id, at=timezone.now()
        )
    except (Conflict, Invalid) as error:
        form.add_error("url", spoken(why_ended(f"{error.message} {error.hint}"), _))
        return _list(request, form, status=error.status)
    messages.success(request, _("%(name)s is on the list. Scan it to see what it stores.") % {"name": site.name})
    return redirect("scan:site", host=site.host)


def _list(request: HttpRequest, form: SiteForm, *, status: int = 200) -> HttpResponse:
    rows = [Row(site, next(iter(_verdicts(site)), None), queries.newest_of(site.host)) for site in site_queries.sites()]
    rows.sort(key=lambda row: WORST_FIRST.index(row.verdict.result) if row.verdict else 0)
    return render(request, "scan/sites.html", {"rows": rows, "form": form}, status=status)


def site(request: HttpRequest, host: str) -> HttpResponse:
    """Show one website: what is wrong, what it stores in which state, and its scans."""
    return _page(request, site_queries.site(host), UploadForm())


def _page(request: HttpRequest, site: Listed, form: UploadForm, *, status: int = 200) -> HttpResponse:
    scans = queries.scans_of(site.host)
    newest = queries.newest_of(site.host)
    document = queries.document_of(newest.id) if newest else None
    findings = queries.findings_of(newest.id) if newest else ()
    running = next((one for one in scans if one.progress in actions.OPEN), None)
    standing = in_force_or_none(site)
    plan = queries.plan_of(site.host)
    context = {
        "site": site,
        "tasks": tasks_on(site, document),
        "standing": standing,
        "gaps": gaps_of(site, standing),
        "since": queries.since_last(site.host),
        "plan": plan,
        "told": letters.readers() if settings.CONFIG.mail else [],
        "is_mailing": settings.CONFIG.mail is not None,
        "unsent": queries.unsent_of(site.host),
        "plan_form": PlanForm(initial={"every_days": plan.every_days, "pages": plan.pages, "revision": plan.revision}),
        "verdicts": _verdicts(site),
        "now": timezone.now(),
        "scans": scans,
        "open": running,
        "shown": queries.states_shown(running.id) if running else (),
        "newest": newest,
        "document": document,
        "groups": groups(findings),
        "states": [
            (one, seen_of(one), recognised(one.why_not), age_told(one, document.landed) if one.let_in else "")
            for one in document.states.values()
        ]
        if document
        else (),
        "tables": matrix(document.observations, findings, asked=document.states) if document else (),
        "form": form,
    }
    return render(request, "scan/site.html", context, status=status)


def _verdicts(site: Listed) -> list[Verdict]:
    now = timezone.now()
    verdicts = [effective(verdict, at=now) for verdict in verdicts_on(site.subject)]
    return sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.result))


@require_POST
def request_scan(request: HttpRequest, host: str) -> HttpResponse:
    """Ask the worker for a scan."""
    try:
        actions.request_scan(host, by=signed_in(request.user).id, at=timezone.now())
    except Conflict as error:
        messages.info(request, f"{error.message} {error.hint}")
    return redirect("scan:site", host=host)


@require_POST
def plan(request: HttpRequest, host: str) -> HttpResponse:
    """Change how often a website is scanned by itself."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how often, and 1 to 200 pages."))
        return redirect("scan:site", host=host)
    given = form.cleaned_data
    try:
        actions.plan_scans(
            host,
            every_days=given["every_days"],
            pages=given["pages"],
            based_on=given["revision"],
            by=signed_in(request.user).id,
            at=timezone.now(),
        )
    except Conflict as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, _("The plan is saved."))
    return redirect("scan:site", host=host)


def progress(request: HttpRequest, host: str) -> HttpResponse:
    """Show where a scan is, as a piece of the site's page; once it has ended, have the page loaded anew."""
    site = site_queries.site(host)
    running = next((one for one in queries.scans_of(host) if one.progress in actions.OPEN), None)
    shown = queries.states_shown(running.id) if running else ()
    answer = render(request, "scan/_progress.html", {"site": site, "open": running, "shown": shown})
    if running is None:
        answer["HX-Refresh"] = "true"
    return answer


def picture(request: HttpRequest, host: str, scan_id: UUID, state: str) -> HttpResponse:
    """Show what the first page looks like in one state of a scan that runs."""
    del request
    sort, body = queries.picture_of(host, scan_id, state)
    answer = HttpResponse(body, content_type=sort)
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_POST
def upload(request: HttpRequest, host: str) -> HttpResponse:
    """Take the result of a scan made elsewhere."""
    site = site_queries.site(host)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, site, form, status=422)
    try:
        recorded = actions.record_upload(
            form.cleaned_data["document"], host=host, by=signed_in(request.user).id, at=timezone.now()
        )
    except (Conflict, Invalid) as error:
        form.add_error("document", f"{error.message} {error.hint}")
        return _page(request, site, form, status=error.status)
    failing = sum(finding.fails for finding in recorded.findings)
    messages.success(request, _("The scan is recorded: %(count)s findings.") % {"count": failing})
    return redirect("scan:site", host=host)


def report(request: HttpRequest, host: str, scan_id: UUID) -> HttpResponse:
    """Show a scan's report in the reader's language, a page of its own in which nothing runs."""
    del request
    answer = HttpResponse(html(queries.judged(host, scan_id), tongue=tongue_of(get_language() or "en")))
    # It holds words and pictures of a foreign site: no origin, no script, no link out.
    answer["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-ancestors 'none'; sandbox"
    return answer
