"""Asking for an exemption where it meets the register of devices."""

from django.http import HttpRequest, HttpResponse

from holdtrue.accounts.queries import signed_in
from holdtrue.policy.exemptions import views
from holdtrue.policy.exemptions.rules import ASKS_FOR_OTHERS
from holdtrue.workplace.devices.queries import devices_of, names_by_subject


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an exemption; everybody can name their own devices, those who ask for others any."""
    reader = signed_in(request.user)
    return views.ask(request, devices=names_by_subject() if reader.roles & ASKS_FOR_OTHERS else devices_of(reader.id))
