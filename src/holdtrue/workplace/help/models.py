"""What somebody was asked to put right, and whether it was."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models
from django.db.models import Q

from holdtrue.accounts.models import Person


class Need(models.Model):
    """Something of one device that is not as promised, from when its owner was told until it was mended."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    subject = models.CharField(max_length=200)
    commitment = models.CharField(max_length=60)
    owner = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    value = models.TextField()
    """What was found."""
    advice = models.TextField(blank=True)
    patterns = models.TextField(blank=True, default="")
    """Of both, as `said.packed` keeps them, so that a page can say them in its reader's language."""
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Until when it is the owner's alone."""
    entry = models.UUIDField()
    mended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for a device and commitment; those that are open are asked for often."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject", "commitment"], condition=Q(mended_at=None), name="one_open_need"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(mended_at=None), name="needs_due"),
            models.Index(fields=["owner"], condition=Q(mended_at=None), name="needs_of"),
            models.Index(fields=["subject", "commitment", "mended_at"], name="needs_before"),
        ]
