#!/usr/bin/env node
// Verifies exports of the audit log (JSON Lines), receipts of revocations and reports of reviews without the program that wrote them: needs Node.js 18 or later and nothing else.
//
//   node verify.mjs [--key public.pem] [--checkpoints earlier.json] [--json] EXPORT.jsonl...
//   node verify.mjs [--key public.pem] [--checkpoints earlier.json] [--json] --receipt RECEIPT.json...
//   node verify.mjs [--key public.pem] [--checkpoints earlier.json] [--json] --report REPORT.jsonl...
//   node verify.mjs [--key public.pem] [--checkpoints earlier.json] [--json] --report --manifest MANIFEST.json REPORT.csv
//
// Exit code 0: all are whole. 1: at least one is not. 2: something could not be read, or is no receipt or report. How it works is told in README.md beside this file.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const NAMES = ['sequence', 'id', 'at', 'action', 'outcome', 'actor_id', 'actor', 'address', 'agent', 'key_id', 'request_id', 'detail',
  'previous_hash', 'hash', 'canonical', 'salt', 'personal'];

const RECEIPT = 'salesos-revocation-receipt-v1';
const REPORT = 'salesos-review-report-v1';
const REPORT_NAMES = ['form', 'tenant', 'review', 'format', 'report_entry', 'reported_at', 'keys', 'sha256', 'opened_entry', 'opened_hash', 'public_key', 'signature'];
const USAGE = 'usage: node verify.mjs [--key public.pem] [--checkpoints earlier.json] [--json] EXPORT.jsonl... | --receipt RECEIPT.json... | --report REPORT.jsonl... | --report --manifest MANIFEST.json REPORT.csv';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const hex = text => Buffer.from(text, 'hex');
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A name that stands twice would be read in one way here and in another elsewhere. */
function parseStrictly(text) {
  const keysOf = value => value === null || typeof value !== 'object' ? 0
    : Object.values(value).reduce((sum, inner) => sum + keysOf(inner), Array.isArray(value) ? 0 : Object.keys(value).length);
  const value = JSON.parse(text);
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(match => match[1]).length;
  if (written !== keysOf(value)) throw new Error('a name stands twice');
  return value;
}

function openKey(pem) {
  const key = createPublicKey(pem);
  return { key, id: sha256(key.export({ type: 'spki', format: 'der' })) };
}

const signed = (key, lines, signature) => typeof signature === 'string' && signature.length === 128
  && verify('sha256', Buffer.from(lines.join('\n')), { key: key.key, dsaEncoding: 'ieee-p1363' }, hex(signature));

const checkpointHolds = (key, tenant, c) => c.key === key.id
  && signed(key, ['salesos-audit-checkpoint-v1', tenant, c.sequence, c.hash, Date.parse(c.at)], c.signature);

const manifestHolds = (key, m) => signed(key, ['salesos-audit-export-v1', m.tenant, m.export_entry, Date.parse(m.exported_at), m.proves,
  m.first, m.last, m.count, m.previous_hash, m.last_hash, m.pruned_through], m.signature);

class NotJsonLines extends Error {
  constructor(file) {
    super(`${file} is a CSV, which is for spreadsheets and cannot be verified: export the log as JSON Lines (format=jsonl)`);
  }
}

/** Why a line is not what was chained, or null. */
function faultOf(e, tenant) {
  const c = JSON.parse(e.canonical);
  if (!same(Object.keys(e), NAMES)) return 'its fields are not those of an entry';
  if (sha256(hex(e.previous_hash), e.canonical) !== e.hash) return 'its hash does not fit what it says';
  if (c.v !== 1 || c.tenant !== tenant) return 'it belongs to another log';
  for (const [name, said] of [['sequence', c.sequence], ['id', c.id], ['at', new Date(c.at).toISOString()], ['action', c.action], ['outcome', c.outcome],
    ['actor_id', c.actor], ['key_id', c.key], ['request_id', c.request], ['detail', c.detail]]) {
    if (!same(e[name], said)) return `its ${name} is not the one that was chained`;
  }
  const p = e.personal === null ? {} : JSON.parse(e.personal);
  if (e.personal === null ? e.salt !== null : sha256(hex(e.salt), e.personal) !== c.personal) return 'its personal data is not what was chained';
  return same([e.actor, e.address, e.agent], [p.email ?? p.name ?? p.subject ?? null, p.address ?? null, p.agent ?? null]) ? null
    : 'its actor, address or agent is not what was chained';
}

