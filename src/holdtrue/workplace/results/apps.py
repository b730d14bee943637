"""The results app."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """What OpenSCAP, Lynis, InSpec, Fleet and spreadsheets say of devices."""

    name = "holdtrue.workplace.results"
    label = "results"
    verbose_name = "Results of other programs"
