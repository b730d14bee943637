"""The register of devices, and their reports."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person
from holdtrue.workplace.devices.rules import Ownership


class Device(models.Model):
    """A machine that joined by reporting with a token."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    identity = models.CharField(max_length=100, unique=True)
    """Its serial, or its own id: the part of its subject after `device/`."""
    name = models.CharField(max_length=300)
    serial = models.CharField(max_length=300, blank=True)
    system = models.CharField(max_length=20)
    release = models.CharField(max_length=300, blank=True)
    ownership = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Ownership], default=Ownership.COMPANY
    )
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    enrolled_at = models.DateTimeField()
    last_seen = models.DateTimeField()
    """When its newest facts were read, by its clock as far as the server believes it."""
    token = models.UUIDField()
    """The token it reports with; an older one cannot speak for it again."""

    class Meta:
        """Known ownership only; devices of one person are asked for often."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(ownership__in=[one.value for one in Ownership]), name="known_ownership"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["owner"], name="device_owner")]


class Report(models.Model):
    """One report as it came; never changed, its body let go after a while."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="reports")
    received_at = models.DateTimeField()
    collected_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    """Of the bytes received; the evidence log has it too."""
    body = models.BinaryField(null=True)
    """The document, compressed by zlib; None once newer reports have taken its place."""
    entry = models.UUIDField()

    class Meta:
        """The same bytes count once; the newest is asked for first."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["device", "sha256"], name="one_report_per_content")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["device", "-collected_at"], name="report_newest")]
