"""What people say of storage and of losses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.workplace.storage.rules import CLIENTS, Place


class PlaceForm(forms.Form):
    """A place in the cloud that work may be kept in."""

    name = forms.CharField(label=_("What we call it"), max_length=100)
    client = forms.ChoiceField(label=_("What it is reached by"), choices=[("", "")])
    account = forms.CharField(
        label=_("Whose it is"),
        help_text=_("Name of the server (cloud.example.org), id of the tenant, domain, or “team”; empty for any account."),
        max_length=200,
        required=False,
    )
    why = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every client that can be recognised."""
        super().__init__(*args, **kwargs)
        client = self.fields["client"]
        if isinstance(client, forms.ChoiceField):
            client.choices = list(CLIENTS.items())

    def place(self) -> Place:
        """Return what was filled in."""
        told = self.cleaned_data
        return Place(told["name"], told["client"], told["account"])


class StepForm(forms.Form):
    """A word about a stage that was reached."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)
