"""What the worker runs for exemptions; none of it decides whether one counts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from holdtrue.policy.exemptions.actions import note_coverage
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.queries import broken


def see_coverage(at: datetime, *, owners: Mapping[str, UUID]) -> int:
    """Note which exemptions cover something that is broken now, so that the others can be flagged; return how many do."""
    known = register(at=at, owners=owners)
    verdicts = broken(at=at) if known.consents else []
    return note_coverage({one.id for verdict in verdicts for one in known.all_covering(verdict, clause="", at=at)}, at=at)
