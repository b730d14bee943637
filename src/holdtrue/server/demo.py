"""Everything at once, with an example organisation: load, serve, scan, check, prove."""

import json
import logging
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn

from holdtrue import config
from holdtrue.accounts.rules import Role
from holdtrue.config import Config
from holdtrue.errors import HoldtrueError, Unavailable
from holdtrue.server import boot, demo_site
from holdtrue.server.demo_client import Client

if TYPE_CHECKING:
    from holdtrue.server.demo_load import Account

PEOPLE: Final = (
    ("Sofie Peeters", Role.SECURITY),
    ("Thomas Claes", Role.PRIVACY),
    ("Marie Dubois", Role.MANAGER),
    ("Lotte Maes", Role.RECEPTION),
    ("Jonas De Smet", Role.STAFF),
    ("Karl Weber", Role.AUDITOR),
    ("Anna Willems", Role.ADMIN),
)
LONGEST: Final = 90
"""Seconds that one step may take."""


def run(*, data: Path, port: int, check: bool) -> int:
    """Load what is not there yet and serve it; with `check`, do the whole road once and stop. Returns the exit status."""
    settings = _settings(data, port)
    _refuse_taken(port)
    boot.set_up(settings)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    boot.migrate()
    from holdtrue.server import demo_load, run

    run.open_evidence(settings)

    accounts = _accounts(settings)
    print(f"Holdtrue · example organisation in {settings.data}")
    with demo_site.place(port + 1 if _is_free(port + 1) else 0) as place, run.working():
        demo_load.load(accounts, site=place.url)
        server = run.server(settings)
        road = _Road(settings=settings, site=place.url, accounts=accounts, check=check)
        with _website(place, settings):
            guide = threading.Thread(target=_walk, args=(road, server), name="demo-road")
            guide.start()
            run.run_until_told(server)
            guide.join()
    return 1 if road.failed else 0


@contextmanager
def _website(place: demo_site.Place, settings: Config) -> Iterator[None]:
    """Serve the example's website while the block runs, under the notice in force."""
    from holdtrue.server import demo_load
    from holdtrue.server.worker import Job, work

    notice, stop = settings.data / "demo-notice.json", threading.Event()
    demo_load.write_notice(place.url, notice)
    follow = Job("the notice of the example's website", lambda _: demo_load.write_notice(place.url, notice), every=1)
    follower = threading.Thread(target=work, args=((follow,),), kwargs={"stop": stop}, name="demo-notice")
    with place.serving(notice=notice, policy=f"{settings.public_url}/p/{demo_load.COOKIES}/"):
        follower.start()
        try:
            yield
        finally:
            stop.set()
            follower.join()


