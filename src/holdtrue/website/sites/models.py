"""The tables of websites and their inventories; a line is inserted once and never changed (a trigger refuses it)."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person


class Site(models.Model):
    """A website that the organisation answers for."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    name = models.CharField(max_length=200)
    policy = models.SlugField(max_length=100)
    """The short name of the cookie policy that it is held against."""
    added_at = models.DateTimeField()

    class Meta:
        """A host is one site."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["host"], name="one_site_per_host")]


class LineRow(models.Model):
    """What the inventory said of an item from one time on; a correction is a new row with the next revision."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    sort = models.CharField(max_length=10)
    pattern = models.CharField(max_length=200)
    domain = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    facts = models.JSONField()
    """A `Facts`, field by field."""
    why = models.CharField(max_length=300, blank=True)
    """Such as the scan that brought it up."""
    patterns = models.TextField(blank=True, default="", db_default="")
    """How to say `why` in another language; see `holdtrue.said`."""
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entry = models.UUIDField()
    """The entry in the evidence log that proves it."""

    class Meta:
        """Whoever writes a revision first has it."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["host", "sort", "pattern", "domain", "revision"], name="one_line_per_revision"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="lines_count_from_one"),
        ]


class SeenRow(models.Model):
    """When, where and how an item was first and last seen on a site; found again from its scans."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    sort = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=200)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    scan = models.UUIDField()
    """The scan that saw it last."""
    page = models.CharField(max_length=500)

    class Meta:
        """An item is seen once, however often."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["host", "sort", "name", "domain"], name="one_row_per_item_seen")
        ]


class FrozenRow(models.Model):
    """An inventory as a version of a policy was written from it, by its hash; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    document = models.TextField()
    """Canonical JSON (`holdtrue.inventory/1`)."""
    at = models.DateTimeField()
    entry = models.UUIDField()
