"""Who may do what: the seven roles."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person does in the organisation, as far as Holdtrue is concerned."""

    SECURITY = "security"
    PRIVACY = "privacy"
    MANAGER = "manager"
    RECEPTION = "reception"
    STAFF = "staff"
    AUDITOR = "auditor"
    ADMIN = "admin"


EVERYONE = frozenset(Role)
"""Any signed-in person with a role."""
OVERSEERS = frozenset({Role.SECURITY, Role.PRIVACY, Role.AUDITOR, Role.ADMIN})
"""Those whose margin shows the standing over all people, devices and sites."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person, as pages and actions see one."""

    id: UUID
    name: str
    email: str
    roles: frozenset[Role]

    @property
    def oversees(self) -> bool:
        """Whether this person sees the standing over everybody."""
        return bool(self.roles & OVERSEERS)
