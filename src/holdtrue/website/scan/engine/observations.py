"""What a scan saw: the values that the engine makes, the rules judge and the reports show."""

from dataclasses import dataclass, field
from enum import StrEnum

FORMAT = "holdtrue-scan"
VERSION = 1


class State(StrEnum):
    """What the visitor had chosen when something was seen."""

    NO_CHOICE = "no-choice"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


STATES = tuple(State)


class Kind(StrEnum):
    """A sort of thing that a site stores in a browser or sends from it."""

    COOKIE = "cookie"
    LOCAL_STORAGE = "local-storage"
    SESSION_STORAGE = "session-storage"
    INDEXED_DB = "indexed-db"
    CACHE_STORAGE = "cache-storage"
    SERVICE_WORKER = "service-worker"
    REQUEST = "request"
    BEACON = "beacon"
    WEBSOCKET = "websocket"
    FINGERPRINT = "fingerprint"

    @property
    def is_stored(self) -> bool:
        """Whether it stays in the visitor's browser (ePrivacy Directive, Article 5(3))."""
        return self not in {Kind.REQUEST, Kind.BEACON, Kind.WEBSOCKET, Kind.FINGERPRINT}


class Party(StrEnum):
    """Whether something belongs to the scanned site (same registrable domain) or to somebody else."""

    FIRST = "first"
    THIRD = "third"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing stored or sent, in one state, as far as the browser told."""

    state: State
    kind: Kind
    name: str
    """Name of the cookie or key; host and path of what was sent to."""
    domain: str
    """Domain of the cookie, host of the storage's origin, host that was sent to."""
    party: Party
    page: str
    """Address of the page on which it was first seen."""
    set_by: str = ""
    """Address of the script or response that did it; empty when nobody was caught in the act."""
    via: str = ""
    """How: `http`, `script`, `cookie-store`, `storage`, or the resource type of a request."""
    url: str = ""
    """The address that was sent to, or that set the cookie; shortened."""
    retention_days: float | None = None
    """Days it was asked to be kept, from the raw header or the script's own words; None means until the browser closes."""
    http_only: bool | None = None
    secure: bool | None = None
    same_site: str = ""
    path: str = ""
    partitioned: bool = False
    refused_reason: str = ""
    """Why the browser did not store it; empty when it did."""
    deleted: bool = False
    """It was gone again when the state ended."""
    survived: bool = False
    """It stood there before the visitor's choice and was left standing after it."""
    detail: str = ""
    """What else is worth knowing, such as the sort of fingerprinting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one state came about: what the banner was, what was pressed, and how the effect was seen."""

    state: State
    reached: bool
    """Whether this state was truly brought about."""
    banner: str = ""
    """`none`, `unknown`, or the name of the consent tool that was recognised."""
    steps: tuple[str, ...] = ()
    """What was pressed, in order, in the words on the buttons."""
    verified: tuple[str, ...] = ()
    """The effects that prove that the answer arrived."""
    why_not: str = ""
    """Why the state could not be reached."""
    layer: int = 0
    """On which layer of the banner the choice was found; 1 is the first."""
    remembered: bool | None = None
    """Whether the site kept to the answer on the next page; None when it could not be seen."""
    pre_ticked: tuple[str, ...] = ()
    """Boxes that were ticked before the visitor touched them."""
    pages: tuple[str, ...] = ()
    screenshot: str = ""
    """A `data:` address of a picture of the page in this state."""


class Trouble(StrEnum):
    """What kept a page from being looked at in full."""

    HANGS = "hangs"
    CRASHED = "crashed"
    NEVER_QUIET = "never-quiet"
    DIALOGS = "dialogs"
    DOWNLOAD = "download"
    NOT_LOADED = "not-loaded"
    ERROR_PAGE = "error-page"
    BROWSER_GONE = "browser-gone"
    OUT_OF_TIME = "out-of-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One page that could not be looked at as planned; the scan went on without it."""

    state: State
    page: str
    trouble: Trouble
    message: str

    @property
    def is_loss(self) -> bool:
        """Whether something may have gone unseen because of it."""
        return self.trouble not in {Trouble.DIALOGS, Trouble.DOWNLOAD, Trouble.NEVER_QUIET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Everything that one run of the engine brought home."""

    site: str
    """The address that was asked for."""
    landed: str
    """The address where the browser ended up."""
    browser: str
    pages: tuple[str, ...]
    answers: tuple[Answer, ...]
    observations: tuple[Observation, ...]
    notes: tuple[Note, ...] = field(default=())
    is_partial: bool = False

    def answer(self, state: State) -> Answer:
        """Return how the state came about; one that was never tried says so."""
        for answer in self.answers:
            if answer.state is state:
                return answer
        return Answer(state=state, reached=False, why_not="The scan ended before this state.")
