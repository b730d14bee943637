"""What anybody may fetch of the log: its newest checkpoint and its hash tiles (C2SP tlog-tiles).

Both say how many entries there are and nothing about them. Entry bundles, which name the kinds, stay in packs.
"""

from holdtrue.errors import Invalid, NotFound
from holdtrue.evidence.log import Log
from holdtrue.evidence.tiles import covering, parse_path

CHECKPOINT = "checkpoint"


def published(log: Log, path: str) -> tuple[bytes, bool]:
    """Return the file at a path below the log's prefix, and whether it can still change; raises `NotFound`."""
    snapshot = log.snapshot()
    if path == CHECKPOINT:
        return snapshot.checkpoint, True
    try:
        tile, is_bundle = parse_path(path)
        covering(tile, snapshot.size)
    except Invalid as error:
        raise NotFound(error.message) from error
    if is_bundle:
        raise NotFound("Entries are handed out in evidence packs.")
    return log.tile(tile), False
