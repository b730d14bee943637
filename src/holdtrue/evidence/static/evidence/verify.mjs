// @ts-check
/**
 * Verifies Holdtrue evidence packs, consent receipts (JSON-LD) and C2SP .tlog-proof files: the second, independent implementation.
 *
 * It shares no code with the Python verifier and reaches the same verdict with the same place and words. It needs nothing
 * but WebCrypto: a browser in a secure context, or Node 20 and newer:
 *
 *     node verify.mjs FILE [--key VKEY]… [--previous CHECKPOINT] [--format text|json]
 *
 * The format is described in docs/reference/evidence-pack.md; nothing is ever sent anywhere.
 */

const PACK_FORMAT = 'holdtrue/pack/1';
const OPENING_FORMAT = 'holdtrue/opening/1';
const MAGIC = 'c2sp.org/tlog-proof@v1\n';
const LONGEST_LINE = 4 * 1024 * 1024;
const LARGEST_DOCUMENT = 32 * 1024 * 1024;
const LARGEST_NOTE = 1_000_000;
const LARGEST_PROOF = 4_000_000;
const LONGEST_PATH = 63;
const LOOKED_AT = 64;
const MOST_SIGNATURES = 64;
const WIDTH = 256;
const DEEPEST = 8;
const STANDING_CHANGED = 'standing.changed';
/** @type {readonly ['core', 'context', 'identity']} */
const GROUPS = ['core', 'context', 'identity'];

/** Why a file is refused; the Python verifier says the same sentences. */
export const FAULT = Object.freeze({
  EMPTY: 'the file is empty',
  FORMAT: 'this is not written as the format demands; one changed, added or lost byte is enough',
  TOO_LONG: 'this line is longer than any line of a pack',
  CUT: 'the file ends within this line',
  UNFINISHED: 'the file ends before its end line',
  TRAILING: 'something follows the end line',
  SUM: 'this line was changed, moved, added or removed: its sum does not match',
  PLACE: 'the format allows no such line here',
  VERSION: 'this is not a pack of a version that this verifier knows',
  KEY: 'this is not a key of this log',
  HANDOVER: 'the key before it did not sign this key in',
  NOTE: 'this is not a signed checkpoint',
  SIGNATURE: 'no key that counts here has signed it, or a signature is false',
  ORIGIN: 'it belongs to another log',
  CONSISTENCY: 'the log was not only added to since the earlier checkpoint',
  OLDER: 'the pack is older than the checkpoint that you gave',
  NO_PATH: 'the pack does not lead from the checkpoint that you gave; ask for one made with --since',
  TILE: 'these hashes are not in the tree that the checkpoint signs',
  GROUP: 'the facts do not have the hash that stands beside them',
  LEAF: 'the entry is not the one that the log holds at this index',
  ORDER: 'an entry is missing, double or out of order',
  FACTS: 'its core facts do not say what it is',
  MISSING: 'entries of the log are missing, though the pack claims to have all',
  UNBOUND: "the entry above it does not name this document's hash",
  DOCUMENT: 'the document does not have the hash that the log holds',
  STANDING: 'it does not follow from the entries in the pack',
  COUNT: 'the counts at the end are not those of the pack',
  RECEIPT: 'this is not a receipt; one changed, added or lost byte is enough',
  INCLUSION: 'the entry is not in the tree that the checkpoint signs',
  UNPROVEN: 'it carries no proof; download it again once the server has confirmed the choice',
  RENDERING: 'this is not the banner whose hash the proven entry names',
  CHANGED: 'this is not what the proven entry says; one changed, added or lost byte is enough',
});
const NOT_SHOWN =
  'Not shown: that what was recorded is true, or that everything was recorded: only that it has not changed since.';

/**
 * @typedef {{line: number, offset: number, what: string}} Place
 * @typedef {Place & {why: string}} Failure
 * @typedef {{name: string, publicKey: Uint8Array, id: string, vkey: string}} Key
 * @typedef {{origin: string, size: bigint, root: Uint8Array}} Checkpoint
 * @typedef {{text: string, signatures: {name: string, id: string, signature: Uint8Array}[]}} Note
 * @typedef {{kind: string, facts: Partial<Record<string, string>>, hidden: string[]}} Shown
 * @typedef {object} Report
 * @property {boolean} verified
 * @property {'pack'|'receipt'} sort
 * @property {Failure|null} failure     the first fault and its place
 * @property {string} origin
 * @property {number} size              entries that the checkpoint covers
 * @property {string} key               the key (vkey) whose signature counted
 * @property {boolean} is_pinned        whether the reader gave the key
 * @property {number} entries
 * @property {number} documents
 * @property {number} standings
 * @property {number} hidden            groups of facts shown by their hash alone
 * @property {string[]} checked
 * @property {string[]} cautions
 * @property {Shown} [shown]            a good receipt's facts
 * @property {any} [document]           a good consent receipt, read
 * @typedef {object} Options
 * @property {string[]} [keys]          the log's keys as the reader knows them (vkeys)
 * @property {Uint8Array} [previous]    an earlier signed checkpoint that the reader kept
 * @property {(bytes: number) => void} [progress]
 */

/** A fault at a place. */
class Refused extends Error {
  /** @param {string} why @param {Place} place */
  constructor(why, place) {
    super(why);
    this.place = place;
  }
}

/** What the caller gave cannot be used. */
export class Unusable extends Error {}

// --- bytes, Base64, hashes ------------------------------------------------------------------------------------------

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NO_SUM = new Uint8Array(32);
const HASH = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const HEX = /^[0-9a-f]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const KIND = /^[ -~]{1,40}$/;
const NUMBER = /^(0|[1-9][0-9]{0,18})$/;
const NAME_FORBIDS = /[\p{White_Space}\x00-\x1f+]/u;

/** @param {string} text */
const utf8 = (text) => encoder.encode(text);

/** @param {...Uint8Array} parts */
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** Decodes the one canonical way to write these bytes; null for any other text. @param {string} text */
function fromBase64(text) {
  let binary;
  if (/[^A-Za-z0-9+/=]/.test(text)) return null;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

/** @param {string} text */
const hashBytes = (text) => /** @type {Uint8Array} */ (fromBase64(text));

/** @param {Uint8Array} bytes */
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {...Uint8Array} parts */
async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
}

// --- the Merkle tree (RFC 6962, RFC 9162) ---------------------------------------------------------------------------

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeHash = (left, right) => sha256(NODE_PREFIX, left, right);

/** @param {Uint8Array[]} hashes */
async function rootOf(hashes) {
  if (!hashes.length) return sha256();
  // Pairing level by level and carrying an odd last node up gives RFC 6962's tree.
  let level = hashes;
  while (level.length > 1) {
    /** @type {Promise<Uint8Array>[]} */
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at], level[at + 1]));
    const odd = level.length % 2 ? [level[level.length - 1]] : [];
    level = [...(await Promise.all(above)), ...odd];
  }
  return level[0];
}

