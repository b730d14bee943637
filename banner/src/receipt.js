// The visitor's copy: the server's own file, which proves itself (JSON-LD by the W3C guide to ISO/IEC TS 27560). Until the server has
// confirmed the choice, what this browser knows of it in the same terms. A file of its own, fetched when somebody asks for a receipt.
export * from "./rare.js";

const PURPOSES = { necessary: "ServiceProvision", preferences: "Personalisation", analytics: "ServiceUsageAnalytics", marketing: "Marketing" };

/** What leads to the page that says it in words: here, where it weighs nothing for those who never ask. @type {Record<string, string>} */
const READ = {
  bg: "Прочитане на разписката", cs: "Přečíst potvrzení", da: "Læs kvitteringen", de: "Nachweis lesen", el: "Ανάγνωση απόδειξης", en: "Read the receipt",
  es: "Leer el justificante", et: "Loe kviitungit", fi: "Lue kuitti", fr: "Lire la preuve", ga: "Léigh an admháil", hr: "Pročitaj potvrdu",
  hu: "Igazolás elolvasása", it: "Leggi la ricevuta", lt: "Skaityti kvitą", lv: "Lasīt apliecinājumu", mt: "Aqra l-irċevuta", nl: "Bewijs lezen",
  pl: "Przeczytaj potwierdzenie", pt: "Ler o comprovativo", ro: "Citește dovada", sk: "Prečítať potvrdenie", sl: "Preberi potrdilo", sv: "Läs kvittot",
};

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

/** @param {Known} known */
export const describe = ({ kept: { decision }, notice, texts, until }) => {
  const asked = notice.services.filter(({ id }) => decision.granted.includes(id) || decision.denied.includes(id));
  return {
    "@context": {
      dpv: "https://w3id.org/dpv#", "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", dct: "http://purl.org/dc/terms/",
      rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", skos: "http://www.w3.org/2004/02/skos/core#", holdtrue: "urn:holdtrue:",
    },
    "@id": `urn:uuid:${decision.id}`,
    "dct:conformsTo": "dpv-27560:receipt-record",
    "holdtrue:status": "not yet confirmed",
    "dpv:hasIdentifier": decision.id,
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
  };
};

/** The server's receipt, once it is signed; throws while it cannot be had. @param {string} address @returns {Promise<Blob>} */
const proven = async (address) => {
  for (let left = 4; left--; ) {
    const response = await fetch(address, { credentials: "omit" });
    if (response.ok) return new Blob([await response.arrayBuffer()], { type: "application/ld+json" });
    if (response.status !== 503) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error("No receipt from the server.");
};

/**
 * Hand the visitor the file, and beside its button the way to the page that says it in words. Throws when the server has recorded the
 * choice and does not give its receipt now: a file without proof would be taken for one.
 * @param {Known} known
 */
export const download = async (known) => {
  const { kept: { decision, answer }, notice, address } = known;
  const file = answer && (await proven(`${address}/receipt/${answer.record}.jsonld`));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file || new Blob([JSON.stringify(describe(known), null, 1)], { type: "application/ld+json" }));
  link.download = `consent-${notice.site.replace(/\W+/g, "-")}-${decision.claimed_at.slice(0, 10)}.jsonld`;
  link.click();
  const button = document.querySelector("holdtrue-consent")?.shadowRoot?.querySelector("[data-holdtrue=receipt]");
  if (file && answer && button && !button.parentNode?.querySelector("a")) {
    const page = document.createElement("a");
    page.href = `${address.slice(0, address.indexOf("/consent/"))}/sites/${notice.site}/consent/receipt/${answer.record}/`;
    page.target = "_blank";
    page.rel = "noopener";
    page.textContent = READ[/** @type {HTMLElement} */ (button.closest("[lang]")).lang] || link.download;
    button.after(" ", page);
  }
};
