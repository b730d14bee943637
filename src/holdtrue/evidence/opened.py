"""The one open log of this process, for each configuration."""

import threading
from pathlib import Path

from holdtrue.config import Config
from holdtrue.evidence.anchor import Anchor
from holdtrue.evidence.audit import require_sound_tail
from holdtrue.evidence.datakeys import DataKeys
from holdtrue.evidence.keys import SigningKeys
from holdtrue.evidence.log import Log
from holdtrue.evidence.sealing import Sealer
from holdtrue.evidence.store import Store

_opened: dict[tuple[Path, str], Log] = {}
_lock = threading.Lock()
_data_keys: dict[Path, DataKeys] = {}
_keys_lock = threading.Lock()


def log_of(config: Config) -> Log:
    """Return the log of this installation, opened and its tail verified at the first call; safe from every thread.

    Raises `Unavailable` for tables of a newer version, `BrokenEvidence` for a log that contradicts itself.
    """
    name = (config.data, config.database_url)
    with _lock:
        log = _opened.get(name)
        if log is None:
            log = open_log(config)
            _opened[name] = log
        return log


def open_log(config: Config) -> Log:
    """Open the log anew, apart from the process's own; close it after use."""
    log = Log(
        _store(config),
        keys=SigningKeys(config.keys),
        data_keys=data_keys_of(config),
        anchor=Anchor(config.anchor),
    )
    try:
        require_sound_tail(log)
    except BaseException:
        log.close()
        raise
    return log


def the_log() -> Log:
    """Return the log of the installation that Django was set up for."""
    from django.conf import settings

    return log_of(settings.CONFIG)


def data_keys_of(config: Config) -> DataKeys:
    """Return the data keys of this installation, the same object for all of this process."""
    with _keys_lock:
        return _data_keys.setdefault(config.keys, DataKeys(config.keys / "data"))


def the_sealer() -> Sealer:
    """Return what encrypts and decrypts for the installation that Django was set up for."""
    from django.conf import settings

    return Sealer(data_keys_of(settings.CONFIG))


def close_all() -> None:
    """Close every log that this process has open; the next call of `log_of` opens anew."""
    with _lock:
        while _opened:
            _, log = _opened.popitem()
            log.close()
    with _keys_lock:
        _data_keys.clear()


def _store(config: Config) -> Store:
    # Each database's library is loaded by those alone who use it.
    if config.is_postgres:
        from holdtrue.evidence.store_postgres import PostgresStore

        return PostgresStore(config.database_url, origin=config.evidence_origin)
    from holdtrue.evidence.sqlite_file import SqliteFile
    from holdtrue.evidence.store_sqlite import SqliteStore

    return SqliteStore(SqliteFile(config.evidence_file), origin=config.evidence_origin)
