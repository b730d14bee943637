"""Joining an organisation, and leaving it again."""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from holdtrue.errors import Conflict, HoldtrueError, Invalid, NotAllowed, NotFound, Unavailable
from holdtrue.workplace.devices.collect.this_device import collector
from holdtrue.workplace.devices.notice import Notice
from holdtrue.workplace.facts import Identity
from holdtrue.workplace.state import device_out, encoded, identity_of, moment

from .awake import awake_now
from .keys import DEPARTURE_TYPE, ENROLMENT_TYPE, DeviceKey, forget_key, make_key, make_private, read_key
from .memory import Enrolment, Memory, forget, load, locked, save
from .reporting import LEAST_EVERY, MOST_EVERY
from .transport import Server, address

FORMAT = "holdtrue.enrolment/1"
DEPARTURE_FORMAT = "holdtrue.departure/1"
PATH = "/api/devices/enrolments"
DEPARTURE_PATH = "/api/devices/departures"
NOTICE_PATH = "/api/devices/notice"
PATIENCE = 10.0
"""Seconds that leaving waits for the server: it may be the one that is gone."""
OWNERSHIPS = ("company", "personal")


@dataclass(frozen=True, slots=True)
class Joining:
    """What a person, or a roll-out, decided about the enrolment."""

    server: Server
    token: str
    ownership: str
    asset_tag: str = ""


def notice_of(server: Server) -> tuple[Notice, bool]:
    """Return what the person is to be told, and whether the server tells exactly the same; raises `Unavailable`.

    What is read is told from this agent's own list: it is the program that reads. The server gives who asks, and the contact.
    """
    answer = server.get(NOTICE_PATH)
    if answer.status != 200 or not answer.text("sha256"):  # noqa: PLR2004 - HTTP
        raise Unavailable(f"{server.address} does not say what it collects.", hint="See that it is the address of Holdtrue.")
    notice = Notice(organisation=answer.text("organisation"), contact=answer.text("contact"))
    return notice, notice.sha256 == answer.text("sha256")


def require_new(folder: Path) -> None:
    """Raise `Conflict` where this device has joined already."""
    enrolment = load(folder).enrolment
    if enrolment is not None:
        raise Conflict(
            f"This device reports to {enrolment.server} already.",
            hint="Run `holdtrue agent leave` first to enrol it elsewhere.",
        )


def enrol(folder: Path, joining: Joining, notice: Notice, device: Identity, *, at: datetime) -> Enrolment:
    """Make the device's key and join with it; raises with what the server said.

    The key stays when the server could not be reached, so that the same enrolment can be sent again.
    """
    address(joining.server.address)
    if not joining.token:
        raise Invalid("An enrolment needs a token.", hint="Give --token; the security team issues tokens.")
    make_private(folder)
    require_new(folder)
    try:
        key = read_key(folder)
    except NotFound:
        key = make_key(folder)
    told: dict[str, object] = {
        "format": FORMAT,
        "public_key": base64.b64encode(key.public).decode("ascii"),
        "device": device_out(identity_of(device)),
        "ownership": joining.ownership,
        "asset_tag": joining.asset_tag,
        "collector": collector(),
        "notice_sha256": notice.sha256,
        "at": moment(at),
    }
    body = encoded(told)
    enrolment, every = _join(folder, joining, notice, key, body, at=at)
    with locked(folder):
        save(folder, Memory(enrolment=enrolment, every=every, awake=awake_now()))
    return enrolment


def _join(  # noqa: PLR0913 - what an enrolment consists of
    folder: Path, joining: Joining, notice: Notice, key: DeviceKey, body: bytes, *, at: datetime
) -> tuple[Enrolment, int]:
    headers = {**key.headers(ENROLMENT_TYPE, body), "Authorization": f"Bearer {joining.token}"}
    answer = joining.server.post(PATH, headers, body)
    if answer.status in {200, 201} and answer.text("device"):
        enrolment = Enrolment(
            joining.server.address, answer.text("device"), answer.text("subject"), key.id, joining.ownership,
            notice.organisation, notice.sha256, at, joining.server.ca_file,
        )  # fmt: skip
        return enrolment, answer.number("every", least=LEAST_EVERY, most=MOST_EVERY, default=Memory().every)
    said = answer.text("error") or f"The server answered HTTP {answer.status}."
    if answer.status >= 500 or not answer.text("error"):  # noqa: PLR2004 - HTTP
        raise Unavailable(said, hint=answer.text("hint") or "Run the same command again.")
    forget_key(folder)
    refusal = {401: NotAllowed, 403: NotAllowed, 409: Conflict}.get(answer.status, Invalid)
    raise refusal(said, hint=answer.text("hint"))


def leave(folder: Path) -> tuple[Enrolment, str] | None:
    """Tell the server that this device leaves, and forget the key and everything else, whatever comes of that.

    Returns what the device had joined and why the server could not be told, empty where it was; None without an enrolment.
    """
    untold = ""
    try:
        with locked(folder):
            try:
                enrolment = load(folder).enrolment
            except Invalid:
                enrolment = None
            if enrolment is not None:
                untold = _say_goodbye(folder, enrolment)
            forget(folder)
            forget_key(folder)
    except FileNotFoundError:
        return None
    return None if enrolment is None else (enrolment, untold)


def _say_goodbye(folder: Path, enrolment: Enrolment) -> str:
    try:
        key = read_key(folder)
        body = encoded({"format": DEPARTURE_FORMAT, "key": key.id})
        answer = Server(enrolment.server, enrolment.ca_file, PATIENCE).post(
            DEPARTURE_PATH, key.headers(DEPARTURE_TYPE, body), body
        )
    except HoldtrueError as error:
        return error.message
    is_over = answer.status in {200, 409}
    return "" if is_over else answer.text("error") or f"The server answered HTTP {answer.status}."
