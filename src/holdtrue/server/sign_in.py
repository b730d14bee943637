"""How allauth signs people in here: no self-service accounts, every sign-in in evidence, second factors encrypted."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from holdtrue.accounts.actions import note_sign_in
from holdtrue.accounts.models import Person
from holdtrue.evidence.actions import record


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by an administrator, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody opens an account of their own."""
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in and leave an entry; if the entry cannot be written, the sign-in fails."""
        note_sign_in(user, at=timezone.now(), record=record)
        super().login(request, user)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps one-time-password secrets encrypted under the installation's secret."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret as it is used."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> Any:
        return "Holdtrue"


def _cipher() -> Fernet:
    derived = hashlib.sha256(b"holdtrue/second-factor\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
