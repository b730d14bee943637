"""The server app: base templates and static files."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Composition only: it has no tables."""

    name = "holdtrue.server"
    label = "server"
    verbose_name = "Server"
