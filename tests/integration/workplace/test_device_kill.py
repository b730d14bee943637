"""`kill -9` under load loses no signed report that was acknowledged, and counts none twice."""

import base64
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from holdtrue.workplace.devices.signatures import ENROLMENT, Signed
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import state_hash
from integration.installation import Installation
from integration.workplace.signing import Laptop

DEVICES = 6
LOOK = """
import django, json
django.setup()
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.opened import the_log
from holdtrue.workplace.devices.models import DeviceKey, Report
log = the_log()
kept = {str(place.id) for place in log.entries(0, log.state().size)} | {str(one) for one in Outbox.objects.values_list("id", flat=True)}
print(json.dumps({
    "keys": {key: [sequence, bytes(base).hex()] for key, sequence, base in DeviceKey.objects.values_list("id", "sequence", "base")},
    "entries": sorted(kept),
    "reports": [[sha256, str(entry)] for sha256, entry in Report.objects.values_list("sha256", "entry")],
}))
"""


@dataclass
class Told:
    """One device's side: what it sent last, and what it was told is safe."""

    laptop: Laptop
    sheet: FactSheet | None = None
    pending: tuple[Signed, FactSheet] | None = None
    sequence: int = 0
    entries: list[str] = field(default_factory=list)


def post(installation: Installation, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=20)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def deliver(installation: Installation, told: Signed) -> tuple[int, dict]:
    headers = {"Holdtrue-Key": told.key, "Holdtrue-Signature": base64.b64encode(told.signature).decode()}
    return post(installation, "/api/devices/reports", told.body, headers)


def next_report(told: Told, chance: random.Random) -> tuple[Signed, FactSheet]:
    now, laptop = datetime.now(UTC), told.laptop
    if told.sheet is None:
        sheet = laptop.sheet(now)
        return laptop.full(sheet, now), sheet
    if chance.random() < 0.5:
        return laptop.unchanged(told.sheet, now), told.sheet
    after = laptop.sheet(now, idle=chance.randrange(1, 900))
    return laptop.change(told.sheet, after, now), after


def speak(installation: Installation, told: Told, stop: threading.Event, seed: int) -> None:
    """Report until the server dies; what has no answer is sent again, as it was, when it is back."""
    chance = random.Random(seed)
    while not stop.is_set():
        told.pending = told.pending or next_report(told, chance)
        signed, sheet = told.pending
        try:
            status, answer = deliver(installation, signed)
        except (OSError, http.client.HTTPException):
            return
        assert status in {200, 201}, answer
        told.pending, told.sheet, told.sequence = None, sheet, told.laptop.sequence
        told.entries += [answer["entry"]] if "entry" in answer else []


def look(installation: Installation) -> dict:
    env = installation.env | {"DJANGO_SETTINGS_MODULE": "holdtrue.server.settings"}
    done = subprocess.run([sys.executable, "-c", LOOK], env=env, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def kill(installation: Installation, kills: int) -> None:
    token = installation.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()
    devices = [Told(Laptop(f"LT-{number}")) for number in range(DEVICES)]
    chance = random.Random(kills)
    for turn in range(kills):
        with installation.running("serve") as process:
            installation.wait_until(lambda: installation.get("/readyz")[0] == 200, process)
            for told in devices if turn == 0 else []:
                body = told.laptop.enrolment()
                signature = base64.b64encode(told.laptop.sign(ENROLMENT, body)).decode()
                headers = {"Authorization": f"Bearer {token}", "Holdtrue-Key": told.laptop.key, "Holdtrue-Signature": signature}
                assert post(installation, "/api/devices/enrolments", body, headers)[0] == 201
            stop = threading.Event()
            speakers = [
                threading.Thread(target=speak, args=(installation, told, stop, turn * DEVICES + number))
                for number, told in enumerate(devices)
            ]
            for one in speakers:
                one.start()
            time.sleep(chance.uniform(0.2, 1.5))
            process.kill()
            for one in speakers:
                one.join(30)
    found = look(installation)
    entries = set(found["entries"])
    for told in devices:
        sequence, base = found["keys"][told.laptop.key]
        assert set(told.entries) <= entries
        # What was on its way may have been stored without anybody being told; nothing else may differ.
        assert sequence == told.sequence or (told.pending and sequence == told.laptop.sequence)
        assert base == state_hash(told.sheet if sequence == told.sequence else told.pending[1])
    hashes = [sha256 for sha256, _ in found["reports"]]
    assert len(hashes) == len(set(hashes))
    assert {entry for _, entry in found["reports"]} <= entries
    assert sum(len(told.entries) for told in devices) > kills


def test_a_few_kills_lose_nothing(installation):
    kill(installation, 2)


@pytest.mark.slow
def test_many_kills_lose_nothing(installation):
    kill(installation, int(os.environ.get("KILLS", "20")))
