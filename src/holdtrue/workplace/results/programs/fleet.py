"""Fleet: the webhook for failing policies, and hosts as its API gives them.

A policy's response is `pass`, `fail` or the empty text: then Fleet has no answer yet, and neither have we.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from holdtrue.errors import Invalid

from .statements import HINT, MOST_RULES, MOST_STATEMENTS, Answer, Host, Statement, Told, made, once_each, short

_Text: TypeAlias = Annotated[str, Meta(max_length=200_000)]
_ANSWERS = {"pass": Answer.PASS, "fail": Answer.FAIL}


class _Policy(msgspec.Struct):
    name: _Text = ""
    response: _Text | None = ""
    resolution: _Text | None = None


class _Mdm(msgspec.Struct):
    enrollment_status: _Text | None = None
    server_url: _Text | None = None


class _Host(msgspec.Struct):
    hostname: _Text = ""
    display_name: _Text = ""
    computer_name: _Text = ""
    hardware_serial: _Text = ""
    uuid: _Text = ""
    detail_updated_at: _Text | None = None
    policy_updated_at: _Text | None = None
    disk_encryption_enabled: bool | None = None
    mdm: _Mdm | None = None
    policies: Annotated[list[_Policy], Meta(max_length=MOST_RULES)] | None = None


class _Message(msgspec.Struct):
    timestamp: _Text | None = None
    policy: _Policy | None = None
    host: _Host | None = None
    hosts: Annotated[list[_Host], Meta(max_length=MOST_STATEMENTS)] | None = None


_DECODER = msgspec.json.Decoder(_Message)


def looks_like_fleet(document: bytes) -> bool:
    """Whether these bytes are Fleet's webhook, one of its hosts, or a list of them."""
    start = document.lstrip()[:1]
    hosts = b'"hosts"' in document or b'"host"' in document
    return start == b"{" and hosts and (b'"policy"' in document or b'"hardware_serial"' in document)


def read(document: bytes, *, at: datetime, stated: datetime | None = None) -> list[Statement]:
    """Return a statement for each host; raises `Invalid` with the place of the mistake."""
    try:
        told = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"What Fleet sent cannot be read: {error}.", hint=HINT) from error
    hosts = [*(told.hosts or ()), *([told.host] if told.host else ())]
    if told.policy is not None:
        # The webhook names those that fail, and no other: whoever is missing may pass, or have no answer.
        failing = Told(short(told.policy.name), Answer.FAIL, detail=short(told.policy.resolution))
        when = made(told.timestamp, at=at, stated=stated)
        return [Statement("fleet", _named(host), when, (failing,), is_whole=False) for host in hosts]
    if not hosts:
        raise Invalid("What Fleet sent names no host.", hint=HINT)
    return [_statement(host, at=at, stated=stated) for host in hosts]


def _named(host: _Host) -> Host:
    return Host(short(host.hardware_serial), short(host.hostname or host.computer_name or host.display_name), short(host.uuid))


def _statement(host: _Host, *, at: datetime, stated: datetime | None) -> Statement:
    when = made(host.policy_updated_at or host.detail_updated_at, at=at, stated=stated)
    seen = made(host.detail_updated_at or host.policy_updated_at, at=at, stated=stated)
    return Statement("fleet", _named(host), when, once_each(_answers(host, seen=seen)))


def _answers(host: _Host, *, seen: datetime) -> Iterator[Told]:
    for policy in host.policies or ():
        if policy.name:
            answer = _ANSWERS.get(policy.response or "", Answer.UNANSWERED)
            yield Told(short(policy.name), answer, detail=short(policy.resolution) if answer is Answer.FAIL else "")
    if host.disk_encryption_enabled is not None:
        answer = Answer.PASS if host.disk_encryption_enabled else Answer.FAIL
        yield Told("disk_encryption_enabled", answer, "The disk is encrypted", observed_at=seen)
    status = (host.mdm.enrollment_status or "") if host.mdm else ""
    if status:
        answer = Answer.PASS if status.lower().startswith("on") else Answer.FAIL
        yield Told("mdm.enrollment_status", answer, "Enrolled in device management", short(status), seen)