/** @param {bigint} index @param {bigint} size @param {Uint8Array} leaf @param {Uint8Array[]} proof @param {Uint8Array} root */
async function isIncluded(index, size, leaf, proof, root) {
  if (index < 0n || index >= size) return false;
  let position = index;
  let last = size - 1n;
  let node = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (position & 1n || position === last) {
      node = await nodeHash(sibling, node);
      while (!(position & 1n) && position) {
        position >>= 1n;
        last >>= 1n;
      }
    } else {
      node = await nodeHash(node, sibling);
    }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(node, root);
}

/** @param {Checkpoint} before @param {Checkpoint} after @param {Uint8Array[]} proof */
async function isConsistent(before, after, proof) {
  if (before.size > after.size) return false;
  if (before.size === after.size) return !proof.length && same(before.root, after.root);
  if (before.size === 0n || !proof.length) return false;
  const path = before.size & (before.size - 1n) ? proof : [before.root, ...proof];
  let position = before.size - 1n;
  let last = after.size - 1n;
  while (position & 1n) {
    position >>= 1n;
    last >>= 1n;
  }
  let first = path[0];
  let second = path[0];
  for (const sibling of path.slice(1)) {
    if (last === 0n) return false;
    if (position & 1n || position === last) {
      [first, second] = await Promise.all([nodeHash(sibling, first), nodeHash(sibling, second)]);
      while (!(position & 1n) && position) {
        position >>= 1n;
        last >>= 1n;
      }
    } else {
      second = await nodeHash(second, sibling);
    }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(first, before.root) && same(second, after.root);
}

// --- signed notes, checkpoints, keys (C2SP) -------------------------------------------------------------------------

/** @param {string} name @param {Uint8Array} publicKey */
async function keyId(name, publicKey) {
  return toHex((await sha256(utf8(`${name}\n`), Uint8Array.of(1), publicKey)).subarray(0, 4));
}

/** Reads a vkey (name+id+key); null when it is none. @param {string} vkey @returns {Promise<Key|null>} */
export async function parseKey(vkey) {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  if (first < 1 || second < 0) return null;
  const name = vkey.slice(0, first);
  const id = vkey.slice(first + 1, second);
  const data = fromBase64(vkey.slice(second + 1));
  if (NAME_FORBIDS.test(name) || !data || data.length !== 33 || data[0] !== 1) return null;
  const publicKey = data.subarray(1);
  return (await keyId(name, publicKey)) === id ? { name, publicKey, id, vkey } : null;
}

/** @param {Uint8Array} data @returns {Note|null} */
function parseNote(data) {
  if (data.length > LARGEST_NOTE) return null;
  let whole;
  try {
    whole = strict.decode(data);
  } catch {
    return null;
  }
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n') || blank + 2 >= whole.length) return null;
  const text = whole.slice(0, blank + 1);
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) return null;
  const signatures = [];
  for (const line of whole.slice(blank + 2, -1).split('\n')) {
    const parts = line.split(' ');
    if (parts.length !== 3 || parts[0] !== '\u2014' || !parts[1] || NAME_FORBIDS.test(parts[1])) return null;
    const signed = fromBase64(parts[2]);
    if (!signed || signed.length <= 4) return null;
    signatures.push({ name: parts[1], id: toHex(signed.subarray(0, 4)), signature: signed.subarray(4) });
  }
  return signatures.length > MOST_SIGNATURES ? null : { text, signatures };
}

/** @param {string} text @returns {Checkpoint|null} */
function parseCheckpoint(text) {
  const parts = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  if (parts.length < 3 || parts.some((part) => !part) || !NUMBER.test(parts[1])) return null;
  const root = fromBase64(parts[2]);
  return root && root.length === 32 ? { origin: parts[0], size: BigInt(parts[1]), root } : null;
}

/** Returns the keys that signed; null when none did or a signature is false. @param {Note} note @param {Key[]} keys */
async function signersOf(note, keys) {
  /** @type {Key[]} */
  const found = [];
  for (const { name, id, signature } of note.signatures) {
    const key = keys.findLast((known) => known.name === name && known.id === id);
    if (!key) continue;
    if (!(await hasSigned(key, note.text, signature))) return null;
    if (!found.includes(key)) found.push(key);
  }
  return found.length ? found : null;
}

/** @param {Key} key @param {string} text @param {Uint8Array} signature */
async function hasSigned(key, text, signature) {
  try {
    const imported = await crypto.subtle.importKey('raw', key.publicKey, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, utf8(text));
  } catch {
    return false;
  }
}

/** @param {string} handover @param {Key|null} before @param {Key} key */
async function isHandover(handover, before, key) {
  if (!before) return handover === '';
  const note = parseNote(utf8(handover));
  if (!note || note.text !== `holdtrue/handover/1\n${before.vkey}\n${key.vkey}\n`) return false;
  return (await signersOf(note, [before])) !== null && (await signersOf(note, [key])) !== null;
}

// --- entries --------------------------------------------------------------------------------------------------------

/** @param {string} name @param {string} salt @param {string} body */
const groupHash = (name, salt, body) => sha256(utf8(`holdtrue/group/1\n${name}\n`), hashBytes(salt), utf8(body));

/** @param {string} kind @param {Uint8Array[]} hashes core, context, identity */
async function leafHash(kind, hashes) {
  const commitment = await sha256(utf8('holdtrue/entry/1\n'), ...hashes);
  return sha256(LEAF_PREFIX, utf8(`holdtrue/1 ${kind}\n`), commitment);
}

/** What an entry's groups and leaf hash to. @param {any} line */
async function entryHashes(line) {
  const [leaf, ...groups] = await Promise.all([
    leafHash(line.kind, GROUPS.map((name) => hashBytes(line[name].hash))),
    ...GROUPS.map((name) => {
      const { salt, body } = line[name];
      return salt === undefined || body === undefined ? null : groupHash(name, salt, body);
    }),
  ]);
  return { leaf: toBase64(leaf), groups: groups.map((hash) => hash && toBase64(hash)) };
}

// --- the lines of a pack --------------------------------------------------------------------------------------------

/** @typedef {(value: any) => boolean} Test */
/** @type {Test} */
const isText = (value) => typeof value === 'string';
/** @param {RegExp} pattern @returns {Test} */
const matches = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
/** @param {number} most @returns {Test} */
const upTo = (most) => (value) => Number.isSafeInteger(value) && value >= 0 && value <= most;
/** @param {Test} test @param {number} least @param {number} most @returns {Test} */
const listOf = (test, least = 0, most = Infinity) => (value) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(test);
const isNumber = upTo(Number.MAX_SAFE_INTEGER);
const isHash = matches(HASH);

/** @type {Test} */
const isGroup = (value) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !isHash(value.hash)) return false;
  return Object.keys(value).every(
    (key) => key === 'hash' || (key === 'salt' && isHash(value.salt)) || (key === 'body' && isText(value.body)),
  );
};

