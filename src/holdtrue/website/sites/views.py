"""The pages of a website's inventory."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, HoldtrueError, Invalid, NotFound
from holdtrue.policy.text import queries as texts
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.sites import actions, queries
from holdtrue.website.sites.filling import Filling, filling_of
from holdtrue.website.sites.forms import LineForm, NameForm
from holdtrue.website.sites.inventory import Facts, Gap, Name, Status, gaps_between, spoken_since, unspoken
from holdtrue.website.sites.queries import InForce, Listed, Revision, Seen


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the page lists it."""

    revision: Revision
    purpose: str
    """In the reader's language, where there is one."""
    seen: Seen | None
    url: str


@dataclass(frozen=True, slots=True)
class Fill:
    """One row that knowledge can fill, as the page offers it."""

    filling: Filling
    key: str
    """Which row is meant, and which of its revisions was seen, as a form sends it back."""
    url: str


def inventory(request: HttpRequest, host: str) -> HttpResponse:
    """List what a website may store and what it may never, and what of that is not published yet."""
    return _page(request, queries.site(host), None)


def _page(request: HttpRequest, site: Listed, form: LineForm | None, *, status: int = 200) -> HttpResponse:
    revisions = queries.inventory(site.host)
    standing = in_force_or_none(site)
    seen = queries.newest_sightings(site.host, [one.line for one in revisions])
    spoken = get_language() or "en"
    rows = [
        Row(one, one.line.facts.purpose(spoken[:2]), seen.get(one.line.name), url_of(site, one.line.name)) for one in revisions
    ]
    context = {
        "site": site,
        "declared": [row for row in rows if row.revision.line.status is Status.DECLARED],
        "never": [row for row in rows if row.revision.line.status is Status.NEVER],
        "unspoken": [
            (get_language_info(language)["name_translated"], count)
            for language, count in unspoken(one.line for one in revisions).items()
        ],
        "fills": _fills(site, revisions),
        "standing": standing,
        "gaps": gaps_of(site, standing),
        "form": form or blank(site),
        "is_open": form is not None,
    }
    return render(request, "sites/inventory.html", context, status=status)


def _fills(site: Listed, revisions: Iterable[Revision]) -> list[Fill]:
    try:
        knowledge = knowledge_at(settings.CONFIG.data)
    except Invalid:
        # A damaged import is told where it is judged by; nothing is proposed from half of what is known.
        return []
    found = ((one, filling_of(one.line, knowledge)) for one in revisions)
    return [
        Fill(filling, urlencode(_asked(one.line.name) | {"revision": str(one.number)}), url_of(site, one.line.name))
        for one, filling in found
        if filling is not None
    ]


def in_force_or_none(site: Listed) -> InForce | None:
    """Return what the site's policy in force declares, or None while none is in force."""
    try:
        return queries.in_force(site.host, at=timezone.now())
    except NotFound:
        return None


def gaps_of(site: Listed, standing: InForce | None) -> tuple[Gap, ...]:
    """Return what the inventory says and the policy in force does not, or the other way round."""
    if standing is None:
        return ()
    lines, language = queries.lines_of(site.host), standing.version.language
    count = spoken_since(lines, standing.lines, language)
    return (*gaps_between(lines, standing.declarations, language), *([Gap(str(count), "spoken")] if count else []))


def language_of(site: Listed) -> str:
    """Return the language that the site's policy is written in; English before it is."""
    newest = texts.newest(site.policy)
    return newest.language if newest else "en"


def url_of(site: Listed, name: Name) -> str:
    """Return the address of an item's page."""
    return f"{reverse('sites:line', args=[site.host])}?{urlencode(_asked(name))}"


def _asked(name: Name) -> dict[str, str]:
    return {"sort": name.sort.value, "pattern": name.pattern} | ({"domain": name.domain} if name.domain else {})


def blank(site: Listed) -> LineForm:
    """Return an empty form for a new item."""
    beginning = LineForm.beginning(Name(""), Facts(), 0, language_of(site)) | {"category": ""}
    return LineForm(initial=beginning, language=language_of(site))


@require_POST
def add(request: HttpRequest, host: str) -> HttpResponse:
    """Declare an item that no scan has brought up."""
    site = queries.site(host)
    form = LineForm(request.POST, language=language_of(site))
    if form.is_valid() and _declared(request, site, form, why=""):
        messages.success(request, _("%(name)s is in the inventory.") % {"name": form.name().pattern})
        return redirect("sites:inventory", host=host)
    return _page(request, site, form, status=422)


def line(request: HttpRequest, host: str) -> HttpResponse:
    """Show one item with its history, and what could be said of it instead."""
    site = queries.site(host)
    return _line(request, site, _history(request, host), None)


@require_POST
def change(request: HttpRequest, host: str) -> HttpResponse:
    """Correct what is said of one item, forbid it, or take it out; nothing typed is lost when that is refused."""
    site = queries.site(host)
    history = _history(request, host)
    done, form = _changed(request, site, history[0])
    return redirect("sites:inventory", host=host) if done else _line(request, site, history, form, status=422)


