"""What the clauses in force set of the rules' parameters."""

from datetime import datetime

from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.text import queries as texts


def in_force(*, at: datetime) -> dict[str, dict[str, float]]:
    """Return what clauses set, by commitment and by their word for it, such as `at most`: the least where several do."""
    found: dict[str, dict[str, float]] = {}
    for version in texts.policies(at=at):
        for _, kept in version.document.commitments:
            commitment = COMMITMENTS.get(kept.id)
            if commitment is None or commitment.on is not SubjectKind.DEVICE:
                continue
            for one in kept.parameters:
                before = found.setdefault(kept.id, {}).get(one.name)
                found[kept.id][one.name] = one.seconds if before is None else min(before, one.seconds)
    return found