async function judge(file, trusted, earlier) {
  const input = createReadStream(file, 'utf8');
  await new Promise((opened, failed) => input.once('open', opened).once('error', failed));
  try {
    return await judgeLines(file, createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator](), trusted, earlier);
  } finally {
    input.destroy();
  }
}

async function judgeLines(file, lines, trusted, earlier) {
  const bad = (sequence, reason) => ({ file, whole: false, entries, first_bad: sequence, reason });
  let entries = 0;
  let m, key;
  try {
    const first = (await lines.next()).value;
    if (/^\uFEFF?"?sequence"?[,;\t]/.test(first)) throw new NotJsonLines(file);
    m = parseStrictly(first).manifest;
    key = openKey(m.public_key.pem);
    if (!Array.isArray(m.checkpoints) || !Number.isSafeInteger(m.first) || !Number.isSafeInteger(m.last) || m.choice === undefined) throw new Error();
  } catch (error) {
    if (error instanceof NotJsonLines) throw error;
    return bad(null, 'the first line is no manifest');
  }
  if (m.v !== 1) return bad(null, `the manifest is of form ${m.v}, which this verifier does not know`);
  if (trusted && trusted.id !== key.id) return bad(null, 'it was signed with another key than the given one');

  const known = [...m.checkpoints.map(c => ({ ...c, tenant: m.tenant })), ...earlier.filter(c => c.tenant === m.tenant)];
  const checkpoints = Map.groupBy ? Map.groupBy(known, c => c.sequence) : known.reduce((map, c) => map.set(c.sequence, [...map.get(c.sequence) ?? [], c]), new Map());
  const agree = (sequence, hash) => (checkpoints.get(sequence) ?? []).every(c => c.hash === hash && checkpointHolds(key, m.tenant, c));

  const chain = m.proves === 'chain';
  let previous = m.previous_hash;
  if (chain && (!agree(m.first - 1, previous) || (m.first === 1 && previous !== '0'.repeat(64)) || (m.pruned_through > 0 && m.pruned_through === m.first - 1 && !checkpoints.has(m.pruned_through)))) {
    return bad(m.first, 'what stands before it is not what was signed');
  }

  let last = m.first - 1;
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    let entry, fault;
    try {
      entry = parseStrictly(line.value);
      fault = faultOf(entry, m.tenant);
    } catch (error) {
      fault = `it can't be read: ${error.message}`;
    }
    const expected = chain ? last + 1 : entry?.sequence ?? null;
    if (fault === null && (chain ? entry.sequence !== expected : entry.sequence <= last)) fault = 'it is missing, or stands in another place';
    if (fault === null && chain && entry.previous_hash !== previous) fault = 'it does not follow the entry before it';
    if (fault === null && entry.sequence > m.last) fault = 'it lies behind the end that the manifest names';
    if (fault === null && !agree(entry.sequence, entry.hash)) fault = 'a signed checkpoint says otherwise';
    if (fault !== null) return bad(expected, fault);
    [last, previous] = [entry.sequence, entry.hash];
    entries++;
  }

  if (chain && last < m.last) return bad(last + 1, 'it is missing at the end');
  if (chain && previous !== m.last_hash) return bad(last, 'the manifest names another last entry');
  if (entries !== m.count) return bad(null, `${m.count} entries were exported, and ${entries} are here`);
  if (!manifestHolds(key, m)) return bad(null, 'the manifest was changed: its signature does not hold');
  // An export to the end can't lack what was signed before it was made.
  const beyond = earlier.filter(c => c.tenant === m.tenant && c.sequence > m.last && m.choice.to === null && Date.parse(c.at) <= Date.parse(m.exported_at));
  if (chain && beyond.length > 0) return bad(m.last + 1, `it is missing: an earlier checkpoint stands at entry ${beyond[0].sequence}`);
  return { file, whole: true, entries, first_bad: null, first: m.first, last: m.last, proves: m.proves, key: key.id, checkpoints: [...checkpoints.keys()].filter(s => s <= m.last).length };
}

