"""What waits to be sent, and what was."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models
from django.db.models import Q

from holdtrue.accounts.models import Person


class PostedLetter(models.Model):
    """One letter to one person; its words go a while after it was sent, that it was sent stays."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    """What it tells of, such as `need/<id>`: nobody is told the same thing twice."""
    about = models.CharField(max_length=200)
    """The subject that the evidence names."""
    subject = models.CharField(max_length=300)
    body = models.TextField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=200, blank=True)
    """Why it could not be sent the last time."""

    class Meta:
        """The same thing is told to a person once; what waits is asked for often."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["person", "key"], name="told_once")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None), name="post_due"),
            models.Index(fields=["sent_at"], name="post_sent"),
        ]
