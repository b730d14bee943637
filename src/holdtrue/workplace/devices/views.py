"""The pages of devices: those that need a person first, and one with its facts and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdtrue.accounts.queries import signed_in
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, NotAllowed, NotFound
from holdtrue.evidence.words import title_of
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.exemptions.rules import Register
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.queries import changes, verdicts_of, verdicts_on
from holdtrue.policy.standing.rules import WORST_FIRST, Result, Verdict, consented, effective
from holdtrue.workplace.devices import notice, queries
from holdtrue.workplace.devices import register as registry
from holdtrue.workplace.devices.clauses import in_force
from holdtrue.workplace.devices.forms import AssignForm, ExpectForm
from holdtrue.workplace.devices.listing import Brief, Show, shelf
from holdtrue.workplace.devices.queries import Listed
from holdtrue.workplace.devices.reasons import Reasoned, reasons_of
from holdtrue.workplace.facts import FactSheet

_MAY_ASSIGN = frozenset({Role.SECURITY, Role.ADMIN})
_ALL = tuple(COMMITMENTS)


@dataclass(frozen=True, slots=True)
class Row:
    """A device in the list, with what is true of it now."""

    device: Brief
    verdicts: tuple[Verdict, ...]
    """The worst first."""

    @property
    def worst(self) -> Verdict | None:
        """Return the verdict that decides its place in the list."""
        return self.verdicts[0] if self.verdicts else None

    @property
    def more(self) -> int:
        """Return how many further verdicts need somebody."""
        return sum(one.result in {Result.BROKEN, Result.UNPROVEN} for one in self.verdicts[1:])


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict with the words for its commitment, and the rules behind it for those who oversee devices."""

    title: str
    verdict: Verdict
    reasons: tuple[Reasoned, ...] = ()


def devices(request: HttpRequest) -> HttpResponse:
    """List the devices that the reader may see, those that need a person first."""
    reader, at = signed_in(request.user), timezone.now()
    asked, words = request.GET.get("show", ""), request.GET.get("q", "")[:100]
    # Somebody's own devices are few: they see them all.
    usual = Show.NEEDS if reader.oversees and not words else Show.ALL
    show = Show(asked) if asked in set(Show) else usual
    number = request.GET.get("page", "0")
    start = int(number) if number.isdigit() and len(number) < 6 else 0  # noqa: PLR2004 - digits
    consents = register(at=at, owners=queries.owners_by_subject())
    page = shelf(reader=reader, show=show, words=words, page=start, consents=consents, at=at)
    context = {
        "rows": _rows(page.rows, consents, at=at), "waiting": page.waiting, "show": show, "words": words,
        "tabs": [(sort, _tabs()[sort], page.counts[sort]) for sort in Show], "before": page.before, "after": page.after,
        "sees_all": reader.oversees, "total": sum(page.counts[sort] for sort in (Show.ALL, Show.RETIRED, Show.UNENROLLED)),
    }  # fmt: skip
    return render(request, "devices/devices.html", context)


def _tabs() -> dict[Show, str]:
    return {
        Show.NEEDS: _("Needs somebody"),
        Show.ALL: _("All"),
        Show.SILENT: _("Silent"),
        Show.LOST: _("Lost"),
        Show.UNENROLLED: _("Not enrolled"),
        Show.RETIRED: _("Out of use"),
    }


def _rows(briefs: Sequence[Brief], consents: Register, *, at: datetime) -> list[Row]:
    told = verdicts_of([one.subject for one in briefs])
    return [Row(one, _sorted(told[one.subject], consents, at=at)) for one in briefs]


