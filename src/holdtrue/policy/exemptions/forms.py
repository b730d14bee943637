"""What a person says when they ask for an exemption."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.accounts.queries import people
from holdtrue.accounts.rules import Reader, Role
from holdtrue.policy.exemptions.queries import departables
from holdtrue.policy.exemptions.rules import ASKS_FOR_OTHERS, DECIDES, Ask, Scope, Sort
from holdtrue.policy.text.markdown import plain_text_of

LONGEST_CLAUSE = 110
"""Characters of a clause's text in the list."""


def _names(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "class": "short"})
    return forms.CharField(label=label, required=False, max_length=10_000, widget=widget, help_text=help_text)


def _moment(label: Any, *, required: bool, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


class AskForm(forms.Form):
    """A request for an exemption; personnel are not asked for whom it is."""

    clauses = forms.MultipleChoiceField(label=_("Clauses"), widget=forms.CheckboxSelectMultiple)
    sort = forms.ChoiceField(
        label=_("What for"),
        choices=[(Sort.WORK, _("everyday work, at most 365 days")), (Sort.TEST, _("a planned test, at most 90 days"))],
    )
    job = forms.CharField(
        label=_("The part of the job that needs it"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    conditions = forms.CharField(
        label=_("Conditions"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        help_text=_("What you will keep to meanwhile."),
    )
    persons = forms.MultipleChoiceField(label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple)
    roles = forms.MultipleChoiceField(
        label=_("Or for everybody with the role"),
        required=False,
        choices=[(role.value, _(role.value)) for role in Role if role is not DECIDES],
        widget=forms.CheckboxSelectMultiple,
    )
    starts = _moment(_("From"), required=False, help_text=_("UTC; empty for as soon as it is granted"))
    ends = _moment(_("Until"), required=True, help_text=_("UTC"))
    devices = _names(_("Devices"), _("Names or serial numbers, one a line; empty for all that these people answer for"))
    targets = _names(_("Targets"), _("Hosts or networks of a test, one a line"))
    software = _names(_("Software"), _("Titles, one a line; empty for any"))
    settings = _names(_("Settings"), _("One a line, as the evidence names them; empty for any"))
    is_urgent = forms.BooleanField(label=_("It cannot wait for the ordinary decision"), required=False)

    def __init__(self, *args: Any, reader: Reader, at: datetime, devices: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the clauses in force that allow it and, to those who may ask for others, everybody.

        `devices` are those that may be named, by subject and name.
        """
        self._devices = {word.casefold(): subject for subject, name in devices.items() for word in (name, subject)}
        self._devices |= {subject.partition("/")[2].casefold(): subject for subject in devices}
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._reader, self._at = reader, at
        self._choose("clauses", [(name, _shown(name, one.clause.text)) for name, one in departables(at=at).items()])
        if reader.roles & ASKS_FOR_OTHERS:
            self._choose("persons", [(str(person.id), person.name) for person in people()])
            self.fields["persons"].initial = [str(reader.id)]
        else:
            del self.fields["persons"], self.fields["roles"]

    def clean_devices(self) -> frozenset[str]:
        """Return the devices that are named, as subjects; refuse what the register does not have."""
        lines = _lines(self.cleaned_data["devices"])
        unknown = sorted(one for one in lines if one.casefold() not in self._devices)
        if unknown:
            raise forms.ValidationError(_("There is no device “%(name)s” that you can name.") % {"name": unknown[0]})
        return frozenset(self._devices[one.casefold()] for one in lines)

    def ask(self) -> Ask:
        """Return what the form says, once it is valid."""
        given: dict[str, Any] = self.cleaned_data
        persons = given.get("persons", [str(self._reader.id)])
        return Ask(
            sort=Sort(given["sort"]),
            clauses=frozenset(given["clauses"]),
            job=given["job"],
            conditions=given["conditions"],
            scope=Scope(
                persons=frozenset(UUID(one) for one in persons),
                roles=frozenset(Role(role) for role in given.get("roles", ())),
                devices=given["devices"],
                targets=_lines(given["targets"]),
                software=_lines(given["software"]),
                settings=_lines(given["settings"]),
            ),
            starts=given["starts"] or self._at,
            ends=given["ends"],
            is_urgent=given["is_urgent"],
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        help_text=_("Needed unless you consent or give it up."),
    )


def _shown(name: str, text: str) -> str:
    words = " ".join(plain_text_of(text).split())
    cut = words if len(words) <= LONGEST_CLAUSE else f"{words[: LONGEST_CLAUSE - 1].rsplit(' ', 1)[0]} …"
    return f"{name.partition('/')[2]}: {cut}"


def _lines(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.splitlines() if line.strip())
