"""The sites app."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """Websites under a policy."""

    name = "holdtrue.website.sites"
    label = "sites"
    verbose_name = "Websites"
