"""Whether this process can do its work now."""

from django.db import DatabaseError, connection

from holdtrue.errors import HoldtrueError
from holdtrue.evidence.queries import log_state
from holdtrue.server import worker
from holdtrue.server.boot import require_current


def state_of_readiness() -> list[str]:
    """Return what stands in the way of work, in plain words; nothing when ready."""
    problems = [f"worker: {why}" for why in worker.ended]
    try:
        require_current()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (HoldtrueError, DatabaseError) as error:
        problems.append(f"database: {error}")
    try:
        log_state()
    except HoldtrueError as error:
        problems.append(f"evidence log: {error}")
    return problems
