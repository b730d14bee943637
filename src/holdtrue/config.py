"""Every setting, typed, read once from `HOLDTRUE_*` variables."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from holdtrue.errors import HoldtrueError, Invalid

PREFIX = "HOLDTRUE_"
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
OF_COMMANDS = frozenset({"HOLDTRUE_TOKEN"})
"""Read by single commands, not settings of an installation."""


class LogFormat(StrEnum):
    """How operators' logs are written."""

    TEXT = "text"
    JSON = "json"


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes this installation's letters."""

    host: str
    port: int
    security: MailSecurity
    user: str
    password: str
    sender: str
    """The address that letters come from."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation is told from outside; everything else is in its database."""

    data: Path
    """Directory of the databases, keys and uploads; created with mode 0700."""
    database_url: str
    """`postgresql://…`, or empty for SQLite files in `data`."""
    secret_key: str
    """Signs sessions; made once and kept in `data` when none is given."""
    public_url: str
    """Where people reach this installation; decides host checks, links and secure cookies."""
    host: str
    """Address to listen on."""
    port: int
    """Port to listen on."""
    anchor: Path
    """Directory of the last signed checkpoint; keep it out of backups, so that a rollback is noticed."""
    browser: str
    """Path of the Chromium that scans; empty to look for one."""
    log_format: LogFormat
    """`text` for a terminal, `json` for a collector."""
    trusted_proxies: int
    """How many reverse proxies stand in front and set `X-Forwarded-For`."""
    consent_rate: int
    """Decisions that one network (/24, or /48 of IPv6) may send in a minute; 0 for any number."""
    rules: Path | None = None
    """Directory of the organisation's own rules for devices; None for those that ship alone."""
    mail: Mail | None = None
    """None while nothing is sent by e-mail."""

    @property
    def is_postgres(self) -> bool:
        """Whether PostgreSQL is the database."""
        return bool(self.database_url)

    @property
    def is_https(self) -> bool:
        """Whether people reach the server by HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def office_file(self) -> Path:
        """Django's own SQLite file."""
        return self.data / "office.sqlite3"

    @property
    def evidence_file(self) -> Path:
        """The evidence log's own SQLite file, opened by apsw alone."""
        return self.data / "evidence.sqlite3"

    @property
    def keys(self) -> Path:
        """Directory of the signing keys and data keys, mode 0700."""
        return self.data / "keys"

    @property
    def evidence_origin(self) -> str:
        """The log's name in its checkpoints (C2SP tlog-checkpoint): the public URL without its scheme."""
        return f"{self.public_url.split('://', 1)[1].rstrip('/')}/log"


