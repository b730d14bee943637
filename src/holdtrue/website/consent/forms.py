"""The forms of the consent pages."""

import re
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from holdtrue.website.consent.asking import Asking
from holdtrue.website.consent.rules import LONGEST_KEPT, LONGEST_RECORD, SHORTEST_RECORD

_LINES = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
_WORDS = re.compile(r"[,\s]+")


class LookUpForm(forms.Form):
    """A visitor's pseudonym."""

    consent_id = forms.RegexField(
        r"^[A-Za-z0-9_-]{22}$",
        label=_("Consent id"),
        max_length=22,
        help_text=_("22 characters; it stands in the visitor's receipt and in the cookie `holdtrue`."),
        error_messages={"invalid": _("A consent id has 22 letters, digits, hyphens or underscores.")},
    )


class AskingForm(forms.Form):
    """How a site asks."""

    keep_days = forms.IntegerField(
        label=_("Days that a choice is kept"),
        min_value=1,
        max_value=LONGEST_KEPT,
        help_text=_("180 is usual. Above that, say why."),
    )
    keep_reason = forms.CharField(label=_("Why longer than 180 days"), max_length=500, required=False)
    record_days = forms.IntegerField(
        label=_("Days that records are kept"),
        min_value=SHORTEST_RECORD,
        max_value=LONGEST_RECORD,
        help_text=_("As long as you may have to prove consent. Then they are erased, and the log stays provable."),
    )
    origins = forms.CharField(
        label=_("Other addresses of the site"),
        widget=_LINES,
        required=False,
        help_text=_("One a line, such as https://shop.example.org. Decisions from elsewhere are refused."),
    )
    languages = forms.CharField(
        label=_("Languages"), required=False, help_text=_("Such as nl, fr, en. Empty: all official languages of the EU.")
    )
    texts = forms.CharField(
        label=_("Your own words"),
        widget=_LINES,
        required=False,
        help_text=_("One a line: language, key, colon, text. Such as `nl title: Koekjes?`"),
    )
    purposes = forms.CharField(
        label=_("Purposes in other languages"),
        widget=_LINES,
        required=False,
        help_text=_("One a line: language, service, colon, text. Such as `nl google: Telt bezoeken`"),
    )
    hosts = forms.CharField(
        label=_("More hosts of services"),
        widget=_LINES,
        required=False,
        help_text=_(
            "One a line: service, colon, hosts. Such as `google: *.google-analytics.com`. Better: a column in the policy."
        ),
    )
    accent = forms.CharField(
        label=_("Colour of links and marks"), max_length=7, required=False, help_text=_("As #0b5c53, or empty.")
    )
    has_tab = forms.BooleanField(label=_("Show a small settings tab on every page"), required=False)
    consent_mode = forms.BooleanField(label=_("Send Google Consent Mode signals"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def beginning(asking: Asking, revision: int) -> dict[str, Any]:
        """Return what the form shows of the choices that stand."""
        return {
            **asdict(asking),
            "origins": "\n".join(asking.origins),
            "languages": ", ".join(asking.languages),
            "texts": "\n".join(f"{lang} {key}: {text}" for lang, texts in asking.texts.items() for key, text in texts.items()),
            "purposes": "\n".join(
                f"{lang} {name}: {text}" for name, texts in asking.purposes.items() for lang, text in texts.items()
            ),
            "hosts": "\n".join(f"{name}: {' '.join(hosts)}" for name, hosts in asking.hosts.items()),
            "revision": revision,
        }

    def clean_texts(self) -> dict[str, dict[str, str]]:
        """Return the owner's texts by language and key."""
        found: dict[str, dict[str, str]] = {}
        for language, key, text in _pairs(self.cleaned_data["texts"]):
            found.setdefault(language, {})[key] = text
        return found

    def clean_purposes(self) -> dict[str, dict[str, str]]:
        """Return purposes by service and language."""
        found: dict[str, dict[str, str]] = {}
        for language, service, text in _pairs(self.cleaned_data["purposes"]):
            found.setdefault(service, {})[language] = text
        return found

    def clean_hosts(self) -> dict[str, tuple[str, ...]]:
        """Return hosts by service."""
        found: dict[str, tuple[str, ...]] = {}
        for line in self.cleaned_data["hosts"].splitlines():
            if line.strip():
                service, colon, hosts = line.partition(":")
                if not colon:
                    raise ValidationError(_t("“%(line)s” has no colon.") % {"line": line[:80]})
                found[service.strip()] = tuple(_words(hosts))
        return found

    def asking(self) -> Asking:
        """Return the choices in a valid form."""
        given = self.cleaned_data
        return Asking(
            keep_days=given["keep_days"],
            keep_reason=given["keep_reason"].strip(),
            record_days=given["record_days"],
            origins=tuple(origin.rstrip("/") for origin in _words(given["origins"])),
            languages=tuple(_words(given["languages"])),
            texts=given["texts"],
            purposes=given["purposes"],
            hosts=given["hosts"],
            accent=given["accent"].casefold(),
            has_tab=given["has_tab"],
            consent_mode=given["consent_mode"],
        )


def _words(text: str) -> list[str]:
    return [word for word in _WORDS.split(text.strip()) if word]


def _pairs(text: str) -> list[tuple[str, str, str]]:
    found = []
    for line in text.splitlines():
        if line.strip():
            head, colon, words = line.partition(":")
            names = head.split()
            if not colon or len(names) != 2 or not words.strip():  # noqa: PLR2004 - a language and a name
                raise ValidationError(_t("“%(line)s” is not: language, name, colon, text.") % {"line": line[:80]})
            found.append((names[0].casefold(), names[1], words.strip()[:500]))
    return found
