"""Who may ask for a title, and who may decide on it: pure decisions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, Invalid, NotAllowed

DECIDES: Final = frozenset({Role.SECURITY, Role.ADMIN})
MOST_WAITING: Final = 20
"""What one person may have waiting at a time."""
LONGEST: Final = 300


class AskState(StrEnum):
    """What became of a wish."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Ask:
    """A title that somebody wants to use, and what for."""

    name: str
    what_for: str
    type: str = ""
    publisher: str = ""
    subject: str = ""
    """The device that it is wanted on, such as `device/LT-07`; empty where none was said."""


def check_ask(ask: Ask, *, waiting: int) -> None:
    """Raise `Invalid` for what nobody may ask; `waiting` is how much this person has waiting already."""
    if not ask.name.strip() or any(sign in ask.name for sign in "*?["):
        raise Invalid("No title was named.", hint="Ask for one title by its name.")
    if not ask.what_for.strip():
        raise Invalid("Nothing was said of what it is for.", hint="Say in a sentence what you need it for.")
    if max(len(ask.name), len(ask.publisher)) > LONGEST:
        raise Invalid("The name is too long.", hint=f"At most {LONGEST} characters.")
    if waiting >= MOST_WAITING:
        raise Invalid(f"{waiting} of your wishes wait already.", hint="Wait for an answer, or take one back.")


def check_decider(state: AskState, requester: UUID, *, by: Reader) -> None:
    """Raise `NotAllowed` or `Conflict` unless this person may decide on the wish now."""
    if not by.roles & DECIDES:
        raise NotAllowed("Only the security team decides on software.", hint="Ask somebody of the security team.")
    if by.id == requester:
        raise NotAllowed("Nobody decides what they asked for themselves.", hint="Ask a colleague of the security team.")
    if state is not AskState.WAITING:
        raise Conflict("This wish no longer waits for a decision.", hint="The page of software says what became of it.")
