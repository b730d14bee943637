"""InSpec's JSON: the `json` reporter with profiles and waivers, and `json-min`.

A control holds when every one of its results passed. One that a waiver kept from running, that was skipped or that has no
result is no answer, nor is a test that ended in an error; one of impact 0 that did not fail does not apply.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from holdtrue.errors import Invalid

from .statements import HINT, MOST_RULES, Answer, Host, Statement, Told, Waiver, made, once_each, short

_Text: TypeAlias = Annotated[str, Meta(max_length=200_000)]


class _Result(msgspec.Struct):
    status: _Text = ""
    code_desc: _Text = ""
    message: _Text | None = None
    skip_message: _Text | None = None
    start_time: _Text | None = None
    exception: _Text | None = None
    backtrace: list[str] | None = None


class _Waived(msgspec.Struct):
    justification: _Text | None = None
    expiration_date: _Text | None = None
    run: bool | str | None = None
    skipped_due_to_waiver: bool | str | None = None


class _Control(msgspec.Struct):
    id: _Text
    title: _Text | None = None
    impact: float | str | None = None
    waiver_data: _Waived | None = None
    results: Annotated[list[_Result], Meta(max_length=20_000)] | None = None
    status: _Text = ""
    """In `json-min` each line is one result."""
    code_desc: _Text = ""
    message: _Text | None = None


class _Profile(msgspec.Struct):
    controls: Annotated[list[_Control], Meta(max_length=MOST_RULES)] = msgspec.field(default_factory=list)


class _Platform(msgspec.Struct):
    target_id: _Text | None = None


class _Report(msgspec.Struct):
    version: _Text
    platform: _Platform = msgspec.field(default_factory=_Platform)
    profiles: list[_Profile] | None = None
    controls: Annotated[list[_Control], Meta(max_length=MOST_RULES)] | None = None


_DECODER = msgspec.json.Decoder(_Report)


def looks_like_inspec(document: bytes) -> bool:
    """Whether these bytes are a JSON report with controls."""
    start = document.lstrip()[:1]
    return start == b"{" and b'"controls"' in document and (b'"profiles"' in document or b'"profile_id"' in document)


def read(document: bytes, *, at: datetime, stated: datetime | None = None) -> list[Statement]:
    """Return what the report says, and what it waives; raises `Invalid` with the place of the mistake."""
    try:
        told = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The InSpec report cannot be read: {error}.", hint=HINT) from error
    if told.profiles is None and told.controls is None:
        raise Invalid("The InSpec report has neither profiles nor controls.", hint="Use the reporter `json` or `json-min`.")
    controls = [*(told.controls or ()), *(one for profile in told.profiles or () for one in profile.controls)]
    answers = once_each(told for control in controls for told in _told(control))
    starts = [
        made(one.start_time, at=at, stated=stated) for control in controls for one in control.results or () if one.start_time
    ]
    says_something = any(one.answer in {Answer.PASS, Answer.FAIL} for one in answers)
    # `json-min` has no times, nor has a control that no test was run of: what says nothing needs none.
    when = max(starts) if starts else made(None, at=at, stated=stated) if says_something else at
    host = Host(uuid=short(told.platform.target_id))
    return [Statement("inspec", host, when, answers, tuple(_waivers(controls)))]


def _told(control: _Control) -> Iterator[Told]:
    rule = short(control.id)
    if not rule:
        return
    results = control.results or ([_Result(control.status, control.code_desc, control.message)] if control.status else [])
    answer = _answer(control, ["error" if one.exception or one.backtrace else one.status for one in results])
    telling = next((one for one in results if one.status == "failed"), results[0] if results else _Result())
    yield Told(rule, answer, short(control.title), short(telling.message or telling.skip_message or telling.code_desc))


def _answer(control: _Control, states: list[str]) -> Answer:
    if "failed" in states:
        return Answer.FAIL
    if control.impact in {0, "none"} and "error" not in states:
        return Answer.NOT_APPLICABLE
    return Answer.PASS if states and all(state == "passed" for state in states) else Answer.UNANSWERED


def _waivers(controls: list[_Control]) -> Iterator[Waiver]:
    for control in controls:
        waived = control.waiver_data
        if waived is not None and (waived.justification or waived.expiration_date):
            yield Waiver(short(control.id), short(waived.justification), _day(waived.expiration_date))


def _day(words: str | None) -> date | None:
    """Return the day a waiver ends on; InSpec takes whatever YAML took for a date."""
    try:
        return date.fromisoformat((words or "").strip()[:10])
    except ValueError:
        return None
