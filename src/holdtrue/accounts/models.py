"""People, the roles they hold, and the tokens that machines carry."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from holdtrue.accounts.rules import Role


class People(BaseUserManager["Person"]):
    """Finds a person by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this e-mail address."""
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """A member of personnel or an overseer who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    class Meta:
        """One account per address, whatever its case."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        """Return the person's name."""
        return self.name


class RoleGrant(models.Model):
    """One role that a person holds since a date."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    granted_at = models.DateTimeField()

    class Meta:
        """A role is held once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["person", "role"], name="one_grant_per_role"),
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="known_role"),
        ]


class Token(models.Model):
    """A secret that lets a machine deliver one sort of report; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    """What it may speak for, such as `site/www.example.org`; empty for a device that has yet to enrol."""
    hash = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the secret, which has 256 bits of its own."""
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
