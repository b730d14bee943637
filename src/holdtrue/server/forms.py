"""The forms of the pages that belong to the whole."""

from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdtrue.accounts.queries import Purpose
from holdtrue.website.sites.queries import sites
from holdtrue.workplace.devices.queries import names_by_subject

LONGEST: Final = 366
"""Days that a token may last."""


class TokenForm(forms.Form):
    """What a token is for, and until when."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What is it for?"),
        choices=[
            (Purpose.DEVICE.value, gettext_lazy("A device, about itself")),
            (Purpose.SCAN.value, gettext_lazy("A scanner, about a website")),
            (Purpose.RESULTS.value, gettext_lazy("Another program, about devices")),
            (Purpose.GATEWAY.value, gettext_lazy("A gateway, which asks whether a device may connect")),
        ],
        widget=forms.RadioSelect,
        initial=Purpose.DEVICE.value,
    )
    site = forms.ChoiceField(label=gettext_lazy("Which website? (for a scanner)"), required=False)
    device = forms.ChoiceField(label=gettext_lazy("Which device?"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"), min_value=1, max_value=LONGEST, initial=30, widget=forms.NumberInput
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the websites that are on the list."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sites = {site.subject: site for site in sites()}
        choices = [(subject, site.name or site.host) for subject, site in self.sites.items()]
        self.fields["device"] = forms.ChoiceField(
            label=self.fields["device"].label,
            required=False,
            choices=[("", gettext_lazy("one that is new here")), *sorted(names_by_subject().items(), key=lambda pair: pair[1])],
        )
        self.fields["site"] = forms.ChoiceField(
            label=self.fields["site"].label,
            required=False,
            choices=choices or [("", gettext_lazy("no website is on the list yet"))],
        )

    @property
    def subject(self) -> str:
        """What the token may speak for; empty for a device that is new here."""
        purpose = self.cleaned_data["purpose"]
        named = {Purpose.SCAN.value: "site", Purpose.DEVICE.value: "device"}
        return str(self.cleaned_data[named[purpose]]) if purpose in named else ""

    def clean_site(self) -> str:
        """Require a website for a scanner: a token speaks for one site alone."""
        subject = str(self.cleaned_data.get("site") or "")
        if self.cleaned_data.get("purpose") != Purpose.SCAN:
            return ""
        if subject not in self.sites:
            raise ValidationError(_("A scanner's token speaks for one website. Add it under Websites first."))
        return subject
