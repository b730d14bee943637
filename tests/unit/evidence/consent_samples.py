"""Consent receipts of a log held in memory."""

import json
from hashlib import sha256
from typing import Any

from holdtrue.evidence import consentform, groups
from holdtrue.evidence.consentform import Facts, Who
from holdtrue.evidence.groups import GroupName, HiddenGroup, OpenGroup, Opening
from unit.evidence.pack_samples import MemoryLog, openings

SERVICES = [
    {"id": "google", "name": "Google", "provider": "Google “Ireland” 😀", "category": "analytics", "purpose": {"en": "Counts visits", "nl": "Telt\tbezoeken é"},
     "hosts": ["*.google-analytics.com"], "items": [{"pattern": "_ga", "kind": "cookie", "retention_days": 730}, {"pattern": "half", "kind": "local", "retention_days": 0.0208}]},
    {"id": "ads", "name": "Ads", "provider": "Ads BV", "category": "marketing", "purpose": {}, "hosts": [], "items": [{"pattern": "x", "kind": "cookie", "retention_days": None}]},
]  # fmt: skip
CONTROLLER = {"name": "WeGroup NV", "policy_url": "https://policy.example/p/cookies/", "contact": "hello@wegroup.example"}


def rendering(**change: Any) -> str:
    shown = {"format": "holdtrue.rendering/1", "build": "1", "controller": CONTROLLER, "language": "nl", "layout": {}, "services": SERVICES, "texts": {"title": "Koekjes?"}}  # fmt: skip
    return json.dumps(shown | change, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def facts(shown: str, **change: Any) -> dict[str, Any]:
    said = {
        "about": "consent/www.example.org", "at": "2026-11-26T12:00:00.000+00:00", "categories": {"analytics": "granted", "marketing": "denied"},
        "claimed_at": "2026-11-26T11:59:59+00:00", "denied": ["ads"], "event": "partial", "expires": "2027-05-25T12:00:00+00:00", "gpc": False,
        "granted": ["google"], "id": "019abcde-0000-7000-8000-000000000001", "inventory": "5f" * 32, "kind": "consent.recorded", "language": "nl",
        "layer": 2, "method": "dialogue", "notice": sha256(shown.encode()).hexdigest(), "policy": "cookies/2", "policy_sha256": "ab" * 32, "rule": "eu: opt-in",
    }  # fmt: skip
    return said | change


def opening(core: bytes, *, kind: str = "consent.recorded", who: bytes | None = None) -> Opening:
    salts = [sha256(name.encode()).digest() for name in GroupName]
    identity = OpenGroup(GroupName.IDENTITY, salts[2], who or b'{"browser":"firefox","consent_id":"AAAAAAAAAAAAAAAAAAAAAA"}')
    return Opening(
        kind,
        OpenGroup(GroupName.CORE, salts[0], core),
        OpenGroup(GroupName.CONTEXT, salts[1], b'{"clock_off_seconds":0,"rendering_known":true}'),
        HiddenGroup(GroupName.IDENTITY, identity.hash) if who == b"" else identity,
    )


def proof_of(entry: Opening) -> str:
    return MemoryLog([*openings(3), entry, *openings(2)]).receipt(3).decode()


def written(shown: str | None = None, *, in_file: str | None = None, who: bytes | None = None, **change: Any) -> bytes:
    """A visitor's file; `in_file` puts another rendering into it than the record names."""
    shown = rendering() if shown is None else shown
    said = facts(shown, **change)
    core = groups.canonical(said)
    name = None if who == b"" else Who("firefox", "A" * 22)
    held = shown if in_file is None else in_file
    return consentform.receipt(Facts(**said), name, held, proof_of(opening(core, who=who)))
