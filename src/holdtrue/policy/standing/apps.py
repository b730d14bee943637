"""The standing app."""

from django.apps import AppConfig


class StandingConfig(AppConfig):
    """Verdicts and what they make of each clause."""

    name = "holdtrue.policy.standing"
    label = "standing"
    verbose_name = "Standing"
