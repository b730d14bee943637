"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The log, its proofs and its packs."""

    name = "holdtrue.evidence"
    label = "evidence"
    verbose_name = "Evidence"
