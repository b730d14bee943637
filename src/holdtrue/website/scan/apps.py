"""The scan app."""

from django.apps import AppConfig


class ScanConfig(AppConfig):
    """Scans of websites and what they found."""

    name = "holdtrue.website.scan"
    label = "scan"
    verbose_name = "Scans"
