"""What an entry commits to: three salted groups of facts, their commitment, and the leaf that stands in the log.

A leaf holds nothing personal. Each group can be shown (salt and body) or hidden (its hash alone), and the leaf is the
same either way: that is what makes erasure and proof compatible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

import msgspec

from holdtrue.errors import Invalid
from holdtrue.evidence.merkle import HASH_SIZE
from holdtrue.evidence.notes import from_base64, to_base64

SALT_SIZE = 32
LONGEST_KIND = 40
FORMAT = "holdtrue/opening/1"
_GROUP = b"holdtrue/group/1\n"
_ENTRY = b"holdtrue/entry/1\n"
_LEAF = b"holdtrue/1 "

Fact: TypeAlias = "str | int | bool | list[Fact] | dict[str, Fact] | None"
Facts: TypeAlias = Mapping[str, Fact]


def canonical(facts: Facts) -> bytes:
    """Return the exact bytes that are hashed: JSON with sorted keys and no spaces; nothing at all for no facts."""
    return msgspec.json.encode(dict(facts), order="sorted") if facts else b""


class GroupName(StrEnum):
    """The groups of an entry, in the order of the commitment."""

    CORE = "core"
    CONTEXT = "context"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group whose facts are shown."""

    name: GroupName
    salt: bytes
    body: bytes
    """Canonical JSON, or nothing."""

    @property
    def hash(self) -> bytes:
        """SHA-256 over the format's mark, the name, the salt and the body."""
        return sha256(_GROUP + self.name.encode() + b"\n" + self.salt + self.body).digest()


@dataclass(frozen=True, slots=True)
class HiddenGroup:
    """A group that is erased or not shown; its hash keeps its place."""

    name: GroupName
    hash: bytes


Group: TypeAlias = "OpenGroup | HiddenGroup"


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry's kind and groups, each shown or hidden: all that is needed to make its leaf."""

    kind: str
    core: Group
    context: Group
    identity: Group

    def __post_init__(self) -> None:
        """Refuse a kind that could be read two ways within a leaf."""
        if not self.kind.isascii() or not self.kind.isprintable() or not 0 < len(self.kind) <= LONGEST_KIND:
            raise Invalid(f"{self.kind!r} cannot be a kind of entry.")

    @property
    def groups(self) -> tuple[Group, Group, Group]:
        """The groups in the order of the commitment."""
        return (self.core, self.context, self.identity)

    @property
    def commitment(self) -> bytes:
        """SHA-256 over the three groups' hashes."""
        return commitment(self.core.hash, self.context.hash, self.identity.hash)

    @property
    def leaf(self) -> bytes:
        """The bytes that stand in the log."""
        return leaf(self.kind, self.commitment)


def commitment(core: bytes, context: bytes, identity: bytes) -> bytes:
    """Return the commitment to three groups by their hashes."""
    return sha256(_ENTRY + core + context + identity).digest()


def leaf(kind: str, commitment: bytes) -> bytes:
    """Return a leaf: the format's mark, the kind, and the commitment."""
    return _LEAF + kind.encode() + b"\n" + commitment


def parse_leaf(data: bytes) -> tuple[str, bytes]:
    """Return the kind and the commitment in a leaf; raises `Invalid`."""
    head, line, rest = data.partition(b"\n")
    if not head.startswith(_LEAF) or not line or len(rest) != HASH_SIZE or not head.isascii():
        raise Invalid("The leaf is not in the form of this log.")
    return head.removeprefix(_LEAF).decode("ascii"), rest


class _GroupFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    salt: str = ""
    body: str = ""
    hash: str = ""


class _OpeningFile(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    kind: str
    groups: dict[str, _GroupFile]


def encode(opening: Opening) -> bytes:
    """Return an opening as JSON: `{"format", "kind", "groups": {name: {"salt", "body"} or {"hash"}}}`."""
    groups: dict[str, _GroupFile] = {}
    for group in opening.groups:
        if isinstance(group, OpenGroup):
            groups[group.name] = _GroupFile(salt=to_base64(group.salt), body=group.body.decode())
        else:
            groups[group.name] = _GroupFile(hash=to_base64(group.hash))
    return msgspec.json.encode(_OpeningFile(FORMAT, opening.kind, groups))


def decode(data: bytes) -> Opening:
    """Return the opening in the JSON; raises `Invalid`."""
    try:
        file = msgspec.json.decode(data, type=_OpeningFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The opened groups cannot be read: {error}.") from error
    if file.format != FORMAT or set(file.groups) != set(GroupName):
        raise Invalid(f"The opened groups are not in the form {FORMAT}.")
    core, context, identity = (_group(name, file.groups[name]) for name in GroupName)
    opening = Opening(file.kind, core, context, identity)
    if encode(opening) != data:
        raise Invalid("The opened groups are not written in their one canonical form.")
    return opening


def _group(name: GroupName, file: _GroupFile) -> Group:
    if file.hash:
        value = from_base64(file.hash, what=f"hash of the {name} group")
        if file.salt or file.body or len(value) != HASH_SIZE:
            raise Invalid(f"The {name} group has either a hash of 32 bytes or a salt and a body.")
        return HiddenGroup(name, value)
    salt = from_base64(file.salt, what=f"salt of the {name} group")
    if len(salt) != SALT_SIZE:
        raise Invalid(f"The salt of the {name} group has {len(salt)} bytes, not {SALT_SIZE}.")
    return OpenGroup(name, salt, file.body.encode())
