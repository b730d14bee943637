"""What a person says about a program."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.errors import Invalid
from holdtrue.workplace.software.rules import Approval
from holdtrue.workplace.software.versions import parse_range


class ApproveForm(forms.Form):
    """Leave to use a program."""

    name = forms.CharField(label=_("Title"), max_length=300, help_text=_("A star stands for anything: google-cloud-*"))
    type = forms.CharField(
        label=_("Sort of package"),
        max_length=20,
        required=False,
        help_text=_("deb, rpm, flatpak, snap, pypi, npm, brew, app or windows; empty for any"),
    )
    source = forms.CharField(label=_("From the archive"), max_length=300, required=False)
    publisher = forms.CharField(label=_("Publisher"), max_length=300, required=False)
    versions = forms.CharField(
        label=_("Versions"), max_length=300, required=False, help_text=_("Such as >= 2.40, < 3; empty for all")
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=0, required=False)
    expires = forms.DateField(label=_("Approved until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(label=_("Why"), max_length=300)

    def clean_versions(self) -> str:
        """Refuse what is no range of versions, with how to write one."""
        text = str(self.cleaned_data["versions"])
        try:
            parse_range(text)
        except Invalid as error:
            raise forms.ValidationError(f"{error.message} {error.hint}") from error
        return text

    def approval(self) -> Approval:
        """Return what the form says, once it is valid."""
        given: dict[str, Any] = self.cleaned_data
        expires = given["expires"]
        return Approval(
            name=given["name"], type=given["type"].lower(), source=given["source"], publisher=given["publisher"],
            versions=parse_range(given["versions"]), seats=given["seats"],
            expires=expires if isinstance(expires, date) else None,
            why=given["why"],
        )  # fmt: skip


class CatalogueForm(forms.Form):
    """A whole catalogue in a file."""

    catalogue = forms.FileField(label=_("Catalogue (YAML)"))
