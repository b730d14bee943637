"""The form in which a version is written, looked at and published."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.policy.text.rules import LONGEST_SOURCE


class PublishForm(forms.Form):
    """A policy's text, typed or as a file, and the version that its author saw."""

    source = forms.CharField(
        label=_("Text of the policy"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "source", "rows": 28, "spellcheck": "true"}),
    )
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("Markdown, in UTF-8. It replaces the text above."))
    based_on = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Return the values; the text is that of the file when one was given."""
        values = super().clean() or self.cleaned_data
        file = values.get("file")
        if file is not None:
            values["source"] = self._text_of(file.read(LONGEST_SOURCE + 1))
        if not (values.get("source") or "").strip() and not self.errors:
            self.add_error("source", _("Write or paste the text, or choose a file."))
        return values

    def _text_of(self, content: bytes) -> str:
        if len(content) > LONGEST_SOURCE:
            self.add_error("file", _("The file is longer than a policy may be (256 KiB)."))
            return str(self.cleaned_data.get("source", ""))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not UTF-8 text. Save it as UTF-8 and choose it again."))
            return str(self.cleaned_data.get("source", ""))
