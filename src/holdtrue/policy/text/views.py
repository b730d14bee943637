"""Pages of published policies, and the page on which a version is published."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from holdtrue.accounts.queries import signed_in
from holdtrue.errors import Conflict, HoldtrueError, NotFound
from holdtrue.policy.text import queries
from holdtrue.policy.text.actions import publish_version
from holdtrue.policy.text.differences import Difference, difference_between, in_words
from holdtrue.policy.text.findings import Finding, Group, by_severity
from holdtrue.policy.text.forms import PublishForm
from holdtrue.policy.text.lint import lint
from holdtrue.policy.text.queries import PublishedVersion
from holdtrue.policy.text.rules import Audience, Document, parse


def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the version in force."""
    return _page(request, queries.current(slug, at=timezone.now()), at=timezone.now())


def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one version, in force or not."""
    return _page(request, queries.version(slug, number), at=timezone.now())


def source(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Hand out the very bytes that were hashed."""
    shown = queries.version(slug, number) if number else queries.current(slug, at=timezone.now())
    if _is_hidden(request, shown):
        return redirect_to_login(request.get_full_path())
    answer = HttpResponse(shown.source.encode(), content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{shown.slug}-{shown.number}.md"'
    answer["ETag"] = f'"{shown.text_hash}"'
    return answer


def changes(request: HttpRequest, slug: str, older: int, newer: int) -> HttpResponse:
    """Show what changed between two versions, clause by clause."""
    before, after = queries.version(slug, older), queries.version(slug, newer)
    if _is_hidden(request, before) or _is_hidden(request, after):
        return redirect_to_login(request.get_full_path())
    difference = queries.difference(slug, older, newer)
    context = {"before": before, "after": after, "difference": difference, "summary": in_words(difference)}
    return render(request, "text/changes.html", context)


def publish(request: HttpRequest) -> HttpResponse:
    """Let a version be written, looked at with what the lint finds and what would change, and published."""
    if request.method != "POST":
        return render(request, "text/publish.html", {"form": _form_for(request.GET.get("policy", ""))})
    form = PublishForm(request.POST, request.FILES)
    is_sound = form.is_valid()
    text = form.cleaned_data.get("source") or ""
    if not is_sound:
        return _again(request, form, text)
    try:
        if request.POST.get("action") == "publish":
            done = _publish(request, text, form.cleaned_data["based_on"] or 0)
            messages.success(request, _("Version %(number)s is published.") % {"number": done.number})
            return redirect("text:version", slug=done.slug, number=done.number)
        return _again(request, form, text, preview=_preview(text))
    except Conflict as error:
        # Nothing is lost: the author sees what the other version changes, and decides.
        return _again(request, form, text, error=error, preview=_preview(text))
    except HoldtrueError as error:
        return _again(request, form, text, error=error)


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing a text would do."""

    document: Document | None
    """None for a text without a head, such as one copied from a website: it is examined and cannot be published so."""
    findings: tuple[Finding, ...]
    groups: tuple[Group, ...]
    """The findings, the gravest first."""
    newest: PublishedVersion | None
    """The version that it would follow."""
    difference: Difference | None
    summary: tuple[str, ...]


def _preview(text: str) -> Preview:
    document = parse(text) if text.startswith("---") else None
    findings = lint(text)
    newest = queries.newest(document.slug) if document else None
    difference = difference_between(newest.document, document) if newest and document else None
    return Preview(
        document=document,
        findings=findings,
        groups=by_severity(findings),
        newest=newest,
        difference=difference,
        summary=in_words(difference) if difference else (),
    )


def _publish(request: HttpRequest, text: str, based_on: int) -> PublishedVersion:
    return publish_version(text, based_on=based_on, by=signed_in(request.user).id, at=timezone.now())


def _form_for(slug: str) -> PublishForm:
    newest = queries.newest(slug) if slug else None
    if newest is None:
        return PublishForm()
    return PublishForm(initial={"source": newest.source, "based_on": newest.number})


def _again(
    request: HttpRequest,
    form: PublishForm,
    text: str,
    *,
    error: HoldtrueError | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    """Show the form again with everything that was typed, also what came as a file."""
    based_on = preview.newest.number if preview and preview.newest else form.cleaned_data.get("based_on") or 0
    filled = PublishForm(initial={"source": text, "based_on": based_on})
    context = {"form": filled, "errors": form.errors, "error": error, "preview": preview}
    unprocessable = 422 if form.errors else 200
    return render(request, "text/publish.html", context, status=error.status if error else unprocessable)


def _page(request: HttpRequest, shown: PublishedVersion, *, at: datetime) -> HttpResponse:
    if _is_hidden(request, shown):
        return redirect_to_login(request.get_full_path())
    versions = queries.versions_of(shown.slug)
    previous = next((one for one in versions if one.number == shown.number - 1), None)
    difference = queries.difference(shown.slug, previous.number, shown.number) if previous else None
    context = {
        "shown": shown,
        "document": shown.document,
        "versions": versions,
        "previous": previous,
        "summary": in_words(difference) if difference else (),
        "in_force": _in_force(shown, at=at),
    }
    return render(request, "text/policy.html", context)


def _in_force(shown: PublishedVersion, *, at: datetime) -> PublishedVersion | None:
    try:
        return queries.current(shown.slug, at=at)
    except NotFound:
        return None


def _is_hidden(request: HttpRequest, shown: PublishedVersion) -> bool:
    """Whether the reader has to sign in first: a policy for personnel is for personnel, in all its versions."""
    newest = queries.newest(shown.slug)
    audiences = {shown.audience, newest.audience if newest else shown.audience}
    return Audience.PERSONNEL in audiences and not request.user.is_authenticated
