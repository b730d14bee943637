"""What the security team says of a rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.workplace.results.queries import device_commitments
from holdtrue.workplace.results.rules import TOOLS


class MeanForm(forms.Form):
    """Which commitment a program's rule answers for."""

    tool = forms.ChoiceField(label=_("Program"), choices=list(TOOLS.items()))
    rule = forms.CharField(label=_("Its rule"), max_length=300)
    commitment = forms.ChoiceField(label=_("What it answers for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every commitment about devices."""
        super().__init__(*args, **kwargs)
        commitment = self.fields["commitment"]
        if isinstance(commitment, forms.ChoiceField):
            commitment.choices = [(name, f"{title[:1].upper()}{title[1:]}") for name, title in device_commitments()]
