"""The result of a scan as one JSON document: what the command prints, what a server is sent, what a script may read."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from holdtrue import __version__
from holdtrue.errors import Invalid
from holdtrue.website.scan.engine.discretion import Discretion, pages_in
from holdtrue.website.scan.engine.observations import (
    FORMAT,
    LONGEST_NAME,
    STATES,
    VERSION,
    Answer,
    Banner,
    Note,
    Observation,
    PolicyPage,
    Sighting,
    Signal,
    State,
)
from holdtrue.website.scan.rules import Finding

MOST_BYTES = 24 * 1024 * 1024
MOST_ITEMS = 40_000
LONGEST_TEXT = 4_000
LONGEST_PICTURE = 3 * 1024 * 1024
PICTURE = re.compile(r"data:image/(?:webp|png|jpeg);base64,[A-Za-z0-9+/]+={0,2}\Z")
HINT = "Upload what `holdtrue scan --format json` prints, unchanged; docs/reference/scan-json.md describes it."


@dataclass(frozen=True, slots=True)
class PolicyNamed:
    """Which policy a scan was held against."""

    title: str
    sha256: str
    """Of the policy's source in UTF-8, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanDocument:
    """One scan, whole."""

    format: str
    version: int
    scanner: str
    site: str
    landed: str
    browser: str
    policy: PolicyNamed | None
    started: datetime
    ended: datetime
    partial: bool
    pages: tuple[str, ...]
    states: dict[State, Answer]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...] = ()
    banner: Banner | None = None
    signal: Signal | None = None
    policy_page: PolicyPage | None = None

    @property
    def sighting(self) -> Sighting:
        """What the engine saw, without anybody's judgement."""
        return Sighting(
            site=self.site,
            landed=self.landed,
            browser=self.browser,
            pages=self.pages,
            answers=tuple(self.states[state] for state in STATES if state in self.states),
            observations=self.observations,
            notes=self.notes,
            is_partial=self.partial,
            banner=self.banner,
            signal=self.signal,
            policy_page=self.policy_page,
        )

    @property
    def fails(self) -> bool:
        """Whether anything was found that is more than a remark."""
        return any(finding.fails for finding in self.findings)


def document(
    sighting: Sighting, findings: Sequence[Finding], *, started: datetime, ended: datetime, policy: PolicyNamed | None
) -> ScanDocument:
    """Return the document of a scan that has just been made."""
    return ScanDocument(
        format=FORMAT,
        version=VERSION,
        scanner=f"holdtrue {__version__}",
        site=sighting.site,
        landed=sighting.landed,
        browser=sighting.browser,
        policy=policy,
        started=started,
        ended=ended,
        partial=sighting.is_partial,
        pages=sighting.pages,
        states={answer.state: answer for answer in sighting.answers},
        observations=sighting.observations,
        findings=tuple(findings),
        notes=sighting.notes,
        banner=sighting.banner,
        signal=sighting.signal,
        policy_page=sighting.policy_page,
    )


def write(scan: ScanDocument) -> bytes:
    """Return the document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(scan, enc_hook=str), indent=1) + b"\n"


def read(body: bytes) -> ScanDocument:
    """Return the document in what somebody sent, or raise `Invalid` that says what is wrong with it."""
    if len(body) > MOST_BYTES:
        raise Invalid(f"This is larger than {MOST_BYTES // 1024 // 1024} MB.", hint="Scan fewer pages at once.")
    try:
        raw = msgspec.json.decode(body)
        scan = msgspec.convert(raw, ScanDocument)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"This is no result of a scan: {str(error)[:300]}.", hint=HINT) from error
    if scan.format != FORMAT or scan.version != VERSION:
        raise Invalid(f"This is {scan.format[:40]!r} version {scan.version}, not {FORMAT} version {VERSION}.", hint=HINT)
    _refuse_excess(scan, raw)
    return _without_values(scan)


def _without_values(scan: ScanDocument) -> ScanDocument:
    """Return a document as it is written now: earlier ones, and those of other makers, may have values in their addresses."""
    say = Discretion(pages_in(scan.sighting))
    seen = say.of(scan.sighting)
    findings = (
        replace(one, subject=say(one.subject), evidence=say(one.evidence), fix=say(one.fix), page=say(one.page))
        for one in scan.findings
    )
    return replace(
        scan,
        site=seen.site,
        landed=seen.landed,
        pages=seen.pages,
        states={answer.state: answer for answer in seen.answers},
        observations=seen.observations,
        findings=tuple(findings),
        notes=seen.notes,
        banner=seen.banner,
        signal=seen.signal,
        policy_page=seen.policy_page,
    )


def _refuse_excess(scan: ScanDocument, raw: Any) -> None:
    signalled = scan.signal.observations if scan.signal else ()
    if max(len(scan.observations), len(signalled), len(scan.findings), len(scan.notes), len(scan.pages)) > MOST_ITEMS:
        raise Invalid(f"More than {MOST_ITEMS:,} of one sort is not believable.", hint=HINT)
    if scan.started.tzinfo is None or scan.ended.tzinfo is None or scan.ended < scan.started:
        raise Invalid("It ended before it started, or its times have no zone.", hint=HINT)
    if any(state is not answer.state for state, answer in scan.states.items()):
        raise Invalid("A state stands under another state's name.", hint=HINT)
    for one in (*scan.observations, *signalled):
        if one.kind.is_stored and len(one.name) > LONGEST_NAME:
            raise Invalid(f"The item “{one.name[:40]}…” has a name of more than {LONGEST_NAME} signs.", hint=HINT)
    for text in _texts(raw):
        is_picture = text.startswith("data:image/")
        if "\0" in text or (not is_picture and len(text) > LONGEST_TEXT):
            raise Invalid("A text in it is too long or holds a zero byte.", hint=HINT)
    for answer in scan.states.values():
        shot = answer.screenshot
        if shot and (len(shot) > LONGEST_PICTURE or not PICTURE.match(shot)):
            raise Invalid("A screenshot in it is no picture, or too large.", hint=HINT)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _texts(key)
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)


def schema() -> bytes:
    """Return the JSON Schema of the document, as docs/reference/scan.schema.json publishes it."""
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "holdtrue scan --format json",
        **msgspec.json.schema(ScanDocument),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False).encode() + b"\n"
