"""The four doors of osquery's TLS plugins, as documents in and out: the half's roof, where logs become judged reports."""

import logging
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from holdtrue.errors import HoldtrueError, Invalid
from holdtrue.workplace import reports
from holdtrue.workplace.devices import osquery_nodes as nodes
from holdtrue.workplace.devices.osquery_questions import configuration

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of one message once inflated."""
MOST_ENTRIES: Final = 50_000
_INVALID: Final = {"node_invalid": True}
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])
log = logging.getLogger("holdtrue.devices")


def read(body: bytes, *, is_packed: bool) -> dict[str, Any]:
    """Return a message; raises `Invalid` for one that cannot be read or is too large."""
    try:
        plain = _inflated(body) if is_packed else body
        if len(plain) > LARGEST:
            raise Invalid(f"A message has at most {LARGEST:,} bytes.", hint="Lower --logger_tls_max_lines.")
        return _DECODER.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, zlib.error) as error:
        raise Invalid(f"The message cannot be read: {error}.", hint="docs/how-to/point-osquery-here.md") from error


def _inflated(body: bytes) -> bytes:
    packing = zlib.decompressobj(31)
    plain = packing.decompress(body, LARGEST + 1)
    if not packing.eof and len(plain) <= LARGEST:
        raise Invalid("The message stops before its end.", hint="It comes again by itself.")
    return plain


def enrol(told: Mapping[str, Any], *, at: datetime) -> dict[str, object]:
    """Return a node key for an enrolment token, or that the node is not wanted, and why."""
    details = told.get("host_details")
    rows = {
        str(name): {str(k): str(v) for k, v in row.items() if v is not None and v != ""}
        for name, row in (details.items() if isinstance(details, dict) else ())
        if isinstance(row, dict)
    }
    try:
        key = nodes.enrol_node(
            rows, host=str(told.get("host_identifier") or ""), secret=str(told.get("enroll_secret") or ""), at=at
        )
    except HoldtrueError as error:
        return {**_INVALID, "error": error.message, "hint": error.hint}
    return {"node_key": key, "node_invalid": False}


def config(told: Mapping[str, Any]) -> dict[str, object]:
    """Return the schedule for a node that is known."""
    return configuration() if nodes.node(told.get("node_key")) else dict(_INVALID)


def logged(told: Mapping[str, Any], *, at: datetime) -> dict[str, object]:
    """Take what a node logged: results become its device's report, its own troubles are let go."""
    known = nodes.node(told.get("node_key"))
    if known is None:
        return dict(_INVALID)
    data = told.get("data")
    if told.get("log_type") != "result" or not isinstance(data, list):
        return {}
    _take(known, [entry for entry in data[:MOST_ENTRIES] if isinstance(entry, dict)], at=at)
    return {}


def asked(told: Mapping[str, Any], *, at: datetime) -> dict[str, object]:
    """Return what a node is asked at once."""
    known = nodes.node(told.get("node_key"))
    return dict(_INVALID) if known is None else {"queries": dict(nodes.questions(known, at=at))}


def answered(told: Mapping[str, Any], *, at: datetime) -> dict[str, object]:
    """Take what a node answered to what it was asked at once."""
    known = nodes.node(told.get("node_key"))
    if known is None:
        return dict(_INVALID)
    results, statuses = told.get("queries"), told.get("statuses")
    if isinstance(results, dict):
        _take(known, nodes.answers(results, statuses if isinstance(statuses, dict) else {}, at=at), at=at)
    return {}


def _take(known: nodes.Node, entries: list[dict[str, object]], *, at: datetime) -> None:
    try:
        report = nodes.take_rows(known, entries, at=at)
        if report is not None:
            reports.take(report, known.grant, at=at)
    except Invalid as error:
        # Refused, osquery would send the same again for ever, and nothing after it.
        log.warning("what an osquery node sent is left out: %s", error.message)
