"""The consent app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Asking visitors, and proving what they answered."""

    name = "holdtrue.website.consent"
    label = "consent"
    verbose_name = "Consent"
