// @ts-check
/** Lets a reader check a pack or receipt on /verify. Everything stays in this browser: there is no request in this file. */

// With this file's own version, so that no older verifier comes out of a cache.
/** @type {typeof import('./verify.mjs')} */
const { Unusable, isConsentReceipt, verify, whyNot } = await import(`./verify.mjs${new URL(import.meta.url).search}`);

const page = /** @type {HTMLElement} */ (document.getElementById('verify'));
const form = /** @type {HTMLFormElement} */ (document.getElementById('check'));
const drop = /** @type {HTMLElement} */ (document.getElementById('drop'));
const file = /** @type {HTMLInputElement} */ (document.getElementById('file'));
const receipt = /** @type {HTMLTextAreaElement} */ (document.getElementById('receipt'));
const key = /** @type {HTMLInputElement} */ (document.getElementById('key'));
const verdict = /** @type {HTMLElement} */ (document.getElementById('verdict'));
const published = (page.dataset.keys ?? '').split(/\s+/).filter(Boolean);
const FIRST = ['kind', 'about', 'at', 'id'];
/** @type {Record<string, string>} */
const LABELS = { kind: 'what', about: 'about', at: 'when', id: 'entry', by: 'by (person)' };
const GROUP_NAMES = { core: 'What happened', context: 'Circumstances', identity: 'Who' };

/** @param {string} tag @param {string} text @param {...(HTMLElement|string)} children */
function element(tag, text, ...children) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.append(...children);
  return made;
}

/** @param {string} sort @param {...HTMLElement} children */
function show(sort, ...children) {
  verdict.className = `note verdict ${sort}`;
  verdict.hidden = false;
  verdict.replaceChildren(...children);
}

/** @param {string[]} sentences */
function list(sentences) {
  return element('ul', '', ...sentences.map((said) => element('li', said)));
}

/** @param {string} title @param {HTMLElement} hidden */
function unfold(title, hidden) {
  const details = element('details', '', element('summary', title), hidden);
  details.className = 'unfold';
  return details;
}

