"""The pages of devices: those that need a person first, and one with its facts and what to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import NotAllowed
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.exemptions.rules import Register
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.queries import changes, verdicts_on
from holdtrue.policy.standing.rules import WORST_FIRST, Result, Verdict, consented, effective
from holdtrue.workplace.devices import queries
from holdtrue.workplace.devices import register as registry
from holdtrue.workplace.devices.forms import AssignForm
from holdtrue.workplace.devices.queries import Listed

_MAY_ASSIGN = frozenset({Role.SECURITY, Role.ADMIN})
_ALL = tuple(COMMITMENTS)


@dataclass(frozen=True, slots=True)
class Row:
    """A device in the list, with what is true of it now."""

    device: Listed
    verdicts: tuple[Verdict, ...]
    """The worst first."""

    @property
    def worst(self) -> Verdict | None:
        """Return the verdict that decides its place in the list."""
        return self.verdicts[0] if self.verdicts else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict with the words for its commitment."""

    title: str
    verdict: Verdict


def devices(request: HttpRequest) -> HttpResponse:
    """List the devices that the reader may see, those that need a person first."""
    reader, at = signed_in(request.user), timezone.now()
    consents = register(at=at, owners=queries.owners_by_subject())
    rows = [Row(device, _verdicts(device, consents, at=at)) for device in queries.devices(reader=reader)]
    rows.sort(key=lambda row: (WORST_FIRST.index(row.worst.result) if row.worst else 0, row.device.name.lower()))
    return render(request, "devices/devices.html", {"rows": rows, "sees_all": reader.oversees})


def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Show one device: what is true of it, what to do, what it said; the security team says whose it is."""
    reader, at = signed_in(request.user), timezone.now()
    shown = queries.device(device_id, reader=reader)
    form = AssignForm(request.POST or None, initial=_papers(shown))
    if request.method == "POST":
        if not reader.roles & _MAY_ASSIGN:
            raise NotAllowed("Your role does not assign devices.", hint="Ask the security team.")
        if form.is_valid():
            registry.assign_device(device_id, form.papers, by=reader.id, at=at)
            messages.success(request, _("Kept."))
            return redirect("devices:device", device_id=device_id)
    return _page(request, shown, reader, form, at=at, status=422 if request.method == "POST" else 200)


def _papers(shown: Listed) -> dict[str, str]:
    return {
        "owner": str(shown.owner or ""),
        "ownership": shown.ownership,
        "asset_tag": shown.asset_tag,
        "purchase": shown.purchase,
    }


def _page(  # noqa: PLR0913 - what the page shows
    request: HttpRequest, shown: Listed, reader: Reader, form: AssignForm, *, at: datetime, status: int
) -> HttpResponse:
    sheet = queries.last_sheet(shown.id)
    consents = register(at=at, owners=queries.owners_by_subject())
    context = {
        "device": shown,
        "verdicts": [Shown(COMMITMENTS[one.commitment].title, one) for one in _verdicts(shown, consents, at=at)],
        "facts": sheet.facts if sheet else (),
        "unread": sheet.unread if sheet else (),
        "software": sheet.software if sheet else None,
        "reports": queries.reports_of(shown.id),
        "changes": _history(shown),
        "form": form if reader.roles & _MAY_ASSIGN else None,
        "is_own": shown.owner == reader.id,
    }
    return render(request, "devices/device.html", context, status=status)


def _verdicts(device: Listed, consents: Register, *, at: datetime) -> tuple[Verdict, ...]:
    now = [consented(effective(verdict, at=at), consents, at=at) for verdict in verdicts_on(device.subject)]
    return tuple(sorted(now, key=lambda one: (WORST_FIRST.index(one.result), _ALL.index(one.commitment))))


@dataclass(frozen=True, slots=True)
class Past:
    """One change of the device's standing."""

    title: str
    before: str
    after: Result
    at: datetime
    entry: UUID


def _history(device: Listed) -> list[Past]:
    """Return how the device's standing changed, the newest first."""
    found = changes(commitments=_ALL, since=device.enrolled_at, subjects=frozenset({device.subject}))
    newest = list(reversed(found))[:30]
    return [
        Past(COMMITMENTS[one.commitment].title, one.before.replace("-", " "), one.after, one.at, one.entry) for one in newest
    ]
