"""The table of websites."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models


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
