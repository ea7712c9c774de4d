// The command: `node verify/verify.mjs FILE`, and the protocol by which implementations are tested.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Circle, Refused, verify } from './verify.mjs';

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
  async verify({ file }) {
    const { kind, parts, items, offer } = await verify(await bytesOf(file));
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

export async function main(words) {
  if (words.includes('--protocol')) await protocol();
}
