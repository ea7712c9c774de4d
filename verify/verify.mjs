// A second implementation of docs/format.md, which shares no code with Kelisim: it verifies plain bundles, editions,
// disclosures and proofs of forks, in Node 20 (`node verify.mjs FILE`) and in a browser (verify.html). It needs nothing
// else and sends nothing anywhere. What is refused changes nothing. Records are judged in records.mjs; here is what
// counts of a feed, what seals conclude, what is held after a bundle, and the files that leave the nodes.
import {
  KINDS, LF, LONGEST, Refused, cardNamed, check, checkTime, commits, decode, digest, encoded, hex, inTurn,
  isComplete, isWhole, join, joined, judgeCard, judgeCharter, judgeEpoch, judgeHeader, judgeSeal, latin, lines, names,
  need, officers, parties, partyOf, read, rising, same, sha, signed, statements, unhex, utf8,
} from './records.mjs';
export { Refused, written } from './records.mjs';

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
    need(parties(this.charter).includes(header.says.party), 'segment-not-a-party'); // before it is parked
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
const half = (count) => { // the largest power of two that is smaller
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
};

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

const siblings = async (leaves, shown) => { // what leads from the shown places to the top, from left to right
  if (!shown.length) return [hex(await topOf([...leaves.entries()], leaves.length, []))];
  if (leaves.length === 1) return [];
  const left = half(leaves.length), high = shown.filter((place) => place >= left).map((place) => place - left);
  const low = await siblings(leaves.slice(0, left), shown.filter((place) => place < left));
  return [...low, ...await siblings(leaves.slice(left), high)];
};
export async function prove(bytes, show) { // a disclosure of these fields by item, cut from an edition file
  const { found, charter, seals, parts } = await verifyEdition(bytes);
  const items = await inTurn(Object.keys(show).sort(), async (name) => {
    const part = parts.find(({ item }) => item === name), leaves = await fieldLeaves(name, part?.fields ?? []);
    const fields = (part?.fields ?? []).filter(({ field }) => show[name].includes(field));
    need(fields.length && fields.length === new Set(show[name]).size, 'disclose-field-missing');
    const { leaf, salt } = part, beside = await siblings(leaves.map(([, hash]) => hash), fields.map((one) => one.leaf));
    const shown = fields.map(({ field, leaf: place, salt: own, value }) => ({ field, leaf: place, salt: own, value }));
    return { fields: shown, item: name, leaf, leaves: leaves.length, salt, siblings: beside };
  });
  const hashes = parts.toSorted(by('hash')).map(({ hash }) => unhex(hash));
  const tree = { leaves: parts.length, siblings: await siblings(hashes, items.map(({ leaf }) => leaf)) };
  const records = [...found.card.map((line) => ['card', line]), ['charter', charter.line]];
  for (const { line } of [...seals.values()].sort(by('id'))) records.push(['seal', line]);
  const last = [['tree', encoded(tree)], ...items.map((one) => ['item', encoded(one)])];
  const named = records.flatMap(([name, line]) => [utf8.encode(`${name} `), line]);
  const shown = last.flatMap(([name, json]) => [utf8.encode(`${name} `), json, [LF]]);
  return joined(utf8.encode('kelisim disclosure 1\n'), ...named, ...shown);
}

const FORKS = ['card', 'charter', 'segment', 'epoch', 'seal'];
async function verifyFork(bytes) { // `ground` says how what the keys of `party` signed contradicts itself
  need(bytes.at(-1) === LF, 'fork-not-a-file');
  const found = await inTurn(lines(bytes).slice(1), (line) => {
    const blank = line.indexOf(32), kind = latin(line.subarray(0, Math.max(0, blank)));
    need(FORKS.includes(kind), 'fork-not-a-file');
    return read(line.subarray(blank + 1), kind);
  });
  const of = (...kinds) => found.filter(({ kind }) => kinds.includes(kind)), cards = new Map();
  for (const card of of('card')) {
    await judgeCard(card, cards.get(card.says.prev));
    join(cards, card);
  }
  const [charter, ...others] = of('charter'), seals = new Map(), records = of('segment', 'epoch');
  need(!others.length && (charter || found.length === of('card').length), 'fork-not-a-file');
  if (!charter) {
    const twice = [...cards.values()].find(({ id, says }) =>
      says.prev && [...cards.values()].some((other) => other.id !== id && other.says.prev === says.prev));
    need(twice, 'fork-not-proven');
    return { kind: 'fork', ground: 'cards', party: partyOf(twice), cards };
  }
  await judgeCharter(charter, cards);
  need(isWhole(charter, cards), 'charter-not-whole');
  for (const one of found.filter(({ kind }) => kind !== 'card' && kind !== 'charter')) {
    const card = one.kind === 'epoch' ? null : cardNamed(one, cards), ours = card && one.says.circle === charter.id;
    if (one.kind === 'epoch') await judgeEpoch(one, charter, cards);
    else need(ours, one.kind === 'seal' ? 'seal-card-missing' : 'fork-not-proven');
    if (one.kind === 'segment') await judgeHeader(one, card, charter);
    if (one.kind === 'seal') {
      await judgeSeal(one, card, charter);
      need(isComplete(one, card), 'seal-too-few');
      join(seals, one);
    }
  }
  const ended = concluded(seals, charter, cards).map((id) => seals.get(id).says);
  const twin = ended.some((one, n) => ended.slice(0, n).some((other) =>
    other.scope === one.scope && other.previous === one.previous));
  const ground = seals.size ? twin && 'conclusions' : contradiction(records, charter.id);
  need(ground, 'fork-not-proven');
  return { kind: 'fork', ground, party: seals.size ? charter.says.proposer : records[0].says.party, cards, charter };
}
function contradiction(records, charter) { // of two records of a party's feed, or of a first segment and the charter
  const place = ({ kind, says }) => (kind === 'epoch' ? [says.number, 0] : [says.epoch, says.seq]);
  const [one, other] = records.toSorted((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  if (records.length === 1) return same(place(one), [0, 1]) && one.says.prev !== charter && 'before';
  if (records.length !== 2 || one.id === other.id || one.says.party !== other.says.party) return null;
  const alike = same(place(one), place(other));
  if (other.kind === 'epoch') return one.kind === 'epoch' && alike && one.says.card === other.says.card && 'records';
  if (alike) return one.kind === 'segment' && 'place';
  const [epoch, seq] = place(other);
  return same(place(one), [epoch, seq - 1]) && other.says.prev !== one.id && 'before';
}

export async function verify(bytes) { // a file of any of the kinds; a bundle is read for nobody in particular
  const kinds = { edition: verifyEdition, disclosure: verifyDisclosure, fork: verifyFork };
  for (const [kind, check] of Object.entries(kinds)) {
    const magic = `kelisim ${kind} 1\n`;
    if (latin(bytes.subarray(0, magic.length)) === magic) return check(bytes);
  }
  const circle = new Circle(), opened = await circle.import(bytes);
  return { kind: 'bundle', circle, ...opened };
}

if (globalThis.process?.argv?.[1] === import.meta.filename && import.meta.filename) { // it is the program, in Node
  import('./command.mjs').then(({ main }) => main(process.argv.slice(2)));
}
