"""The pages of software: what is installed without leave, and the catalogue."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid
from holdtrue.workplace.software import actions, queries
from holdtrue.workplace.software.forms import ApproveForm, CatalogueForm

SOON = timedelta(days=30)
_MAY_APPROVE = frozenset({Role.SECURITY, Role.ADMIN})
SHOWN = 100
"""Titles on one page; the rest are counted."""


def software(request: HttpRequest) -> HttpResponse:
    """Show what is installed without leave, and what is approved."""
    return _page(request)


def approve(request: HttpRequest) -> HttpResponse:
    """Approve one title, or every entry of a catalogue file."""
    if request.method != "POST":
        given = {name: request.GET.get(name, "") for name in ("name", "type", "source", "publisher")}
        return render(request, "software/approve.html", {"form": ApproveForm(initial=given), "catalogue_form": CatalogueForm()})
    if "catalogue" in request.FILES:
        return _import(request)
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            actions.approve(form.approval(), by=signed_in(request.user).id, at=timezone.now())
        except (Conflict, Invalid) as error:
            form.add_error("name", f"{error.message} {error.hint}")
        else:
            messages.success(request, _("%(name)s is approved.") % {"name": form.cleaned_data["name"]})
            return redirect("software:software")
    return render(request, "software/approve.html", {"form": form, "catalogue_form": CatalogueForm()}, status=422)


def _import(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            added = actions.import_catalogue(
                form.cleaned_data["catalogue"].read(), by=signed_in(request.user).id, at=timezone.now()
            )
        except Invalid as error:
            form.add_error("catalogue", f"{error.message} {error.hint}")
        else:
            words = ngettext("%(count)d entry is approved.", "%(count)d entries are approved.", added)
            messages.success(request, words % {"count": added})
            return redirect("software:software")
    return render(request, "software/approve.html", {"form": ApproveForm(), "catalogue_form": form}, status=422)


def _page(request: HttpRequest) -> HttpResponse:
    reader, at = signed_in(request.user), timezone.now()
    every = queries.unapproved() if reader.oversees else ()
    archives = queries.archives(every)
    large = {(archive.origin, archive.type) for archive in archives}
    titles = [title for title in every if (title.origin, title.type) not in large]
    context = {
        "archives": archives,
        "titles": titles[:SHOWN],
        "more": max(0, len(titles) - SHOWN),
        "approvals": queries.approvals(),
        "ending": queries.expiring(by=(at + SOON).date()),
        "inventories": queries.inventories(),
        "sees_all": reader.oversees,
        "may_approve": bool(reader.roles & _MAY_APPROVE),
        "today": at.date(),
    }
    return render(request, "software/software.html", context)
