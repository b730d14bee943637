"""Exemptions, and who decided on them."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person
from holdtrue.policy.exemptions.rules import Choice, Sort, State


class Exemption(models.Model):
    """One request and what became of it; what was asked never changes, its state does."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    sort = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Sort])
    clauses = models.JSONField()
    """As `policy/CLAUSE`, in order."""
    job = models.TextField()
    conditions = models.TextField(blank=True)
    persons: "models.ManyToManyField[Person, Any]" = models.ManyToManyField(Person, related_name="+")
    scope = models.JSONField()
    """Its other dimensions: roles, devices, targets, software, settings, each a list of names."""
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    is_urgent = models.BooleanField(default=False)
    deciders = models.PositiveSmallIntegerField()
    """How many of the security team must consent."""
    document = models.TextField()
    """What is consented to, word for word, as JSON; its SHA-256 is in the evidence log."""
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.ASKED)
    consents = models.PositiveSmallIntegerField(default=0)
    """How many consented so far: what a decision is compared with before it is set."""
    granted_at = models.DateTimeField(null=True)
    emergency_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)

    class Meta:
        """Those that may count, or wait, are asked for often."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="exemption_ends_after_start"),
            models.CheckConstraint(condition=models.Q(state__in=[one.value for one in State]), name="known_exemption_state"),
            models.CheckConstraint(
                condition=models.Q(state=State.GRANTED, granted_at__isnull=False) | ~models.Q(state=State.GRANTED),
                name="granted_at_a_time",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "ends"], name="exemption_state")]


class Decision(models.Model):
    """What one person of the security team said; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    exemption = models.ForeignKey(Exemption, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    choice = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Choice])
    is_emergency = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    entry = models.UUIDField()
    """The entry in the evidence log that proves it."""

    class Meta:
        """Everybody decides once on an exemption."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["exemption", "by"], name="one_decision_per_person"),
        ]


class Ending(models.Model):
    """Who ended an exemption early, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    exemption = models.ForeignKey(Exemption, on_delete=models.CASCADE, related_name="endings")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    entry = models.UUIDField()

    class Meta:
        """It ends once."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["exemption"], name="one_ending")]
