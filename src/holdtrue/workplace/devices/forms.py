"""What a person says about a device."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.accounts.queries import people
from holdtrue.workplace.devices.register import Papers
from holdtrue.workplace.devices.rules import Ownership

LARGEST_TABLE: Final = 2_000_000
"""Bytes; ten thousand devices need half of it."""


class AssignForm(forms.Form):
    """Whose the device is, and who answers for it."""

    owner = forms.ChoiceField(label=_("Who uses it"), required=False)
    ownership = forms.ChoiceField(
        label=_("Whose it is"), choices=[(Ownership.COMPANY, _("the company's")), (Ownership.PERSONAL, _("personal"))]
    )

    asset_tag = forms.CharField(label=_("Asset tag"), max_length=100, required=False)
    purchase = forms.CharField(label=_("Order or invoice by which it was bought"), max_length=200, required=False)

    def __init__(self, *args: Any, claimed_tag: str = "", **kwargs: Any) -> None:
        """Offer everybody who is active; say which tag the device claims, for somebody to look at the sticker."""
        super().__init__(*args, **kwargs)
        if claimed_tag:
            self.fields["asset_tag"].help_text = _(
                "The device itself says %(tag)s. Write down what the sticker on it says."
            ) % {"tag": claimed_tag}
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


class ExpectForm(AssignForm):
    """A device that will join, or a table of them."""

    serial = forms.CharField(label=_("Serial number"), max_length=100, required=False)
    name = forms.CharField(label=_("What people call it"), max_length=100, required=False)
    file = forms.FileField(
        label=_("Or a table of purchases (CSV)"),
        required=False,
        help_text=_(
            "With a column serial, and as far as known: name, asset_tag, purchase, ownership, owner (an e-mail address)."
        ),
    )
    field_order = ("serial", "name", "ownership", "asset_tag", "purchase", "owner", "file")
    table: tuple[tuple[str, str, Papers], ...] | None = None
    """Serial number, name and papers of each row; None where one device is told by itself."""

    def clean(self) -> dict[str, Any] | None:
        """Require one device or a table; a mistake in a table is named by its line."""
        given = super().clean()
        file = self.cleaned_data.get("file")
        if file is not None:
            self.table = _read_table(file.read(LARGEST_TABLE + 1))
        elif not self.cleaned_data.get("serial", "").strip():
            raise forms.ValidationError(_("Give a serial number, or a table."))
        return given


def _read_table(content: bytes) -> tuple[tuple[str, str, Papers], ...]:
    if len(content) > LARGEST_TABLE:
        raise forms.ValidationError(_("The table has more than 2 MB."))
    try:
        text = content.decode("utf-8-sig")
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], ",;\t") if text.strip() else csv.excel
        rows = list(csv.DictReader(io.StringIO(text), dialect=dialect, restval=""))
    except (UnicodeDecodeError, csv.Error) as error:
        raise forms.ValidationError(_("This is no table that can be read; save it as CSV in UTF-8.")) from error
    known = {person.email.lower(): person.id for person in people()}
    return tuple(_read_row(number, row, known) for number, row in enumerate(rows, 2))


def _read_row(number: int, row: Mapping[str, str], known: Mapping[str, UUID]) -> tuple[str, str, Papers]:
    told = {str(name).strip().lower(): str(value or "").strip() for name, value in row.items()}
    owner, ownership = told.get("owner", "").lower(), told.get("ownership", "") or Ownership.COMPANY
    if not told.get("serial"):
        raise forms.ValidationError(_("Line %(line)d has no serial number.") % {"line": number})
    if ownership not in set(Ownership):
        raise forms.ValidationError(_("Line %(line)d: ownership is company or personal.") % {"line": number})
    if owner and owner not in known:
        raise forms.ValidationError(
            _("Line %(line)d: nobody here has the address %(owner)s.") % {"line": number, "owner": owner}
        )
    papers = Papers(Ownership(ownership), told.get("asset_tag", ""), told.get("purchase", ""), known.get(owner))
    return told["serial"], told.get("name", ""), papers
