"""The register of devices, their keys, what they say now, and their reports."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models
from django.db.models.functions import Lower

from holdtrue.accounts.models import Person
from holdtrue.workplace.devices.rules import Form, KeyState, Life, Ownership


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
    asset_tag = models.CharField(max_length=100, blank=True, default="", db_default="")
    """As somebody of the team wrote it down."""
    claimed_tag = models.CharField(max_length=100, blank=True, default="", db_default="")
    """As the device said itself when it joined: a claim, until it is written down."""
    purchase = models.CharField(max_length=200, blank=True, default="", db_default="")
    """Order or invoice by which it was bought."""
    life = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Life], default=Life.IN_USE, db_default=Life.IN_USE.value
    )
    life_since = models.DateTimeField(null=True)
    """When it was lost, found or retired; None for a device that has been in use since it joined."""
    check_at = models.DateTimeField(null=True)
    """When somebody asked it to look again; its next report answers that."""

    class Meta:
        """Known words only; devices of one person, and one by its serial, are asked for often."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(ownership__in=[one.value for one in Ownership]), name="known_ownership"),
            models.CheckConstraint(condition=models.Q(life__in=[one.value for one in Life]), name="known_life"),
            models.UniqueConstraint(
                Lower("asset_tag"),
                condition=~models.Q(asset_tag="") & models.Q(life__in=[Life.IN_USE.value, Life.LOST.value]),
                name="one_device_per_asset_tag",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner"], name="device_owner"),
            models.Index(fields=["serial"], name="device_serial"),
        ]


class Unenrolled(models.Model):
    """A device that somebody knows of and that has not joined: bought or handed out, or seen by a gateway."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    serial = models.CharField(max_length=100, unique=True)
    """As it would stand in its subject."""
    name = models.CharField(max_length=300, blank=True)
    ownership = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Ownership], default=Ownership.COMPANY
    )
    asset_tag = models.CharField(max_length=100, blank=True)
    purchase = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    is_expected = models.BooleanField()
    """Whether somebody of the team wrote it down; a gateway that was asked by it alone does not make it one of ours."""
    added_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    """When a gateway asked for it last."""
    asked_by = models.CharField(max_length=200, blank=True)
    """The gateway, as its token names it."""

    class Meta:
        """Those that were expected first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["is_expected", "added_at"], name="unenrolled_order")]


class DeviceKey(models.Model):
    """A key by which a device signs, and how far its reports have come; the one row that an unchanged report touches."""

    id = models.CharField(primary_key=True, max_length=32)
    """The first 32 hex digits of the SHA-256 of the public key."""
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="keys")
    public_key = models.BinaryField(max_length=32)
    state = models.CharField(max_length=20, choices=[(one.value, one.value) for one in KeyState], default=KeyState.ACTIVE)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entry = models.UUIDField()
    """The entry of its enrolment."""
    suspected_at = models.DateTimeField(null=True)
    """When two machines were first seen to use it; None once somebody has looked into it."""
    sequence = models.BigIntegerField(default=0)
    """Of the last report that counted."""
    recent = models.BinaryField(default=b"")
    """Sequences and digests of the last reports, eight bytes each, so that one sent again is told from another."""
    base = models.BinaryField(default=b"")
    """Hash of the state that the device is in; empty before its first report."""
    collected_at = models.DateTimeField(null=True)
    """When the device last said something, by its clock as far as that is believed."""
    received_at = models.DateTimeField(null=True)
    folded_at = models.DateTimeField(null=True)
    """The `collected_at` that its verdicts have taken up."""
    clock_off = models.IntegerField(default=0)
    """Seconds that its clock runs ahead; 0 within ten minutes."""

    class Meta:
        """A device has one key at a time."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(state=KeyState.ACTIVE.value), name="one_active_key_per_device"
            ),
            models.CheckConstraint(condition=models.Q(state__in=[one.value for one in KeyState]), name="known_key_state"),
        ]


class DeviceState(models.Model):
    """What a device says now, but for its software: read and written whole, without its inventory."""

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE, related_name="+")
    body = models.BinaryField()
    """Identity, facts and what could not be read, compressed by zlib."""
    software = models.BinaryField(default=b"")
    """The hash of its inventory; empty where none was taken."""
    collected_at = models.DateTimeField()
    judged_by = models.CharField(max_length=24, default="", db_default="")
    """The mark of the rules, the settings and the day by which it was judged last; empty where it has to be judged again."""


class DeviceTitles(models.Model):
    """The software on a device, as it stands now."""

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE, related_name="+")
    body = models.BinaryField()
    """Its titles, compressed by zlib."""
    total = models.PositiveIntegerField()
    collected_at = models.DateTimeField()


class OsqueryNode(models.Model):
    """A stock osqueryd that was pointed at us: the device it speaks for, and what its tables say now."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="+")
    key_hash = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the node key, which we do not keep."""
    platform = models.CharField(max_length=30)
    """As osquery names it."""
    token = models.UUIDField()
    """The enrolment token that it came with."""
    issued_by = models.UUIDField()
    enrolled_at = models.DateTimeField()
    tables = models.BinaryField(default=b"")
    """The newest rows of each table as JSON, compressed by zlib; empty before its first log."""
    asked_at = models.DateTimeField(null=True)
    """When it was last asked everything at once."""


class DevicePosture(models.Model):
    """What is concluded of a device now, for sweeps: `wide` adds a column for each conclusion, and alone touches this table."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False)
    """Without a constraint of the database, whose pending checks would keep PostgreSQL from adding a column."""
    seen = models.BigIntegerField()
    """When its facts were read, in microseconds since 1970."""
    lag = models.BigIntegerField()
    """By how much the oldest of them was older than that."""
    lags = models.TextField()
    """By how much each was that was older, as JSON by column."""


class Step(models.Model):
    """Something that happened to a device in the register; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    """The kind of its entry."""
    note = models.CharField(max_length=300, blank=True)
    entry = models.UUIDField()

    class Meta:
        """The newest first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["device", "-at"], name="device_step")]


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
    form = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Form], default=Form.FULL, db_default=Form.FULL.value
    )

    class Meta:
        """The same bytes count once; the newest is asked for first."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["device", "sha256"], name="one_report_per_content")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["device", "-collected_at"], name="report_newest")]