/** @type {Record<string, Record<string, Test>>} */
const FIELDS = {
  header: { format: isText, origin: isText, made_at: isText, reason: isText, about: listOf(isText) },
  key: { vkey: isText, handover: isText },
  checkpoint: { note: isText },
  since: { note: isText, proof: listOf(isHash) },
  tile: { index: isNumber, leaves: listOf(isHash, 1, WIDTH), path: listOf(isHash, 0, LONGEST_PATH) },
  entry: { index: isNumber, kind: matches(KIND), core: isGroup, context: isGroup, identity: isGroup },
  document: { name: isText, media_type: isText, sha256: matches(HEX), size: upTo(LARGEST_DOCUMENT) },
  content: { data: matches(BASE64) },
  standing: { about: isText, commitment: isText, result: isText, since: isText, entry: isNumber },
  end: { entries: isNumber, documents: isNumber, lines: isNumber },
};
/** What may follow what, by type. @type {Record<string, string[]>} */
const AFTER = {
  '': ['header'],
  header: ['key'],
  key: ['key', 'checkpoint'],
  checkpoint: ['since', 'tile', 'standing', 'end'],
  since: ['tile', 'standing', 'end'],
  tile: ['entry'],
  entry: ['tile', 'entry', 'document', 'standing', 'end'],
  document: ['tile', 'entry', 'document', 'content', 'standing', 'end'],
  content: ['tile', 'entry', 'document', 'content', 'standing', 'end'],
  standing: ['standing', 'end'],
};