def expect(request: HttpRequest) -> HttpResponse:
    """Write down devices before they join: one by its papers, or many from a table."""
    reader, at = signed_in(request.user), timezone.now()
    form = ExpectForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.table is not None:
            added, known = registry.expect_devices(form.table, by=reader.id, at=at)
            messages.success(
                request, _("%(added)d devices are expected; %(known)d were known already.") % {"added": added, "known": known}
            )
        else:
            registry.expect_device(
                form.cleaned_data["serial"], form.papers, name=form.cleaned_data["name"], by=reader.id, at=at
            )
            messages.success(request, _("The device is expected."))
        return redirect(reverse("devices:devices") + f"?show={Show.UNENROLLED}")
    return render(request, "devices/expect.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def forget(request: HttpRequest, expected: UUID) -> HttpResponse:
    """Take a device that has not joined from the list."""
    registry.forget_expected(expected)
    messages.success(request, _("It is on the list no more."))
    return redirect(reverse("devices:devices") + f"?show={Show.UNENROLLED}")


@require_POST
def act(request: HttpRequest, device_id: UUID, what: str) -> HttpResponse:
    """Do to a device what its page offers; whoever answers for it may ask it to look again, the rest is the security team's."""
    reader, at = signed_in(request.user), timezone.now()
    shown = queries.device(device_id, reader=reader)
    done = _acts().get(what)
    if done is None:
        raise NotFound("Nothing of that name is done to a device.")
    is_theirs = what == "check" and shown.owner == reader.id
    if not (reader.roles & _MAY_ASSIGN or is_theirs):
        raise NotAllowed("Your role does not do this.", hint="Ask the security team.")
    action, said = done
    action(device_id, by=reader.id, at=at)
    messages.success(request, said)
    return redirect("devices:device", device_id=device_id)


class _Act(Protocol):
    def __call__(self, device_id: UUID, *, by: UUID, at: datetime) -> None: ...


def _acts() -> dict[str, tuple[_Act, str]]:
    return {
        "found": (registry.mark_found, _("The device is marked found; its key speaks for it again.")),
        "retire": (registry.retire_device, _("The device is out of use.")),
        "revoke": (registry.revoke_key, _("The key is revoked. Issue a token for this device, so that it can enrol again.")),
        "clear": (registry.clear_suspicion, _("The key stands.")),
        "check": (registry.ask_to_check, _("The device is asked; it looks again when it next speaks, within 15 minutes.")),
    }


def collected(request: HttpRequest) -> HttpResponse:
    """Say what devices tell, why, and for how long it is kept."""
    told = [(_(one.what), _(one.why), one.kept_days) for one in notice.COLLECTED]
    return render(request, "devices/collected.html", {"collected": told, "never": [_(one) for one in notice.NEVER]})


class Judged(Protocol):
    """Whoever knows what of a device's facts is judged."""

    def __call__(self, sheet: FactSheet, *, at: datetime) -> FactSheet:
        """Return the facts without what somebody approved by name."""


def device(request: HttpRequest, device_id: UUID, judged: Judged) -> HttpResponse:
    """Show one device: what is true of it, what to do, what it said; the security team says whose it is."""
    reader, at = signed_in(request.user), timezone.now()
    shown = queries.device(device_id, reader=reader)
    form = AssignForm(request.POST or None, initial=_papers(shown), claimed_tag=shown.claimed_tag)
    if request.method == "POST":
        if not reader.roles & _MAY_ASSIGN:
            raise NotAllowed("Your role does not assign devices.", hint="Ask the security team.")
        if form.is_valid():
            try:
                registry.assign_device(device_id, form.papers, by=reader.id, at=at)
            except Conflict:
                form.add_error("asset_tag", _("Another device carries this asset tag: look at both."))
            else:
                messages.success(request, _("Kept."))
                return redirect("devices:device", device_id=device_id)
    return _page(request, shown, reader, form, judged=judged, at=at)


def _papers(shown: Listed) -> dict[str, str]:
    return {
        "owner": str(shown.owner or ""),
        "ownership": shown.ownership,
        "asset_tag": shown.asset_tag,
        "purchase": shown.purchase,
    }


def _page(  # noqa: PLR0913 - what the page shows
    request: HttpRequest, shown: Listed, reader: Reader, form: AssignForm, *, judged: Judged, at: datetime
) -> HttpResponse:
    sheet = queries.last_sheet(shown.id)
    consents = register(at=at, owners=queries.owners_by_subject())
    reasons = reasons_of(judged(sheet, at=at), in_force(at=at), at=at) if sheet and reader.oversees else {}
    context = {
        "device": shown,
        "oversees": reader.oversees,
        "verdicts": [
            Shown(COMMITMENTS[one.commitment].title, one, reasons.get(one.commitment, ()))
            for one in _verdicts(shown, consents, at=at)
        ],
        "facts": sheet.facts if sheet else (),
        "unread": sheet.unread if sheet else (),
        "software": sheet.software if sheet else None,
        "reports": queries.reports_of(shown.id),
        "changes": _history(shown),
        "form": form if reader.roles & _MAY_ASSIGN else None,
        "is_own": shown.owner == reader.id,
        "key": queries.key_of(shown.id),
        "steps": [(title_of(one.kind, {}), one) for one in queries.steps_of(shown.id)],
        "may_act": bool(reader.roles & _MAY_ASSIGN),
        "same_tag": queries.of_the_same_tag(shown) if reader.roles & _MAY_ASSIGN else [],
    }
    return render(request, "devices/device.html", context, status=422 if request.method == "POST" else 200)


def _verdicts(device: Listed, consents: Register, *, at: datetime) -> tuple[Verdict, ...]:
    return _sorted(verdicts_on(device.subject), consents, at=at)


def _sorted(verdicts: Sequence[Verdict], consents: Register, *, at: datetime) -> tuple[Verdict, ...]:
    now = [consented(effective(verdict, at=at), consents, at=at) for verdict in verdicts]
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
