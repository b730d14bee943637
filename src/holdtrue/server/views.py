"""The pages that belong to the whole: the policy as dashboard, and what unfolds under a clause."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Reader
from holdtrue.server.access import ALLOWED
from holdtrue.server.clauses import clause_page
from holdtrue.server.dashboard import Dashboard, dashboard
from holdtrue.server.own import own_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the policy with what is true now beside each clause."""
    reader = signed_in(request.user)
    page = dashboard(reader, own=own_of(reader), at=timezone.now(), slug=request.GET.get("policy", ""))
    if page is None:
        return render(request, "home_empty.html", {"publish_url": _if_allowed(reader, "text:publish")})
    needs = request.GET.get("show") == "needs"
    return render(request, "home.html", {"page": page, "needs": needs, **_links(reader, page)})


@require_safe
def clause(request: HttpRequest, slug: str, clause: str) -> HttpResponse:
    """Show the evidence under one clause: as a piece of the policy for htmx, otherwise as a page."""
    reader = signed_in(request.user)
    page = clause_page(reader, slug, clause, own=own_of(reader), at=timezone.now())
    template = "holdtrue/evidence_of_clause.html" if request.headers.get("HX-Request") else "clause.html"
    answer = render(request, template, {"page": page})
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _links(reader: Reader, page: Dashboard) -> dict[str, str]:
    slug, number = page.version.slug, page.version.number
    return {
        "changes_url": reverse("text:changes", args=[slug, number - 1, number]) if number > 1 else "",
        "text_url": reverse("text:policy", args=[slug]),
        "pack_url": _if_allowed(reader, "evidence:pack"),
    }


def _if_allowed(reader: Reader, name: str) -> str:
    return reverse(name) if reader.roles & ALLOWED[name] else ""