def _settings(data: Path, port: int) -> Config:
    os.environ |= {
        "HOLDTRUE_DATA": str(data.absolute()),
        "HOLDTRUE_PORT": str(port),
        "HOLDTRUE_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    return config.read(os.environ)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _refuse_taken(port: int) -> None:
    if not _is_free(port):
        raise Unavailable(
            f"Something else is listening on port {port}.", hint=f"Choose another: holdtrue demo --port {port + 10}"
        )


def _accounts(settings: Config) -> "tuple[Account, ...]":
    """Return the example's people; passwords are made once and kept beside the data, for this user alone."""
    file = settings.data / "demo-accounts.json"
    if not file.exists():
        rows = [
            {
                "name": name,
                "role": role,
                "email": f"{name.split()[0].lower()}@wegroup.example",
                "password": secrets.token_urlsafe(9),
            }
            for name, role in PEOPLE
        ]
        file.touch(mode=0o600)
        file.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    from holdtrue.server.demo_load import Account

    return tuple(Account(**{**row, "role": Role(row["role"])}) for row in json.loads(file.read_text(encoding="utf-8")))


class _Road:
    """The steps from a published policy to a proof, each done as its user does it."""

    def __init__(self, *, settings: Config, site: str, accounts: "tuple[Account, ...]", check: bool) -> None:
        self.settings = settings
        self.site = site
        self.accounts = accounts
        self.check = check
        self.failed = False
        self.client = Client(settings.public_url)

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Yield each step: what it is, and what does it and says how it went."""
        from holdtrue.server import demo_load

        yield "the server answers", self.client.wait_until_ready
        yield "both policies are published", demo_load.published
        yield "the website is scanned and reported", self._scan
        yield "what its visitors chose is recorded", lambda: demo_load.told_choices(self.site)
        yield "this device is checked and reported", self._check
        yield "example devices have joined and reported", self._report_examples
        if self.check:
            yield "every role signs in and sees its page", self._sign_in
            yield "verdicts stand beside the clauses", self._look
            yield "the evidence pack verifies offline", self._prove
            yield "one changed byte is found", self._tamper

    def _report_examples(self) -> str:
        from holdtrue.server import demo_load

        keys = self.settings.data / "example-devices"
        return demo_load.report_examples(self.client, email=self._email(Role.SECURITY), keys=keys)

    def _scan(self) -> str:
        from holdtrue.server import demo_load

        with tempfile.TemporaryDirectory() as folder:
            policy = Path(folder) / "cookie-policy.md"
            policy.write_text(demo_load.cookie_policy(), encoding="utf-8")
            token = demo_load.scan_token(self.site, email=self._email(Role.PRIVACY))
            return self._command(
                "scan", self.site, "--policy", str(policy), "--pages", "3",
                "--report-to", self.settings.public_url, "--token", token,
            )  # fmt: skip

    def _check(self) -> str:
        from holdtrue.server import demo_load

        with tempfile.TemporaryDirectory() as folder, demo_load.catalogue() as catalogue:
            facts = Path(folder) / "facts.json"
            self._command("check", "--format", "json", "-o", str(facts))
            device = json.loads(facts.read_text(encoding="utf-8"))["device"]["id"]
            token = demo_load.device_token(device, email=self._email(Role.SECURITY))
            return self._command(
                "check", "--facts", str(facts), "--catalogue", str(catalogue),
                "--report-to", self.settings.public_url, "--token", token,
            )  # fmt: skip

    def _email(self, role: Role) -> str:
        return next(account.email for account in self.accounts if account.role is role)

    def _sign_in(self) -> str:
        for account in self.accounts:
            page = Client(self.settings.public_url).sign_in(account.email, account.password)
            _require(account.name in page, f"{account.name} does not see their page")
        return f"{len(self.accounts)} roles"

    def _look(self) -> str:
        account = next(one for one in self.accounts if one.role is Role.AUDITOR)
        client = Client(self.settings.public_url)
        client.sign_in(account.email, account.password)
        page = client.get("/?policy=cookies")
        for word in ("CP-4", "broken", "holds", "unproven"):
            _require(word in page, f"the cookie policy's page does not show {word!r}")
        return f"{self.settings.public_url}/"

    def _prove(self) -> str:
        pack = self.settings.data / "demo.pack"
        self._command("evidence", "pack", "-o", str(pack))
        self._command("verify", str(pack))
        return f"{pack} ({pack.stat().st_size:,} bytes)"

    def _tamper(self) -> str:
        content = bytearray((self.settings.data / "demo.pack").read_bytes())
        with tempfile.NamedTemporaryFile(suffix=".pack") as changed:
            content[len(content) // 2] ^= 1
            changed.write(content)
            changed.flush()
            done = _holdtrue("verify", changed.name)
            _require(done.returncode == 1, f"a changed pack was not refused (exit {done.returncode})")
            return next((line.strip() for line in done.stdout.splitlines() if "line" in line), "refused")

    def _command(self, *words: str) -> str:
        """Run one command as a person would; exit 1 (findings) is an answer, 2 is a failure."""
        done = _holdtrue(*words)
        _require(done.returncode in {0, 1}, done.stderr.strip() or f"`holdtrue {words[0]}` ended with {done.returncode}")
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        return lines[0] if lines else ""


def _holdtrue(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "holdtrue", *words], capture_output=True, text=True, timeout=LONGEST, check=False
    )


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise Unavailable(otherwise)


def _walk(road: _Road, server: uvicorn.Server) -> None:
    """Do each step in turn and say how it went; stop the server at the end of a check."""
    try:
        for what, do in road.steps():
            began = time.monotonic()
            try:
                told = do()
            except (HoldtrueError, OSError, subprocess.TimeoutExpired) as error:
                road.failed = True
                print(f"  ✗ {what}: {error}", flush=True)
                if isinstance(error, HoldtrueError) and error.hint:
                    print(f"    {error.hint}", flush=True)
                if road.check:
                    return
            else:
                print(f"  ✓ {what} ({time.monotonic() - began:.1f} s){f' · {told}' if told else ''}", flush=True)
        if not road.check:
            _welcome(road)
    finally:
        if road.check:
            server.should_exit = True


def _welcome(road: _Road) -> None:
    print(f"\nOpen {road.settings.public_url}/ and sign in as one of:\n")
    for account in road.accounts:
        print(f"  {account.role:<10} {account.email:<26} {account.password}")
    print(f"\nThe example website is at {road.site}/ · stop with Ctrl-C.", flush=True)
