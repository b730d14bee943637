"""The last answer of each other program to each of its rules, and what a rule is taken to mean."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person
from holdtrue.workplace.results.programs.statements import Answer


class Outcome(models.Model):
    """What a program last said of a device under one of its rules."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    subject = models.CharField(max_length=200)
    tool = models.CharField(max_length=20)
    rule = models.CharField(max_length=300)
    answer = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Answer])
    title = models.CharField(max_length=300, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    observed_at = models.DateTimeField()

    class Meta:
        """One answer for each device and rule; a device's are asked for together, and so are a rule's."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject", "tool", "rule"], name="one_outcome_per_rule"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["tool", "rule", "answer"], name="outcome_of_rule")]


class Meaning(models.Model):
    """That a program's rule answers for a commitment, as the security team said."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    tool = models.CharField(max_length=20)
    rule = models.CharField(max_length=300)
    commitment = models.CharField(max_length=60)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        """Said once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["tool", "rule", "commitment"], name="one_meaning_per_rule"),
        ]
