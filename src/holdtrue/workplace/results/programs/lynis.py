"""Lynis' `report.dat`: `key=value` lines, `key[]=value` for lists.

Lynis prints no result for a test: it lists the tests that ran, and warns or suggests. So a test that ran and said nothing is
a pass, a warning or a suggestion is a fail, and a test that was skipped or left to a person is no answer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from holdtrue.errors import Invalid

from .statements import HINT, MOST_RULES, Answer, Host, Statement, Told, made, once_each, short

_MOST_LINES = 200_000
_STATES = {
    "firewall_active": "A packet filter is active",
    "malware_scanner_installed": "A malware scanner is installed",
    "ntp_config_found": "The clock is kept by NTP",
}
"""Keys with 1 and 0 that are answers of their own."""


def looks_like_lynis(document: bytes) -> bool:
    """Whether these bytes begin as Lynis writes its report."""
    start = document.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    return start.startswith(b"# Lynis Report") or b"lynis_version=" in document[:2000]


def read(document: bytes, *, at: datetime, stated: datetime | None = None) -> list[Statement]:
    """Return what the report says of its host; raises `Invalid` for one that is cut short or is none."""
    values = _values(document)
    if "lynis_version" not in values:
        raise Invalid("This is no Lynis report: it does not say lynis_version.", hint=HINT)
    if _last(values, "finish").lower() != "true":
        raise Invalid(
            "The Lynis report stops before its end.", hint="Let `lynis audit system` finish, then give its report.dat."
        )
    host = Host(name=_last(values, "hostname"), uuid=_last(values, "hostid2") or _last(values, "hostid"))
    ended = _last(values, "report_datetime_end") or _last(values, "report_datetime_start")
    # Its clock is the host's own, without a zone.
    when = made(ended.replace(" ", "T"), at=at.astimezone(UTC), stated=stated)
    return [Statement("lynis", host, when, once_each(_answers(values)))]


def _values(document: bytes) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    lines = document.decode("utf-8", "replace").splitlines()
    if len(lines) > _MOST_LINES:
        raise Invalid(f"The Lynis report has more than {_MOST_LINES:,} lines.", hint=HINT)
    for line in lines:
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found[name.strip().removesuffix("[]")].append(value.strip())
    return found


def _last(values: Mapping[str, Sequence[str]], name: str) -> str:
    return short(values[name][-1]) if values.get(name) else ""


def _answers(values: Mapping[str, Sequence[str]]) -> Iterator[Told]:
    said = {test for name in ("warning", "suggestion") for test, _ in _said(values, name)}
    for name in ("warning", "suggestion"):
        for test, words in _said(values, name):
            yield Told(test, Answer.FAIL, words)
    for test in _tests(values, "tests_executed"):
        if test not in said:
            yield Told(test, Answer.PASS)
    for test in _tests(values, "tests_skipped"):
        yield Told(test, Answer.UNANSWERED, detail="skipped")
    for name, why in (("manual_event", "left to a person"), ("exception_event", "ended in an error")):
        for line in values.get(name, ())[:MOST_RULES]:
            yield Told(short(line.partition("|")[0].partition(":")[0]), Answer.UNANSWERED, detail=why)
    for name, title in _STATES.items():
        word = _last(values, name)
        if word in {"0", "1"}:
            yield Told(name, Answer.PASS if word == "1" else Answer.FAIL, title)


def _said(values: Mapping[str, Sequence[str]], name: str) -> Iterator[tuple[str, str]]:
    for line in values.get(name, ())[:MOST_RULES]:
        test, _, rest = line.partition("|")
        words = [part for part in rest.split("|") if part and part != "-"]
        if test:
            yield short(test), short(". ".join(words))


def _tests(values: Mapping[str, Sequence[str]], name: str) -> list[str]:
    return [short(test) for line in values.get(name, ()) for test in line.split("|") if test][:MOST_RULES]
