"""The one set of consent records of this process, beside its log."""

import threading
from functools import cache

from django.conf import settings

from holdtrue.evidence.files import prepare, write_once
from holdtrue.evidence.log import Log
from holdtrue.evidence.opened import the_log
from holdtrue.website.consent.store import Records

KEY_SIZE = 32
_lock = threading.Lock()
_opened: dict[int, tuple[Log, Records]] = {}


def the_records() -> Records:
    """Return the records beside the log of this installation; the tables are made at the first call."""
    log = the_log()
    with _lock:
        found = _opened.get(id(log))
        if found is None or found[0] is not log:
            found = _opened[id(log)] = (log, _records(log))
        return found[1]


@cache
def visitor_key() -> bytes:
    """Return the secret under which visitors are found; made once and kept with the keys, apart from the database."""
    directory = settings.CONFIG.keys
    prepare(directory)
    file = directory / "visitors.secret"
    if not file.exists():
        import secrets

        write_once(file, secrets.token_bytes(KEY_SIZE))
    return bytes(file.read_bytes())


def _records(log: Log) -> Records:
    if settings.CONFIG.is_postgres:
        from holdtrue.evidence.store_postgres import PostgresStore
        from holdtrue.website.consent.store_postgres import PostgresRecords

        assert isinstance(log.store, PostgresStore)  # noqa: S101 - what the configuration says
        return PostgresRecords(log.store)
    from holdtrue.evidence.store_sqlite import SqliteStore
    from holdtrue.website.consent.store_sqlite import SqliteRecords

    assert isinstance(log.store, SqliteStore)  # noqa: S101 - as above
    return SqliteRecords(log.store)