/** Writes a value as the format demands: sorted keys, no spaces. @param {any} value @param {number} depth @returns {string} */
function canonical(value, depth = 0) {
  if (depth > DEEPEST) throw new RangeError('too deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key], depth + 1)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Reads a line; null unless it is in its one canonical form. @param {Uint8Array} raw */
function decodeLine(raw) {
  try {
    const text = strict.decode(raw);
    const line = JSON.parse(text);
    // A lone surrogate, written as an escape, has no bytes of its own.
    if (canonical(line) !== text || /\\ud[89a-f]/.test(text.replaceAll('\\\\', ''))) return null;
    const fields = typeof line.type === 'string' && Object.hasOwn(FIELDS, line.type) ? FIELDS[line.type] : null;
    if (!fields || !isHash(line.sum) || Object.keys(line).length !== Object.keys(fields).length + 2) return null;
    return Object.entries(fields).every(([name, test]) => Object.hasOwn(line, name) && test(line[name])) ? line : null;
  } catch {
    return null;
  }
}

const SUM = utf8(',"sum":"');

/** @param {Uint8Array} bytes @param {Uint8Array} part */
function indexOf(bytes, part) {
  for (let at = bytes.indexOf(part[0]); at >= 0; at = bytes.indexOf(part[0], at + 1)) {
    if (part.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

/** @param {Uint8Array} raw @param {Uint8Array} previous */
function sumOf(raw, previous) {
  // Quotes within strings are escaped, so these bytes begin the member and nothing else.
  const at = indexOf(raw, SUM);
  return sha256(previous, raw.subarray(0, at), raw.subarray(at + SUM.length + 45));
}

/** What the core facts say; null when they contradict the leaf. @param {any} line */
function factsOf(line) {
  let body;
  try {
    body = JSON.parse(line.core.body);
  } catch {
    return null;
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body) || body.kind !== line.kind) return null;
  const names = ['id', 'about', 'at', ...(line.kind === STANDING_CHANGED ? ['commitment', 'after'] : [])];
  if (!names.every((name) => Object.hasOwn(body, name) && typeof body[name] === 'string')) return null;
  return { text: /** @type {string} */ (line.core.body), body };
}

// --- a pack ---------------------------------------------------------------------------------------------------------

class PackCheck {
  /** @param {Key[]} given @param {Checkpoint|null} previous */
  constructor(given, previous) {
    this.given = given;
    this.previous = previous;
    /** @type {Key[]} */
    this.brought = [];
    this.counting = [...given];
    this.origin = '';
    this.complete = true;
    /** @type {Checkpoint} */
    this.checkpoint = { origin: '', size: 0n, root: NO_SUM };
    /** @type {Place} */
    this.checkpointPlace = { line: 1, offset: 0, what: '' };
    /** @type {Key|null} */
    this.signer = null;
    /** @type {Checkpoint|null} */
    this.since = null;
    this.entries = this.documents = this.standings = this.hidden = this.lines = this.bytes = 0;
    this.finished = false;
    this.sum = NO_SUM;
    this.leaf = '';
    this.stage = '';
    this.what = '';
    this.start = this.nextTile = this.nextIndex = 0;
    /** @type {string[]} */
    this.leaves = [];
    /** Roots of the tiles so far, needed only for the reader's own checkpoint. @type {(Uint8Array|null)[]} */
    this.frontier = [];
    this.metPrevious = previous === null;
    /** @type {ReturnType<typeof factsOf>} */
    this.facts = null;
    /** @type {{line: any, place: Place, pieces: Uint8Array[], size: number}|null} */
    this.document = null;
    /** @type {Map<string, any>} */
    this.standing = new Map();
  }

  /** @param {Uint8Array} raw @param {boolean} hasEnd */
  async line(raw, hasEnd) {
    const number = ++this.lines;
    const offset = this.bytes;
    this.bytes += raw.length + (hasEnd ? 1 : 0);
    const here = { line: number, offset, what: this.what ? `the line after ${this.what}` : 'the first line' };
    if (this.finished) throw new Refused(FAULT.TRAILING, here);
    if (raw.length + (hasEnd ? 1 : 0) > LONGEST_LINE) throw new Refused(FAULT.TOO_LONG, here);
    if (!hasEnd) throw new Refused(FAULT.CUT, here);
    const line = decodeLine(raw);
    if (!line) throw new Refused(FAULT.FORMAT, here);
    this.what = this.named(line);
    const place = { line: number, offset, what: this.what };
    // Hashes are asked for together: WebCrypto answers one after another five times slower.
    const [sum, hashes] = await Promise.all([sumOf(raw, this.sum), line.type === 'entry' ? entryHashes(line) : null]);
    if (hashes) this.checkGroups(line, hashes.groups, place, raw);
    this.sum = sum;
    this.leaf = hashes?.leaf ?? '';
    if (toBase64(this.sum) !== line.sum) throw new Refused(FAULT.SUM, place);
    if (!AFTER[this.stage].includes(line.type) || (this.document !== null) !== (line.type === 'content')) {
      throw new Refused(FAULT.PLACE, place);
    }
    this.stage = line.type;
    await this.check(line, place);
  }

  finish() {
    if (this.finished) return;
    const place = { line: this.lines + 1, offset: this.bytes, what: 'the end of the file' };
    throw new Refused(this.lines ? FAULT.UNFINISHED : FAULT.EMPTY, place);
  }

  /** @param {any} line */
  named(line) {
    switch (line.type) {
      case 'header': return 'the header';
      case 'key': return `key ${this.brought.length + 1}`;
      case 'checkpoint': return 'the checkpoint';
      case 'since': return 'the earlier checkpoint';
      case 'tile': return `tile ${line.index}`;
      case 'entry': return `entry ${line.index}`;
      case 'document': return `document ${line.name}`;
      case 'content': return this.document ? `content of document ${this.document.line.name}` : 'content';
      case 'standing': return `standing of ${line.commitment} for ${line.about}`;
      default: return 'the end line';
    }
  }

  /** @param {any} line @param {(string|null)[]} hashes @param {Place} place @param {Uint8Array} raw */
  checkGroups(line, hashes, place, raw) {
    for (const [at, name] of GROUPS.entries()) {
      const { salt, body, hash } = line[name];
      if (salt === undefined && body === undefined) continue;
      if (salt !== undefined && body !== undefined && hashes[at] === hash) continue;
      const member = utf8(`"${name}":`);
      const offset = place.offset + indexOf(raw, member) + member.length;
      throw new Refused(FAULT.GROUP, { line: place.line, offset, what: `${place.what}, group ${name}` });
    }
  }

  /** @param {any} line @param {Place} place */
  async check(line, place) {
    switch (line.type) {
      case 'header':
        if (line.format !== PACK_FORMAT) throw new Refused(FAULT.VERSION, place);
        this.origin = line.origin;
        this.complete = line.about.length === 0;
        return;
      case 'key': return this.checkKey(line, place);
      case 'checkpoint': return this.checkCheckpoint(line, place);
      case 'since': return this.checkSince(line, place);
      case 'tile': return this.checkTile(line, place);
      case 'entry': return this.checkEntry(line, place);
      case 'document':
        if (!this.facts || !this.facts.text.includes(line.sha256)) throw new Refused(FAULT.UNBOUND, place);
        this.document = { line, place, pieces: [], size: 0 };
        return this.endDocument();
      case 'content': return this.checkContent(line, place);
      case 'standing': return this.checkStanding(line, place);
      default: return this.checkEnd(line, place);
    }
  }

  /** @param {any} line @param {Place} place */
  async checkKey(line, place) {
    const key = await parseKey(line.vkey);
    if (!key) throw new Refused(FAULT.KEY, place);
    const before = this.brought.at(-1) ?? null;
    if (!(await isHandover(line.handover, before, key))) throw new Refused(FAULT.HANDOVER, place);
    const counts = (/** @type {Key} */ one) => this.counting.some((known) => known.vkey === one.vkey);
    const follows = before !== null && counts(before);
    this.brought.push(key);
    if ((!this.given.length || follows) && !counts(key)) this.counting.push(key);
  }

  /** @param {string} text @param {Place} place */
  async opened(text, place) {
    const note = parseNote(utf8(text));
    const checkpoint = note && parseCheckpoint(note.text);
    if (!note || !checkpoint) throw new Refused(FAULT.NOTE, place);
    if (checkpoint.origin !== this.origin) throw new Refused(FAULT.ORIGIN, place);
    // After a loss a log goes on under another name; the keys of its earlier one do not sign for it.
    const signers = await signersOf(note, this.counting.filter((key) => key.name === this.origin));
    if (!signers) throw new Refused(FAULT.SIGNATURE, place);
    return { checkpoint, signer: signers[0] };
  }

  /** @param {any} line @param {Place} place */
  async checkCheckpoint(line, place) {
    ({ checkpoint: this.checkpoint, signer: this.signer } = await this.opened(line.note, place));
    this.checkpointPlace = place;
    if (!this.previous) return;
    if (this.previous.origin !== this.checkpoint.origin) throw new Refused(FAULT.ORIGIN, place);
    if (this.previous.size > this.checkpoint.size) throw new Refused(FAULT.OLDER, place);
    if (this.previous.size === this.checkpoint.size) this.meet(this.checkpoint.root, place);
  }

  /** @param {any} line @param {Place} place */
  async checkSince(line, place) {
    const { checkpoint } = await this.opened(line.note, place);
    this.since = checkpoint;
    if (!(await isConsistent(checkpoint, this.checkpoint, line.proof.map(hashBytes)))) {
      throw new Refused(FAULT.CONSISTENCY, place);
    }
    if (this.previous && this.previous.size === checkpoint.size) this.meet(checkpoint.root, place);
  }

  /** @param {Uint8Array} root @param {Place} place */
  meet(root, place) {
    if (!this.previous || !same(this.previous.root, root) || !this.previous.size) {
      throw new Refused(FAULT.CONSISTENCY, place);
    }
    this.metPrevious = true;
  }

  /** @param {any} line @param {Place} place */
  async checkTile(line, place) {
    this.endTile(place);
    const size = this.checkpoint.size;
    const start = BigInt(line.index) * BigInt(WIDTH);
    if (this.complete ? line.index !== this.nextTile : line.index < this.nextTile) throw new Refused(FAULT.ORDER, place);
    const left = size - start;
    const whole = BigInt(line.leaves.length) === (left < WIDTH ? left : BigInt(WIDTH));
    const leaves = line.leaves.map(hashBytes);
    const tiles = (size + BigInt(WIDTH) - 1n) / BigInt(WIDTH);
    // The roots of whole tiles, and of the last one, are the leaves of a tree that is split at the same places.
    const root = await rootOf(leaves);
    if (!whole || !(await isIncluded(BigInt(line.index), tiles, root, line.path.map(hashBytes), this.checkpoint.root))) {
      throw new Refused(FAULT.TILE, place);
    }
    if (this.complete && this.previous && !this.metPrevious) await this.follow(leaves, start, root, place);
    this.start = Number(start);
    this.leaves = line.leaves;
    this.nextTile = line.index + 1;
    this.nextIndex = this.start;
  }

  /** Compares the tree with the reader's checkpoint where that ends. @param {Uint8Array[]} leaves @param {bigint} start @param {Uint8Array} root @param {Place} place */
  async follow(leaves, start, root, place) {
    const until = /** @type {Checkpoint} */ (this.previous).size;
    if (until <= start + BigInt(leaves.length)) {
      let whole = await rootOf(leaves.slice(0, Number(until - start)));
      for (const peak of this.frontier) if (peak) whole = await nodeHash(peak, whole);
      this.meet(whole, place);
    }
    let node = root;
    let level = 0;
    for (; this.frontier[level]; level++) {
      node = await nodeHash(/** @type {Uint8Array} */ (this.frontier[level]), node);
      this.frontier[level] = null;
    }
    this.frontier[level] = node;
  }

  /** @param {any} line @param {Place} place */
  async checkEntry(line, place) {
    const inOrder = this.complete ? line.index === this.nextIndex : line.index >= this.nextIndex;
    if (!inOrder || line.index >= this.start + this.leaves.length) throw new Refused(FAULT.ORDER, place);
    if (this.leaf !== this.leaves[line.index - this.start]) throw new Refused(FAULT.LEAF, place);
    this.facts = null;
    if (line.core.body) {
      this.facts = factsOf(line);
      if (!this.facts) throw new Refused(FAULT.FACTS, place);
    }
    this.entries += 1;
    this.hidden += GROUPS.filter((name) => line[name].salt === undefined).length;
    this.nextIndex = line.index + 1;
    if (!this.facts || line.kind !== STANDING_CHANGED) return;
    const { about, commitment, after, at } = this.facts.body;
    this.standing.set(JSON.stringify([about, commitment]), {
      type: 'standing', about, commitment, result: after, since: at, entry: line.index,
    });
  }

  /** @param {any} line @param {Place} place */
  async checkContent(line, place) {
    const document = this.document;
    const data = fromBase64(line.data);
    if (!document || !data) throw new Refused(FAULT.FORMAT, place);
    document.size += data.length;
    document.pieces.push(data);
    if (document.size > document.line.size) throw new Refused(FAULT.DOCUMENT, document.place);
    return this.endDocument();
  }

  async endDocument() {
    const document = this.document;
    if (!document || document.size < document.line.size) return;
    if (toHex(await sha256(...document.pieces)) !== document.line.sha256) {
      throw new Refused(FAULT.DOCUMENT, document.place);
    }
    this.documents += 1;
    this.document = null;
  }

  /** @param {Place} place */
  endTile(place) {
    if (this.complete && this.nextIndex !== this.start + this.leaves.length) throw new Refused(FAULT.MISSING, place);
  }

  /** @param {Place} place */
  endEntries(place) {
    this.endTile(place);
    if (this.complete && BigInt(this.entries) !== this.checkpoint.size) throw new Refused(FAULT.MISSING, place);
    if (!this.metPrevious) throw new Refused(FAULT.NO_PATH, this.checkpointPlace);
  }

  /** @param {any} line @param {Place} place */
  checkStanding(line, place) {
    if (!this.standings) this.endEntries(place);
    const pair = JSON.stringify([line.about, line.commitment]);
    const derived = this.standing.get(pair);
    this.standing.delete(pair);
    if (!derived || !['result', 'since', 'entry'].every((name) => derived[name] === line[name])) {
      throw new Refused(FAULT.STANDING, place);
    }
    this.standings += 1;
  }

  /** @param {any} line @param {Place} place */
  checkEnd(line, place) {
    if (!this.standings) this.endEntries(place);
    for (const left of this.standing.values()) throw new Refused(FAULT.STANDING, { ...place, what: this.named(left) });
    if (line.entries !== this.entries || line.documents !== this.documents || line.lines !== place.line) {
      throw new Refused(FAULT.COUNT, place);
    }
    this.finished = true;
  }

  checked() {
    const { origin, size } = this.checkpoint;
    const said = [
      `All ${count(this.lines, 'line')} (${count(this.bytes, 'byte')}) are as they were written.`,
      `The checkpoint over ${count(size, 'entry')} of ${origin} is signed by the key ${this.signer?.id}.`,
      this.complete
        ? `Every entry of the log is here (${thousands(size)}), in order; none was changed, added or left out.`
        : `What is here (${count(this.entries, 'entry')}) stands in that log, unchanged; the pack shows only a part.`,
    ];
    if (this.since) said.push(`The log was only added to since its checkpoint over ${count(this.since.size, 'entry')}.`);
    if (this.previous) said.push(`It continues the checkpoint over ${count(this.previous.size, 'entry')} that you gave.`);
    if (this.documents) said.push(`Attached, with the hash that an entry names: ${count(this.documents, 'document')}.`);
    if (this.standings) said.push(`The standing listed (${count(this.standings, 'line')}) follows from the entries.`);
    if (this.hidden) said.push(`Erased or left out, with their hash in place: ${count(this.hidden, 'group')} of facts.`);
    return said;
  }

  cautions() {
    const said = [];
    if (!this.given.length) {
      said.push(
        `Signed by a key that this pack brought along: compare ${this.signer?.vkey} with the key that the organisation` +
          ' gave you another way, or give it with --key.',
      );
    }
    if (!this.complete) {
      said.push('Not shown: that the log holds nothing else about these subjects; only a whole pack shows that.');
    }
    said.push("Not shown: the reason and the time in the pack's first line; its maker chose them freely.", NOT_SHOWN);
    return said;
  }
}

/** @param {number|bigint} number */
const thousands = (number) => number.toString().replace(/\B(?=(\d{3})+$)/g, ',');

/** @param {number|bigint} number @param {string} noun */
function count(number, noun) {
  const one = BigInt(number) === 1n;
  return `${thousands(number)} ${one ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** @param {AsyncIterable<Uint8Array>} chunks @param {Key[]} keys @param {Checkpoint|null} previous @param {Options} options @returns {Promise<Report>} */
async function verifyPack(chunks, keys, previous, options) {
  const check = new PackCheck(keys, previous);
  /** @type {Failure|null} */
  let failure = null;
  try {
    for await (const { raw, hasEnd } of linesOf(chunks)) {
      await check.line(raw, hasEnd);
      options.progress?.(check.bytes);
    }
    check.finish();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    failure = { ...error.place, why: error.message };
  }
  return {
    verified: !failure,
    sort: 'pack',
    failure,
    origin: check.origin,
    size: Number(check.checkpoint.size),
    key: check.signer?.vkey ?? '',
    is_pinned: keys.length > 0,
    entries: check.entries,
    documents: check.documents,
    standings: check.standings,
    hidden: check.hidden,
    checked: failure ? [] : check.checked(),
    cautions: failure ? [] : check.cautions(),
  };
}

/** Splits into lines; one that is too long comes without its rest. @param {AsyncIterable<Uint8Array>} chunks */
async function* linesOf(chunks) {
  /** @type {Uint8Array[]} */
  let waiting = [];
  let length = 0;
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      const end = chunk.indexOf(10, at);
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
      waiting.push(piece);
      length += piece.length;
      if (length > LONGEST_LINE) {
        yield { raw: join(...waiting), hasEnd: false };
        return;
      }
      if (end < 0) break;
      yield { raw: waiting.length === 1 ? piece : join(...waiting), hasEnd: true };
      waiting = [];
      length = 0;
      at = end + 1;
    }
  }
  if (length) yield { raw: join(...waiting), hasEnd: false };
}

// --- a receipt (C2SP tlog-proof) ------------------------------------------------------------------------------------

/** Reads the opened groups; null unless they are in their one canonical form. @param {Uint8Array} data */
function parseOpening(data) {
  try {
    const text = strict.decode(data);
    const file = JSON.parse(text);
    if (file.format !== OPENING_FORMAT || typeof file.kind !== 'string' || !KIND.test(file.kind)) return null;
    /** @type {Record<string, any>} */
    const groups = {};
    for (const name of GROUPS) {
      const { salt, body, hash } = file.groups[name];
      if (hash !== undefined ? !isHash(hash) || salt !== undefined || body !== undefined : !isHash(salt)) return null;
      if (body !== undefined && (typeof body !== 'string' || !body)) return null;
      groups[name] = hash !== undefined ? { hash } : body !== undefined ? { salt, body } : { salt };
    }
    const again = JSON.stringify({ format: OPENING_FORMAT, kind: file.kind, groups });
    return again === text && !/\\ud[89a-f]/.test(text.replaceAll('\\\\', '')) ? { kind: file.kind, groups } : null;
  } catch {
    return null;
  }
}

/** Reads the lines above the empty one. @param {Uint8Array} data */
function receiptHead(data) {
  /** @type {ReturnType<typeof parseOpening>} */
  let opening = null;
  /** @type {bigint|null} */
  let index = null;
  /** @type {Uint8Array[]} */
  const path = [];
  let offset = MAGIC.length;
  for (let line = 2; ; line++) {
    const what = !opening ? "the entry's facts" : index === null ? 'the index' : `hash ${path.length}`;
    const refused = new Refused(FAULT.RECEIPT, { line, offset, what });
    const end = data.indexOf(10, offset);
    if (end < 0 || path.length > LONGEST_PATH) throw refused;
    const bytes = data.subarray(offset, end);
    if (bytes.some((byte) => byte > 127)) throw refused;
    const text = strict.decode(bytes);
    if (!opening) {
      const extra = text.startsWith('extra ') ? fromBase64(text.slice(6)) : null;
      opening = extra && parseOpening(extra);
      if (!opening) throw refused;
    } else if (index === null) {
      if (!text.startsWith('index ') || !NUMBER.test(text.slice(6))) throw refused;
      index = BigInt(text.slice(6));
    } else if (text) {
      if (!HASH.test(text)) throw refused;
      path.push(hashBytes(text));
    } else {
      return { opening, index, path, line: line + 1, offset: end + 1 };
    }
    offset = end + 1;
  }
}

/** @param {Uint8Array} data @param {Key[]} keys */
async function checkReceipt(data, keys) {
  if (data.length > LARGEST_PROOF) throw new Refused(FAULT.RECEIPT, { line: 1, offset: 0, what: 'the receipt' });
  const head = receiptHead(data);
  const place = { line: head.line, offset: head.offset, what: 'the checkpoint' };
  const note = parseNote(data.subarray(head.offset));
  const checkpoint = note && parseCheckpoint(note.text);
  if (!note || !checkpoint) throw new Refused(FAULT.NOTE, place);
  if (!keys.some((key) => key.name === checkpoint.origin)) throw new Refused(FAULT.ORIGIN, place);
  const signers = await signersOf(note, keys);
  if (!signers) throw new Refused(FAULT.SIGNATURE, place);
  const { kind, groups } = head.opening;
  const hashes = await Promise.all(
    GROUPS.map((name) => {
      const { salt, body, hash } = groups[name];
      return hash !== undefined ? hashBytes(hash) : groupHash(name, salt, body ?? '');
    }),
  );
  if (!(await isIncluded(head.index, checkpoint.size, await leafHash(kind, hashes), head.path, checkpoint.root))) {
    throw new Refused(FAULT.INCLUSION, { line: 2, offset: MAGIC.length, what: `entry ${head.index}` });
  }
  return { index: head.index, kind, groups, checkpoint, signer: signers[0] };
}

// --- a consent receipt (JSON-LD by the DPV guide to ISO/IEC TS 27560) -------------------------------------------------

const PROOF = 'holdtrue:proof';
const RENDERING = 'holdtrue:rendering';
const CONTEXT = {
  dpv: 'https://w3id.org/dpv#',
  'dpv-27560': 'https://w3id.org/dpv/schema/dpv-27560#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  dct: 'http://purl.org/dc/terms/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  holdtrue: 'urn:holdtrue:',
};
/** @type {Record<string, string>} */
const PURPOSES = { necessary: 'ServiceProvision', preferences: 'Personalisation', analytics: 'ServiceUsageAnalytics', marketing: 'Marketing' };
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/;

/** @param {...(string|number)} values @returns {Test} */
const oneOf = (...values) => (value) => values.includes(value);
/** @param {RegExp} pattern @param {Test} test @returns {Test} */
const mapOf = (pattern, test) => (value) =>
  isObject(value) && Object.entries(value).every(([key, one]) => pattern.test(key) && test(one));
/** @type {Test} */
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
/** @param {Record<string, Test>} fields @returns {Test} */
const has = (fields) => (value) =>
  isObject(value) && Object.entries(fields).every(([name, test]) => Object.hasOwn(value, name) && test(value[name]));

/** What the entry of a consent record says, in the order in which it is written. @type {Record<string, Test>} */
const CONSENT_FACTS = {
  about: isText, at: isText, categories: mapOf(/^[a-z]{1,20}$/, oneOf('granted', 'denied', 'partial')), claimed_at: isText,
  denied: listOf(isText), event: oneOf('given', 'partial', 'refused', 'withdrawn', 'renewed', 'signal'), expires: isText,
  gpc: (value) => typeof value === 'boolean', granted: listOf(isText), id: isText, inventory: isText,
  kind: oneOf('consent.recorded'), language: matches(LANGUAGE), layer: oneOf(0, 1, 2), method: isText, notice: isText,
  policy: isText, policy_sha256: isText, rule: isText,
};
const isShown = has({
  controller: has({ name: isText, policy_url: isText, contact: isText }),
  services: listOf(
    has({
      id: isText, name: isText, provider: isText, category: oneOf(...Object.keys(PURPOSES)), purpose: mapOf(LANGUAGE, isText),
      hosts: listOf(isText),
      items: listOf(
        has({
          pattern: isText, kind: isText,
          retention_days: (value) => value === null || (typeof value === 'number' && value >= 0 && value <= 100_000),
        }),
      ),
    }),
  ),
});

/** Whether a file that begins so is to be read as a consent receipt. @param {string} start */
export const isConsentReceipt = (start) => /^[ \t\r\n]*\{[ \t\r\n]*"@context"/.test(start.slice(0, LOOKED_AT));

/** @param {any} facts @param {string} name */
function statusOf(facts, name) {
  if (facts.granted.includes(name)) return facts.event === 'renewed' ? 'ConsentRenewed' : 'ConsentGiven';
  return facts.event === 'withdrawn' ? 'ConsentWithdrawn' : 'ConsentRefused';
}

/** @param {any} item */
const storageOf = ({ pattern, kind, retention_days: days }) => ({
  '@type': ['dpv:StorageDuration', 'dpv:StorageLocation'],
  'skos:prefLabel': `${pattern} (${kind})`,
  'dpv:hasLocation': 'dpv:WithinDevice',
  'dpv:hasDuration':
    days === null
      ? { '@type': 'dpv:UntilEventDuration', 'rdf:value': 'end of the browser session' }
      : { '@type': 'dpv:TemporalDuration', 'rdf:value': `PT${Math.floor(days * 24 + 0.5)}H` },
});

/** @param {any} facts @param {any} service */
function purposeOf(facts, { name, purpose }) {
  const languages = Object.keys(purpose).sort();
  const stated = Object.hasOwn(purpose, facts.language) ? purpose[facts.language] : '';
  return stated || (languages.length ? purpose[languages[0]] : '') || name;
}

/** @param {any} facts @param {string} name @param {any} service */
const processOf = (facts, name, service) => ({
  '@id': `holdtrue:service:${name}`,
  '@type': 'dpv:Process',
  'dpv:hasPersonalData': ['dpv:IdentifyingPersonalData'],
  'dpv:hasProcessing': ['dpv:Collect', 'dpv:Store', 'dpv:Use'],
  'dpv:hasLegalBasis': ['eu-gdpr:A6-1-a'],
  'dpv:hasDataController': ['holdtrue:controller'],
  'dpv:hasDataSource': ['dpv:DataSubjectDataSource'],
  'dpv:hasRecipient': [`holdtrue:recipient:${name}`],
  'dpv:hasConsentStatus': [
    {
      '@type': [`dpv:${statusOf(facts, name)}`],
      'dpv:isIndicatedAtTime': facts.at,
      'dpv:isExercisedAt': `${facts.method}, layer ${facts.layer}`,
    },
  ],
  ...(service && {
    'dpv:hasPurpose': [{ 'skos:broader': `dpv:${PURPOSES[service.category]}`, 'skos:prefLabel': purposeOf(facts, service) }],
    'dpv:hasStorageCondition': service.items.map(storageOf),
    'holdtrue:hosts': service.hosts,
  }),
});

/** Writes the whole receipt anew. @param {any} facts @param {any} who @param {any} shown @param {string} rendering @param {string} proof */
function consentDocument(facts, who, shown, rendering, proof) {
  /** @type {Map<string, any>} */
  const services = new Map(shown?.services.map((/** @type {any} */ one) => [one.id, one]));
  /** @type {string[]} */
  const named = [...facts.granted, ...facts.denied];
  const recipient = (/** @type {string} */ name) => [
    `holdtrue:recipient:${name}`,
    { '@type': ['dpv:Recipient'], 'dpv:hasName': services.has(name) ? services.get(name).provider : name },
  ];
  return {
    '@context': CONTEXT,
    '@id': `urn:uuid:${facts.id}`,
    'dct:conformsTo': 'dpv-27560:receipt-record',
    'dpv:hasIdentifier': facts.id,
    'dpv:hasDataSubject': { '@type': ['dpv:DataSubject'], 'dpv:hasIdentifier': who ? who.consent_id : 'erased' },
    'dct:created': facts.at,
    'dct:valid': facts.expires,
    'dct:creator': 'holdtrue:controller',
    'dct:language': facts.language,
    'dpv:hasJurisdiction': facts.rule,
    'dpv:hasNotice': [
      {
        '@type': ['dpv:ConsentNotice'],
        'dpv:hasIdentifier': facts.notice,
        'dpv:hasLocation': shown ? shown.controller.policy_url : '',
        'dct:hasVersion': facts.policy,
      },
    ],
    'dpv:hasEntity': {
      ...(shown && {
        'holdtrue:controller': {
          '@type': ['dpv:DataController'], 'dpv:hasName': shown.controller.name, 'dpv:hasContact': shown.controller.contact,
        },
      }),
      ...Object.fromEntries(named.map(recipient)),
    },
    'dpv:hasProcess': named.map((name) => processOf(facts, name, services.get(name))),
    'holdtrue:browser': who ? who.browser : 'erased',
    'holdtrue:decision': facts,
    ...(rendering && { [RENDERING]: rendering }),
    [PROOF]: proof,
  };
}

/** @param {Uint8Array} data @param {number} end */
function lineAt(data, end) {
  let line = 1;
  for (let at = data.indexOf(10); at >= 0 && at < end; at = data.indexOf(10, at + 1)) line += 1;
  return line;
}

/** Where a member of the file begins. @param {Uint8Array} data @param {string} name @returns {Place} */
function memberOf(data, name) {
  const offset = indexOf(data, utf8(`\n "${name}": "`)) + 1;
  return { line: lineAt(data, offset), offset, what: name };
}

/** The first byte that is not the expected one, and within which member it stands. @param {Uint8Array} data @param {Uint8Array} expected @returns {Place} */
function differenceOf(data, expected) {
  let offset = 0;
  while (offset < data.length && offset < expected.length && data[offset] === expected[offset]) offset += 1;
  const line = lineAt(data, offset);
  /** @type {string[]} */
  const path = [];
  let depth = Infinity;
  // Each level is indented by one space more.
  for (const text of strict.decode(expected).split('\n').slice(0, line).reverse()) {
    const [, spaces, key] = /** @type {RegExpExecArray} */ (/^( *)(?:"((?:[^"\\]|\\.)*)": )?/.exec(text));
    if (spaces.length >= depth) continue;
    depth = spaces.length;
    if (key) path.unshift(key);
  }
  return { line, offset, what: path.join(' > ') || 'the receipt' };
}

/** @param {string} text @param {Place} place @param {string} why */
function readJson(text, place, why) {
  try {
    const value = JSON.parse(text);
    // A lone surrogate has no bytes of its own; it alone is written back as an escape.
    if (/\\ud[89a-f]/.test(JSON.stringify(value).replaceAll('\\\\', ''))) throw new SyntaxError('surrogate');
    return value;
  } catch {
    throw new Refused(why, place);
  }
}

/** @param {Uint8Array} data @param {Key[]} keys */
async function checkConsentReceipt(data, keys) {
  const start = { line: 1, offset: 0, what: 'the receipt' };
  if (data.length > LARGEST_PROOF) throw new Refused(FAULT.RECEIPT, start);
  let text = '';
  try {
    text = strict.decode(data);
  } catch {
    throw new Refused(FAULT.RECEIPT, start);
  }
  const file = readJson(text, start, FAULT.RECEIPT);
  const [proof, rendering] = [PROOF, RENDERING].map((name) => (isObject(file) && Object.hasOwn(file, name) ? file[name] : ''));
  if (!isObject(file) || !isText(proof) || !isText(rendering)) {
    throw new Refused(FAULT.RECEIPT, start);
  }
  if (!proof) throw new Refused(FAULT.UNPROVEN, start);
  const place = memberOf(data, PROOF);
  if (!proof.startsWith(MAGIC)) throw new Refused(FAULT.RECEIPT, place);
  let receipt;
  try {
    receipt = await checkReceipt(utf8(proof), keys);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const what = `${place.what}, line ${error.place.line} of it: ${error.place.what}`;
    throw new Refused(error.message, { ...place, what });
  }
  const { core, identity } = receipt.groups;
  if (core.hash !== undefined) throw new Refused(FAULT.FACTS, place);
  const facts = readJson(core.body ?? '', place, FAULT.FACTS);
  const who = identity.hash === undefined ? readJson(identity.body ?? '', place, FAULT.FACTS) : null;
  const isKnown =
    has(CONSENT_FACTS)(facts) && facts.kind === receipt.kind && JSON.stringify(facts) === core.body &&
    Object.keys(facts).join() === Object.keys(CONSENT_FACTS).join() &&
    (who === null || (has({ browser: isText, consent_id: isText })(who) && Object.keys(who).length === 2));
  if (!isKnown) throw new Refused(FAULT.FACTS, place);
  let shown = null;
  if (rendering) {
    const at = memberOf(data, RENDERING);
    if (toHex(await sha256(utf8(rendering))) !== facts.notice) throw new Refused(FAULT.RENDERING, at);
    shown = readJson(rendering, at, FAULT.RENDERING);
    if (!isShown(shown)) throw new Refused(FAULT.RENDERING, at);
  }
  const expected = utf8(`${JSON.stringify(consentDocument(facts, who, shown, rendering, proof), null, 1)}\n`);
  if (!same(data, expected)) throw new Refused(FAULT.CHANGED, differenceOf(data, expected));
  const follows = rendering
    ? 'Everything else in the file follows from those facts and from the banner as shown, whose hash is among them.'
    : 'Everything else in the file follows from those facts, to the byte.';
  return { ...receipt, more: [follows], document: file };
}

/** @param {Uint8Array} data @param {Key[]} keys @returns {Promise<Report>} */
async function verifyReceipt(data, keys) {
  if (!keys.length) throw new Unusable("A receipt is checked against the log's key, and none was given.");
  /** @type {Report} */
  const report = {
    verified: false, sort: 'receipt', failure: null, origin: '', size: 0, key: '', is_pinned: true,
    entries: 0, documents: 0, standings: 0, hidden: 0, checked: [], cautions: [],
  };
  try {
    const isConsent = isConsentReceipt(strictly(data.subarray(0, LOOKED_AT)));
    const { index, kind, groups, checkpoint, signer, more, document } = isConsent
      ? await checkConsentReceipt(data, keys)
      : { ...(await checkReceipt(data, keys)), more: [], document: undefined };
    const hidden = GROUPS.filter((name) => groups[name].hash !== undefined);
    const facts = Object.fromEntries(GROUPS.map((name) => [name, groups[name].body]));
    return {
      ...report,
      verified: true,
      origin: checkpoint.origin,
      size: Number(checkpoint.size),
      key: signer.vkey,
      entries: 1,
      hidden: hidden.length,
      checked: [
        `The checkpoint over ${count(checkpoint.size, 'entry')} of ${checkpoint.origin} is signed by the key ${signer.id}.`,
        `The entry (${kind}) stands in that log at index ${thousands(index)}, with exactly these facts.`,
        ...more,
      ],
      cautions: [NOT_SHOWN],
      shown: { kind, facts, hidden },
      document,
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ...report, failure: { ...error.place, why: error.message } };
  }
}

// --- the way in -----------------------------------------------------------------------------------------------------

/** Says why this place cannot verify, or nothing. @returns {Promise<string>} */
export async function whyNot() {
  if (!globalThis.crypto?.subtle) {
    return 'This browser offers its cryptography only to pages opened by https:// (or on this computer itself).';
  }
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify']);
    return '';
  } catch {
    return 'This browser is too old to check Ed25519 signatures.';
  }
}

/**
 * Verifies a pack or a receipt. Throws `Unusable` when keys or the earlier checkpoint are malformed.
 *
 * @param {Uint8Array | AsyncIterable<Uint8Array>} source
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export async function verify(source, options = {}) {
  const keys = [];
  for (const vkey of options.keys ?? []) {
    const key = await parseKey(vkey);
    if (!key) throw new Unusable(`This is no key of a log: ${vkey}`);
    keys.push(key);
  }
  const note = options.previous && parseNote(options.previous);
  const previous = note ? parseCheckpoint(note.text) : null;
  if (options.previous && !previous) throw new Unusable('The earlier checkpoint cannot be read.');
  const chunks = source instanceof Uint8Array ? [source] : source;
  const { start, all } = await peek(chunks);
  const begins = strictly(start);
  if (!begins.startsWith(MAGIC) && !isConsentReceipt(begins)) return verifyPack(all, keys, previous, options);
  let data = new Uint8Array(0);
  for await (const chunk of all) {
    data = join(data, chunk);
    if (data.length > LARGEST_PROOF) break;
  }
  return verifyReceipt(data, keys);
}

/** @param {Uint8Array} bytes */
function strictly(bytes) {
  return String.fromCharCode(...bytes);
}

/** Looks at the first bytes and gives them back. @param {AsyncIterable<Uint8Array>|Iterable<Uint8Array>} chunks */
async function peek(chunks) {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let seen = new Uint8Array(0);
  let ended = false;
  while (seen.length < LOOKED_AT && !ended) {
    const next = await iterator.next();
    ended = Boolean(next.done);
    if (!next.done) seen = join(seen, next.value);
  }
  async function* all() {
    if (seen.length) yield seen;
    while (!ended) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { start: seen.subarray(0, LOOKED_AT), all: all() };
}

/** Runs as a command in Node. @param {string[]} words */
async function main(words) {
  const { createReadStream, readFileSync } = await import('node:fs');
  /** @type {Options & {keys: string[]}} */
  const options = { keys: [] };
  let file = '';
  let format = 'text';
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--key') options.keys.push(...(words[++at] ?? '').split(/\s+/).filter(Boolean));
    else if (words[at] === '--previous') options.previous = new Uint8Array(readFileSync(words[++at] ?? ''));
    else if (words[at] === '--format') format = words[++at] ?? '';
    else if (!file && !words[at].startsWith('--')) file = words[at];
    else throw new Unusable(`Not understood: ${words[at]}`);
  }
  if (!file || !['text', 'json'].includes(format)) {
    throw new Unusable('Use: node verify.mjs FILE [--key VKEY]… [--previous CHECKPOINT] [--format text|json]');
  }
  const report = await verify(createReadStream(file), options);
  console.log(format === 'json' ? JSON.stringify(report, null, 2) : asText(report));
  return report.verified ? 0 : 1;
}

/** @param {Report} report */
export function asText(report) {
  const { failure } = report;
  if (failure) {
    return `NOT VERIFIED\n  line ${failure.line}, byte ${failure.offset}: ${failure.what}\n  ${failure.why}`;
  }
  return ['VERIFIED', ...report.checked.map((said) => `  ✓ ${said}`), ...report.cautions.map((said) => `  ! ${said}`)].join('\n');
}

const command = globalThis.process?.argv?.[1];
if (command && import.meta.url.endsWith('/verify.mjs')) {
  const { pathToFileURL } = await import('node:url');
  const { realpathSync } = await import('node:fs');
  if (pathToFileURL(realpathSync(command)).href === import.meta.url) {
    try {
      process.exitCode = await main(process.argv.slice(2));
    } catch (error) {
      console.error(`verify: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 2;
    }
  }
}
