"""What a person says about a device."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.accounts.queries import people
from holdtrue.workplace.devices.register import Papers
from holdtrue.workplace.devices.rules import Ownership


class AssignForm(forms.Form):
    """Whose the device is, and who answers for it."""

    owner = forms.ChoiceField(label=_("Who uses it"), required=False)
    ownership = forms.ChoiceField(
        label=_("Whose it is"), choices=[(Ownership.COMPANY, _("the company's")), (Ownership.PERSONAL, _("personal"))]
    )

    asset_tag = forms.CharField(label=_("Asset tag"), max_length=100, required=False)
    purchase = forms.CharField(label=_("Order or invoice by which it was bought"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer everybody who is active."""
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = [("", _("nobody yet")), *((str(person.id), person.name) for person in people())]

    @property
    def papers(self) -> Papers:
        """Return what was said, once it is valid."""
        told = self.cleaned_data
        return Papers(
            Ownership(told["ownership"]), told["asset_tag"], told["purchase"], UUID(told["owner"]) if told["owner"] else None
        )
