"""Whether a device may connect, for the gateway that asks: no unless the register and its verdicts say yes (WB-AST-3/4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from holdtrue.accounts.queries import Purpose, token_grant
from holdtrue.errors import Invalid
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result, Verdict, consented, effective
from holdtrue.workplace.devices.managed import COMMITMENT as MANAGED
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.devices.register import note_seen
from holdtrue.workplace.devices.rules import Life, take_down
from holdtrue.workplace.state import line

PASSES: Final = frozenset({Result.HOLDS, Result.EXEMPT, Result.NOT_APPLICABLE})
ALL: Final = "all"
_OURS: Final = frozenset(one.id for one in COMMITMENTS.values() if one.on is SubjectKind.DEVICE)


@dataclass(frozen=True, slots=True)
class Connection:
    """The answer to a gateway; nothing in it says who uses the device."""

    may_connect: bool
    reasons: tuple[str, ...]
    verdicts: tuple[tuple[str, Result], ...]
    as_of: datetime

    def document(self) -> dict[str, object]:
        """Return it as JSON carries it."""
        return {
            "may_connect": self.may_connect,
            "reasons": list(self.reasons),
            "verdicts": {commitment: result.value for commitment, result in self.verdicts},
            "as_of": self.as_of.isoformat(),
        }


def may_connect(serial: str, *, secret: str, require: Iterable[str] = (), at: datetime) -> Connection:
    """Return whether the device with this serial number, or id, may connect now, and every reason why not.

    It must be managed and nothing about it may be broken; what `require` names must be proven too, `all` names everything.
    An unknown device may not, and is written down as seen. Raises `NotAllowed` for a token that is not a gateway's.
    """
    grant = token_grant(secret, purpose=Purpose.GATEWAY, at=at)
    wanted = frozenset(require)
    if unknown := wanted - _OURS - {ALL}:
        raise Invalid(f"{min(unknown)!r} is no commitment of a device.", hint="docs/reference/commitments.md lists them.")
    device = _device(serial)
    if device is None:
        note_seen(serial, asked_by=grant.subject or f"gateway token {grant.id}", at=at)
        return Connection(False, ("no device with this serial number is enrolled",), (), at)
    if device.life != Life.IN_USE:
        return Connection(False, (f"the device is {Life(device.life).value}",), (), at)
    subject = f"device/{device.identity}"
    consents = register(at=at, owners={subject: device.owner_id} if device.owner_id else {})
    verdicts = [consented(effective(one, at=at), consents, at=at) for one in verdicts_on(subject)]
    reasons = tuple(_reasons(verdicts, _OURS if ALL in wanted else wanted))
    told = tuple((one.commitment, one.result) for one in verdicts)
    return Connection(not reasons, reasons, told, at)


def _device(serial: str) -> Device | None:
    named = take_down(line(serial))
    found = Device.objects.filter(Q(identity__in=named) | Q(serial=line(serial))).order_by("id")
    # Two devices that claim one serial number are a reason to look, not to connect.
    rows = list(found[:2]) if named else []
    return rows[0] if len(rows) == 1 else None


def _reasons(verdicts: Sequence[Verdict], wanted: frozenset[str]) -> Iterable[str]:
    results = {one.commitment: one.result for one in verdicts}
    if results.get(MANAGED) not in {Result.HOLDS, Result.EXEMPT}:
        yield _why(MANAGED, results.get(MANAGED))
    for commitment, result in results.items():
        if commitment != MANAGED and (result is Result.BROKEN or (commitment in wanted and result not in PASSES)):
            yield _why(commitment, result)
    for commitment in sorted(wanted - results.keys() - {MANAGED}):
        # Asked for by name and never judged: nobody knows, which is no.
        if wanted != _OURS:
            yield _why(commitment, None)


def _why(commitment: str, result: Result | None) -> str:
    return f"{(result or Result.UNPROVEN).value}: {COMMITMENTS[commitment].title}"
