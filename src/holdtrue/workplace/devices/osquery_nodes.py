"""The writers of osquery nodes: a stock osqueryd enrols with a token, and what it logs becomes the device's report.

Its protocol is osquery's own (deployment/remote in its manual): a node key that we choose stands for the node, and
`node_invalid` asks it to enrol anew.
"""

import hashlib
import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from holdtrue.accounts.queries import Grant, Purpose, token_grant
from holdtrue.errors import Invalid, NotAllowed
from holdtrue.workplace.devices import osquery
from holdtrue.workplace.devices.actions import joined
from holdtrue.workplace.devices.models import DeviceKey, OsqueryNode
from holdtrue.workplace.devices.osquery_facts import Row, Tables, sheet_of
from holdtrue.workplace.devices.osquery_questions import questions_for
from holdtrue.workplace.devices.rules import Life
from holdtrue.workplace.document import NAMELESS, write
from holdtrue.workplace.facts import FactSheet, Identity, System

LARGEST_STATE = 16_000_000
"""Bytes of all tables of a node, as JSON."""
LONGEST_KEY = 200
_TABLES = msgspec.json.Decoder(dict[str, list[dict[str, str]]])


@dataclass(frozen=True, slots=True)
class Node:
    """An osqueryd that may speak, and for which device."""

    id: UUID
    device: Identity
    platform: str
    grant: Grant
    asked_at: datetime | None
    check_at: datetime | None


def enrol_node(details: Mapping[str, Row], *, host: str, secret: str, at: datetime) -> str:
    """Let an osqueryd join with an enrolment token, and return its node key, which is kept nowhere here.

    Raises `NotAllowed` for a token that may not do this, `Invalid` for a host that does not say which it is.
    """
    grant = token_grant(secret, purpose=Purpose.DEVICE, at=at)
    tables: Tables = {name: [row] for name, row in details.items() if name in {"os_version", "system_info"} and row}
    sheet = sheet_of(tables, at=at, host=host[:200])
    if sheet.device.id == NAMELESS:
        raise Invalid("The host does not say which it is.", hint="Give osqueryd --host_identifier=uuid.")
    subject = f"device/{sheet.device.id}"
    if grant.subject not in {"", subject}:
        raise NotAllowed(f"This token speaks for {grant.subject}, not for {subject}.", hint="Use the token of this device.")
    key = secrets.token_urlsafe(32)
    platform = next((row.get("platform", "") for row in tables.get("os_version", ())), "")
    with transaction.atomic():
        device = joined(sheet, grant, at=at)
        if device.life != Life.IN_USE:
            raise NotAllowed(f"{device.name} is out of use.", hint="Ask the security team to mark it found first.")
        if DeviceKey.objects.filter(device=device).exists():
            raise NotAllowed(f"{device.name} signs its reports; osquery does not.", hint="Leave it to its agent.")
        known = {
            "key_hash": _hash(key),
            "platform": platform[:30],
            "token": grant.id,
            "issued_by": grant.issued_by,
            "enrolled_at": at,
        }
        OsqueryNode.objects.update_or_create(device=device, defaults=known)
    return key


def node(key: object) -> Node | None:
    """Return the node whose key this is; None for a key that no longer speaks for a device in use."""
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        return None
    row = OsqueryNode.objects.select_related("device").filter(key_hash=_hash(key)).first()
    if row is None or row.device.life != Life.IN_USE or row.device.token != row.token:
        return None
    if DeviceKey.objects.filter(device_id=row.device_id).exists():
        # It signs its reports now; nothing unsigned speaks for it again.
        return None
    device = row.device
    identity = Identity(device.identity, device.name, System(device.system), device.release, device.serial)
    grant = Grant(row.token, Purpose.DEVICE, f"device/{device.identity}", row.issued_by)
    return Node(row.id, identity, row.platform, grant, row.asked_at, device.check_at)


def take_rows(known: Node, entries: Iterable[Mapping[str, object]], *, at: datetime) -> bytes | None:
    """Keep what a node logged, and return the report that its tables now amount to; None where nothing was understood."""
    with transaction.atomic():
        row = OsqueryNode.objects.select_for_update().get(id=known.id)
        before = _TABLES.decode(zlib.decompress(bytes(row.tables))) if row.tables else {}
        tables, newest = osquery.together(before, entries, at=at)
        if not newest:
            return None
        body = msgspec.json.encode(tables)
        if len(body) > LARGEST_STATE:
            raise Invalid(f"The node's tables have more than {LARGEST_STATE:,} bytes.", hint="Ask for fewer rows.")
        OsqueryNode.objects.filter(id=row.id).update(tables=zlib.compress(body, 1))
    when = min(datetime.fromtimestamp(newest, UTC), at)
    return write(_of(known, sheet_of(tables, at=when, host=known.device.id)))


def _of(known: Node, sheet: FactSheet) -> FactSheet:
    """Return the sheet as the device's that the node key stands for, whatever the tables say of themselves."""
    told = sheet.device
    return replace(
        sheet, device=replace(known.device, name=told.name or known.device.name, release=told.release or known.device.release)
    )


def questions(known: Node, *, at: datetime) -> Mapping[str, str]:
    """Return what to ask a node at once: everything, when somebody wants the device checked again; otherwise nothing."""
    if known.check_at is None or (known.asked_at is not None and known.asked_at >= known.check_at):
        return {}
    OsqueryNode.objects.filter(id=known.id).update(asked_at=at)
    return questions_for(known.platform)


def answers(results: Mapping[str, object], statuses: Mapping[str, object], *, at: datetime) -> list[dict[str, object]]:
    """Return what a node answered at once as entries of a log; a query that failed there says nothing."""
    return [
        {"name": name, "snapshot": rows, "unixTime": str(int(at.timestamp()))}
        for name, rows in results.items()
        if isinstance(rows, Sequence) and not isinstance(rows, str) and str(statuses.get(name, 0)) == "0"
    ]


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
