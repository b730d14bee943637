"""The pages of consent, for each website."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.website.consent import actions, expiry, queries, shown, trackers
from holdtrue.website.consent.forms import AskingForm, LookUpForm
from holdtrue.website.consent.rates import rates
from holdtrue.website.sites import queries as sites


def overview(request: HttpRequest, host: str) -> HttpResponse:
    """Show how often visitors agree, what they are asked, and how the banner comes onto the site."""
    return _page(request, host, LookUpForm())


def _page(request: HttpRequest, host: str, form: LookUpForm, *, status: int = 200) -> HttpResponse:
    standing = queries.notice_of(host)
    context = {
        "site": sites.site(host),
        "rates": rates([*queries.counts(host), *expiry.counts(host)], today=timezone.now().date()),
        "standing": standing,
        "services": shown.services_in(standing.notice) if standing else [],
        "snippet": queries.snippet_of(standing.notice) if standing and queries.knows_build() else "",
        "trackers": trackers.trackers(host),
        "form": form,
    }
    return render(request, "consent/overview.html", context, status=status)


@never_cache
@require_POST
def look_up(request: HttpRequest, host: str) -> HttpResponse:
    """Show one visitor's choices, by consent id; by POST, so that the id stands in no address and no log."""
    form = LookUpForm(request.POST)
    site = sites.site(host)
    if not form.is_valid():
        return _page(request, host, form, status=422)
    name = form.cleaned_data["consent_id"]
    events = shown.events_of(queries.history(host, name), at=timezone.now())
    context = {"site": site, "consent_id": name, "events": events}
    return render(request, "consent/history.html", context)


@never_cache
@require_GET
def receipt(request: HttpRequest, host: str, record: UUID) -> HttpResponse:
    """Show one choice to whoever holds its record's id, as the visitor's receipt says it."""
    found = queries.told(host, record)
    event, *later = shown.events_of(found.onwards, at=timezone.now())
    context = {
        "host": host,
        "record": event.record,
        "event": event,
        "expiry": later[0] if later and later[0].is_expiry else None,
        "answers": shown.answers_in(event.record, found.shown),
        "controller": found.shown.controller if found.shown else None,
    }
    return render(request, "consent/receipt.html", context)


@never_cache
@require_POST
def forget(request: HttpRequest, host: str) -> HttpResponse:
    """Erase who a visitor's records are about, once asked whether that is meant: nothing brings it back."""
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _page(request, host, form, status=422)
    name = form.cleaned_data["consent_id"]
    if "sure" not in request.POST and (records := queries.history(host, name)):
        return render(request, "consent/forget.html", {"site": sites.site(host), "consent_id": name, "many": len(records)})
    try:
        count = actions.forget_visitor(host, name, at=timezone.now())
    except NotFound as error:
        messages.info(request, f"{error.message} {error.hint}")
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s record no longer says who chose; what was chosen stays provable.",
                "%(count)s records no longer say who chose; what was chosen stays provable.",
                count,
            )
            % {"count": count},
        )
    return redirect("consent:overview", host=host)


def settings(request: HttpRequest, host: str) -> HttpResponse:
    """Change how the site asks; nothing typed is lost when it is refused."""
    site = sites.site(host)
    standing = queries.settings_of(host)
    beginning = AskingForm.beginning(standing.asking, standing.revision)
    form = AskingForm(request.POST or None, initial=beginning)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(
                host,
                form.asking(),
                based_on=form.cleaned_data["revision"],
                by=signed_in(request.user).id,
                at=timezone.now(),
            )
        except (Conflict, Invalid) as error:
            form.add_error(None, f"{error.message} {error.hint}")
        else:
            messages.success(request, _("Saved. Pages show it within five minutes."))
            return redirect("consent:overview", host=host)
    context = {"site": site, "form": form, "standing": queries.notice_of(host)}
    return render(request, "consent/settings.html", context, status=422 if form.errors else 200)