class _Reader:
    """Reads variables and collects every mistake, so that all are reported at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []
        self.seen: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self.seen.add(PREFIX + name)
        return self.environ.get(PREFIX + name, default).strip()

    def number(self, name: str, default: int, *, most: int) -> int:
        given = self.text(name, str(default))
        if given.isascii() and given.isdigit() and 0 <= int(given) <= most:
            return int(given)
        self.mistakes.append(f"{PREFIX}{name} is {given!r}; it takes a whole number from 0 to {most}")
        return default

    def secret(self, name: str) -> str:
        file = self.text(f"{name}_FILE")
        value = self.text(name)
        if file and value:
            self.mistakes.append(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one")
        if not file:
            return value
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.mistakes.append(f"{PREFIX}{name}_FILE names {file}, which cannot be read: {error.strerror}")
            return ""

    def unknown(self) -> list[str]:
        return sorted(name for name in self.environ if name.startswith(PREFIX) and name not in self.seen | OF_COMMANDS)


def _mail(reader: _Reader) -> Mail | None:
    """Return how mail is sent; None where no server is named."""
    host, sender, user = reader.text("SMTP_HOST"), reader.text("MAIL_FROM"), reader.text("SMTP_USER")
    password, given = reader.secret("SMTP_PASSWORD"), reader.text("SMTP_SECURITY", MailSecurity.STARTTLS)
    port = reader.number("SMTP_PORT", 465 if given == MailSecurity.TLS else 587, most=65_535)
    if not host:
        if sender or user or password:
            reader.mistakes.append(f"{PREFIX}SMTP_HOST is missing; without it no mail is sent")
        return None
    if given not in set(MailSecurity):
        reader.mistakes.append(f"{PREFIX}SMTP_SECURITY is {given!r}; it takes starttls, tls or none")
        return None
    if "@" not in sender or not sender.isprintable():
        reader.mistakes.append(f"{PREFIX}MAIL_FROM is {sender!r}; it takes an address such as holdtrue@example.org")
    if bool(user) != bool(password):
        reader.mistakes.append(f"{PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD belong together; set both or neither")
    if given == MailSecurity.NONE and password and host not in LOOPBACK:
        reader.mistakes.append(f"{PREFIX}SMTP_SECURITY is none: the password would cross the network readable by anybody")
    return Mail(host, port, MailSecurity(given), user, password, sender)


def read(environ: Mapping[str, str]) -> Config:
    """Return the settings, or raise `Invalid` that names every mistake at once."""
    reader = _Reader(environ)
    data = Path(reader.text("DATA", "holdtrue-data")).absolute()
    database_url = reader.secret("DATABASE_URL")
    if database_url and urlsplit(database_url).scheme not in {"postgresql", "postgres"}:
        reader.mistakes.append(f"{PREFIX}DATABASE_URL must begin with postgresql://; leave it out for SQLite")
    port = reader.number("PORT", 8000, most=65_535)
    public_url = reader.text("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).hostname:
        reader.mistakes.append(f"{PREFIX}PUBLIC_URL is {public_url!r}; it takes an address such as https://policy.example")
    secret_key = reader.secret("SECRET_KEY")
    if secret_key and len(secret_key) < SHORTEST_SECRET:
        reader.mistakes.append(f"{PREFIX}SECRET_KEY is shorter than {SHORTEST_SECRET} characters")
    log_format = reader.text("LOG_FORMAT", LogFormat.TEXT)
    if log_format not in set(LogFormat):
        reader.mistakes.append(f"{PREFIX}LOG_FORMAT is {log_format!r}; it takes text or json")
        log_format = LogFormat.TEXT
    rules = reader.text("RULES")
    if rules and not Path(rules).is_dir():
        reader.mistakes.append(f"{PREFIX}RULES names {rules}, which is no directory")
    config = Config(
        data=data,
        database_url=database_url,
        secret_key=secret_key,
        public_url=public_url,
        host=reader.text("HOST", "127.0.0.1"),
        port=port,
        anchor=Path(reader.text("ANCHOR", str(data / "anchor"))).absolute(),
        browser=reader.text("BROWSER"),
        log_format=LogFormat(log_format),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0, most=8),
        consent_rate=reader.number("CONSENT_RATE", 600, most=10_000_000),
        rules=Path(rules).absolute() if rules else None,
        mail=_mail(reader),
    )
    reader.mistakes += [f"{name} is no setting of Holdtrue" for name in reader.unknown()]
    if reader.mistakes:
        raise Invalid("; ".join(reader.mistakes) + ".", hint="docs/reference/settings.md lists every setting.")
    return config


def with_secret(config: Config) -> str:
    """Return the session secret, made once and kept in the data directory when none was given."""
    if config.secret_key:
        return config.secret_key
    file = config.keys / "session.secret"
    try:
        make_private(config.keys)
        if not file.exists():
            fresh = file.with_suffix(f".{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
            # A hard link fails when another process was first: both then read the same secret.
            try:
                file.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise HoldtrueError(
            f"The data directory {config.data} cannot be used: {error.strerror}.",
            hint=f"Set {PREFIX}DATA to a directory that this user can write.",
        ) from error


def make_private(directory: Path) -> None:
    """Create the directory for this user alone (mode 0700)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
