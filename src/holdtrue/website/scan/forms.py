"""The forms of the websites' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.website.scan.actions import MOST_PAGES, PERIODS
from holdtrue.website.scan.document import MOST_BYTES

_PERIODS = (_("never"), _("every day"), _("every week"), _("every month"))


class SiteForm(forms.Form):
    """A website to be put under a policy."""

    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", help_text=_("Such as https://www.example.org/")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    policy = forms.SlugField(
        label=_("Cookie policy"),
        max_length=100,
        help_text=_("The short name of the policy that it is held against, such as cookies."),
    )


class UploadForm(forms.Form):
    """The result of a scan that was made elsewhere."""

    document = forms.FileField(label=_("Result"), help_text=_("What `holdtrue scan --format json` wrote."))

    def clean_document(self) -> bytes:
        """Return the bytes of the file, as far as they may go."""
        content: bytes = self.cleaned_data["document"].read(MOST_BYTES + 1)
        return content


class PlanForm(forms.Form):
    """How often a website is scanned by itself."""

    every_days = forms.TypedChoiceField(
        label=_("Scan by itself"), choices=list(zip(PERIODS, _PERIODS, strict=True)), coerce=int
    )
    pages = forms.IntegerField(label=_("Pages"), min_value=1, max_value=MOST_PAGES)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
