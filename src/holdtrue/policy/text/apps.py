"""The text app."""

from django.apps import AppConfig


class TextConfig(AppConfig):
    """Policies and their published versions."""

    name = "holdtrue.policy.text"
    label = "text"
    verbose_name = "Policy text"
