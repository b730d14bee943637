"""The help app."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    """What people are asked to put right, and who needs help with it."""

    name = "holdtrue.workplace.help"
    label = "help"
    verbose_name = "Help"
