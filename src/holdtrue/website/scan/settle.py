"""The page's part in which a person settles what a scan brought up, one click each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, HoldtrueError, Invalid
from holdtrue.said import said
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.scan import queries
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.settling import Matter, Task, tasks_of
from holdtrue.website.sites import actions as inventory
from holdtrue.website.sites import queries as sites
from holdtrue.website.sites.forms import LineForm, NameForm
from holdtrue.website.sites.queries import Listed
from holdtrue.website.sites.views import language_of

LONGEST_PAGE = 200
"""Signs of a page's address that an item's history repeats."""
_BROUGHT_UP = {
    Matter.FORBIDDEN: said("never to be set, and seen"),
    Matter.UNDECLARED: said("undeclared"),
    Matter.RETENTION: said("kept longer than declared"),
    Matter.PARTY: said("of another party than declared"),
    Matter.UNSEEN: said("declared and not seen"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with the form that settles it."""

    task: Task
    form: LineForm
    number: int
    is_open: bool
    """Whether the row has to be filled in, or mended, before it can be adopted."""
    error: str = ""


def tasks_on(site: Listed, document: ScanDocument | None) -> tuple[Shown, ...]:
    """Return what is to be settled after the newest scan of a site, the most urgent first."""
    if document is None:
        return ()
    tasks = tasks_of(document.observations, sites.inventory(site.host), knowledge_at(settings.CONFIG.data))
    return tuple(_shown(site, task, number) for number, task in enumerate(tasks, 1))


def _shown(site: Listed, task: Task, number: int) -> Shown:
    language = language_of(site)
    beginning = LineForm.beginning(task.name, task.facts, task.revision, language)
    if not task.facts.purposes:
        # Nobody has said what it is for: no category is proposed as if somebody had.
        beginning["category"] = ""
    form = LineForm(initial=beginning, language=language, auto_id=f"task{number}_%s")
    return Shown(task, form, number, is_open=not task.facts.purposes)


@require_POST
def settle(request: HttpRequest, host: str) -> HttpResponse:
    """Do what the button beside a task says, in place with htmx, otherwise with the page again."""
    site = sites.site(host)
    newest = queries.newest_of(host)
    if newest is None:
        raise Conflict(_("This website has no scan any more."), hint=_("Scan it again."))
    tasks = tasks_on(site, queries.document_of(newest.id))
    number = int(given) if (given := request.POST.get("number", "")).isdigit() else 0
    asked = NameForm(
        {"pattern": request.POST.get("of", ""), "sort": request.POST.get("sort"), "domain": request.POST.get("of_domain", "")}
    )
    matter = request.POST.get("matter", "")
    same = (one for one in tasks if asked.is_valid() and one.task.name == asked.name() and one.task.matter == matter)
    shown = next(same, None)
    if shown is None:
        return _settled(request, site, _("This is settled already."))
    shown = replace(shown, number=number or shown.number)
    why = said(
        "%(matter)s in the scan of %(day)s, on %(page)s",
        matter=_BROUGHT_UP[shown.task.matter],
        day=(newest.ended_at or newest.asked_at).date(),
        page=(shown.task.page or site.url)[:LONGEST_PAGE],
    )
    settling = _Settling(site, shown, why, by=signed_in(request.user).id, at=timezone.now())
    try:
        told = settling.do(request)
    except HoldtrueError as error:
        return _again(request, site, replace(shown, error=f"{error.message} {error.hint}", is_open=True))
    if isinstance(told, LineForm):
        return _again(request, site, replace(shown, form=told, is_open=True))
    return _settled(request, site, told)


@dataclass(frozen=True, slots=True)
class _Settling:
    """One task and who settles it."""

    site: Listed
    shown: Shown
    why: str
    by: UUID
    at: datetime

    def do(self, request: HttpRequest) -> str | LineForm:
        """Do what the button says and return what was done, in words; or the form, when it is not yet right."""
        buttons: dict[str, Callable[[HttpRequest], str | LineForm]] = {
            "adopt": self._adopt,
            "correct": self._correct,
            "merge": self._merge,
            "never": self._never,
            "drop": self._drop,
        }
        button = buttons.get("merge" if "merge" in request.POST else request.POST.get("do", ""))
        if button is None:
            raise Invalid(_("No such button."), hint=_("Reload the page."))
        return button(request)

    def _adopt(self, request: HttpRequest) -> str | LineForm:
        form = LineForm(request.POST, language=self.shown.form.language, auto_id=self.shown.form.auto_id)
        if not form.is_valid():
            return form
        try:
            inventory.declare(
                self.site.host,
                form.name(),
                form.facts(),
                based_on=form.cleaned_data["revision"],
                why=self.why,
                by=self.by,
                at=self.at,
            )
        except (Conflict, Invalid) as error:
            form.add_error("pattern", f"{error.message} {error.hint}")
            return form
        return _("%(name)s is in the inventory.") % {"name": form.name().pattern}

    def _correct(self, _request: HttpRequest) -> str:
        task = self.shown.task
        if task.matter not in {Matter.RETENTION, Matter.PARTY}:
            raise Invalid(_("No such button."), hint=_("Reload the page."))
        inventory.declare(self.site.host, task.name, task.facts, based_on=task.revision, why=self.why, by=self.by, at=self.at)
        return _("%(name)s is declared as it was seen.") % {"name": task.name.pattern}

    def _merge(self, request: HttpRequest) -> str:
        wider = next((one for one in self.shown.task.wider if one.pattern == request.POST["merge"]), None)
        if wider is None:
            raise Conflict(_("The inventory has changed meanwhile."), hint=_("Reload the page."))
        inventory.merge(
            self.site.host, wider.name, wider.pattern, based_on=wider.revision, why=self.why, by=self.by, at=self.at
        )
        return _("%(old)s is now %(new)s, and covers it.") % {"old": wider.name.pattern, "new": wider.pattern}

    def _never(self, _request: HttpRequest) -> str:
        task = self.shown.task
        inventory.forbid(self.site.host, task.name, based_on=self._revision, why=self.why, by=self.by, at=self.at)
        return _("%(name)s is never to be set; the block refuses it.") % {"name": task.name.pattern}

    def _drop(self, _request: HttpRequest) -> str:
        task = self.shown.task
        inventory.drop(self.site.host, task.name, based_on=task.revision, why=self.why, by=self.by, at=self.at)
        return _("%(name)s is no longer in the inventory.") % {"name": task.name.pattern}

    @property
    def _revision(self) -> int:
        """The revision of the item, also where it was dropped once and is proposed anew."""
        known = sites.latest(self.site.host).get(self.shown.task.name)
        return known.number if known else 0


def _settled(request: HttpRequest, site: Listed, told: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "scan/_settled.html", {"site": site, "told": told})
    messages.success(request, told)
    return redirect("scan:site", host=site.host)


def _again(request: HttpRequest, site: Listed, shown: Shown) -> HttpResponse:
    """Show the task again with what is wrong; nothing typed is lost."""
    template = "scan/_task.html" if request.headers.get("HX-Request") else "scan/task.html"
    # htmx puts only what came with a 2xx into the page.
    status = 200 if request.headers.get("HX-Request") else 422
    return render(request, template, {"site": site, "shown": shown}, status=status)
