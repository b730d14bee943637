"""The log as its overseers see it, and the page on which anybody checks a proof."""

import tempfile
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from holdtrue.evidence import attachments, reading
from holdtrue.evidence import pack as packs
from holdtrue.evidence.forms import PackForm
from holdtrue.evidence.groups import GroupName

PER_PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show where the log stands and its newest entries; `find` leads to one, `about` filters, `before` turns the page."""
    find = request.GET.get("find", "").strip()
    if find:
        return redirect("evidence:entry", entry=reading.find(find))
    about = request.GET.get("about", "").strip()
    before = request.GET.get("before", "")
    entries = reading.newest(about=about, before=int(before) if before.isdecimal() else None, most=PER_PAGE)
    older = entries[-1].index if len(entries) == PER_PAGE and entries[-1].index else None
    known = {"log": reading.overview(), "entries": entries, "about": about, "older": older}
    return render(request, "evidence/index.html", known)


@require_GET
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Show one entry: its facts, and how it is proven."""
    return render(request, "evidence/entry.html", {"entry": reading.entry(entry), "log": reading.overview()})


@require_GET
def receipt(_: HttpRequest, entry: UUID) -> HttpResponse:
    """Give the entry's proof as a file that anybody can check."""
    answer = HttpResponse(reading.receipt(entry), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{entry}.tlog-proof"'
    return answer


@require_http_methods(["GET", "POST"])
def pack(request: HttpRequest) -> HttpResponse | FileResponse:
    """Make a pack and give it as a file."""
    form = PackForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "evidence/pack.html", {"form": form, "log": reading.overview()}, status=status)
    at = timezone.now()
    asked = form.cleaned_data
    with tempfile.TemporaryDirectory(prefix="holdtrue-pack-") as folder:
        file = Path(folder) / "pack"
        packs.write(
            file,
            reading.source(),
            at=at,
            reason=asked["reason"],
            about=asked["about"],
            since=asked["since"],
            documents=attachments.provided(),
            hide=[GroupName.IDENTITY] if asked["without_names"] else [],
        )
        # The open file outlives its name, and is gone once it has been sent.
        content = file.open("rb")
    name = f"evidence-{at:%Y-%m-%d-%H%M}.holdtrue"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/x-ndjson")


@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Let anybody check a receipt or a pack in their own browser."""
    published = reading.overview().keys
    return render(request, "evidence/verify.html", {"published": published, "keys": " ".join(published)})


@require_GET
def keys(_: HttpRequest) -> HttpResponse:
    """Publish the log's name and keys."""
    log = reading.overview()
    answer = JsonResponse({"origin": log.origin, "keys": list(log.keys), "current": log.keys[-1] if log.keys else None})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
