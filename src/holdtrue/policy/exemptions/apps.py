"""The exemptions app."""

from django.apps import AppConfig


class ExemptionsConfig(AppConfig):
    """Written consent of the security team."""

    name = "holdtrue.policy.exemptions"
    label = "exemptions"
    verbose_name = "Exemptions"
