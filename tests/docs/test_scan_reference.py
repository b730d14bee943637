"""What the scanner's reference says is what the scanner has."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from holdtrue.website.scan.document import ScanDocument, document, schema, write
from holdtrue.website.scan.engine.observations import (
    Answer,
    Banner,
    Button,
    Kind,
    Note,
    Observation,
    Party,
    Sighting,
    State,
    Trouble,
)
from holdtrue.website.scan.faults import MEANINGS
from holdtrue.website.scan.rules import Finding, judge
from holdtrue.website.scan.verdicts import BREAKS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SCAN = (REFERENCE / "scan.md").read_text(encoding="utf-8")
JSON = (REFERENCE / "scan-json.md").read_text(encoding="utf-8")


def test_every_fault_is_described_with_its_severity_and_no_other():
    told = re.findall(r"^\| `([a-z0-9-]+)` \| (high|medium|low|info)", SCAN, re.MULTILINE)

    assert told == [(fault.value, meaning.severity.value) for fault, meaning in MEANINGS.items()]


def test_what_each_fault_breaks_is_described():
    told = dict(re.findall(r"^\| `([a-z0-9-]+)` \| [^|]+ \| `(site\.[a-z-]+)`", SCAN, re.MULTILINE))

    assert told == {fault.value: commitment for commitment, faults in BREAKS.items() for fault in faults}


def test_every_field_and_value_of_the_json_is_described():
    fields = {
        field.name
        for kind in (ScanDocument, Observation, Finding, Answer, Note)
        for field in msgspec.inspect.type_info(kind).fields
    }
    values = {value.value for choices in (State, Kind, Trouble) for value in choices}

    assert not {name for name in fields | values if f"`{name}`" not in JSON}


def test_the_published_schema_is_the_one_of_the_document():
    assert (REFERENCE / "scan.schema.json").read_bytes() == schema(), "write what document.schema() returns there"


SORTS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def strays(value, rule, defs, at="scan"):
    """Yield where a value leaves a schema, as far as ours goes, and any word of the schema that this does not know."""
    unknown = set(rule) - {
        *("$schema", "$defs", "$ref", "title", "description", "default", "enum", "type", "anyOf"),
        *("items", "properties", "required", "additionalProperties", "format"),
    }
    if unknown:
        yield f"{at}: {unknown} is not checked"
    if "$ref" in rule:
        yield from strays(value, defs[rule["$ref"].removeprefix("#/$defs/")], defs, at)
    if "anyOf" in rule and not any(not list(strays(value, one, defs, at)) for one in rule["anyOf"]):
        yield f"{at}: none of the kinds allowed"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is not listed"
    if "type" in rule and (
        not isinstance(value, SORTS[rule["type"]]) or (isinstance(value, bool) and rule["type"] != "boolean")
    ):
        yield f"{at}: no {rule['type']}"
        return
    yield from (f"{at}.{name} is missing" for name in rule.get("required", ()) if name not in value)
    for name, one in value.items() if isinstance(value, dict) else ():
        further = rule.get("properties", {}).get(name, rule.get("additionalProperties"))
        if isinstance(further, dict):
            yield from strays(one, further, defs, f"{at}.{name}")
    for number, one in enumerate(value) if isinstance(value, list) else ():
        yield from strays(one, rule.get("items", {}), defs, f"{at}[{number}]")


@pytest.fixture
def said():
    url, state = "https://shop.example/", State.NO_CHOICE
    button = Button(label="Accept", role="accept", tag="button", width=90, height=30, font_size=13.5)
    sighting = Sighting(
        site=url,
        landed=url,
        browser="Chrome/1",
        pages=(url,),
        answers=(Answer(state=state, reached=True, banner="unknown"),),
        observations=(
            Observation(state=state, kind=Kind.COOKIE, name="_ga", domain="shop.example", party=Party.FIRST, page=url),
        ),
        notes=(Note(state=state, page=url, trouble=Trouble.LOGIN_WALL, message="It asks."),),
        banner=Banner(tool="unknown", buttons=(button,)),
    )
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    return json.loads(write(document(sighting, judge(sighting, ()), started=noon, ended=noon, policy=None)))


def test_what_a_scan_writes_fits_its_schema(said):
    rule = json.loads(schema())

    assert not list(strays(said, rule, rule["$defs"]))


@pytest.mark.parametrize(
    ("name", "value"),
    [("started", 5), ("partial", "no"), ("observations", {}), ("findings", [{}]), ("notes", [{"state": "asleep"}])],
)
def test_what_is_no_scan_leaves_the_schema(said, name, value):
    rule = json.loads(schema())

    assert list(strays(said | {name: value}, rule, rule["$defs"]))
