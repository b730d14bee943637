"""Approved places, and losses with what was done about each."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person
from holdtrue.workplace.storage.rules import Stage


class PlaceRow(models.Model):
    """Cloud storage that the security team approved; ended, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    name = models.CharField(max_length=100)
    client = models.CharField(max_length=30)
    account = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    entry = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    is_judged = models.BooleanField(default=False)
    """Whether devices were judged again since it was approved, or ended."""

    class Meta:
        """One place is approved once at a time; what waits for a judgement is asked for often."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["client", "account"], condition=models.Q(ended_at__isnull=True), name="one_approval_per_place"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(is_judged=False), name="place_to_judge"),
        ]


class Loss(models.Model):
    """A device that was lost, or a drill of that."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    subject = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    is_drill = models.BooleanField()
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at_risk = models.JSONField()
    """What was at risk when it began, as (words, whether it was open, and the words' pattern, which old rows lack)."""
    ended_at = models.DateTimeField(null=True)
    """When the person worked again."""

    class Meta:
        """One loss of a device at a time, and one drill: a device may be lost while its loss is drilled."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["subject", "is_drill"], condition=models.Q(ended_at__isnull=True), name="one_open_loss_or_drill"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["begun_at"], name="loss_order")]


class LossStep(models.Model):
    """A stage that was reached, when and by whose word; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    loss = models.ForeignKey(Loss, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Stage])
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    entry = models.UUIDField()

    class Meta:
        """A stage is reached once."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["loss", "stage"], name="one_step_per_stage")]
