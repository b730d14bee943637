"""Finding a Chromium, starting it with a fresh profile, and leaving nothing behind."""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine.protocol import BrowserGone, CommandRefused, Connection, Listener
from holdtrue.website.scan.engine.remarks import Ending

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 30.0
UNWANTED = (
    # With these a page's last words, as it is left, are spoken in a process that no longer listens to us.
    "BackForwardCache",
    "RenderDocument",
    "ProactivelySwapBrowsingInstance",
    # Each of these would have the browser call its maker, or answer in its place.
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "HttpsUpgrades",
    "InterestFeedContentSuggestions",
    "MediaRouter",
    "OptimizationGuideModelDownloading",
    "OptimizationHints",
    "Translate",
)
QUIET = (
    # None of these changes what a page can do; they keep the browser itself from calling anybody.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-extensions",
    f"--disable-features={','.join(UNWANTED)}",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-search-engine-choice-screen",
)
STEADY = (
    "--disable-dev-shm-usage",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--disable-ipc-flooding-protection",
    "--mute-audio",
    # Consent tools hide from whoever says of itself that a program drives it: such a scan would see no banner.
    "--disable-blink-features=AutomationControlled",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


WINDOW = (1280, 800)
"""Width and height of the visitor's window, in CSS pixels."""


def find(named: str = "") -> Path:
    """Return the browser to use: the one named, else the first that is installed; raise `Unavailable` with how to get one."""
    if named:
        found = shutil.which(named)
        if found is None:
            raise Unavailable(Ending.NO_PROGRAM % {"path": named}, hint=Ending.INSTALL)
        return Path(found)
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    ours = _playwrights()
    if ours is None:
        raise Unavailable(Ending.NO_BROWSER, hint=Ending.INSTALL)
    return ours


def _playwrights() -> Path | None:
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    patterns = ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/*/chrome")
    found = [path for pattern in patterns for path in sorted(root.glob(pattern), reverse=True)]
    return next((path for path in found if os.access(path, os.X_OK)), None)


@asynccontextmanager
async def launched(  # noqa: PLR0913 - a browser has that many switches
    path: Path,
    listener: Listener,
    *,
    host_rules: Sequence[str] = (),
    insecure: bool = False,
    locale: str = "en",
    window: tuple[int, int] = WINDOW,
) -> AsyncIterator[Connection]:
    """Yield the conversation with a fresh browser; its processes and its profile are gone afterwards, whatever happens."""
    profile = Path(tempfile.mkdtemp(prefix="holdtrue-scan-"))
    try:
        _prepare(profile)
        flags = _flags(path, profile, host_rules=host_rules, insecure=insecure, locale=locale, window=window)
        pid, read_end, write_end = _start(path, flags, profile)
        connection = Connection(listener)
        try:
            await connection.open(read_end, write_end)
            await _greet(connection, path, profile)
            yield connection
        finally:
            connection.close()
            await _end(pid)
    finally:
        await asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True)


def _prepare(profile: Path) -> None:
    # Debian's full Chromium blocks third-party cookies unless the profile says otherwise: a scan would miss every one.
    preferences = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
    (profile / "Default").mkdir()
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences), encoding="utf-8")


def _flags(  # noqa: PLR0913 - a browser has that many switches
    path: Path, profile: Path, *, host_rules: Sequence[str], insecure: bool, locale: str, window: tuple[int, int]
) -> list[str]:
    flags = [
        "--remote-debugging-pipe",
        f"--window-size={window[0]},{window[1]}",
        f"--user-data-dir={profile}",
        f"--lang={locale}",
        *QUIET,
        *STEADY,
    ]
    if "headless" not in path.name:
        # A headless shell opens nothing by itself while it is driven; any other would open its maker's page.
        flags += ["--headless=new", "about:blank"]
    if os.geteuid() == 0:
        # Chromium's sandbox refuses to run as root; an ordinary user keeps it.
        flags.append("--no-sandbox")
    if host_rules:
        flags.append(f"--host-resolver-rules={','.join(host_rules)}")
    if insecure:
        flags.append("--ignore-certificate-errors")
    return flags


def _start(path: Path, flags: list[str], profile: Path) -> tuple[int, int, int]:
    """Start the browser in its own process group, so that Ctrl-C reaches us first and the whole group can be ended."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # The browser reads from descriptor 3 and writes to 4: move ours out of the way of both.
    low = [theirs_in, theirs_out, ours_in, ours_out]
    theirs_in, theirs_out, ours_in, ours_out = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    log = str(profile / "browser.log")
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, log, os.O_WRONLY | os.O_CREAT, 0o600),
        (os.POSIX_SPAWN_DUP2, theirs_in, 3),
        (os.POSIX_SPAWN_DUP2, theirs_out, 4),
    ]
    # The profile is also its home: nothing is read from or written to the user's own settings.
    environment = {**os.environ, "HOME": str(profile), "XDG_CONFIG_HOME": str(profile), "XDG_CACHE_HOME": str(profile)}
    try:
        pid = os.posix_spawn(path, [str(path), *flags], environment, file_actions=actions, setsid=True)
    except OSError as error:
        os.close(ours_in)
        os.close(ours_out)
        raise Unavailable(Ending.NO_START % {"path": path, "error": error.strerror}, hint=Ending.INSTALL) from error
    finally:
        os.close(theirs_in)
        os.close(theirs_out)
    return pid, ours_in, ours_out


async def _greet(connection: Connection, path: Path, profile: Path) -> None:
    try:
        await connection.ask("Browser.getVersion", within=START_SECONDS)
    except (BrowserGone, CommandRefused) as error:
        said = (profile / "browser.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = said[-1][-300:] if said else "it said nothing"
        raise Unavailable(Ending.ENDED_AT_ONCE % {"path": path, "error": last}, hint=Ending.INSTALL) from error


async def _end(pid: int) -> None:
    """Wait a moment for the browser to end itself, then end its whole group."""
    for _ in range(30):
        if _is_reaped(pid):
            break
        await asyncio.sleep(0.02)
    _signal_group(pid)
    for _ in range(100):
        if _is_reaped(pid):
            return
        await asyncio.sleep(0.02)


def _is_reaped(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _signal_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
