"""What a person says about a program."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.errors import Invalid
from holdtrue.workplace.software.asks import Ask
from holdtrue.workplace.software.catalogue import from_purl
from holdtrue.workplace.software.rules import Approval, Stance
from holdtrue.workplace.software.versions import parse_range

_PLATFORMS = [("linux", "Linux"), ("macos", "macOS"), ("windows", "Windows")]


class ApproveForm(forms.Form):
    """Leave to use a program, or its refusal."""

    stance = forms.ChoiceField(
        label=_("Decision"),
        choices=[(Stance.APPROVED, _("approved")), (Stance.DENIED, _("denied: known to be bad, whatever else is approved"))],
        initial=Stance.APPROVED,
        required=False,
    )
    name = forms.CharField(
        label=_("Title"),
        max_length=300,
        help_text=_("A star stands for anything: google-cloud-*; or a package URL: pkg:npm/%40angular/*"),
    )
    type = forms.CharField(
        label=_("Sort of package"),
        max_length=20,
        required=False,
        help_text=_("deb, rpm, flatpak, snap, pypi, npm, brew, app or windows; empty for any"),
    )
    source = forms.CharField(label=_("From the archive"), max_length=300, required=False)
    publisher = forms.CharField(label=_("Publisher"), max_length=300, required=False)
    versions = forms.CharField(
        label=_("Versions"),
        max_length=300,
        required=False,
        help_text=_("Such as `>= 2.40, < 3`, or `vers:deb/>=2.40|<3`; empty for all"),
    )
    platforms = forms.MultipleChoiceField(
        label=_("Systems"), required=False, choices=_PLATFORMS, widget=forms.CheckboxSelectMultiple, help_text=_("None for all")
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=0, max_value=2_000_000_000, required=False)
    expires = forms.DateField(label=_("Approved until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(label=_("Why"), max_length=300)

    def clean_versions(self) -> str:
        """Refuse what is no range of versions, with how to write one."""
        text = str(self.cleaned_data["versions"])
        try:
            return str(parse_range(text))
        except Invalid as error:
            raise forms.ValidationError(f"{error.message} {error.hint}") from error

    def clean_name(self) -> str:
        """Refuse what begins as a package URL and is none."""
        name = str(self.cleaned_data["name"])
        if name.lower().startswith("pkg:"):
            try:
                from_purl(name)
            except Invalid as error:
                raise forms.ValidationError(f"{error.message} {error.hint}") from error
        return name

    def approval(self) -> Approval:
        """Return what the form says, once it is valid."""
        given: dict[str, Any] = self.cleaned_data
        name, type_, source, versions = given["name"], given["type"].lower(), given["source"], parse_range(given["versions"])
        if name.lower().startswith("pkg:"):
            type_, told, name, pinned = from_purl(name)
            source, versions = source or told, versions if versions.spans else pinned
        expires = given["expires"]
        return Approval(
            name=name, type=type_, source=source, publisher=given["publisher"], versions=versions,
            platforms=frozenset(given["platforms"]), seats=given["seats"],
            expires=expires if isinstance(expires, date) else None,
            why=given["why"], stance=Stance(given["stance"] or Stance.APPROVED),
        )  # fmt: skip


class CatalogueForm(forms.Form):
    """A whole catalogue in a file."""

    catalogue = forms.FileField(label=_("Catalogue (CSV or YAML)"))


class AskForm(forms.Form):
    """A title that somebody wants to use."""

    name = forms.CharField(label=_("Title"), max_length=300)
    what_for = forms.CharField(
        label=_("What for"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        help_text=_("In a sentence: the security team decides by it."),
    )
    type = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    publisher = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    device = forms.ChoiceField(label=_("On"), required=False)

    def __init__(self, *args: Any, devices: dict[str, str], **kwargs: Any) -> None:
        """Offer the reader's own devices, given as subject and name."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        device = self.fields["device"]
        if isinstance(device, forms.ChoiceField):
            device.choices = [("", _("any device")), *devices.items()]

    def ask(self) -> Ask:
        """Return what the form says, once it is valid."""
        given: dict[str, Any] = self.cleaned_data
        return Ask(given["name"], given["what_for"], given["type"], given["publisher"], given["device"])


class WhyForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2, "class": "short"})
    )
