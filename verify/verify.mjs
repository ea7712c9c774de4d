// A second implementation of docs/format.md, which shares no code with Kelisim: it verifies plain bundles, editions,
// disclosures and proofs of forks, in Node 20 (`node verify.mjs FILE`) and in a browser (verify.html). It needs nothing
// else and sends nothing anywhere. Hashes and signatures are those of Web Cryptography. `Refused` carries the code of
// docs/format.md; what is refused changes nothing.
export class Refused extends Error {}
const need = (holds, reason) => { if (!holds) throw new Refused(reason); };

// Bytes

const utf8 = new TextEncoder(), strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), LF = 10, TAB = 9;
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const joined = (...pieces) => {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  pieces.reduce((at, piece) => { all.set(piece, at); return at + piece.length; }, 0);
  return all;
};
const sha = async (...pieces) => new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...pieces)));
const digest = async (...pieces) => hex(await sha(...pieces));
const base64 = (text) => { // null where it is not in its one form
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  return btoa(atob(text)) === text ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : null;
};
const lines = (bytes) => { // each with its LF, which the last may lack
  const found = [];
  for (let at = 0; at < bytes.length; at += found.at(-1).length) {
    found.push(bytes.subarray(at, bytes.indexOf(LF, at) + 1 || bytes.length));
  }
  return found;
};
const same = (list, other) => list.length === other.length && list.every((value, n) => value === other[n]);
const rising = (list) => list.every((value, n) => n === 0 || list[n - 1] < value); // in order, none twice
const inTurn = async (list, act) => {
  const found = [];
  for (const one of list) found.push(await act(one));
  return found;
};

// The profile: types, and the one form in which a value is written

const isText = (value) => typeof value === 'string' && value.isWellFormed();
const like = (pattern) => (value) => isText(value) && pattern.test(value);
const from = (least) => (value) => Number.isSafeInteger(value) && value >= least;
const one = (...values) => (value) => values.includes(value);
const text = (least, most) => (value) => isText(value) && [...value].length >= least && [...value].length <= most;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (of, least = 0, most = Infinity) => (value) => Array.isArray(value) && value.length >= least
  && value.length <= most && value.every(of);
const map = (key, of, least = 0, most = Infinity) => (value) => isObject(value)
  && list(([name, held]) => key(name) && of(held), least, most)(Object.entries(value));
