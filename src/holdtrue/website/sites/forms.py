"""The form in which an item of an inventory is declared."""

from math import isclose
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdtrue.policy.text.differences import retention_in_words
from holdtrue.policy.text.durations import retention_of
from holdtrue.policy.text.rules import Category, Party, SetBy
from holdtrue.said import LANGUAGES
from holdtrue.website.sites.inventory import LONGEST_NAME, LONGEST_PURPOSE, Facts, Name, Sort
from holdtrue.website.sites.templatetags.sites import kept_for

CATEGORIES = (
    (Category.NECESSARY.value, _("strictly necessary")),
    (Category.PREFERENCES.value, _("preferences")),
    (Category.ANALYTICS.value, _("analytics")),
    (Category.MARKETING.value, _("marketing")),
)
PARTIES = ((Party.FIRST.value, _("first party")), (Party.THIRD.value, _("third party")))
WAYS = (
    (SetBy.HTTP.value, _("by the server (HTTP)")),
    (SetBy.SCRIPT.value, _("by a script")),
    (SetBy.STORAGE.value, _("by a script, in the browser's storage")),
    (SetBy.UNSTATED.value, _("not known")),
)
_SPOKEN = {
    "en": _("Purpose in English"),
    "nl": _("Purpose in Dutch"),
    "fr": _("Purpose in French"),
    "de": _("Purpose in German"),
}


def _retention(days: float | None) -> str:
    """Return a retention in the reader's language where it comes back as the same, and in English otherwise."""
    told = kept_for(days)
    read = retention_of(told)
    is_same = read is not None and (read.days == days or (read.days and days and isclose(read.days, days)))
    return told if is_same else retention_in_words(days)


class LineForm(forms.Form):
    """One item: what it is called, and what the policy says of it."""

    pattern = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("`*` stands for a part that varies, as in `_gat_*`.")
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=LONGEST_PURPOSE, help_text=_("In a few words, in the language of the policy.")
    )
    category = forms.ChoiceField(label=_("Category"), choices=[("", "—"), *CATEGORIES])
    provider = forms.CharField(label=_("Provider"), max_length=LONGEST_PURPOSE, required=False)
    retention = forms.CharField(
        label=_("Kept for"), max_length=60, help_text=_("`session`, or a time such as `13 months` or `180 days`.")
    )
    party = forms.ChoiceField(label=_("Party"), choices=PARTIES)
    set_by = forms.ChoiceField(label=_("Set"), choices=WAYS, required=False)
    domain = forms.CharField(
        label=_("Domain"), max_length=200, required=False, help_text=_("Whose it is, where that is not the site itself.")
    )
    hosts = forms.CharField(
        label=_("Sent to"), max_length=1000, required=False, help_text=_("Hosts such as `*.example.org`, with commas.")
    )
    purpose_en = forms.CharField(label=_SPOKEN["en"], max_length=LONGEST_PURPOSE, required=False)
    purpose_nl = forms.CharField(label=_SPOKEN["nl"], max_length=LONGEST_PURPOSE, required=False)
    purpose_fr = forms.CharField(label=_SPOKEN["fr"], max_length=LONGEST_PURPOSE, required=False)
    purpose_de = forms.CharField(label=_SPOKEN["de"], max_length=LONGEST_PURPOSE, required=False)
    sort = forms.ChoiceField(choices=[(one.value, one.value) for one in Sort], widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, language: str, **named: Any) -> None:
        """Ask for the purpose in the policy's language, and offer the others."""
        super().__init__(*arguments, **named)
        self.language = language
        del self.fields[f"purpose_{language}"]

    @staticmethod
    def beginning(name: Name, facts: Facts, revision: int, language: str) -> dict[str, Any]:
        """Return what the form shows of an item."""
        return {
            "pattern": name.pattern,
            "sort": name.sort.value,
            "domain": name.domain,
            "provider": facts.provider,
            "purpose": facts.purposes.get(language, ""),
            **{f"purpose_{one}": facts.purposes.get(one, "") for one in LANGUAGES},
            "category": facts.category.value,
            "party": facts.party.value,
            "set_by": facts.set_by.value,
            "retention": _retention(facts.retention_days),
            "hosts": ", ".join(facts.hosts),
            "revision": revision,
        }

    @property
    def chief(self) -> list[forms.BoundField]:
        """What every row needs."""
        return [self[name] for name in ("pattern", "purpose", "category", "provider", "retention")]

    @property
    def other(self) -> list[forms.BoundField]:
        """What most rows leave as it is."""
        spoken = [f"purpose_{one}" for one in LANGUAGES if one != self.language]
        return [self[name] for name in ("party", "set_by", "domain", "hosts", *spoken)]

    def clean_retention(self) -> float | None:
        """Return the days; None for a session."""
        read = retention_of(self.cleaned_data["retention"])
        if read is None:
            raise forms.ValidationError(_("Write session, or a time such as 13 months or 180 days."))
        return read.days

    def name(self) -> Name:
        """Return what the item is known by."""
        given = self.cleaned_data
        return Name(given["pattern"].strip(), Sort(given["sort"]), given["domain"].strip().casefold())

    def facts(self) -> Facts:
        """Return what is said of it."""
        given = self.cleaned_data
        spoken = {one: given.get(f"purpose_{one}", "").strip() for one in LANGUAGES}
        spoken[self.language] = given["purpose"].strip()
        return Facts(
            provider=given["provider"].strip(),
            purposes={language: text for language, text in spoken.items() if text},
            category=Category(given["category"]),
            party=Party(given["party"]),
            set_by=SetBy(given["set_by"]),
            retention_days=given["retention"],
            hosts=tuple(host for part in given["hosts"].replace(",", " ").split() if (host := part.strip().casefold())),
        )


class NameForm(forms.Form):
    """Which item is meant, and which of its revisions somebody saw."""

    pattern = forms.CharField(max_length=LONGEST_NAME)
    sort = forms.ChoiceField(choices=[(one.value, one.value) for one in Sort])
    domain = forms.CharField(max_length=200, required=False)
    revision = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)

    def name(self) -> Name:
        """Return what the item is known by."""
        given = self.cleaned_data
        return Name(given["pattern"], Sort(given["sort"]), given["domain"])
