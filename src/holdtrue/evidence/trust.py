"""Whose signature counts: keys that the reader gave, those that a counting key handed over to, or those brought along."""

from dataclasses import dataclass, field

from holdtrue.errors import Invalid
from holdtrue.evidence import notes
from holdtrue.evidence.lines import Fault, Place, Refused
from holdtrue.evidence.notes import Checkpoint, VerifierKey


@dataclass(slots=True)
class Trust:
    """Which keys count: those that the reader gave, else those that the pack brings along."""

    given: tuple[VerifierKey, ...]
    brought: list[VerifierKey] = field(default_factory=list)
    counting: list[VerifierKey] = field(default_factory=list)

    def bring(self, key: VerifierKey) -> None:
        """Take the pack's next key; one that a counting key handed over to counts as well."""
        follows = bool(self.brought) and self.brought[-1] in self.counting
        self.brought.append(key)
        if (not self.given or follows or key in self.given) and key not in self.counting:
            self.counting.append(key)

    def opened(self, note: str, place: Place, *, origin: str) -> tuple[Checkpoint, VerifierKey]:
        """Return the checkpoint in a note and a key that counts and signed it."""
        try:
            parsed = notes.parse(note.encode())
            checkpoint = Checkpoint.parse(parsed.text)
        except Invalid as error:
            raise Refused(Fault.NOTE, place) from error
        if checkpoint.origin != origin:
            raise Refused(Fault.ORIGIN, place)
        try:
            # After a loss a log goes on under another name; the keys of its earlier one do not sign for it.
            return checkpoint, parsed.signers([key for key in self.counting if key.name == origin])[0]
        except Invalid as error:
            raise Refused(Fault.SIGNATURE, place) from error


def is_handover(note: str, before: VerifierKey | None, key: VerifierKey) -> bool:
    """Whether the key before signed this key in; the first key needs nobody."""
    if before is None:
        return not note
    try:
        parsed = notes.parse(note.encode())
        parsed.signers([before])
        parsed.signers([key])
    except Invalid:
        return False
    return parsed.text == handover_text(before, key)


def handover_text(before: VerifierKey, key: VerifierKey) -> str:
    """Return the statement that both keys sign when one follows the other."""
    return f"holdtrue/handover/1\n{before}\n{key}\n"