/** The answer of /v1/api-keys/{id}/revocation as it came: what is shown, the envelope around it and the key must all be what was signed. */
function judgeReceipt(file, trusted, earlier) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(RECEIPT)) throw new Error(`${file} is no receipt of a revocation`);
  const bad = reason => ({ file, whole: false, reason });
  try {
    const answer = parseStrictly(text);
    const { canonical, public_key: publicKey, signature, ...shown } = answer.data;
    const key = openKey(publicKey.pem);
    if (trusted && trusted.id !== key.id) return bad('it was signed with another key than the given one');
    if (!same(publicKey, { id: key.id, algorithm: 'ECDSA-P256-SHA256', pem: key.key.export({ type: 'spki', format: 'pem' }).trim() })) return bad('its public key is not written as the program writes it');
    if (!/^[0-9a-f]{128}$/.test(signature) || !signed(key, [canonical], signature)) return bad('its signature does not hold');
    const said = parseStrictly(canonical);
    if (said.form !== RECEIPT) return bad(`it is of form ${said.form}, which this verifier does not know`);
    const changed = [...new Set([...Object.keys(said), ...Object.keys(shown)])].find(name => !same(said[name], shown[name]));
    if (changed !== undefined) return bad(`its ${changed} is not the one that was signed`);
    if (!same(Object.keys(answer).sort(), ['data', 'meta']) || !same(answer.meta, { request_id: said.request_id, timestamp: said.issued_at })) return bad('the envelope around it is not the one that it came in');
    const entry = said.audit_entry;
    if (entry && earlier.some(c => c.tenant === said.tenant && c.sequence === entry.sequence && c.hash !== entry.hash)) return bad('a signed checkpoint names another entry of the log');
    return { file, whole: true, reason: null, signed_by: key.id, receipt: said };
  } catch (error) {
    return bad(`it can't be read: ${error.message}`);
  }
}

const sayProbe = ({ node, refused_since: since, probe }) => probe === null ? `on ${node} since ${since}, not probed`
  : probe.refused ? `on ${node} since ${since}, probe of ${probe.at} answered ${probe.status} (${probe.outcome}) in ${probe.milliseconds} ms`
  : `NOT REFUSED on ${node}: the probe of ${probe.at} was answered ${probe.status} (${probe.outcome})`;

const sayReceipt = ({ file, whole, reason, signed_by: signer, receipt: r }) => !whole ? `${file}: does NOT hold: ${reason}`
  : `${file}: holds: the API key ${r.key.key_prefix}…${r.key.key_last4} of tenant ${r.tenant} was revoked at ${r.revoked_at}${r.audit_entry ? ` (entry ${r.audit_entry.sequence} of the audit log)` : ''}; refused ${r.nodes.map(sayProbe).join('; ')}; attempts since: ${r.attempts_since.count}; issued at ${r.issued_at}, key ${signer}`;

