"""The letters app."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """What people are told by e-mail."""

    name = "holdtrue.letters"
    label = "letters"
    verbose_name = "Letters"
