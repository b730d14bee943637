"""What the scanner's reference says is what the scanner has."""

import re
from pathlib import Path

import msgspec

from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.engine.observations import Answer, Kind, Note, Observation, State, Trouble
from holdtrue.website.scan.faults import MEANINGS
from holdtrue.website.scan.rules import Finding
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
