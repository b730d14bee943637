"""Small files that must be whole or absent, also after a power cut."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdtrue.config import make_private
from holdtrue.errors import HoldtrueError, StorageFull


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn an error of the file system into one that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFull(f"There is no room to write {file}.", hint="Free some space; nothing was lost.") from error
        raise HoldtrueError(
            f"{file} cannot be written: {error.strerror}.", hint="Let this user write to that directory."
        ) from error


def write_once(file: Path, data: bytes) -> None:
    """Write a private file unless it exists; durable on return. Whoever is first decides its content."""
    if file.exists():
        return
    with explained(file):
        part = _written(file, data)
        try:
            # A hard link fails when another process was first: both then read the same file.
            file.hardlink_to(part)
        except FileExistsError:
            pass
        finally:
            part.unlink()
        fsync_directory(file.parent)


def replace(file: Path, data: bytes) -> None:
    """Write a private file in place of what stood there; durable on return, and never half."""
    with explained(file):
        part = _written(file, data)
        part.replace(file)
        fsync_directory(file.parent)


def prepare(directory: Path) -> None:
    """Create a private directory below one that may be missing too; durable on return."""
    for each in (directory.parent, directory):
        if not each.is_dir():
            with explained(each):
                make_private(each)
                fsync_directory(each.parent)


def fsync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(file: Path, data: bytes) -> Path:
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        try:
            out.write(data)
            out.flush()
            os.fsync(handle)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return part