def _history(request: HttpRequest, host: str) -> tuple[Revision, ...]:
    asked = NameForm(request.GET)
    if not asked.is_valid():
        raise NotFound("This address names no item.", hint="Open it from the inventory.")
    return queries.history(host, asked.name())


def _line(
    request: HttpRequest, site: Listed, history: tuple[Revision, ...], form: LineForm | None, *, status: int = 200
) -> HttpResponse:
    newest = history[0]
    context = {
        "site": site,
        "newest": newest,
        "history": history,
        "form": form or _filled(site, newest),
        "seen": queries.newest_sightings(site.host, [newest.line]).get(newest.line.name),
    }
    return render(request, "sites/line.html", context, status=status)


def _filled(site: Listed, newest: Revision) -> LineForm:
    language = language_of(site)
    beginning = LineForm.beginning(newest.line.name, newest.line.facts, newest.number, language)
    return LineForm(initial=beginning, language=language)


def _changed(request: HttpRequest, site: Listed, newest: Revision) -> tuple[bool, LineForm]:
    """Do what the button says; return whether it was done, and the form to show again otherwise."""
    form = _filled(site, newest)
    name, who, now = newest.line.name, signed_in(request.user).id, timezone.now()
    based_on = int(given) if (given := request.POST.get("revision", "")).isdigit() else 0
    try:
        match request.POST.get("do"):
            case "never":
                actions.forbid(site.host, name, based_on=based_on, why="", by=who, at=now)
                messages.success(request, _("%(name)s is never to be set; the block refuses it.") % {"name": name.pattern})
            case "drop":
                actions.drop(site.host, name, based_on=based_on, why="", by=who, at=now)
                messages.success(request, _("%(name)s is no longer in the inventory.") % {"name": name.pattern})
            case _:
                form = LineForm(request.POST, language=form.language)
                if not form.is_valid() or not _declared(request, site, form, why="", was=name):
                    return False, form
                messages.success(request, _("%(name)s is in the inventory.") % {"name": form.name().pattern})
    except (Conflict, NotFound) as error:
        messages.error(request, f"{error.message} {error.hint}")
        return False, form
    return True, form


def _declared(request: HttpRequest, site: Listed, form: LineForm, *, why: str, was: Name | None = None) -> bool:
    """Declare what the form says; put what is wrong beside its fields and return False otherwise."""
    who, now, name = signed_in(request.user).id, timezone.now(), form.name()
    if was is not None and (name.sort, name.domain, name.pattern) != (was.sort, was.domain, was.pattern):
        form.add_error("pattern", _("Another name is another item: add it as such, and take this one out."))
        return False
    try:
        actions.declare(site.host, name, form.facts(), based_on=form.cleaned_data["revision"], why=why, by=who, at=now)
    except (Conflict, Invalid) as error:
        form.add_error(None if isinstance(error, Conflict) else "pattern", f"{error.message} {error.hint}")
        return False
    return True


@require_POST
def fill(request: HttpRequest, host: str) -> HttpResponse:
    """Write what is known into the chosen rows that do not say it."""
    chosen = [NameForm(QueryDict(key)) for key in request.POST.getlist("item")]
    named = {one.name(): one.cleaned_data["revision"] or 0 for one in chosen if one.is_valid()}
    who, now = signed_in(request.user).id, timezone.now()
    try:
        count = actions.fill(host, named, knowledge=knowledge_at(settings.CONFIG.data), by=who, at=now)
    except (Conflict, Invalid, NotFound) as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        told = ngettext("%(count)d row is filled.", "%(count)d rows are filled.", count) % {"count": count}
        (messages.success if count else messages.info)(request, told if count else _("No row was chosen."))
    return redirect("sites:inventory", host=host)


def draft(request: HttpRequest, host: str) -> HttpResponse:
    """Write the policy's next version from the inventory, to be looked over and published; an address alone writes nothing."""
    site = queries.site(host)
    if request.method != "POST":
        return redirect("sites:inventory", host=host)
    try:
        source = actions.freeze(site.policy, by=signed_in(request.user).id, at=timezone.now())
    except HoldtrueError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("sites:inventory", host=host)
    newest = texts.newest_number(site.policy)
    context = {
        "site": site,
        "source": source,
        "based_on": newest,
        "number": newest + 1,
        "gaps": gaps_of(site, in_force_or_none(site)),
    }
    return render(request, "sites/draft.html", context)


@require_POST
def take_over(request: HttpRequest, host: str) -> HttpResponse:
    """Let the inventory say what the policy in force declares."""
    try:
        count = actions.take_over(host, by=signed_in(request.user).id, at=timezone.now())
    except (Conflict, NotFound) as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, _("The inventory now says what the policy declares: %(count)s changed.") % {"count": count})
    return redirect("sites:inventory", host=host)
