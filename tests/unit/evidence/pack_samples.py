"""A log held in memory, and packs and receipts made from it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.evidence import groups, merkle, notes, pack
from holdtrue.evidence.groups import GroupName, HiddenGroup, OpenGroup, Opening
from holdtrue.evidence.notes import Checkpoint, SigningKey
from holdtrue.evidence.proofs import Proof
from holdtrue.evidence.trust import handover_text

ORIGIN = "policy.example/log"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICY = b"---\ntitle: Work Behaviors\n---\n[WB-LCK-2] Screens lock after at most 15 minutes.\n"


def signing_key(number: int, name: str = ORIGIN) -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def _salt(index: int, name: str) -> bytes:
    return sha256(f"{index} {name}".encode()).digest()


class MemoryLog:
    """What a pack is written from."""

    def __init__(self, openings: list[Opening], *signers: SigningKey, origin: str = ORIGIN) -> None:
        self.origin = origin
        self.openings = openings
        self.hashes = [merkle.leaf_hash(opening.leaf) for opening in openings]
        self.signers = signers or (signing_key(1, origin),)
        self.keys = [pack.LogKey(self.signers[0].verifier)]
        for before, key in zip(self.signers, self.signers[1:], strict=False):
            statement = notes.sign(handover_text(before.verifier, key.verifier), before, key).encode().decode()
            self.keys.append(pack.LogKey(key.verifier, statement))

    @property
    def checkpoint(self) -> bytes:
        return self.checkpoint_at(len(self.hashes))

    def checkpoint_at(self, size: int, signer: SigningKey | None = None) -> bytes:
        return Checkpoint(self.origin, size, merkle.root_of(self.hashes[:size])).sign(signer or self.signers[-1])

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        return self.hashes[start:end]

    def range_hash(self, start: int, end: int) -> bytes:
        return merkle.root_of(self.hashes[start:end])

    def entries(self, size: int, about: frozenset[str]) -> Iterator[tuple[int, Opening]]:
        for index, opening in enumerate(self.openings[:size]):
            if not about or (isinstance(opening.core, OpenGroup) and _about(opening.core) in about):
                yield index, opening

    def receipt(self, index: int) -> bytes:
        path = merkle.inclusion_proof(index, len(self.hashes), self.range_hash)
        return Proof(index, tuple(path), self.checkpoint, groups.encode(self.openings[index])).encode()


def _about(group: OpenGroup) -> object:
    return msgspec.json.decode(group.body)["about"]


def opening(index: int, kind: str, about: str, **core: groups.Fact) -> Opening:
    """An entry as the log holds it; the identity of every third is erased."""
    head: dict[str, groups.Fact] = {
        "id": str(UUID(int=index)),
        "kind": kind,
        "about": about,
        "at": (NOON + timedelta(minutes=index)).isoformat(timespec="milliseconds"),
    }
    bodies = {
        GroupName.CORE: groups.canonical({**core, **head}),
        GroupName.CONTEXT: groups.canonical({"source": 'a "quoted" é \x1f 😀', "value": index} if index % 2 else {}),
        GroupName.IDENTITY: groups.canonical({"by": f"Alice {index}"}),
    }
    made = {name: OpenGroup(name, _salt(index, name), body) for name, body in bodies.items()}
    identity = made[GroupName.IDENTITY]
    return Opening(
        kind,
        made[GroupName.CORE],
        made[GroupName.CONTEXT],
        HiddenGroup(GroupName.IDENTITY, identity.hash) if index % 3 == 2 else identity,
    )


def openings(count: int) -> list[Opening]:
    """A log that opens, publishes a policy, and then watches two devices."""
    found = []
    for index in range(count):
        if index == 0:
            found.append(opening(index, "log.opened", "log"))
        elif index == 1:
            found.append(opening(index, "policy.published", "policy/work-behaviors", sha256=sha256(POLICY).hexdigest()))
        else:
            after = "broken" if index % 5 else "holds"
            found.append(
                opening(
                    index,
                    "standing.changed",
                    f"device/LT-{index % 2}",
                    commitment="device.screen-lock",
                    before="unproven",
                    after=after,
                )
            )
    return found


def document() -> pack.Document:
    return pack.Document("work-behaviors-1.md", "text/markdown", sha256(POLICY).hexdigest(), lambda: POLICY)


def written(target: Path, log: MemoryLog, **choices: object) -> bytes:
    """The bytes of a pack of this log, with the policy attached."""
    pack.write(target, log, at=NOON, reason="audit", documents=[document()], **choices)  # type: ignore[arg-type]
    return target.read_bytes()
