"""The form in which a visitor keeps a consent record: JSON-LD by the W3C DPV guide to ISO/IEC TS 27560.

There is one way to write it, and nothing in it but what follows from the proven entry and from the banner as it was shown,
whose hash stands in that entry. So a verifier writes it anew and compares byte by byte.
"""

import math
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

CONTEXT: Final = {
    "dpv": "https://w3id.org/dpv#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "holdtrue": "urn:holdtrue:",
}
_PURPOSES: Final = {
    "necessary": "ServiceProvision",
    "preferences": "Personalisation",
    "analytics": "ServiceUsageAnalytics",
    "marketing": "Marketing",
}
_LONGEST_KEPT: Final = 100_000
"""Days; more than any retention, and few enough to be counted in hours exactly."""

Language = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?\Z")]
CategoryName = Annotated[str, Meta(pattern=r"\A[a-z]{1,20}\Z")]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the entry proves, in the order in which it is written."""

    about: str
    at: str
    categories: dict[CategoryName, Literal["granted", "denied", "partial"]]
    claimed_at: str
    denied: list[str]
    event: Literal["given", "partial", "refused", "withdrawn", "renewed", "signal"]
    expires: str
    gpc: bool
    granted: list[str]
    id: str
    inventory: str
    kind: Literal["consent.recorded"]
    language: Language
    layer: Literal[0, 1, 2]
    method: str
    notice: str
    policy: str
    policy_sha256: str
    rule: str


class Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pseudonym and a family of browsers."""

    browser: str
    consent_id: str


class Controller(msgspec.Struct, frozen=True):
    """Who asked."""

    name: str
    policy_url: str
    contact: str


class Item(msgspec.Struct, frozen=True):
    """What a service keeps in the browser."""

    pattern: str
    kind: str
    retention_days: Annotated[float, Meta(ge=0, le=_LONGEST_KEPT)] | None


class Service(msgspec.Struct, frozen=True):
    """Whom the visitor was asked to allow."""

    id: str
    name: str
    provider: str
    category: Literal["necessary", "preferences", "analytics", "marketing"]
    purpose: dict[Language, str]
    hosts: list[str]
    items: list[Item]


class Shown(msgspec.Struct, frozen=True):
    """What the banner named, as far as a receipt repeats it; a rendering and a notice both hold it."""

    controller: Controller
    services: list[Service]


def described(facts: Facts, who: Who | None, shown: Shown | None, ended: str = "") -> dict[str, Any]:
    """Return the record as JSON-LD; without what was shown, services are named by their ids.

    `ended` is when what was agreed to expired, which a receipt does not say: it is written before.
    """
    services = {one.id: one for one in shown.services} if shown else {}
    named = [*facts.granted, *facts.denied]
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{facts.id}",
        "dct:conformsTo": "dpv-27560:consent-record",
        "dpv:hasIdentifier": facts.id,
        "dpv:hasDataSubject": {"@type": ["dpv:DataSubject"], "dpv:hasIdentifier": who.consent_id if who else "erased"},
        "dct:created": facts.at,
        "dct:valid": facts.expires,
        "dct:creator": "holdtrue:controller",
        "dct:language": facts.language,
        "dpv:hasJurisdiction": facts.rule,
        "dpv:hasNotice": [
            {
                "@type": ["dpv:ConsentNotice"],
                "dpv:hasIdentifier": facts.notice,
                "dpv:hasLocation": shown.controller.policy_url if shown else "",
                "dct:hasVersion": facts.policy,
            }
        ],
        "dpv:hasEntity": _entities(named, shown, services),
        "dpv:hasProcess": [_process(facts, name, services.get(name), ended) for name in named],
        "holdtrue:browser": who.browser if who else "erased",
        "holdtrue:decision": facts,
    }


def receipt(facts: Facts, who: Who | None, rendering: str, proof: str) -> bytes:
    """Return the visitor's file; `rendering` is the banner's canonical document, or empty where it is not known.

    Raises `msgspec.ValidationError` or `msgspec.DecodeError` for what is no rendering.
    """
    shown = msgspec.json.decode(rendering, type=Shown) if rendering else None
    document = described(facts, who, shown) | {"dct:conformsTo": "dpv-27560:receipt-record"}
    if rendering:
        document["holdtrue:rendering"] = rendering
    document["holdtrue:proof"] = proof
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _entities(named: list[str], shown: Shown | None, services: dict[str, Service]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if shown:
        found["holdtrue:controller"] = {
            "@type": ["dpv:DataController"],
            "dpv:hasName": shown.controller.name,
            "dpv:hasContact": shown.controller.contact,
        }
    for name in named:
        provider = services[name].provider if name in services else name
        found[f"holdtrue:recipient:{name}"] = {"@type": ["dpv:Recipient"], "dpv:hasName": provider}
    return found


def _process(facts: Facts, name: str, service: Service | None, ended: str) -> dict[str, Any]:
    process: dict[str, Any] = {
        "@id": f"holdtrue:service:{name}",
        "@type": "dpv:Process",
        "dpv:hasPersonalData": ["dpv:IdentifyingPersonalData"],
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasLegalBasis": ["eu-gdpr:A6-1-a"],
        "dpv:hasDataController": ["holdtrue:controller"],
        "dpv:hasDataSource": ["dpv:DataSubjectDataSource"],
        "dpv:hasRecipient": [f"holdtrue:recipient:{name}"],
        "dpv:hasConsentStatus": [
            {
                "@type": [f"dpv:{_status(facts, name)}"],
                "dpv:isIndicatedAtTime": facts.at,
                "dpv:isExercisedAt": f"{facts.method}, layer {facts.layer}",
            }
        ],
    }
    if ended and name in facts.granted:
        process["dpv:hasConsentStatus"].append({"@type": ["dpv:ConsentExpired"], "dpv:isIndicatedAtTime": ended})
    if service is not None:
        process["dpv:hasPurpose"] = [
            {"skos:broader": f"dpv:{_PURPOSES[service.category]}", "skos:prefLabel": _purpose(facts, service)}
        ]
        process["dpv:hasStorageCondition"] = [_storage(one) for one in service.items]
        process["holdtrue:hosts"] = service.hosts
    return process


def _purpose(facts: Facts, service: Service) -> str:
    said = service.purpose
    return said.get(facts.language) or (said[min(said)] if said else "") or service.name


def _storage(item: Item) -> dict[str, Any]:
    kept = {"@type": "dpv:UntilEventDuration", "rdf:value": "end of the browser session"}
    if item.retention_days is not None:
        hours = math.floor(item.retention_days * 24 + 0.5)
        kept = {"@type": "dpv:TemporalDuration", "rdf:value": f"PT{hours}H"}
    return {
        "@type": ["dpv:StorageDuration", "dpv:StorageLocation"],
        "skos:prefLabel": f"{item.pattern} ({item.kind})",
        "dpv:hasLocation": "dpv:WithinDevice",
        "dpv:hasDuration": kept,
    }


def _status(facts: Facts, name: str) -> str:
    if name in facts.granted:
        return "ConsentRenewed" if facts.event == "renewed" else "ConsentGiven"
    return "ConsentWithdrawn" if facts.event == "withdrawn" else "ConsentRefused"
