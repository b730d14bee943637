"""What the security team says of settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.workplace.drift.rules import Watched


class AgreeForm(forms.Form):
    """Why a changed setting may stay."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2, "class": "short"})
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class WatchForm(forms.Form):
    """A setting to watch."""

    name = forms.CharField(
        label=_("Setting"), max_length=300, help_text=_("As the device's facts name it; a star stands for anything")
    )
    system = forms.ChoiceField(
        label=_("System"),
        required=False,
        choices=[("", _("all")), ("linux", "Linux"), ("macos", "macOS"), ("windows", "Windows")],
    )
    about = forms.CharField(label=_("What it is about"), max_length=100, required=False)

    def watched(self) -> Watched:
        """Return what the form says, once it is valid."""
        given = self.cleaned_data
        return Watched(given["name"], given["about"], given["system"])
