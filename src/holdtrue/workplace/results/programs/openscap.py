"""OpenSCAP's results: an XCCDF document or an ARF collection, both with one `TestResult` for each device.

XCCDF 1.2 (NIST SP 800-126 and IR 7275 r4, section 6.6.4.2) names the nine results; only *pass* and *fixed* are a pass, and
*not selected* and *informational* say nothing of the device.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from holdtrue.errors import Invalid

from .statements import HINT, MOST_RULES, WORST, Answer, Host, Statement, Told, Waiver, made, moment, once_each, short

_ANSWERS = {
    "pass": Answer.PASS,
    "fixed": Answer.PASS,
    "fail": Answer.FAIL,
    "notapplicable": Answer.NOT_APPLICABLE,
    "error": Answer.UNANSWERED,
    "unknown": Answer.UNANSWERED,
    "notchecked": Answer.UNANSWERED,
}
_SILENT = frozenset({"notselected", "informational"})
LONGEST_LOCK = 900
"""Seconds of WB-LCK-2: what the scan's own values must ask for, grace included, for its pass to mean anything."""
_IDLE = "dconf_gnome_screensaver_idle_delay"
_START = "inactivity_timeout_value"
_BOUNDS = frozenset({_START, "var_screensaver_lock_delay"})
_NAMES = ("urn:xccdf:fact:asset:identifier:host_name", "urn:xccdf:fact:asset:identifier:fqdn")
_SERIALS = ("urn:xccdf:fact:asset:identifier:serial_number", "urn:xccdf:fact:identifier:serial")
_UUIDS = ("urn:xccdf:fact:asset:identifier:guid", "urn:xccdf:fact:identifier")


def read(document: bytes, *, at: datetime, stated: datetime | None = None) -> list[Statement]:
    """Return a statement for each test result; raises `Invalid` for what is no XML, has a DOCTYPE, or holds no result."""
    titles: dict[str, str] = {}
    found: list[Statement] = []
    try:
        for element in _elements(document):
            sort = _local(element)
            if sort == "Rule":
                titles[element.get("id", "")] = _text(element, "title")
            elif sort == "TestResult":
                found.append(_statement(element, titles, at=at, stated=stated))
            if sort in {"Rule", "TestResult", "Group", "Value", "check-content", "definition", "report"}:
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Invalid(f"The XCCDF document cannot be read: {error}.", hint=HINT) from error
    if not found:
        raise Invalid("The XCCDF document holds no TestResult.", hint="Give what `oscap xccdf eval --results FILE` wrote.")
    return found


def _elements(document: bytes) -> Iterator[Element]:
    for _, element in iterparse(io.BytesIO(document), events=("end",), forbid_dtd=True):
        yield element


@dataclass(slots=True)
class _About:
    """What a test result says of its target."""

    target: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def host(self) -> Host:
        names = [self.facts[name] for name in _NAMES if name in self.facts]
        serial = next((self.facts[name] for name in _SERIALS if name in self.facts), "")
        uuid = next((self.facts[name] for name in _UUIDS if name in self.facts), "")
        return Host(serial=short(serial), name=short(self.target or (names[0] if names else "")), uuid=short(uuid))


def _statement(result: Element, titles: dict[str, str], *, at: datetime, stated: datetime | None) -> Statement:
    about = _About()
    answers: list[Told] = []
    asked: dict[str, float] = {}
    waivers: list[Waiver] = []
    when = made(result.get("end-time") or result.get("start-time"), at=at, stated=stated)
    for element in result.iter():
        sort = _local(element)
        if sort == "target":
            about.target = about.target or (element.text or "").strip()
        elif sort == "fact":
            about.facts.setdefault(element.get("name", ""), (element.text or "").strip())
        elif sort == "set-value":
            asked |= _seconds(element)
        elif sort == "rule-result":
            found = list(_answer(element, titles, when=when))
            answers += found
            waivers += [one for told in found for one in _waived(element, told)]
            if len(answers) > MOST_RULES:
                raise Invalid(f"The result has more than {MOST_RULES:,} rules.", hint=HINT)
    return Statement("openscap", about.host(), when, once_each(_bounded(one, asked) for one in answers), tuple(waivers))


def _seconds(element: Element) -> dict[str, float]:
    """Return what the screen lock's rules were told to ask for, in seconds."""
    name = element.get("idref", "").rpartition("content_value_")[2]
    try:
        return {name: float(element.text or "")} if name in _BOUNDS else {}
    except ValueError:
        return {}


def _bounded(told: Told, asked: Mapping[str, float]) -> Told:
    """Return a pass of the idle rule as no answer where the scan asked for less than we do: it passes 3,600 s of 3,600 s."""
    seconds = sum(asked.values())
    is_told = _START in asked
    if told.rule != _IDLE or told.answer is not Answer.PASS or (is_told and 0 < asked[_START] <= seconds <= LONGEST_LOCK):
        return told
    words = (
        f"the scan asked for {seconds:,.0f} s, which is not within {LONGEST_LOCK} s"
        if is_told
        else "what it asked for is not told"
    )
    return replace(told, answer=Answer.UNANSWERED, detail=words)


def _answer(element: Element, titles: dict[str, str], *, when: datetime) -> Iterator[Told]:
    word = _word(element, "result")
    overrides = [child for child in element if _local(child) == "override"]
    if word in _SILENT and not overrides:
        return
    identifier = element.get("idref", "")
    rule = short(identifier.rpartition("content_rule_")[2] or identifier)
    detail = _text(element, "message")
    answer = _ANSWERS.get(word, Answer.UNANSWERED)
    if overrides:
        # Who overrides a result departs from the rule: what was found stands, unless they found it worse.
        answer = min(
            (answer, *(_ANSWERS.get(_word(one, "old-result"), Answer.UNANSWERED) for one in overrides)), key=WORST.index
        )
        detail = f"overridden to {word or 'no word'} by {_by(overrides[-1])}"
    if rule:
        yield Told(rule, answer, short(titles.get(identifier, "")), short(detail), moment(element.get("time"), at=when))


def _waived(element: Element, told: Told) -> Iterator[Waiver]:
    """Yield the wish that an override of a failure stands for: to depart from the rule."""
    overrides = [child for child in element if _local(child) == "override"]
    if overrides and told.answer is Answer.FAIL and _word(element, "result") != "fail":
        why = _by(overrides[-1]) if _text(overrides[-1], "remark") else ""
        yield Waiver(told.rule, short(why), None)


def _by(override: Element) -> str:
    """Return who overrides a result, and why where that is given."""
    who, why = override.get("authority", "").strip() or "somebody", _text(override, "remark")
    return f"{who}: {why}" if why else who


def _word(element: Element, name: str) -> str:
    """Return the one plain word of a result, by the standard: none, several, or one with marks in it proves nothing."""
    words = [(child.text or "").strip().lower() for child in element if _local(child) == name]
    return words[0] if len(words) == 1 else ""


def _text(element: Element, name: str) -> str:
    """Return the text of the first child of this name, with what is marked up in it."""
    for child in element:
        if _local(child) == name:
            return " ".join("".join(child.itertext()).split())
    return ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
