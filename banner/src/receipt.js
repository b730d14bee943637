// The visitor's copy: the record in the form of the W3C guide to ISO/IEC TS 27560 (DPV), with the server's proof when there is one.
// A file of its own, fetched when somebody asks for a receipt.

const PURPOSES = { necessary: "ServiceProvision", preferences: "Personalisation", analytics: "ServiceUsageAnalytics", marketing: "Marketing" };

/** @param {Decision} decision @param {string} id */
const statusOf = (decision, id) => {
  if (decision.granted.includes(id)) return decision.event === "renewed" ? "ConsentRenewed" : "ConsentGiven";
  return decision.event === "withdrawn" ? "ConsentWithdrawn" : "ConsentRefused";
};

/** @param {Decision} decision @param {Service} service @param {Record<string, string>} texts */
const processOf = (decision, { id, name, provider, purpose, category, hosts, items }, texts) => ({
  "@id": `holdtrue:service:${id}`,
  "@type": "dpv:Process",
  "dpv:hasPurpose": [{ "skos:broader": `dpv:${PURPOSES[category]}`, "skos:prefLabel": purpose?.[decision.language] || purpose?.en || texts[category] }],
  "dpv:hasPersonalData": ["dpv:IdentifyingPersonalData"],
  "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
  "dpv:hasLegalBasis": ["eu-gdpr:A6-1-a"],
  "dpv:hasDataController": ["holdtrue:controller"],
  "dpv:hasDataSource": ["dpv:DataSubjectDataSource"],
  "dpv:hasRecipient": [`holdtrue:recipient:${id}`],
  "dpv:hasStorageCondition": (items || []).map((item) => ({
    "@type": ["dpv:StorageDuration", "dpv:StorageLocation"],
    "skos:prefLabel": `${item.pattern} (${item.kind})`,
    "dpv:hasLocation": "dpv:WithinDevice",
    "dpv:hasDuration":
      item.retention_days == null
        ? { "@type": "dpv:UntilEventDuration", "rdf:value": "end of the browser session" }
        : { "@type": "dpv:TemporalDuration", "rdf:value": `PT${Math.round(item.retention_days * 24)}H` },
  })),
  "dpv:hasConsentStatus": [{ "@type": [`dpv:${statusOf(decision, id)}`], "dpv:isIndicatedAtTime": decision.claimed_at, "dpv:isExercisedAt": `${decision.method}, layer ${decision.layer}` }],
  "holdtrue:provider": provider || name,
  "holdtrue:hosts": hosts || [],
});

/** @param {Known} known @param {string | undefined} proof */
export const describe = ({ kept: { decision, answer }, notice, texts, until }, proof) => {
  const asked = notice.services.filter(({ id }) => decision.granted.includes(id) || decision.denied.includes(id));
  return {
    "@context": {
      dpv: "https://w3id.org/dpv#", "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", dct: "http://purl.org/dc/terms/",
      rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", skos: "http://www.w3.org/2004/02/skos/core#", holdtrue: "urn:holdtrue:",
    },
    "@id": `urn:uuid:${answer?.record || decision.id}`,
    "dct:conformsTo": "dpv-27560:receipt-record",
    "holdtrue:status": answer ? "recorded" : "not yet confirmed",
    "dpv:hasIdentifier": answer?.record || decision.id,
    "dpv:hasDataSubject": { "@type": ["dpv:DataSubject"], "dpv:hasIdentifier": decision.consent_id },
    "dct:created": decision.claimed_at,
    "dct:valid": until,
    "dct:creator": "holdtrue:controller",
    "dct:language": decision.language,
    "dpv:hasJurisdiction": (notice.regulation || "eu").toUpperCase(),
    "dpv:hasNotice": [{ "@type": ["dpv:ConsentNotice"], "dpv:hasIdentifier": decision.notice, "dpv:hasLocation": notice.controller.policy_url, "dct:hasVersion": notice.policy?.version }],
    "dpv:hasEntity": {
      "holdtrue:controller": { "@type": ["dpv:DataController"], "dpv:hasName": notice.controller.name, "dpv:hasContact": notice.controller.contact },
      ...Object.fromEntries(asked.map(({ id, name, provider }) => [`holdtrue:recipient:${id}`, { "@type": ["dpv:Recipient"], "dpv:hasName": provider || name }])),
    },
    "dpv:hasProcess": asked.map((service) => processOf(decision, service, texts)),
    "holdtrue:decision": decision,
    "holdtrue:record": answer,
    "holdtrue:proof": proof,
  };
};

/** Hand the visitor the file. @param {Known} known */
export const download = async (known) => {
  const { decision, answer } = known.kept;
  let proof;
  try {
    const response = answer && (await fetch(`${known.address}/receipt/${answer.record}`, { credentials: "omit" }));
    if (response?.ok) proof = await response.text();
  } catch {
    // The record stands without it; the proof can be fetched later by the record's number.
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(describe(known, proof), null, 1)], { type: "application/ld+json" }));
  link.download = `consent-${known.notice.site.replace(/\W+/g, "-")}-${decision.claimed_at.slice(0, 10)}.jsonld`;
  link.click();
};
