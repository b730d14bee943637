"""Packs changed by somebody who knows the format: every sum is made anew, so that only the log's signature tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from holdtrue.evidence import lines
from holdtrue.evidence.groups import GroupName, OpenGroup
from holdtrue.evidence.lines import Fault
from holdtrue.evidence.notes import from_base64, to_base64
from unit.evidence.pack_samples import MemoryLog, openings, signing_key

Lines = list[dict[str, Any]]


def resealed(file: bytes, edit: Callable[[Lines], Lines | None]) -> bytes:
    """The file after an edit of its lines, with all sums made anew."""
    parsed: Lines = [msgspec.json.decode(line) for line in file.splitlines()]
    parsed = edit(parsed) or parsed
    total, whole = lines.NO_SUM, b""
    for line in parsed:
        line["sum"] = to_base64(lines.NO_SUM)
        raw = msgspec.json.encode(line, order="sorted")
        total = lines.sum_of(raw, total) if b',"sum":"' in raw else total
        line["sum"] = to_base64(total)
        whole += msgspec.json.encode(line, order="sorted") + b"\n"
    return whole


@dataclass(frozen=True, slots=True)
class Forgery:
    """What is done to a pack of six entries and one document, and where it must be caught."""

    name: str
    edit: Callable[[Lines], Lines | None]
    fault: Fault
    what: str


def of(sort: str, number: int = 0) -> Callable[[Lines], dict[str, Any]]:
    return lambda parsed: [line for line in parsed if line["type"] == sort][number]


def put(sort: str, number: int = 0, **values: Any) -> Callable[[Lines], None]:
    return lambda parsed: of(sort, number)(parsed).update(values)


def without(sort: str, number: int = 0) -> Callable[[Lines], Lines]:
    return lambda parsed: [line for line in parsed if line is not of(sort, number)(parsed)]


def _rewritten(parsed: Lines) -> None:
    entry = of("entry", 4)(parsed)
    entry["core"]["body"] = entry["core"]["body"].replace("broken", "holds")


def _rehashed(parsed: Lines) -> None:
    _rewritten(parsed)
    core = of("entry", 4)(parsed)["core"]
    core["hash"] = to_base64(OpenGroup(GroupName.CORE, from_base64(core["salt"], what="salt"), core["body"].encode()).hash)


def _half_open(parsed: Lines) -> None:
    del of("entry", 1)(parsed)["context"]["salt"]


def _swapped(parsed: Lines) -> Lines:
    at = parsed.index(of("entry", 3)(parsed))
    return [*parsed[:at], parsed[at + 1], parsed[at], *parsed[at + 2 :]]


def _cut_leaf(parsed: Lines) -> None:
    of("tile")(parsed)["leaves"].pop()


def _moved_document(parsed: Lines) -> Lines:
    document, content = of("document")(parsed), of("content")(parsed)
    rest = [line for line in parsed if line not in (document, content)]
    at = rest.index(of("entry", 4)(rest)) + 1
    return [*rest[:at], document, content, *rest[at:]]


def _another_checkpoint(parsed: Lines) -> None:
    other = MemoryLog(openings(6), signing_key(1, "other.example/log"), origin="other.example/log")
    of("checkpoint")(parsed)["note"] = other.checkpoint.decode()


def _own_checkpoint(parsed: Lines) -> None:
    of("checkpoint")(parsed)["note"] = MemoryLog(openings(6), signing_key(9)).checkpoint.decode()


def _stolen_handover(parsed: Lines) -> Lines:
    mallory = MemoryLog(openings(1), signing_key(8), signing_key(9)).keys[1]
    key = {**of("key")(parsed), "vkey": str(mallory.key), "handover": mallory.handover}
    at = parsed.index(of("key")(parsed)) + 1
    return [*parsed[:at], key, *parsed[at:]]


def _without_last(parsed: Lines) -> Lines:
    of("end")(parsed)["entries"] = 5
    return without("entry", 5)(parsed)


FORGERIES = [
    Forgery("another version", put("header", format="holdtrue/pack/2"), Fault.VERSION, "the header"),
    Forgery("another origin", put("header", origin="other.example/log"), Fault.ORIGIN, "the checkpoint"),
    Forgery("a key that is none", put("key", vkey="policy.example/log"), Fault.KEY, "key 1"),
    Forgery("a first key with a handover", put("key", handover="x"), Fault.HANDOVER, "key 1"),
    Forgery("a key that nobody handed over to", _stolen_handover, Fault.HANDOVER, "key 2"),
    Forgery("no key", without("key"), Fault.PLACE, "the checkpoint"),
    Forgery("no checkpoint", without("checkpoint"), Fault.PLACE, "tile 0"),
    Forgery("a checkpoint that is none", put("checkpoint", note="x"), Fault.NOTE, "the checkpoint"),
    Forgery("another log's checkpoint", _another_checkpoint, Fault.ORIGIN, "the checkpoint"),
    Forgery("a checkpoint by a stranger", _own_checkpoint, Fault.SIGNATURE, "the checkpoint"),
    Forgery("a shorter tile", _cut_leaf, Fault.TILE, "tile 0"),
    Forgery("another tile", put("tile", index=1), Fault.ORDER, "tile 1"),
    Forgery("a tile too many", lambda parsed: [*parsed[:4], parsed[3], *parsed[4:]], Fault.PLACE, "tile 0"),
    Forgery("rewritten facts", _rewritten, Fault.GROUP, "entry 4, group core"),
    Forgery("rewritten facts, hashed anew", _rehashed, Fault.LEAF, "entry 4"),
    Forgery("facts without their salt", _half_open, Fault.GROUP, "entry 1, group context"),
    Forgery("another kind", put("entry", 1, kind="policy.withdrawn"), Fault.LEAF, "entry 1"),
    Forgery("an entry less", without("entry", 2), Fault.ORDER, "entry 3"),
    Forgery("the last entry less", _without_last, Fault.MISSING, "standing of device.screen-lock for device/LT-0"),
    Forgery("entries swapped", _swapped, Fault.ORDER, "entry 4"),
    Forgery("another place", put("entry", 5, index=7), Fault.ORDER, "entry 7"),
    Forgery("a shorter document", put("content", data="aGVsbG8="), Fault.PLACE, "entry 2"),
    Forgery("a longer document", put("content", data="QUJD" * 1000), Fault.DOCUMENT, "document work-behaviors-1.md"),
    Forgery(
        "a document of the same size", put("content", data="QUFB" * 26 + "QUE="), Fault.DOCUMENT, "document work-behaviors-1.md"
    ),
    Forgery("a document under another entry", _moved_document, Fault.UNBOUND, "document work-behaviors-1.md"),
    Forgery("content without its document", without("document"), Fault.PLACE, "content"),
    Forgery(
        "another standing", put("standing", result="holds"), Fault.STANDING, "standing of device.screen-lock for device/LT-0"
    ),
    Forgery("an older standing", put("standing", entry=2), Fault.STANDING, "standing of device.screen-lock for device/LT-0"),
    Forgery("a standing less", without("standing", 1), Fault.STANDING, "standing of device.screen-lock for device/LT-1"),
    Forgery("other counts", put("end", documents=2), Fault.COUNT, "the end line"),
    Forgery("a field more", put("header", more=1), Fault.FORMAT, "the first line"),
    Forgery("an unknown line", put("standing", type="verdict"), Fault.FORMAT, "the line after entry 5"),
]
