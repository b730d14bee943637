"""A record in the form of ISO/IEC TS 27560, as JSON-LD by the guide of the W3C Data Privacy Vocabulary."""

from typing import Any, Final

from holdtrue.policy.text.rules import Category
from holdtrue.website.consent.asking import Notice, Service
from holdtrue.website.consent.records import Core, Identity

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
    Category.NECESSARY: "ServiceProvision",
    Category.PREFERENCES: "Personalisation",
    Category.ANALYTICS: "ServiceUsageAnalytics",
    Category.MARKETING: "Marketing",
}


def receipt(core: Core, identity: Identity | None, notice: Notice | None, *, proof: str = "") -> dict[str, Any]:
    """Return the record as JSON-LD; without its notice, services are named by their ids."""
    services = {one.id: one for one in notice.services} if notice else {}
    named = [*core.granted, *core.denied]
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{core.id}",
        "dct:conformsTo": "dpv-27560:receipt-record" if proof else "dpv-27560:consent-record",
        "dpv:hasIdentifier": core.id,
        "dpv:hasDataSubject": {
            "@type": ["dpv:DataSubject"],
            "dpv:hasIdentifier": identity.consent_id if identity else "erased",
        },
        "dct:created": core.at,
        "dct:valid": core.expires,
        "dct:creator": "holdtrue:controller",
        "dct:language": core.language,
        "dpv:hasJurisdiction": core.rule,
        "dpv:hasNotice": [_notice(core, notice)],
        "dpv:hasEntity": _entities(named, notice, services),
        "dpv:hasProcess": [_process(core, name, services.get(name)) for name in named],
        "holdtrue:decision": core,
    }
    return document | ({"holdtrue:proof": proof} if proof else {})


def _notice(core: Core, notice: Notice | None) -> dict[str, Any]:
    return {
        "@type": ["dpv:ConsentNotice"],
        "dpv:hasIdentifier": core.notice,
        "dpv:hasLocation": notice.controller.policy_url if notice else "",
        "dct:hasVersion": core.policy,
    }


def _entities(named: list[str], notice: Notice | None, services: dict[str, Service]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if notice:
        found["holdtrue:controller"] = {
            "@type": ["dpv:DataController"],
            "dpv:hasName": notice.controller.name,
            "dpv:hasContact": notice.controller.contact,
        }
    for name in named:
        provider = services[name].provider if name in services else name
        found[f"holdtrue:recipient:{name}"] = {"@type": ["dpv:Recipient"], "dpv:hasName": provider}
    return found


def _process(core: Core, name: str, service: Service | None) -> dict[str, Any]:
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
                "@type": [f"dpv:{_status(core, name)}"],
                "dpv:isIndicatedAtTime": core.at,
                "dpv:isExercisedAt": f"{core.method}, layer {core.layer}",
            }
        ],
    }
    if service is not None:
        label = service.purpose.get(core.language) or next(iter(service.purpose.values()), service.name)
        process["dpv:hasPurpose"] = [
            {"skos:broader": f"dpv:{_PURPOSES[service.category]}", "skos:prefLabel": label},
        ]
        process["dpv:hasStorageCondition"] = [_storage(one.pattern, one.kind, one.retention_days) for one in service.items]
        process["holdtrue:hosts"] = list(service.hosts)
    return process


def _storage(pattern: str, kind: str, days: float | None) -> dict[str, Any]:
    kept: dict[str, Any] = {"@type": "dpv:UntilEventDuration", "rdf:value": "end of the browser session"}
    if days is not None:
        kept = {"@type": "dpv:TemporalDuration", "rdf:value": f"PT{round(days * 24)}H"}
    return {
        "@type": ["dpv:StorageDuration", "dpv:StorageLocation"],
        "skos:prefLabel": f"{pattern} ({kind})",
        "dpv:hasLocation": "dpv:WithinDevice",
        "dpv:hasDuration": kept,
    }


def _status(core: Core, name: str) -> str:
    if name in core.granted:
        return "ConsentRenewed" if core.event == "renewed" else "ConsentGiven"
    return "ConsentWithdrawn" if core.event == "withdrawn" else "ConsentRefused"
