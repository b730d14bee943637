"""The devices app."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The register of devices and what they report."""

    name = "holdtrue.workplace.devices"
    label = "devices"
    verbose_name = "Devices"
