"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in and tokens."""

    name = "holdtrue.accounts"
    label = "accounts"
    verbose_name = "People"
