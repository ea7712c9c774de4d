// The records of docs/format.md: bytes, the profile, keys, signatures, and what judges each kind of record.
// Hashes and signatures are those of Web Cryptography; the rest is here. `Refused` carries the code of docs/format.md.
export class Refused extends Error {}
export const need = (holds, reason) => { if (!holds) throw new Refused(reason); };

// Bytes

export const utf8 = new TextEncoder(), LF = 10;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), TAB = 9;
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
export const joined = (...pieces) => {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  pieces.reduce((at, piece) => { all.set(piece, at); return at + piece.length; }, 0);
  return all;
};
export const sha = async (...pieces) => new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...pieces)));
export const digest = async (...pieces) => hex(await sha(...pieces));
const base64 = (text) => { // null where it is not in its one form
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  return btoa(atob(text)) === text ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : null;
};
export const lines = (bytes) => { // each with its LF, which the last may lack
  const found = [];
  for (let at = 0; at < bytes.length; at += found.at(-1).length) {
    found.push(bytes.subarray(at, bytes.indexOf(LF, at) + 1 || bytes.length));
  }
  return found;
};
export const same = (list, other) => list.length === other.length && list.every((value, n) => value === other[n]);
export const rising = (list) => list.every((value, n) => n === 0 || list[n - 1] < value); // in order, none twice
export const inTurn = async (list, act) => {
  const found = [];
  for (const one of list) found.push(await act(one));
  return found;
};

// The profile: types, and the one form in which a value is written

const isText = (value) => typeof value === 'string' && value.isWellFormed();
const like = (pattern) => (value) => isText(value) && pattern.test(value);
const from = (least) => (value) => Number.isSafeInteger(value) && value >= least;
export const one = (...values) => (value) => values.includes(value);
const text = (least, most) => (value) => isText(value) && [...value].length >= least && [...value].length <= most;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const entries = (value) => Object.entries(value).map(([key, held]) => [key.replace(/\0\d+$/, ''), held]); // see `apart`
export const list = (of, least = 0, most = Infinity) => (value) => Array.isArray(value) && value.length >= least
  && value.length <= most && value.every(of);
const map = (key, of, least = 0, most = Infinity) => (value) => isObject(value)
  && list(([name, held]) => key(name) && of(held), least, most)(entries(value));
