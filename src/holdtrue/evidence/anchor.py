"""The last signed checkpoint, kept where no backup restores it: what makes a rollback or a fork visible."""

from pathlib import Path
from urllib.parse import quote

from holdtrue.errors import BrokenEvidence, Invalid
from holdtrue.evidence.files import prepare, replace
from holdtrue.evidence.merkle import RangeHash, consistency_proof, is_consistent
from holdtrue.evidence.notes import Checkpoint, parse

HINT = (
    "Was the database restored from an older backup? Restore the newest one, or state the gap with "
    "`holdtrue evidence reopen`. Keep the anchor directory as it is."
)


class Anchor:
    """One directory with the last checkpoint of each log that was signed here."""

    def __init__(self, directory: Path) -> None:
        """Keep the checkpoints in this directory, which is made when the first is."""
        self._directory = directory

    def last(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint that was signed for this log, or None."""
        try:
            note = parse(self._file(origin).read_bytes())
            checkpoint = Checkpoint.parse(note.text)
        except FileNotFoundError:
            return None
        except Invalid as error:
            raise BrokenEvidence(
                f"The anchor {self._file(origin)} cannot be read: {error.message}",
                hint="It is written whole or not at all, so somebody changed it. Find out who before anything is signed.",
            ) from error
        if checkpoint.origin != origin:
            raise BrokenEvidence(f"The anchor {self._file(origin)} is of the log {checkpoint.origin}.", hint=HINT)
        return checkpoint

    def require_consistent(self, new: Checkpoint, range_hash: RangeHash) -> None:
        """Raise `BrokenEvidence` unless the new tree continues the one that was signed last."""
        old = self.last(new.origin)
        if old is None or old.size == 0:
            return
        if new.size < old.size:
            raise BrokenEvidence(
                f"The log {new.origin} was signed with {old.size} entries and now has {new.size}: it was rolled back. "
                "Nothing is signed.",
                hint=HINT,
            )
        proof = consistency_proof(old.size, new.size, range_hash)
        if not is_consistent(old.size, new.size, proof, old_root=old.root, new_root=new.root):
            raise BrokenEvidence(
                f"The log {new.origin} does not continue the one that was signed with {old.size} entries: its past was "
                "changed. Nothing is signed.",
                hint=HINT,
            )

    def keep(self, origin: str, note: bytes) -> None:
        """Remember the checkpoint as the last one signed; durable on return."""
        prepare(self._directory)
        replace(self._file(origin), note)

    def _file(self, origin: str) -> Path:
        return self._directory / f"{quote(origin, safe='')}.checkpoint"
