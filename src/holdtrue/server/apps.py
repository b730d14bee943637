"""The server app: base templates and static files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from holdtrue.evidence.pack import Document


class ServerConfig(AppConfig):
    """Composition only: it has no tables."""

    name = "holdtrue.server"
    label = "server"
    verbose_name = "Server"

    def ready(self) -> None:
        """Let the evidence pages take published texts into their packs."""
        from holdtrue.evidence import attachments

        attachments.provide(_documents)


def _documents() -> "Iterator[Document]":
    from holdtrue.server import office

    return office.documents()
