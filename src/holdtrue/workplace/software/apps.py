"""The software app."""

from django.apps import AppConfig


class SoftwareConfig(AppConfig):
    """The approved catalogue and what is installed without it."""

    name = "holdtrue.workplace.software"
    label = "software"
    verbose_name = "Software"
