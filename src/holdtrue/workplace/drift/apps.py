"""The drift app."""

from django.apps import AppConfig


class DriftConfig(AppConfig):
    """What was agreed of devices' settings, and what changed without consent."""

    name = "holdtrue.workplace.drift"
    label = "drift"
    verbose_name = "Settings"
