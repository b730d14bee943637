"""The file in which a scan is kept while it runs: written whole or not at all, and taken up by none but the same scan."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from holdtrue.errors import Conflict, Invalid, Unavailable
from holdtrue.website.scan.engine.kept import Kept
from holdtrue.website.scan.engine.options import Options

FORMAT = "holdtrue-scan-kept"
VERSION = 1
MOST_BYTES = 256 * 1024 * 1024
ANEW = "Take it away to begin anew, or name another file with --resume."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What stands in the file."""

    format: str
    version: int
    asked: dict[str, str]
    kept: Kept


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file, for one scan."""

    path: Path
    asked: Mapping[str, str]
    """What was asked for, option by option: the scan goes on only where all of it is the same."""

    def read(self) -> Kept | None:
        """Return what an earlier run has seen; None where there is none.

        Raises `Invalid` for something else than a kept scan, `Conflict` for that of another scan.
        """
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise Invalid(f"{self.path} is too large for a kept scan.", hint=ANEW)
            page = msgspec.json.decode(self.path.read_bytes(), type=_Page)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be read: {error.strerror}.", hint=ANEW) from error
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(f"{self.path} is no kept scan.", hint=ANEW) from error
        if page.format != FORMAT or page.version != VERSION:
            raise Invalid(f"{self.path} is no kept scan of this version.", hint=ANEW)
        self._refuse_another(page.asked)
        return page.kept

    def _refuse_another(self, asked: Mapping[str, str]) -> None:
        for option, now in self.asked.items():
            before = asked.get(option, "")
            if before != now:
                was, comes = (one[:80] or "none" for one in (before, now))
                raise Conflict(f"{self.path} keeps a scan with another {option}: {was}, and now {comes}.", hint=ANEW)

    def write(self, kept: Kept) -> None:
        """Keep a scan: the whole of it replaces what was kept before, and only its owner can read it."""
        page = _Page(format=FORMAT, version=VERSION, asked=dict(self.asked), kept=kept)
        try:
            # Made with mode 0600.
            number, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.absolute().parent)
            try:
                with os.fdopen(number, "wb") as fresh:
                    fresh.write(msgspec.json.encode(page))
                    fresh.flush()
                    os.fsync(fresh.fileno())
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written: {error.strerror}.", hint="Choose another place.") from error

    def drop(self) -> None:
        """Take the file away: the scan is whole."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def asked_of(options: Options, *, policy: str) -> dict[str, str]:
    """Return what a scan is asked, in words; secrets of a sign-in are no part of it."""
    return {
        "URL": options.url,
        "--urls": " ".join(options.more_urls),
        "--also": " ".join(options.also),
        "--pages": str(options.pages),
        "--states": ",".join(sorted(options.states)),
        "--policy": policy,
        "--locale": options.locale,
        "--viewport": f"{options.window[0]}x{options.window[1]}",
        "--robots": "yes" if options.respects_robots else "no",
        "--sign-in": "; ".join(f"{step.deed} {step.where}" for step in options.sign_in),
        "--host-rule": "; ".join(options.host_rules),
        "--insecure": "yes" if options.insecure else "no",
    }
