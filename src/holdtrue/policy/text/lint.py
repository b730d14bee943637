"""What is wrong in the text of a policy, be it in our format or pasted from anywhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of a text."""

    line: int
    rule: str
    clause: str
    """The clause or numbered section that it stands in; empty outside of any."""
    message: str
    fix: str


def lint(_source: str) -> tuple[Finding, ...]:
    """Return every finding in the order of the lines; none for a text that is consistent."""
    return ()