const record = (form) => {
  const needed = Object.keys(form).filter((key) => !key.endsWith('?'));
  const types = new Map(Object.entries(form).map(([key, type]) => [key.replace('?', ''), type]));
  return (value) => isObject(value) && needed.every((key) => Object.hasOwn(value, key))
    && Object.entries(value).every(([key, held]) => types.has(key) && types.get(key)(held));
};
const HEX = like(/^[0-9a-f]{64}$/), SALT = like(/^[0-9a-f]{32}$/), ITEM = like(/^[a-z2-7]{16}$/), V = one(1);
const TIME = like(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/), COUNT = from(0), PLACE = from(1);
const CODE = like(/^[A-Z][A-Z0-9]{1,11}$/), TAG = like(/^[a-z]{2,3}$/), HEADS = map(HEX, HEX);
const FIELD = like(/^(?=.{1,128}$)[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/), AGE = like(/^age1[02-9ac-hj-np-z]{58}$/);
const KEY = { alg: text(0, 20), key: like(/^[A-Za-z0-9+/]+={0,2}$/) }, POWERS = list(one('carry', 'seal', 'state'), 1);
const MEMBER = { card: HEX, code: CODE, party: HEX }, EDITION = { epoch: COUNT, number: PLACE };
const SPOKEN = { at: TIME, card: HEX, circle: HEX, party: HEX, v: V }; // in all that a party signs in a circle
const KINDS = ['card', 'charter', 'seed', 'epoch', 'segment', 'seal', 'file'], LEAF = { leaf: COUNT, salt: SALT };
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
const encoded = (value) => utf8.encode(written(value));
const parsed = (json) => { // JSON as it came; a fraction or an exponent is of no kind here
  try {
    if (!/\d[.eE]/.test(json.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return JSON.parse(json);
  } catch { /* is refused below */ }
  throw new Refused('profile-not-of-kind');
};
const textOf = (bytes) => {
  try { return strict.decode(bytes); } catch { throw new Refused('profile-not-of-kind'); }
};
const decode = (bytes, form) => {
  const json = textOf(bytes), value = parsed(json);
  need(FORMS[form](value), 'profile-not-of-kind');
  need(written(value) === json, 'profile-not-canonical');
  return value;
};
const checkTime = (at) => { // of a day that the calendar lacks, Date makes another day, or none
  const time = new Date(at.replace('Z', ':00Z'));
  need(at >= '0001' && time.getTime() === time.getTime() && time.toISOString().slice(0, 16) === at.slice(0, 16),
    'profile-no-such-time');
};

// Keys and signatures

const number = (bytes) => BigInt(`0x${hex(bytes) || '0'}`), mod = (value, prime) => ((value % prime) + prime) % prime;
const power = (base, exponent, prime) => {
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
const known = new Map(); // by what a card says of a key: its id, and how it verifies
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

const LONGEST = { manifest: 1 << 20 }, STEPS = ['offer', 'accept', 'withdraw', 'receipt'];
const read = async (line, kind) => {
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
const check = async ({ kind, json, signatures }, allowed) => { // every signature by a key that counts, and each holds
  const type = utf8.encode(`application/vnd.kelisim.${kind}.v1+json`);
  const message = joined(utf8.encode(`DSSEv1 ${type.length} `), type, utf8.encode(` ${json.length} `), json);
  for (const [id, signature] of signatures) {
    need(allowed.has(id), 'signature-key-unknown');
    need(await holds(allowed.get(id), signature, message), 'signature-bad');
  }
};
const signed = ({ signatures }, keys) => [...keys.keys()].filter((id) => signatures.has(id)).length;
const join = (held, one) => { // copies of one record are one record, with the signatures of both
  held.set(one.id, { ...one, signatures: new Map([...one.signatures, ...held.get(one.id)?.signatures ?? []]) });
};

// What judges each kind of record

const partyOf = (card) => card.says.party ?? card.id;
const roots = (card) => byId(card.says.roots);
const officers = (card, may) => byId(card.says.keys.filter((key) => key.may.includes(may)));
const commits = async ({ says }, { says: before }) => before.next
  === await digest(encoded({ roots: says.roots, threshold: says.threshold }));
const kept = ({ roots: own, threshold, next }) => written({ roots: own, threshold, next });
const keeps = ({ says }, { says: before }) => kept(says) === kept(before);

async function judgeCard(card, before) {
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
async function judgeCharter(charter, cards) {
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
const isWhole = (charter, cards) => charter.says.parties.map(({ card }) => cards.get(card))
  .every((card) => signed(charter, roots(card)) >= card.says.threshold);
const parties = (charter) => charter.says.parties.map(({ party }) => party);
const names = (heads, list) => same(Object.keys(heads).sort(), list.toSorted());

function cardNamed({ says: { card, party } }, cards) { // undefined while it is not held
  const found = cards.get(card);
  need(!found || partyOf(found) === party, 'card-of-another');
  return found;
}
async function judgeHeader(header, card, charter) {
  const { says } = header;
  checkTime(says.at);
  need(says.count <= 100000 && says.size <= 1 << 24, 'segment-too-large');
  need(parties(charter).includes(says.party), 'segment-not-a-party');
  need(names(says.seen, parties(charter).filter((party) => party !== says.party)), 'segment-seen');
  need(header.signatures.size === 1, 'signature-one');
  await check(header, officers(card, 'state'));
}
async function statements({ says }, body) {
  need(body.length === says.size && await digest(body) === says.body, 'segment-body');
  const text = textOf(body), said = text.split('\n').filter((line) => line.trim()).map(parsed);
  need(said.every(FORMS.statement), 'profile-not-of-kind');
  need(said.map((one) => `${written(one)}\n`).join('') === text, 'profile-not-canonical');
  need(said.length === says.count, 'segment-count');
  need(said.every(({ item, field }) => ITEM(item) && FIELD(field)), 'profile-not-of-kind');
  need(rising(said.map(({ item, field }) => item + field)), 'statement-order');
  need(said.every((one) => one.value !== undefined || !one.hold), 'statement-hold');
  need(said.every((one) => utf8.encode(one.value ?? '').length <= 1 << 18), 'statement-too-long');
  return said;
}
async function judgeEpoch(epoch, charter, cards) {
  const card = cardNamed(epoch, cards);
  need(card && epoch.says.circle === charter.id, 'epoch-card-missing');
  checkTime(epoch.says.at);
  need(parties(charter).includes(epoch.says.party), 'segment-not-a-party');
  await check(epoch, roots(card));
  need(signed(epoch, roots(card)) >= card.says.threshold, 'epoch-too-few-roots');
}
const isComplete = (seal, card) => signed(seal, officers(card, 'seal')) >= card.says.seal_threshold;
async function judgeSeal(seal, card, charter) {
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

// What counts: the chain of a party's cards, the line of its feed, what seals conclude

async function chainOf(cards, party) {
  const own = [...cards.values()].filter((card) => partyOf(card) === party);
  const after = (id) => own.filter(({ says }) => says.prev === id);
  const rotating = async (list, before) => {
    const kept = [];
    for (const card of list) if (await commits(card, before)) kept.push(card);
    return kept;
  };
  const leads = async (start) => {
    for (const ahead = [start]; ahead.length;) {
      const before = ahead.pop(), next = after(before.id);
      if ((await rotating(next, before)).length) return true;
      ahead.push(...next);
    }
    return false;
  };
  const ids = cards.has(party) ? [party] : [];
  for (let next = after(ids.at(-1)); next.length; next = after(ids.at(-1))) {
    if (next.length > 1) {
      const turning = await rotating(next, cards.get(ids.at(-1)));
      if (turning.length) next = turning;
    }
    if (next.length > 1) {
      const leading = [];
      for (const card of next) if (await leads(card)) leading.push(card);
      next = leading;
    }
    if (next.length !== 1) return { ids, contested: true };
    ids.push(next[0].id);
  }
  return { ids, contested: false };
}
function wayTo(end, segments, epochs, charter) { // the segments passed, oldest first; null while a piece is missing
  const found = [];
  for (; end !== charter; end = (segments.get(end) ?? epochs.get(end)).says[segments.has(end) ? 'prev' : 'base']) {
    if (!segments.has(end) && !epochs.has(end)) return null;
    if (segments.has(end)) found.push(end);
  }
  return found.reverse();
}
function lineOf(segments, epochs, charter, start, chain) {
  const ages = new Map(chain.map((card, n) => [card, n])), age = ({ says }) => ages.get(says.card) ?? -1;
  const rank = (one) => [age(one), one.says.number];
  const ranked = [...epochs.values()].filter((one) => age(one) >= 0);
  ranked.sort((a, b) => rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1]);
  const within = (epoch, floor) => { // the segments of an epoch by their seq; is one of a later epoch held?
    const places = new Map(), young = [...segments.values()].filter((one) => age(one) >= floor);
    for (const one of young.filter(({ says }) => says.epoch === epoch)) {
      places.set(one.says.seq, [...places.get(one.says.seq) ?? [], one]);
    }
    return { places, floor, age, ahead: young.some(({ says }) => says.epoch > epoch) };
  };
  let waiting = false;
  while (ranked.length) {
    const tops = ranked.filter((one) => same(rank(one), rank(ranked[0])));
    const ways = tops.map(({ says }) => wayTo(says.base, segments, epochs, charter)), complete = !ways.includes(null);
    const inside = within(ranked[0].says.number, rank(ranked[0])[0]);
    if (tops.length > 1) {
      const line = []; // what they share
      while (complete && ways[0][line.length] && ways.every((way) => way[line.length] === ways[0][line.length])) {
        line.push(ways[0][line.length]);
      }
      const disputed = [...inside.places.values()].flat().map(({ id }) => id).filter((id) => !line.includes(id));
      waiting ||= inside.ahead || !complete;
      return { line, head: line.at(-1) ?? charter, contested: true, disputed, waiting };
    }
    if (complete) return follow(ways[0], tops[0].id, inside, waiting);
    waiting = true; // as if the record were not there
    ranked.shift();
  }
  return follow([], charter, within(0, start), waiting);
}
function follow(settled, before, { places, floor, age, ahead }, waiting) {
  const heads = [before];
  let here, strange, youngest = floor;
  for (;;) {
    const follows = ({ says }) => says.prev === heads.at(-1);
    here = (places.get(heads.length) ?? []).filter((one) => !follows(one) || age(one) >= youngest);
    strange = !here.every(follows);
    if (here.length !== 1 || strange) break;
    heads.push(here[0].id);
    youngest = age(here[0]);
  }
  const contested = here.length > 0, gap = !contested && [...places.keys()].some((seq) => seq > heads.length);
  if (strange && heads.length > 1) heads.pop(); // another one stood, or stands, at the place before
  const past = contested ? [...places].filter(([seq]) => seq >= heads.length).flatMap(([, found]) => found) : [];
  const disputed = past.map(({ id }) => id).filter((id) => !settled.includes(id));
  waiting ||= ahead || gap;
  return { line: [...settled, ...heads.slice(1)], head: heads.at(-1), contested, disputed, waiting };
}
function concluded(seals, charter, cards) { // ids of the offers that complete seals conclude
  const all = [...seals.values()], age = ({ says }) => cards.get(says.card).says.number;
  const counts = (seal) => { // not under an older card than the offer that it receipts
    const offer = seals.get(seal.says.of);
    return !offer || offer.says.party !== seal.says.party || age(seal) >= age(offer);
  };
  const over = (id, step, party) => all.some((seal) => seal.says.of === id && seal.says.step === step
    && seal.says.party === party && (step === 'accept' || counts(seal)));
  const { proposer } = charter.says, others = parties(charter).filter((party) => party !== proposer);
  return all.filter(({ id, says }) => says.step === 'offer' && over(id, 'receipt', proposer)
    && others.every((party) => over(id, 'accept', party))).map(({ id }) => id).sort();
}

// Bundles: what is held of one circle

const MIB = 1 << 20, MOST = { segment: 1024 * MIB, file: 100 * MIB, seed: 32 };

export async function openBundle(bytes) { // a plain bundle's manifest and parts, sizes and digests checked
  const line = bytes.subarray(0, bytes.subarray(0, LONGEST.manifest + 1).indexOf(LF) + 1 || LONGEST.manifest + 1);
  const manifest = await read(line, 'manifest'), told = manifest.says.parts;
  checkTime(manifest.says.at);
  const places = told.map(({ kind }) => KINDS.indexOf(kind)), single = places.filter((place) => place < 6);
  need(same(places, places.toSorted((a, b) => a - b)) && new Set(single).size === single.length, 'bundle-parts');
  const fits = ({ kind, size }) => size > 0 && size <= (MOST[kind] ?? 16 * MIB) && (kind !== 'seed' || size === 32);
  need(told.every(fits), 'bundle-part-size');
  need(told.reduce((sum, { size }) => sum + size, 0) <= 1024 * MIB, 'bundle-too-large');
  const parts = new Map(KINDS.map((kind) => [kind, new Uint8Array()])), files = [];
  let at = line.length;
  for (const { id, kind, size } of told) {
    const part = bytes.subarray(at, at + size);
    need(part.length === size, 'bundle-part-missing');
    need(await digest(part) === id, 'bundle-part-changed');
    if (kind === 'file') files.push({ id, size }); else parts.set(kind, part);
    at += size;
  }
  need(at === bytes.length, 'bundle-trailing');
  return { manifest, parts, files };
}

export class Circle { // all that is held of one circle: a function of the set of what was read
  constructor(us = '', confirmed = null) { // an auditor reads for anybody, and compares digits later
    Object.assign(this, { us, confirmed, charter: null });
    for (const name of ['cards', 'epochs', 'segments', 'parked', 'seals', 'chains']) this[name] = new Map();
  }

  async import(bytes) { // all of a bundle, or nothing of it
    const copy = new Circle(this.us, this.confirmed);
    copy.charter = this.charter;
    for (const name of ['cards', 'epochs', 'segments', 'parked', 'seals']) copy[name] = new Map(this[name]);
    const opened = await openBundle(bytes);
    await copy.take(opened);
    Object.assign(this, copy);
    return opened;
  }

  async take({ manifest, parts }) {
    const { says } = manifest;
    need(!this.us || says.to === this.us, 'bundle-not-to-us');
    for (const line of lines(parts.get('card'))) await this.addCard(await read(line, 'card'));
    for (const line of lines(parts.get('charter'))) {
      const charter = await read(line, 'charter'), ours = !this.us || parties(charter).includes(this.us);
      need(charter.id === says.circle && ours && charter.id === (this.charter ?? charter).id, 'bundle-of-another-plan');
      await judgeCharter(charter, this.cards);
      const held = new Map(this.charter ? [[this.charter.id, this.charter]] : []);
      join(held, charter);
      this.charter = held.get(charter.id);
    }
    need(this.charter?.id === says.circle, 'circle-missing');
    for (const party of parties(this.charter)) this.chains.set(party, await chainOf(this.cards, party));
    const card = cardNamed({ says: { card: says.card, party: says.from } }, this.cards);
    need(card && (await chainOf(this.cards, says.from)).ids.includes(card.id), 'bundle-card-missing');
    need([says.from, says.to].every((party) => parties(this.charter).includes(party)), 'bundle-not-a-party');
    need(names(says.seen, parties(this.charter).filter((party) => party !== says.from)), 'segment-seen');
    need(manifest.signatures.size === 1, 'signature-one');
    await check(manifest, officers(card, 'carry'));
    const seed = parts.get('seed');
    need(!seed.length || await digest(seed) === this.charter.says.salts, 'seed-changed');
    if (isWhole(this.charter, this.cards)) await this.takeSpoken(parts);
  }

  async addCard(card) {
    need(!this.confirmed || this.confirmed.includes(partyOf(card)), 'party-not-confirmed');
    await judgeCard(card, this.cards.get(card.says.prev));
    join(this.cards, card);
  }

  async takeSpoken(parts) {
    const parked = [...this.parked.values()];
    this.parked = new Map();
    for (const { header, body } of parked) await this.addSegment(header, body).catch(dropped);
    for (const line of lines(parts.get('epoch'))) {
      const epoch = await read(line, 'epoch');
      await judgeEpoch(epoch, this.charter, this.cards);
      join(this.epochs, epoch);
    }
    for (let rest = parts.get('segment'); rest.length;) {
      const [line] = lines(rest.subarray(0, (1 << 16) + 1)), header = await read(line, 'segment');
      const { size } = header.says;
      need(size <= 1 << 24, 'segment-too-large');
      const body = rest.subarray(line.length, line.length + size);
      need(body.length === size, 'bundle-body-short');
      await this.addSegment(header, body);
      rest = rest.subarray(line.length + size);
    }
    for (const line of lines(parts.get('seal'))) {
      const seal = await read(line, 'seal'), card = cardNamed(seal, this.cards);
      need(card && seal.says.circle === this.charter.id, 'seal-card-missing');
      await judgeSeal(seal, card, this.charter);
      join(this.seals, seal);
    }
  }

  async addSegment(header, body) { // parked while its card is not held
    need(header.says.circle === this.charter.id, 'segment-of-another-plan');
    const card = cardNamed(header, this.cards);
    if (card) {
      await judgeHeader(header, card, this.charter);
      const said = await statements(header, body);
      if (!this.segments.has(header.id)) this.segments.set(header.id, { ...header, said });
    } else {
      this.parked.set(await digest(header.line, body), { header, body });
      const own = [...this.parked.values()].filter((one) => one.header.says.party === header.says.party);
      const size = own.reduce((sum, one) => sum + one.header.says.size, 0);
      need(own.length <= 10000 && size <= 100 * MIB, 'parked-too-many');
    }
  }

  state() {
    const { charter, cards } = this;
    if (!charter) return { circle: '' };
    const complete = new Map([...this.seals].filter(([, seal]) => isComplete(seal, cards.get(seal.says.card))));
    const told = Object.fromEntries(charter.says.parties.map((member) => [member.party, this.party(member)]));
    return {
      circle: charter.id, whole: isWhole(charter, cards), parties: told, seals: [...complete.keys()].sort(),
      concluded: concluded(complete, charter, cards),
    };
  }

  party({ party, card }) {
    const { ids, contested } = this.chains.get(party), words = {};
    const own = (held) => new Map([...held].filter(([, one]) => one.says.party === party));
    const found = lineOf(own(this.segments), own(this.epochs), this.charter.id, Math.max(0, ids.indexOf(card)), ids);
    for (const id of found.line) {
      for (const { item, field, ...word } of this.segments.get(id).said) (words[item] ??= {})[field] = word;
    }
    const waits = [...this.parked.values()].map(({ header }) => header).filter(({ says }) => says.party === party);
    return {
      ...found, cards: ids, cards_contested: contested, contested: found.contested || contested,
      disputed: found.disputed.sort(), parked: [...new Set(waits.map(({ id }) => id))].sort(), words,
    };
  }
}
function dropped(error) { if (!(error instanceof Refused)) throw error; }

// Files: an edition, a part of one, a proof of a fork

async function judged(bytes, what, words) { // the lines by their word, and the cards, the charter and the seals
  const magic = `kelisim ${what} 1\n`, found = { card: [], charter: [], seal: [], ...words };
  need(latin(bytes.subarray(0, magic.length)) === magic && bytes.at(-1) === LF, `${what}-not-a-file`);
  const body = bytes.subarray(magic.length);
  for (const line of body.length ? lines(body) : [body]) {
    const blank = line.indexOf(32), word = latin(line.subarray(0, blank < 0 ? line.length - 1 : blank));
    need(Object.hasOwn(found, word), `${what}-not-a-file`);
    found[word].push(blank < 0 ? line.subarray(-1) : line.subarray(blank + 1));
  }
  const complete = Object.values(found).every((some) => some.length) && found.charter.length === 1;
  need(complete, `${what}-not-a-file`);
  const cards = new Map(), seals = new Map();
  for (const card of await inTurn(found.card, (line) => read(line, 'card'))) {
    await judgeCard(card, cards.get(card.says.prev));
    cards.set(card.id, card);
  }
  const charter = await read(found.charter[0], 'charter');
  await judgeCharter(charter, cards);
  need(isWhole(charter, cards), 'charter-not-whole');
  for (const line of found.seal) {
    const seal = await read(line, 'seal'), card = cards.get(seal.says.card);
    need(card && partyOf(card) === seal.says.party && seal.says.circle === charter.id, 'seal-card-missing');
    await judgeSeal(seal, card, charter);
    need(isComplete(seal, card), 'seal-too-few');
    seals.set(seal.id, seal);
  }
  const offers = [...seals.values()].filter(({ says }) => says.step === 'offer');
  need(offers.length === 1, 'edition-offers');
  need(concluded(seals, charter, cards).includes(offers[0].id), 'edition-not-concluded');
  return { found, cards, charter, seals, offer: offers[0] };
}
const stripped = (line) => line.subarray(0, -1); // without its LF
const size8 = (count) => unhex(count.toString(16).padStart(16, '0'));
const itemLeaf = async (salt, count, top) => sha([2], unhex(salt), size8(count), top);
const fieldLeaves = (item, fields) => inTurn(fields, async ({ field, leaf, salt, value }) =>
  [leaf, await sha([0], unhex(salt), encoded({ field, item, value }))]);
const by = (key) => (one, other) => (one[key] < other[key] ? -1 : 1);
const half = (count) => 2 ** (Math.ceil(Math.log2(count)) - 1);

async function topOf(leaves, count, siblings) { // over places and leaves, taking the next sibling where none is known
  const over = async (within, size) => {
    if (!within.length) {
      need(siblings.length, 'disclosure-siblings');
      return unhex(siblings.shift());
    }
    if (size === 1) return within[0][1];
    const left = half(size), low = within.filter(([place]) => place < left);
    const high = within.slice(low.length).map(([place, leaf]) => [place - left, leaf]);
    return sha([1], await over(low, left), await over(high, size - left));
  };
  need(leaves.every(([place]) => place < count), 'disclosure-order');
  const top = await over(leaves, count);
  need(!siblings.length, 'disclosure-siblings');
  return top;
}
async function rootOf(tree, parts) {
  const found = new Map();
  need(rising(parts.map(({ item }) => item)), 'disclosure-order');
  for (const part of parts) {
    const { fields, item } = part;
    need(rising(fields.map(({ field }) => field)) && rising(fields.map(({ leaf }) => leaf)), 'disclosure-order');
    const top = await topOf(await fieldLeaves(item, fields), part.leaves, [...part.siblings]);
    need(!found.has(part.leaf), 'disclosure-order');
    found.set(part.leaf, await itemLeaf(part.salt, part.leaves, top));
  }
  const leaves = [...found].sort(([one], [other]) => one - other);
  need(rising(leaves.map(([, leaf]) => hex(leaf))), 'disclosure-order');
  return digest([3], size8(tree.leaves), await topOf(leaves, tree.leaves, [...tree.siblings]));
}

async function verifyEdition(bytes) {
  const proof = await judged(bytes, 'edition', { item: [], field: [] }), { offer, found } = proof, items = new Map();
  for (const line of found.item) {
    const { item, salt } = decode(stripped(line), 'item');
    need(!items.has(item), 'edition-not-a-file');
    items.set(item, { item, salt, fields: new Map() });
  }
  for (const line of found.field) {
    const one = decode(stripped(line), 'field'), fields = items.get(one.item)?.fields;
    need(fields && !fields.has(one.field), 'edition-not-a-file');
    fields.set(one.field, one);
  }
  need([...items.values()].every(({ fields }) => fields.size) && items.has(offer.says.scope), 'edition-not-a-file');
  const parts = await inTurn([...items.values()], async ({ item, salt, fields: held }) => {
    const fields = [...held.values()].sort(by('field')).map((one, leaf) => ({ ...one, leaf })), leaves = fields.length;
    const top = await topOf(await fieldLeaves(item, fields), leaves, []);
    return { item, salt, fields, leaves, siblings: [], hash: hex(await itemLeaf(salt, leaves, top)) };
  });
  parts.sort(by('hash')).forEach((part, leaf) => { part.leaf = leaf; });
  parts.sort(by('item'));
  need(await rootOf({ leaves: parts.length, siblings: [] }, parts) === offer.says.root, 'edition-root');
  return { ...proof, kind: 'edition', parts, items: parts.length };
}
async function verifyDisclosure(bytes) {
  need(bytes.length <= 64 * MIB, 'disclosure-too-large');
  const proof = await judged(bytes, 'disclosure', { tree: [], item: [] });
  need(proof.found.tree.length === 1, 'disclosure-not-a-file');
  const tree = decode(stripped(proof.found.tree[0]), 'tree');
  const parts = proof.found.item.map((line) => decode(stripped(line), 'part'));
  need(await rootOf(tree, parts) === proof.offer.says.root, 'edition-root');
  return { ...proof, kind: 'disclosure', parts, items: tree.leaves };
}

const startsWith = (bytes, words) => latin(bytes.subarray(0, words.length)) === words;

export async function verify(bytes) { // a file of any of the kinds
  if (startsWith(bytes, 'kelisim edition 1\n')) return verifyEdition(bytes);
  if (startsWith(bytes, 'kelisim disclosure 1\n')) return verifyDisclosure(bytes);
  const circle = new Circle(), opened = await circle.import(bytes);
  return { kind: 'bundle', circle, ...opened };
}

if (globalThis.process?.argv?.[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  import('./command.mjs').then(({ main }) => main(process.argv.slice(2)));
}
