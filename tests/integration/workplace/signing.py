"""Devices that enrol and sign, as the agent does."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.accounts.actions import issue_token
from holdtrue.accounts.queries import Purpose
from holdtrue.evidence.actions import record
from holdtrue.workplace import reports, state
from holdtrue.workplace.devices.enrolment import enrol
from holdtrue.workplace.devices.register import Papers, assign_device
from holdtrue.workplace.devices.rules import Ownership
from holdtrue.workplace.devices.signatures import ENROLMENT, REPORT, Answer, Signed, encoded, key_id
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System

SESSION, SAVER = "org.gnome.desktop.session", "org.gnome.desktop.screensaver"


def token_for(person: Any, at: datetime, subject: str = "") -> str:
    return issue_token(Purpose.DEVICE, subject=subject, by=person.id, at=at, expires_at=at + timedelta(days=30), record=record)


def confirm(device: UUID, person: Any, at: datetime, tag: str = "A-1") -> None:
    """Let somebody write down the asset tag of a device."""
    assign_device(device, Papers(Ownership.COMPANY, asset_tag=tag), by=person.id, at=at)


def facts(at: datetime, *, idle: int = 300, **more: object) -> tuple[Fact, ...]:
    told: dict[str, object] = {
        f"{SESSION} idle-delay": f"uint32 {idle}", f"{SAVER} lock-enabled": "true", f"{SAVER} lock-delay": "uint32 0",
        "org.gnome.desktop.lockdown disable-lock-screen": "false",
    }  # fmt: skip
    own = [Fact("session.desktop", "gnome", Source.OBSERVED, at, user="alice")]
    own += [Fact(name, value, Source.USER, at, user="alice") for name, value in told.items()]  # type: ignore[arg-type]
    own += [Fact("storage.mounted", [], Source.OBSERVED, at), Fact("backup.schedules", [], Source.OBSERVED, at)]
    own += [Fact("backup.schedules-read", value=True, source=Source.OBSERVED, observed_at=at)]
    own += [Fact(name, value, Source.OBSERVED, at) for name, value in more.items()]  # type: ignore[arg-type]
    return tuple(own)


@dataclass
class Laptop:
    """A device with a key; it counts its reports."""

    name: str = "LT-07"
    sequence: int = 0
    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.secret.public_key().public_bytes_raw()

    @property
    def key(self) -> str:
        return key_id(self.public)

    @property
    def identity(self) -> Identity:
        return Identity(self.name, self.name, System.LINUX, "Debian 12", self.name)

    def sheet(self, at: datetime, *, idle: int = 300, software: tuple[Installed, ...] | None = (), **more: object) -> FactSheet:
        return FactSheet(self.identity, at, facts(at, idle=idle, **more), software)

    def sign(self, kind: bytes, body: bytes) -> bytes:
        return self.secret.sign(encoded(kind, body))

    def enrolment(self, **more: object) -> bytes:
        told = {
            "format": "holdtrue.enrolment/1", "public_key": base64.b64encode(self.public).decode(),
            "device": state.device_out(self.identity), "ownership": "company", "collector": "holdtrue 0.1.0",
            "notice_sha256": "ab" * 32,
        }  # fmt: skip
        return json.dumps(told | more).encode()

    def enrol(self, token: str, at: datetime, **more: object) -> Any:
        body = self.enrolment(**more)
        signature = base64.b64encode(self.sign(ENROLMENT, body)).decode()
        return enrol(body, key=self.key, signature=signature, secret=token, at=at)

    def stamp(self, at: datetime) -> state.Stamp:
        self.sequence += 1
        return state.Stamp(self.key, self.sequence, at)

    def signed(self, told: dict[str, object]) -> Signed:
        body = state.encoded(told)
        return Signed(self.key, self.sign(REPORT, body), body)

    def full(self, sheet: FactSheet, at: datetime) -> Signed:
        return self.signed(state.full_out(sheet, self.stamp(at)))

    def change(self, before: FactSheet, after: FactSheet, at: datetime) -> Signed:
        found = state.difference(before, after)
        assert found is not None
        base, now = state.state_hash(before), state.state_hash(after)
        return self.signed(state.change_out(found, self.stamp(at), base=base, state=now, at=after.collected_at))

    def unchanged(self, sheet: FactSheet, at: datetime) -> Signed:
        return self.signed(state.unchanged_out(self.stamp(at), base=state.state_hash(sheet), at=at))


def deliver(*batch: Signed, at: datetime) -> list[Answer]:
    """Let reports be taken together and return what each is answered."""
    answers: dict[int, Answer] = {}
    tell = answers.__setitem__
    reports.take_heard(reports.hear_signed(batch, at=at, tell=tell), at=at, tell=tell)
    return [answers[place] for place in range(len(batch))]