/** A report of a review: every byte behind the manifest's line is hashed, and all that the manifest says is signed. A CSV is hashed whole, and its manifest is a file beside it. */
function judgeReport(file, manifestFile, trusted, earlier) {
  const bytes = readFileSync(file);
  const text = manifestFile ? readFileSync(manifestFile, 'utf8') : bytes.subarray(0, bytes.indexOf(10)).toString('utf8');
  if (!manifestFile && /^\uFEFF?"?review_id"?[,;\t]/.test(text)) throw new Error(`${file} is a CSV: name the manifest that belongs to it with --manifest`);
  const bad = reason => ({ file, whole: false, reason });
  try {
    const read = parseStrictly(text);
    const m = read.manifest ?? read.data ?? read;
    const key = openKey(m.public_key.pem);
    if (!same(Object.keys(m), REPORT_NAMES)) return bad('the fields of its manifest are not those of a report');
    if (m.form !== REPORT) return bad(`it is of form ${m.form}, which this verifier does not know`);
    if (trusted && trusted.id !== key.id) return bad('it was signed with another key than the given one');
    if (!same(m.public_key, { id: key.id, algorithm: 'ECDSA-P256-SHA256', pem: key.key.export({ type: 'spki', format: 'pem' }).trim() })) return bad('its public key is not written as the program writes it');
    // As it was written, to the byte: a text that only means the same was changed too.
    if (!manifestFile && (!same(Object.keys(read), ['manifest']) || JSON.stringify(read) !== text)) return bad('its manifest is not written as the program writes it');
    if (m.format !== (manifestFile ? 'csv' : 'jsonl') || new Date(m.reported_at).toISOString() !== m.reported_at) return bad('its manifest is of another format or time');
    if (![m.report_entry, m.keys, m.opened_entry].every(Number.isSafeInteger)) return bad('its manifest names no entries');
    if (!/^[0-9a-f]{128}$/.test(m.signature) || !signed(key, [m.form, m.tenant, m.review, m.format, m.report_entry, Date.parse(m.reported_at), m.keys, m.sha256, m.opened_entry, m.opened_hash ?? ''], m.signature)) {
      return bad('the signature of its manifest does not hold');
    }
    const body = manifestFile ? bytes : bytes.subarray(bytes.indexOf(10) + 1);
    if (sha256(body) !== m.sha256) return bad('what it says is not what was signed');
    if (m.opened_hash !== null && earlier.some(c => c.tenant === m.tenant && c.sequence === m.opened_entry && c.hash !== m.opened_hash)) return bad('a signed checkpoint names another entry of the log');
    return { file, whole: true, reason: null, signed_by: key.id, report: { tenant: m.tenant, review: m.review, keys: m.keys, entry: m.report_entry, reported_at: m.reported_at } };
  } catch (error) {
    return bad(`it can't be read: ${error.message}`);
  }
}

const sayReport = ({ file, whole, reason, signed_by: signer, report: r }) => !whole ? `${file}: does NOT hold: ${reason}`
  : `${file}: holds: ${r.keys} API keys of review ${r.review} of tenant ${r.tenant} as of ${r.reported_at} (entry ${r.entry} of the audit log), key ${signer}`;

/** Accepts an answer of /v1/audit-entries/checkpoints and the first line of an earlier export; each checkpoint must hold by itself. */
function readEarlier(file, trusted) {
  const text = readFileSync(file, 'utf8');
  let json;
  try { json = JSON.parse(text); } catch { json = JSON.parse(text.split('\n', 1)[0]); }
  const { tenant, public_key: publicKey, checkpoints } = json.data ?? json.manifest ?? json;
  const key = trusted ?? openKey(publicKey.pem);
  for (const c of checkpoints) {
    if (!checkpointHolds(key, tenant, c)) throw new Error(`the checkpoint of entry ${c.sequence} in ${file} does not hold`);
  }
  return { key, checkpoints: checkpoints.map(c => ({ ...c, tenant })) };
}

const say = v => v.whole
  ? `${v.file}: whole: ${v.entries} entries (${v.first} to ${v.last}), ${v.checkpoints} checkpoints, key ${v.key}${v.proves === 'chain' ? '' : '; chosen entries, each holds for itself'}`
  : `${v.file}: NOT whole: ${v.first_bad === null ? v.reason : `entry ${v.first_bad}: ${v.reason}`}`;

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' }, checkpoints: { type: 'string' }, json: { type: 'boolean' }, receipt: { type: 'boolean' }, report: { type: 'boolean' }, manifest: { type: 'string' } } });
  if (positionals.length === 0) throw new Error(USAGE);
  let trusted = values.key ? openKey(readFileSync(values.key, 'utf8')) : null;
  const earlier = values.checkpoints ? readEarlier(values.checkpoints, trusted) : null;
  trusted ??= earlier?.key ?? null;
  for (const file of positionals) {
    const verdict = values.report ? judgeReport(file, values.manifest ?? null, trusted, earlier?.checkpoints ?? [])
      : values.receipt ? judgeReceipt(file, trusted, earlier?.checkpoints ?? []) : await judge(file, trusted, earlier?.checkpoints ?? []);
    if (!verdict.whole) process.exitCode = 1;
    console.log(values.json ? JSON.stringify(verdict) : values.report ? sayReport(verdict) : values.receipt ? sayReceipt(verdict) : say(verdict));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
