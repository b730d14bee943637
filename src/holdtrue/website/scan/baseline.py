"""What an earlier scan found already, so that a build fails only on what is new."""

from dataclasses import dataclass

from holdtrue.website.scan.document import read
from holdtrue.website.scan.faults import Finding

Mark = tuple[str, str | None, str]
"""What makes two findings the same: the fault, the state and the subject."""


def mark_of(finding: Finding) -> Mark:
    """Return what stays the same of a finding from one scan to the next."""
    return finding.fault.value, finding.state.value if finding.state else None, finding.subject


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings of an earlier scan."""

    marks: frozenset[Mark]

    def knows(self, finding: Finding) -> bool:
        """Whether that scan found the same already."""
        return mark_of(finding) in self.marks


NOTHING = Baseline(frozenset())


def baseline_in(body: bytes) -> Baseline:
    """Return the baseline in the JSON of an earlier scan, or raise `Invalid`."""
    return Baseline(frozenset(mark_of(finding) for finding in read(body).findings))
