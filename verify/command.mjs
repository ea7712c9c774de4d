// The command: `node verify/verify.mjs FILE`, and the protocol by which implementations are tested.
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { report } from './report.mjs';
import { TEXTS } from './texts.mjs';
import { Circle, Refused, prove, verify } from './verify.mjs';

const bytesOf = async (path) => new Uint8Array(await readFile(path));

const answers = {
  held: new Circle(),
  begin({ us, confirmed }) {
    this.held = new Circle(us, confirmed);
    return {};
  },
  async import({ file }) {
    await this.held.import(await bytesOf(file));
    return {};
  },
  state() {
    return this.held.state();
  },
  async prove({ file, show, to }) {
    await writeFile(to, await prove(await bytesOf(file), show));
    return {};
  },
  async verify({ file }) {
    const { kind, parts, items, offer, ground, party } = await verify(await bytesOf(file));
    if (kind === 'fork') return { kind, ground, party };
    const shown = Object.fromEntries(parts.map(({ item, fields }) =>
      [item, Object.fromEntries(fields.map(({ field, value }) => [field, value]))]));
    return { kind, items, shown, root: offer.says.root, offer: offer.id };
  },
};

export async function protocol() {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    let answer = { verdict: 'unsupported' };
    try {
      if (typeof answers[request.do] === 'function') {
        const said = await answers[request.do](request);
        answer = request.do === 'state' ? said : { verdict: 'accepted', ...said };
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer = { verdict: 'refused', reason: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

export function print({ heading, verified, open, members, content }, { verified: done, open: missing, parties }) {
  const say = (line) => console.log(line.replace(/[^\P{Cc}\n]/gu, '\ufffd')); // a terminal obeys no file
  say(heading.toUpperCase());
  verified.forEach(say);
  if (members.length) say(`\n${parties}:`);
  members.forEach(([name, digits]) => say(`  ${name}: ${digits}`));
  for (const [name, note, fields] of content) {
    say(`\n${name}${note && note !== name ? `  (${note})` : ''}`);
    for (const [field, who, value] of fields) {
      say(`  ${[field, who].filter(Boolean).join(', ')}: ${value.replaceAll('\n', '\n    ')}`);
    }
  }
  if (open.length) say(`\n${missing}:`);
  open.forEach((line) => say(`  ${line}`));
}

export async function main(words) { // exit status: 0 proven, 1 refused, 2 wrong use
  process.removeAllListeners('warning'); // Node 20 calls Ed25519 in Web Cryptography experimental
  if (words.includes('--protocol')) return protocol();
  const at = words.indexOf('--lang'), [language = 'en'] = at < 0 ? [] : words.splice(at, 2).slice(1);
  const texts = TEXTS[language] ?? TEXTS.en, [file, ...more] = words;
  process.exitCode = 2;
  if (!TEXTS[language] || !file || more.length || file.startsWith('-')) return console.error(texts.usage);
  let bytes;
  try {
    bytes = await bytesOf(file);
  } catch ({ message }) {
    return console.error(texts.unreadable.replace('{file}', () => file).replace('{why}', () => message));
  }
  const found = await verify(bytes).catch((error) => { if (error instanceof Refused) return error; throw error; });
  process.exitCode = found instanceof Refused ? 1 : 0;
  return print(report(found, language), texts);
}
