// What a file proves and what it does not, in the words of a reader's language.
import { TEXTS } from './texts.mjs';

const GROUPS = [ // by how the code of a refusal begins; the first that fits
  [/^(edition-root|disclosure-siblings)/, 'root'], [/^(fork-not-proven)/, 'fork'], [/^signature/, 'signature'],
  [/^(card|key|party)/, 'card'], [/^(charter|circle|seed)/, 'charter'], [/^bundle/, 'bundle'],
  [/^(segment|statement|epoch|parked)/, 'segment'], [/^(seal|edition-offers|edition-not-concluded)/, 'seal'],
];

// The thirty digits of a party: docs/format.md, "The digits".
export const digitsOf = (party) => Array.from({ length: 6 }, (_, n) =>
  String(Number(BigInt(`0x${party.slice(10 * n, 10 * n + 10)}`) % 100000n)).padStart(5, '0')).join(' ');

// `found` is what verify() gave, or the `Refused` that it threw. Lists of sentences; `content` is
// [name, note, [field, who, value]…] by item, `members` [name, digits] by party.
export function report(found, language) {
  const texts = TEXTS[language];
  const say = (key, told = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => told[name]);
  if (found instanceof Error) {
    const [, group] = GROUPS.find(([pattern]) => pattern.test(found.message)) ?? [null, 'form'];
    const verified = [texts.because[group], say('nothing'), say('reason', { code: found.message })];
    return { proven: false, heading: say('refused'), verified, open: [], members: [], content: [] };
  }
  const cards = found.circle?.cards ?? found.cards, charter = found.circle?.charter ?? found.charter;
  const named = charter?.says.parties ?? [{ party: found.party, card: found.party, code: '' }];
  const nameOf = ({ party, card, code }) => {
    const { names } = (cards.get(card) ?? cards.get(party)).says;
    return `${code} ${names[language] ?? Object.values(names)[0]}`.trim();
  };
  const byId = new Map(named.map((member) => [member.party, nameOf(member)]));
  const members = named.map((member) => [nameOf(member), digitsOf(member.party)]);
  const told = { texts, say, byId, charter, found };
  const kinds = { edition: ofEdition, disclosure: ofEdition, bundle: ofBundle, fork: ofFork };
  const { verified, open, content } = kinds[found.kind](told);
  return { proven: true, heading: say('proven'), verified, open: [say('who'), ...open], members, content };
}

function ofEdition({ say, byId, charter, found }) {
  const { offer: { says }, parts, items, kind } = found;
  const fields = parts.reduce((sum, part) => sum + part.fields.length, 0);
  const number = `${says.edition.epoch}.${says.edition.number}`;
  const content = parts.map((part) => {
    const said = Object.fromEntries(part.fields.map(({ field, value }) => [field, value]));
    const title = Object.keys(said).find((field) => field.startsWith('title.'));
    const name = [said.number, said[title] ?? part.item].filter(Boolean).join(' ');
    const shown = { name: part.item, fields: part.fields.length, of: part.leaves };
    const note = shown.fields < shown.of ? say('part', shown) : part.item;
    return [name, note, part.fields.map(({ field, value }) => [field, '', value])];
  });
  return {
    verified: [
      say(kind, { number, scope: says.scope, items: parts.length, of: items, fields }),
      say('concluded', { at: says.at, proposer: byId.get(charter.says.proposer) }),
      say(kind === 'edition' ? 'whole' : 'letter'),
    ],
    open: [say('later')],
    content,
  };
}

function ofBundle({ texts, say, byId, found }) {
  const { circle, manifest: { says } } = found, state = circle.state();
  const statements = [...circle.segments.values()].reduce((sum, { said }) => sum + said.length, 0);
  const feeds = Object.entries(state.parties).map(([party, { line, contested, waiting }]) => {
    const how = say(contested ? 'contested' : waiting ? 'waiting' : 'good');
    return say('feed', { name: byId.get(party), line: line.length, state: how });
  });
  const words = {}, concluded = state.concluded.length;
  for (const [party, { words: said }] of Object.entries(state.parties)) {
    for (const [item, fields] of Object.entries(said)) {
      for (const [field, { value, hold }] of Object.entries(fields)) {
        const word = value === undefined ? texts.took : value + (hold ? ` (${texts.hold})` : '');
        ((words[item] ??= {})[field] ??= []).push([field, byId.get(party), word]);
      }
    }
  }
  const content = Object.entries(words).sort().map(([item, fields]) => [item, '', Object.keys(fields).sort()
    .flatMap((field) => fields[field])]);
  return {
    verified: [
      say('bundle', { from: byId.get(says.from), to: byId.get(says.to), at: says.at }), say('signatures'),
      say('counts', { segments: circle.segments.size, statements, seals: state.seals.length, concluded }),
      ...(state.whole ? feeds : [say('founding')]),
    ],
    open: [say('all'), say('meaning')],
    content,
  };
}

function ofFork({ texts, say, found }) {
  return { verified: [say('fork', { ground: texts.ground[found.ground] }), say('signatures')], open: [say('settled')], content: [] };
}
