"""What is asked of whoever wants a pack."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.errors import Invalid
from holdtrue.evidence.notes import LARGEST_NOTE, Checkpoint, parse


class PackForm(forms.Form):
    """A pack of everything, or about some subjects; with the proof since an earlier checkpoint, if there is one."""

    reason = forms.CharField(
        label=_("What it is for"), required=False, max_length=200, help_text=_("Stands in the pack's first line.")
    )
    about = forms.CharField(
        label=_("Only about these subjects"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code-small"}),
        help_text=_("One a line, such as policy/work-behaviors or device/LT-07. Leave empty for the whole log."),
    )
    since = forms.FileField(
        label=_("An earlier checkpoint"),
        required=False,
        help_text=_("The pack then proves that nothing before it was changed since."),
    )

    without_names = forms.BooleanField(label=_("Leave out who"), required=False, help_text=_("Everything else stays provable."))

    def clean_about(self) -> list[str]:
        """Return the subjects."""
        return [line.strip() for line in self.cleaned_data["about"].splitlines() if line.strip()]

    def clean_since(self) -> bytes | None:
        """Return the earlier checkpoint as it was signed."""
        file: Any = self.cleaned_data["since"]
        if not file:
            return None
        data: bytes = file.read(LARGEST_NOTE + 1)
        try:
            Checkpoint.parse(parse(data).text)
        except Invalid as error:
            raise forms.ValidationError(_("This is not a signed checkpoint.")) from error
        return data
