"""The outbox: entries that an action has written and the sequencer has not yet moved into the log."""

from typing import Any, ClassVar

from django.db import models


class Outbox(models.Model):
    """One entry, written in the transaction of the action it speaks of."""

    id = models.UUIDField(primary_key=True)
    """The entry's id (UUIDv7); the log refuses to hold it twice."""
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    at = models.DateTimeField()
    core = models.BinaryField()
    context = models.BinaryField()
    identity = models.BinaryField()
    """Encrypted already here: a database keeps what was deleted from it longer than one thinks."""

    class Meta:
        """Read in order, and by subject."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["about"], name="outbox_about")]
