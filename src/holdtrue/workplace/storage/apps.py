"""The storage app."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """Approved places for work, and drills of a loss."""

    name = "holdtrue.workplace.storage"
    label = "storage"
    verbose_name = "Storage"