/** @param {ReadableStream<Uint8Array>} stream */
async function* piecesOf(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** @param {import('./verify.mjs').Report} report @param {boolean} given whether the reader gave the key */
function aboutTheKey(report, given) {
  if (given) return 'Signed by the key that you gave.';
  if (published.includes(report.key)) {
    return 'Signed by a key that this server publishes. If you were handed the file by the same people, compare the key with one that you got another way.';
  }
  return `Signed by a key that is not this server’s: compare ${report.key} with the key of ${report.origin} that you got another way.`;
}

/** @param {unknown} value @returns {string} */
function words(value) {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(words).join(', ') || 'none';
  if (typeof value === 'object') return Object.entries(value).map(([name, one]) => `${name}: ${words(one)}`).join('; ');
  return String(value);
}

/** @param {import('./verify.mjs').Shown} shown */
function factsOf(shown) {
  const parts = [];
  for (const [name, title] of Object.entries(GROUP_NAMES)) {
    const body = JSON.parse(shown.facts[name] || '{}');
    const known = Object.keys(body);
    // What every entry says comes first, in one order.
    const order = [...FIRST.filter((fact) => known.includes(fact)), ...known.filter((fact) => !FIRST.includes(fact))];
    if (shown.hidden.includes(name)) {
      parts.push(element('h3', title), element('p', 'Erased or not shown; its hash keeps its place.'));
    } else if (order.length) {
      const facts = element('dl', '');
      facts.className = 'facts';
      for (const fact of order) {
        facts.append(element('dt', LABELS[fact] ?? fact.replaceAll('_', ' ')), element('dd', words(body[fact])));
      }
      parts.push(element('h3', title), facts);
    }
  }
  return parts;
}

/** The facts of a receipt; those of a consent receipt are folded, since the choice stands above them. @param {import('./verify.mjs').Report} report */
function factsShown({ shown, document }) {
  if (!shown) return [];
  const facts = factsOf(shown);
  return document ? [unfold('Every recorded fact', element('div', '', ...facts))] : facts;
}

/** A verified consent receipt in the words of the visitor whose it is. @param {any} document */
function choiceOf(document) {
  const asked = document['dpv:hasEntity'];
  const facts = document['holdtrue:decision'];
  const shown = (/** @type {string} */ time) => new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
  const isPast = new Date(facts.expires) < new Date();
  const choice = element('dl', '');
  choice.className = 'facts';
  for (const [title, said] of [
    ['website', facts.about.replace(/^consent\//, '')],
    ['asked by', asked['holdtrue:controller']?.['dpv:hasName'] ?? ''],
    ['chosen', shown(facts.at)],
    [isPast ? 'expired' : 'stands until', shown(facts.expires)],
    ['policy', facts.policy],
  ]) {
    if (said) choice.append(element('dt', title), element('dd', said));
  }
  const services = element('ul', '');
  for (const process of document['dpv:hasProcess']) {
    const name = process['@id'].replace('holdtrue:service:', '');
    const provider = asked[`holdtrue:recipient:${name}`]?.['dpv:hasName'] ?? name;
    const purpose = process['dpv:hasPurpose']?.[0]?.['skos:prefLabel'];
    const agreed = facts.granted.includes(name) ? 'agreed' : facts.event === 'withdrawn' ? 'withdrawn' : 'refused';
    services.append(element('li', '', element('strong', `${provider}: ${agreed}`), purpose ? ` (${purpose})` : ''));
  }
  return [element('h3', 'The choice'), choice, services];
}

/** @param {import('./verify.mjs').Report} report @param {boolean} given */
function tell(report, given) {
  if (report.failure) {
    const { line, offset, what, why } = report.failure;
    show(
      'note-bad',
      element('h2', 'Not verified'),
      element('p', `Something is wrong at ${what} (line ${line}, byte ${offset}): ${why}.`),
      element('p', 'The file was changed, damaged on its way, or made by somebody else. Ask for it again before you conclude which.'),
    );
    return;
  }
  const cautions = report.cautions.filter((said) => !said.startsWith('Signed by'));
  show(
    'note-good',
    element('h2', 'Verified'),
    element('p', aboutTheKey(report, given)),
    ...(report.document ? choiceOf(report.document) : []),
    ...factsShown(report),
    list(report.checked),
    unfold('What this does not show', list(cautions)),
  );
}

/** @param {Blob} chosen */
async function check(chosen) {
  const reason = await whyNot();
  if (reason) {
    show(
      'note-bad',
      element('h2', 'This browser cannot check here'),
      element('p', `${reason} Open this page by https://, or save verify.mjs (below) and run it with Node. Nothing was checked, so this says nothing about the file.`),
    );
    return;
  }
  show('', element('p', 'Checking…'));
  const given = key.value.split(/\s+/).filter(Boolean);
  try {
    const start = await chosen.slice(0, 64).text();
    const isReceipt = start.startsWith('c2sp.org/tlog-proof@v1') || isConsentReceipt(start);
    const keys = given.length || !isReceipt ? given : published;
    let last = 0;
    const progress = (/** @type {number} */ bytes) => {
      if (bytes - last < 1_000_000) return;
      last = bytes;
      show('', element('p', `Checking… ${Math.round((100 * bytes) / chosen.size)} %`));
    };
    tell(await verify(piecesOf(chosen.stream()), { keys, progress }), given.length > 0);
  } catch (error) {
    const said = error instanceof Unusable ? error.message : 'The file could not be read to its end. Choose it again.';
    show('note-bad', element('h2', 'Not checked'), element('p', said));
  }
  verdict.focus();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const pasted = receipt.value.trim();
  // A text field gives back its lines in its own way; a receipt ends in exactly one newline.
  if (pasted) check(new Blob([`${pasted.replaceAll('\r\n', '\n')}\n`]));
  else if (file.files?.length) check(file.files[0]);
  else show('note-bad', element('p', 'Choose a file or paste a receipt first.'));
});
file.addEventListener('change', () => {
  receipt.value = '';
  if (file.files?.length) check(file.files[0]);
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle('is-over', name === 'dragover');
    const dropped = /** @type {DragEvent} */ (event).dataTransfer?.files?.[0];
    if (name !== 'drop' || !dropped) return;
    receipt.value = '';
    check(dropped);
  });
}
/** @type {HTMLButtonElement} */ (document.getElementById('start')).disabled = false;
// Chosen before this program had come.
if (file.files?.length) check(file.files[0]);
