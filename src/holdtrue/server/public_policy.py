"""The public addresses of a cookie policy: a page, a fragment and data for the organisation's own site, a file for print."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from holdtrue.errors import NotFound
from holdtrue.policy.text import queries
from holdtrue.policy.text import views as texts
from holdtrue.policy.text.printing import printed
from holdtrue.policy.text.rules import Audience
from holdtrue.server.cookie_policy import CookiePolicy, as_data, cookie_policy
from holdtrue.website.consent.queries import settings_of
from holdtrue.website.sites.queries import sites_under


@require_safe
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the version in force: with live tables where websites are held against it, as plain text otherwise."""
    # A link from a Dutch page can ask for Dutch; without, the reader's own choice stands.
    with translation.override(_language(request) if "language" in request.GET else translation.get_language()):
        if not _is_of_a_site(slug):
            return texts.policy(request, slug)
        page = _policy(slug)
        return render(request, "cookies/page.html", {"page": page, "shown": page.shown, "document": page.document})


@require_safe
def fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the policy as a piece of HTML without script or style, for a page of the organisation's own site."""
    with translation.override(_language(request)):
        page = _policy(_of_a_site(slug))
        answer = HttpResponse(render_to_string("cookies/fragment.html", _context(page)))
    return _shared(answer, request, page)


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out what the policy declares as JSON."""
    page = _policy(_of_a_site(slug))
    return _shared(JsonResponse(as_data(page, url=_address(slug))), request, page)


@require_safe
def inventory(request: HttpRequest, slug: str, sha256: str) -> HttpResponse:
    """Hand out a frozen inventory, byte for byte as it was hashed, where a published version of the policy names it."""
    from holdtrue.website.sites.queries import frozen_document

    _of_a_site(slug)
    if sha256 not in {version.document.inventory for version in queries.versions_of(slug)}:
        raise NotFound("No published version names this inventory.", hint="A version names it in its head, under `inventory`.")
    del request
    return HttpResponse(frozen_document(sha256), content_type="application/json")


@require_safe
def pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the version in force as a file for print."""
    with translation.override(_language(request)):
        page = _policy(_of_a_site(slug))
        html = render_to_string("cookies/print.html", _context(page))
    answer = HttpResponse(printed(html), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{page.shown.slug}-{page.shown.number}.pdf"'
    return answer


def _is_of_a_site(slug: str) -> bool:
    return (
        bool(sites_under(slug)) and queries.current(slug, at=timezone.now()).audience is Audience.PUBLIC and _was_public(slug)
    )


def _was_public(slug: str) -> bool:
    """Whether the newest text, too, is for the public: a policy for personnel is for personnel, in all its versions."""
    newest = queries.newest(slug)
    return newest is not None and newest.audience is Audience.PUBLIC


def _of_a_site(slug: str) -> str:
    if not _is_of_a_site(slug):
        raise NotFound(f"“{slug[:60]}” is not the public policy of a website.", hint="Its page is the policy's own address.")
    return slug


def _policy(slug: str) -> CookiePolicy:
    return cookie_policy(slug, language=(translation.get_language() or "en")[:2], at=timezone.now())


def _language(request: HttpRequest) -> str:
    """Return the language that the address asks for, or the one that the reader's browser does."""
    asked = request.GET.get("language", "")[:2].casefold()
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def _address(slug: str) -> str:
    return f"{settings.CONFIG.public_url}{reverse('text:policy', args=[slug])}"


def _context(page: CookiePolicy) -> dict[str, object]:
    return {"page": page, "shown": page.shown, "document": page.document, "url": _address(page.shown.slug)}


def _shared(answer: HttpResponse, request: HttpRequest, page: CookiePolicy) -> HttpResponse:
    """Let pages of the policy's own sites read the answer, and caches keep it for five minutes."""
    answer["Vary"] = "Origin, Accept-Language"
    answer["Cache-Control"] = "public, max-age=300"
    origin = request.headers.get("Origin", "")
    if origin and origin in _origins(page):
        answer["Access-Control-Allow-Origin"] = origin
    return answer


def _origins(page: CookiePolicy) -> set[str]:
    own = {f"{urlsplit(site.url).scheme}://{site.host}" for site in page.sites}
    return own | {origin for site in page.sites for origin in settings_of(site.host).asking.origins}
