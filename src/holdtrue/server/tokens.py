"""Tokens: issued, shown once with the command that uses them, and revoked."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from holdtrue.accounts.actions import issue_token, revoke_token
from holdtrue.accounts.queries import Purpose, signed_in
from holdtrue.accounts.queries import tokens as issued_tokens
from holdtrue.evidence.actions import record
from holdtrue.server.forms import TokenForm


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, this once."""

    secret: str
    command: str
    """What to type on the device, or wherever the scanner runs."""


@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens and issue new ones; the secret stands in this one answer and nowhere else."""
    form = TokenForm(request.POST or None)
    issued = _issue(request, form) if request.method == "POST" and form.is_valid() else None
    context = {"form": TokenForm() if issued else form, "issued": issued, "tokens": issued_tokens(at=timezone.now())}
    return render(request, "tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    """End a token now."""
    revoke_token(token, by=signed_in(request.user).id, at=timezone.now(), record=record)
    messages.success(request, _("The token is revoked. Whatever still uses it is refused from now on."))
    return redirect("tokens")


def _issue(request: HttpRequest, form: TokenForm) -> Issued:
    purpose, subject, now = Purpose(form.cleaned_data["purpose"]), form.subject, timezone.now()
    until = now + timedelta(days=form.cleaned_data["days"])
    by = signed_in(request.user).id
    secret = issue_token(purpose, subject=subject, by=by, at=now, expires_at=until, record=record)
    report = f"--report-to {settings.CONFIG.public_url} --token {secret}"
    if purpose is Purpose.DEVICE:
        join = f"holdtrue agent enrol {settings.CONFIG.public_url} --token {secret}"
        return Issued(secret, f"{join}\n{_('or, to report once by hand:')}\nholdtrue check {report}")
    if purpose is Purpose.GATEWAY:
        address = f"{settings.CONFIG.public_url}/api/devices/SERIAL/may-connect"
        return Issued(secret, f'curl -H "Authorization: Bearer {secret}" {address}')
    if purpose is Purpose.RESULTS:
        address = f"{settings.CONFIG.public_url}/api/hooks/{secret}"
        return Issued(secret, f"holdtrue results FILE {report}\n{_('or as the address of a webhook:')} {address}")
    site = form.sites[subject]
    source = f"{settings.CONFIG.public_url}/p/{site.policy}/source.md"
    return Issued(secret, f"curl -so policy.md {source}\nholdtrue scan {site.url} --policy policy.md {report}")
