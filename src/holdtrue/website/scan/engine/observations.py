"""What a scan saw: the values that the engine makes, the rules judge and the reports show."""

from dataclasses import dataclass, field
from enum import StrEnum

from holdtrue.website.scan.engine.remarks import Remark

FORMAT = "holdtrue-scan"
VERSION = 1
LONGEST_NAME = 200
"""Signs of a name that are told, as many as an inventory takes; browsers allow thousands."""


def shortened(name: str) -> str:
    """Return the name of an item as it is told: whole, or its beginning and “…”."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


class State(StrEnum):
    """What the visitor had chosen when something was seen."""

    NO_CHOICE = "no-choice"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """How a report calls it."""
        return self.value.replace("-", " ")


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
    IDENTIFIER = "identifier"
    """The value of a cookie or key, one for each visitor, that was sent to another party than its own."""
    PERSONAL_DATA = "personal-data"
    """An e-mail address, or what was typed into a form that was never sent off, in a request to another party or an address."""
    KEY_LOGGING = "key-logging"
    """A script sent away what the visitor typed into a form that was never sent off."""

    @property
    def is_stored(self) -> bool:
        """Whether it stays in the visitor's browser (ePrivacy Directive, Article 5(3))."""
        return self in _STORED

    @property
    def is_sent(self) -> bool:
        """Whether it is a message that leaves the browser."""
        return self in _SENT


_STORED = frozenset(
    {
        Kind.COOKIE,
        Kind.LOCAL_STORAGE,
        Kind.SESSION_STORAGE,
        Kind.INDEXED_DB,
        Kind.CACHE_STORAGE,
        Kind.SERVICE_WORKER,
    }
)
_SENT = frozenset({Kind.REQUEST, Kind.BEACON, Kind.WEBSOCKET})


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
    """Of the cookie or key, shortened; host and path of what was sent to; the sort of fingerprinting or personal data."""
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
    """Why the browser did not store it, or could not send it to anybody; empty when it did."""
    deleted: bool = False
    """It was gone again when the state ended."""
    momentary: bool = False
    """It was gone again before anybody could look: set and taken away in one breath."""
    survived: bool = False
    """It stood there before the visitor's choice and was left standing after it."""
    respawned: bool = False
    """It was deleted and came back with the value it had."""
    refreshed: bool = False
    """A later page put its end off again, so that it never runs out for who comes back."""
    is_identifier: bool = False
    """Its value is long enough and different for each visitor: it tells them apart."""
    is_choice: bool = False
    """The site's own memory of the answer: it came with the answer to the banner, and is another for yes than for no."""
    value_shape: str = ""
    """What its value looks like, in a word of `features.shape_of`; empty where no value was seen. The value is never told."""
    alias_of: str = ""
    """The name of another party that this first-party host is an alias of in the DNS (CNAME cloaking)."""
    source: str = ""
    """Whose item an identifier is: the domain of the cookie, or the host of the storage."""
    where: str = ""
    """`worker`, `shared-worker` or `service-worker` when it was no page or frame that did it."""
    chain: tuple[str, ...] = ()
    """Scripts that had the author loaded or called, the nearest first, as far as the browser told."""
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
    walled: bool = False
    """Whether the page went out of reach after this answer, until the visitor would accept."""
    pre_ticked: tuple[str, ...] = ()
    """Boxes that were ticked before the visitor touched them."""
    actions: int = 0
    """Presses that it took, boxes that had to be unticked included."""
    pages: tuple[str, ...] = ()
    behind: str = ""
    """The words of the link to a policy, where the way to take consent back stands on that page and nowhere else."""
    let_in: str = ""
    """What was pressed on the first page to say that the visitor is old enough; empty where nobody asked."""
    screenshot: str = ""
    """A `data:` address of a picture of the page in this state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing to press in a banner, as it looks to a visitor."""

    label: str
    role: str
    """`accept`, `refuse`, `settings`, `save` or `unclear`."""
    tag: str
    width: int
    height: int
    font_size: float
    """In pixels."""
    bold: bool = False
    underlined: bool = False
    text_colour: str = ""
    """As `#rrggbb`; empty when it could not be told."""
    back_colour: str = ""
    """What is behind the text; the banner's own colour for a bare link."""
    has_body: bool = False
    """Whether it has a background or border that sets it off from the banner, as a button has and a link has not."""
    contrast: float = 0.0
    """Of text to background, from 1 to 21 (WCAG 2.2)."""
    in_view: bool = True
    """Whether it can be seen without scrolling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One choice to tick in a banner, as it stood before anybody touched it."""

    label: str
    on: bool
    fixed: bool = False
    """Whether the visitor cannot change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What a visitor who comes for the first time is asked, and how."""

    tool: str
    """The name of the consent tool, or `unknown`."""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    """On the first layer, in the order of the page."""
    boxes: tuple[Box, ...] = ()
    """On the first layer and on the settings layer, where there is one."""
    covered: float = 0.0
    """Part of the window that it takes up, from 0 to 1."""
    blocks: bool = False
    """Whether it keeps the page out of reach: something lies over the page beside the banner."""
    locks_scrolling: bool = False
    hides_content: bool = False
    """Whether the page has nothing to read besides the banner."""
    language: str = ""
    is_framed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one more visitor met, who sends Global Privacy Control and presses nothing."""

    reached: bool
    has_banner: bool = False
    observations: tuple[Observation, ...] = ()
    """What was stored and sent all the same; their state is `no-choice`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """Where the site tells what it stores."""

    url: str
    link: str
    """The words of the link that leads there."""
    status: int = 0
    """HTTP status; 0 when nothing answered."""
    dated: str = ""
    """The date that it gives for itself, in its own words; empty for none."""
    letters: int = 0
    """Length of its text."""
    writing: str = ""
    """What it says of taking consent back by writing to somebody; empty for nothing."""

    @property
    def is_reachable(self) -> bool:
        """Whether a visitor who follows the link can read something."""
        return 200 <= self.status < 400 and self.letters > 0  # noqa: PLR2004 - HTTP's statuses of success


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
    STOPPED = "stopped"
    LOGIN_WALL = "login-wall"
    DEAD_HOST = "dead-host"
    BROKEN_TLS = "broken-tls"
    DOCUMENT = "document"
    NO_RESOLVER = "no-resolver"


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
        return self.trouble not in _HARMLESS


_HARMLESS = frozenset(
    {
        Trouble.DIALOGS,
        Trouble.DOWNLOAD,
        Trouble.DOCUMENT,
        Trouble.NEVER_QUIET,
        Trouble.DEAD_HOST,
        Trouble.BROKEN_TLS,
        Trouble.NO_RESOLVER,
    }
)


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
    banner: Banner | None = None
    """What asks for a choice; None for a site that asks nothing, or that was not looked at without a choice."""
    signal: Signal | None = None
    policy_page: PolicyPage | None = None
    """None when the first page has no link to one."""

    def answer(self, state: State) -> Answer:
        """Return how the state came about; one that was never tried says so."""
        for answer in self.answers:
            if answer.state is state:
                return answer
        return Answer(state=state, reached=False, why_not=Remark.ENDED_BEFORE)