export const record = (form) => {
  const needed = Object.keys(form).filter((key) => !key.endsWith('?'));
  const types = new Map(Object.entries(form).map(([key, type]) => [key.replace('?', ''), type]));
  return (value) => {
    const held = isObject(value) ? entries(value) : [], keys = new Set(held.map(([key]) => key));
    return isObject(value) && needed.every((key) => keys.has(key)) && held.every(([key, one]) => types.get(key)?.(one));
  };
};
const HEX = like(/^[0-9a-f]{64}$/), SALT = like(/^[0-9a-f]{32}$/), ITEM = like(/^[a-z2-7]{16}$/), V = one(1);
const TIME = like(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/), COUNT = from(0), PLACE = from(1);
const CODE = like(/^[A-Z][A-Z0-9]{1,11}$/), TAG = like(/^[a-z]{2,3}$/), HEADS = map(HEX, HEX);
const FIELD = like(/^(?=.{1,128}$)[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/), AGE = like(/^age1[02-9ac-hj-np-z]{58}$/);
const KEY = { alg: text(0, 20), key: like(/^[A-Za-z0-9+/]+={0,2}$/) }, POWERS = list(one('carry', 'seal', 'state'), 1);
const MEMBER = { card: HEX, code: CODE, party: HEX }, EDITION = { epoch: COUNT, number: PLACE };
const SPOKEN = { at: TIME, card: HEX, circle: HEX, party: HEX, v: V }; // in all that a party signs in a circle
export const KINDS = ['card', 'charter', 'seed', 'epoch', 'segment', 'seal', 'file']; // the parts of a bundle
const LEAF = { leaf: COUNT, salt: SALT };
const FORMS = Object.fromEntries(Object.entries({
  card: { at: TIME, keys: list(record({ ...KEY, may: POWERS }), 0, 64), names: map(TAG, text(1, 200), 1, 20), next: HEX,
    number: COUNT, 'party?': HEX, 'prev?': HEX, recipients: list(AGE, 1, 16), roots: list(record(KEY), 1, 16),
    seal_threshold: PLACE, threshold: PLACE, v: V },
  charter: { at: TIME, languages: list(TAG, 1, 20), parties: list(record(MEMBER), 2, 64), 'prev?': HEX, proposer: HEX,
    salts: HEX, schema: PLACE, v: V },
  segment: { ...SPOKEN, body: HEX, count: COUNT, epoch: COUNT, prev: HEX, seen: HEADS, seq: PLACE, size: COUNT },
  statement: { field: isText, 'hold?': one('ad referendum'), item: isText, 'value?': isText },
  epoch: { ...SPOKEN, base: HEX, number: PLACE, reason: one('compromise', 'repair', 'restore', 'rotation') },
  offer: { ...SPOKEN, 'corrects?': one(1), cut: HEADS, edition: record(EDITION), languages: list(TAG, 1),
    'previous?': HEX, root: HEX, schema: PLACE, scope: ITEM, step: one('offer') },
  accept: { ...SPOKEN, of: HEX, step: one('accept') },
  withdraw: { ...SPOKEN, of: HEX, step: one('withdraw') },
  receipt: { ...SPOKEN, accepts: list(HEX), of: HEX, step: one('receipt') },
  manifest: { at: TIME, card: HEX, circle: HEX, from: HEX, to: HEX, seen: HEADS, v: V,
    parts: list(record({ id: HEX, kind: one(...KINDS), size: COUNT }), 0, 1000) },
  tree: { leaves: PLACE, siblings: list(HEX) },
  part: { ...LEAF, fields: list(record({ ...LEAF, field: FIELD, value: isText }), 1), item: ITEM, leaves: PLACE,
    siblings: list(HEX) },
  item: { item: ITEM, salt: SALT },
  field: { field: FIELD, item: ITEM, salt: SALT, value: isText },
}).map(([name, form]) => [name, record(form)]));

export const written = (value) => {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${written(value[key])}`).join(',')}}`;
};
export const encoded = (value) => utf8.encode(written(value));
const parsed = (json) => { // JSON as it came; a fraction or an exponent is of no kind here
  try {
    if (!/\d[.eE]/.test(json.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return JSON.parse(json);
  } catch { /* is refused below */ }
  throw new Refused('profile-not-of-kind');
};
const textOf = (bytes) => {
  try { return strict.decode(bytes); } catch { throw new Refused('profile-not-of-kind'); }
};
const apart = (json) => json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, // by its place, a key that stands twice becomes two
  (text, colon, at) => (colon ? `${text.slice(0, text.lastIndexOf('"'))}\\u0000${at}":` : text));
const other = (jsons, form) => { // other bytes than the one form; of another kind if any value of a key is
  need(jsons.every((json) => FORMS[form](parsed(apart(json)))), 'profile-not-of-kind');
  throw new Refused('profile-not-canonical');
};
export const decode = (bytes, form) => {
  const json = textOf(bytes), value = parsed(json);
  need(FORMS[form](value), 'profile-not-of-kind');
  return written(value) === json ? value : other([json], form);
};
export const checkTime = (at) => { // of a day that the calendar lacks, Date makes another day, or none
  const time = new Date(at.replace('Z', ':00Z'));
  need(at >= '0001' && time.getTime() === time.getTime() && time.toISOString().slice(0, 16) === at.slice(0, 16),
    'profile-no-such-time');
};

// Keys and signatures

const number = (bytes) => BigInt(`0x${hex(bytes) || '0'}`), mod = (value, prime) => ((value % prime) + prime) % prime;
export const power = (base, exponent, prime) => {
  let found = 1n;
  for (; exponent; exponent >>= 1n, base = base * base % prime) if (exponent & 1n) found = found * base % prime;
  return found;
};
const P = 2n ** 255n - 19n, ORDER = 2n ** 252n + 27742317777372353535851937790883648493n; // RFC 8032, 5.1
const D = mod(-121665n * power(121666n, P - 2n, P), P);
const isEd25519 = (raw) => { // canonical, on the curve, in the main subgroup, not neutral; x's sign does not matter
  const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => { // in extended coordinates: RFC 8032, 5.1.4
    const a = (y1 - x1) * (y2 - x2), b = (y1 + x1) * (y2 + x2), c = 2n * D * t1 * t2, d = 2n * z1 * z2;
    return [(b - a) * (d - c), (d + c) * (b + a), (d - c) * (d + c), (b - a) * (b + a)].map((n) => mod(n, P));
  };
  const y = number(raw.toReversed()) & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * power(mod(D * y * y + 1n, P), P - 2n, P), P);
  const root = power(square, (P + 3n) / 8n, P);
  const x = root * root % P === square ? root : root * power(2n, (P - 1n) / 4n, P) % P;
  let point = [x, y, 1n, x * y % P], total = [0n, 1n, 1n, 0n];
  for (let n = ORDER; n; n >>= 1n, point = add(point, point)) if (n & 1n) total = add(total, point);
  return y > 1n && y < P && x * x % P === square && total[0] === 0n && total[1] === total[2];
};
const Q = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n; // the prime and b of P-256: SP 800-186, 3.2.1.3
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const isP256 = (raw) => {
  const x = number(raw.subarray(0, 32)), y = number(raw.subarray(32));
  return x < Q && y < Q && mod(y * y - x * x * x + 3n * x - B, Q) === 0n;
};
const ALGORITHMS = { // what the DER of a key begins with (RFC 8410, RFC 5480), and how long it is
  Ed25519: { der: '302a300506032b6570032100', length: 44, isPoint: isEd25519, name: 'Ed25519', rule: 'Ed25519' },
  'P-256': {
    der: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', length: 91, isPoint: isP256,
    name: { name: 'ECDSA', namedCurve: 'P-256' }, rule: { name: 'ECDSA', hash: 'SHA-256' },
  },
};
export const known = new Map(); // by what a card says of a key: its id, and how it verifies
const enrol = async ({ alg, key }) => {
  need(Object.hasOwn(ALGORITHMS, alg), 'key-algorithm-unknown');
  if (known.has(alg + key)) return;
  const { der, length, isPoint, name, rule } = ALGORITHMS[alg], bytes = base64(key);
  const fits = bytes?.length === length && hex(bytes).startsWith(der) && isPoint(bytes.subarray(der.length / 2));
  need(fits, 'key-not-a-point');
  const made = await crypto.subtle.importKey('spki', bytes, name, true, ['verify']);
  const holds = (signature, message) => crypto.subtle.verify(rule, made, signature, message);
  known.set(alg + key, { id: (await digest(bytes)).slice(0, 32), holds });
};
const idOf = ({ alg, key }) => known.get(alg + key).id, byId = (keys) => new Map(keys.map((key) => [idOf(key), key]));
const holds = async ({ alg, key }, signature, message) => {
  const neutral = alg === 'Ed25519' && hex(signature.subarray(0, 32)) === `01${'00'.repeat(31)}`;
  return signature.length === 64 && !neutral && known.get(alg + key).holds(signature, message);
};

// Records: the JSON as it came, what it says, and who signed it

export const LONGEST = { manifest: 1 << 20 }, STEPS = ['offer', 'accept', 'withdraw', 'receipt'];
export const read = async (line, kind) => {
  need(line.length <= (LONGEST[kind] ?? 1 << 16), 'record-too-long');
  const tab = line.indexOf(TAB), json = line.subarray(0, tab < 0 ? line.length : tab);
  const form = kind === 'seal' ? parsed(textOf(json))?.step : kind; // a seal's form hangs on its step
  need(kind !== 'seal' || STEPS.includes(form), 'profile-not-of-kind');
  need(tab >= 0 && line.at(-1) === LF && !json.includes(LF), 'record-not-a-line');
  const texts = latin(line.subarray(tab + 1, -1)).split(' ');
  const pieces = texts.map((piece) => /^([0-9a-f]{32}):(.+)$/s.exec(piece) ?? []);
  const signatures = new Map(pieces.map(([, id, text]) => [id, base64(text ?? '!')]));
  const whole = [...signatures.values()].every((raw) => raw?.length);
  need(whole && rising(pieces.map(([, id]) => id ?? '')), 'record-signatures');
  return { kind, json, line, says: decode(json, form), id: await digest(json), signatures };
};
export const check = async ({ kind, json, signatures }, allowed) => { // each is by a key that counts, and holds
  const type = utf8.encode(`application/vnd.kelisim.${kind}.v1+json`);
  const message = joined(utf8.encode(`DSSEv1 ${type.length} `), type, utf8.encode(` ${json.length} `), json);
  for (const [id, signature] of signatures) {
    need(allowed.has(id), 'signature-key-unknown');
    need(await holds(allowed.get(id), signature, message), 'signature-bad');
  }
};
export const signed = ({ signatures }, keys) => [...keys.keys()].filter((id) => signatures.has(id)).length;
export const join = (held, one) => { // copies of one record are one record, with the signatures of both
  held.set(one.id, { ...one, signatures: new Map([...one.signatures, ...held.get(one.id)?.signatures ?? []]) });
};

// What judges each kind of record

export const partyOf = (card) => card.says.party ?? card.id;
const roots = (card) => byId(card.says.roots);
export const officers = (card, may) => byId(card.says.keys.filter((key) => key.may.includes(may)));
export const commits = async ({ says }, { says: before }) => before.next
  === await digest(encoded({ roots: says.roots, threshold: says.threshold }));
export const kept = ({ roots: own, threshold, next }) => written({ roots: own, threshold, next });
const keeps = ({ says }, { says: before }) => kept(says) === kept(before);

export async function judgeCard(card, before) {
  const { says } = card, { keys } = says;
  checkTime(says.at);
  for (const group of [keys, says.roots]) {
    for (const key of group) await enrol(key);
    const order = group.map(idOf);
    need(same(order, order.toSorted()), 'card-not-in-order');
  }
  const all = [...keys, ...says.roots].map(({ key }) => key);
  need(new Set(all).size === all.length && new Set(says.recipients).size === says.recipients.length, 'card-key-twice');
  need(keys.every(({ may }) => rising(may)), 'card-not-in-order');
  const sealers = officers(card, 'seal').size;
  need(says.threshold <= says.roots.length && says.seal_threshold <= Math.max(1, sealers), 'card-threshold');
  if (before) {
    const place = [before.says.number + 1, partyOf(before), before.id];
    need(same([says.number, says.party, says.prev], place), 'card-not-after');
    need(keeps(card, before) || await commits(card, before), 'card-roots');
  } else {
    need(says.number === 0 && !says.party && !says.prev, 'card-before-missing');
  }
  await check(card, new Map([...(before ? roots(before) : []), ...roots(card)]));
  for (const one of before ? [card, before] : [card]) {
    need(signed(card, roots(one)) >= one.says.threshold, 'card-too-few-roots');
  }
}
export async function judgeCharter(charter, cards) {
  const { at, parties, languages, proposer } = charter.says;
  checkTime(at);
  const distinct = new Set(parties.map(({ party }) => party));
  need(rising(parties.map(({ code }) => code)) && distinct.size === parties.length, 'charter-not-in-order');
  need(rising(languages), 'charter-not-in-order');
  need(distinct.has(proposer), 'charter-proposer');
  const named = parties.map(({ card }) => cards.get(card));
  need(parties.every(({ party }, n) => named[n] && partyOf(named[n]) === party), 'charter-card-missing');
  await check(charter, new Map(named.flatMap((card) => [...roots(card)])));
}
export const isWhole = (charter, cards) => charter.says.parties.map(({ card }) => cards.get(card))
  .every((card) => signed(charter, roots(card)) >= card.says.threshold);
export const parties = (charter) => charter.says.parties.map(({ party }) => party);
export const names = (heads, list) => same(Object.keys(heads).sort(), list.toSorted());

export function cardNamed({ says: { card, party } }, cards) { // undefined while it is not held
  const found = cards.get(card);
  need(!found || partyOf(found) === party, 'card-of-another');
  return found;
}
export async function judgeHeader(header, card, charter) {
  const { says } = header;
  checkTime(says.at);
  need(says.count <= 100000 && says.size <= 1 << 24, 'segment-too-large');
  need(parties(charter).includes(says.party), 'segment-not-a-party');
  need(names(says.seen, parties(charter).filter((party) => party !== says.party)), 'segment-seen');
  need(header.signatures.size === 1, 'signature-one');
  await check(header, officers(card, 'state'));
}
export async function statements({ says }, body) {
  need(body.length === says.size && await digest(body) === says.body, 'segment-body');
  const text = textOf(body), spoken = text.split('\n').filter((line) => /[^ \t\r]/.test(line));
  const said = spoken.map(parsed);
  need(said.every(FORMS.statement), 'profile-not-of-kind');
  if (said.map((one) => `${written(one)}\n`).join('') !== text) other(spoken, 'statement');
  need(said.length === says.count, 'segment-count');
  need(said.every(({ item, field }) => ITEM(item) && FIELD(field)), 'profile-not-of-kind');
  need(rising(said.map(({ item, field }) => item + field)), 'statement-order');
  need(said.every((one) => one.value !== undefined || !one.hold), 'statement-hold');
  need(said.every((one) => utf8.encode(one.value ?? '').length <= 1 << 18), 'statement-too-long');
  return said;
}
export async function judgeEpoch(epoch, charter, cards) {
  const card = cardNamed(epoch, cards);
  need(card && epoch.says.circle === charter.id, 'epoch-card-missing');
  checkTime(epoch.says.at);
  need(parties(charter).includes(epoch.says.party), 'segment-not-a-party');
  await check(epoch, roots(card));
  need(signed(epoch, roots(card)) >= card.says.threshold, 'epoch-too-few-roots');
}
export const isComplete = (seal, card) => signed(seal, officers(card, 'seal')) >= card.says.seal_threshold;
export async function judgeSeal(seal, card, charter) {
  const { says } = seal, isProposer = says.party === charter.says.proposer;
  checkTime(says.at);
  need(parties(charter).includes(says.party), 'segment-not-a-party');
  need(!says.cut || names(says.cut, parties(charter)), 'seal-cut');
  const tongues = says.languages ?? [];
  need(rising(tongues) && tongues.every((tag) => charter.says.languages.includes(tag)), 'seal-languages');
  need(rising(says.accepts ?? []), 'seal-accepts');
  need(says.step === 'withdraw' || isProposer === (says.step !== 'accept'), 'seal-not-proposer');
  await check(seal, officers(card, 'seal'));
}
