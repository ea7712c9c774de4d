// The page: a file dropped on it or chosen is verified here, in the browser, and told in the reader's language.
import { report } from './report.mjs';
import { TEXTS } from './texts.mjs';
import { Refused, verify } from './verify.mjs';

const place = (id) => document.getElementById(id);
const made = (tag, textContent, className = '') =>
  Object.assign(document.createElement(tag), { textContent, className });
const tagged = navigator.language.slice(0, 2);
let language = Object.hasOwn(TEXTS, tagged) ? tagged : 'en';
let found = null, called = '', turn = 0;

function section(title, ...children) {
  const all = document.createElement('section');
  all.append(made('h2', title), ...children);
  return all;
}
function listed(sentences) {
  const list = document.createElement('ul');
  list.append(...sentences.map((sentence) => made('li', sentence)));
  return list;
}
function tabled(rows) { // [term, …what stands beside it]
  const table = document.createElement('table');
  for (const [term, ...cells] of rows) {
    const row = table.insertRow();
    row.append(made('th', term), ...cells.map((cell) => made('td', cell)));
  }
  return table;
}
function itemed([name, note, fields]) {
  const all = document.createElement('article');
  all.append(made('h3', name), ...(note && note !== name ? [made('p', note, 'note')] : []), tabled(fields));
  return all;
}

function show() {
  const texts = TEXTS[language];
  document.documentElement.lang = language;
  document.title = texts.title;
  for (const id of ['title', 'intro', 'drop']) place(id).textContent = texts[id];
  place('languages').replaceChildren(...Object.entries(TEXTS).map(([tag, own]) => {
    const button = made('button', own.language);
    button.lang = tag;
    button.setAttribute('aria-pressed', tag === language);
    button.addEventListener('click', () => { language = tag; show(); });
    return button;
  }));
  if (!called) return;
  const result = place('result');
  result.replaceChildren(made('p', called, 'file'));
  if (!found) return result.append(made('p', texts.working));
  const told = report(found, language);
  result.append(made('p', told.heading, `verdict ${told.proven ? 'proven' : 'refused'}`));
  result.append(told.proven ? section(texts.verified, listed(told.verified)) : listed(told.verified));
  if (told.open.length) result.append(section(texts.open, listed(told.open)));
  if (told.members.length) result.append(section(texts.parties, tabled(told.members)));
  if (told.content.length) result.append(section(texts.content, ...told.content.map(itemed)));
}

async function take(file) {
  const mine = turn += 1;
  [found, called] = [null, file.name];
  show();
  let verdict;
  try {
    verdict = await verify(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    verdict = error instanceof Refused ? error : new Refused(`${error}`); // a fault of this page proves nothing either
  }
  if (mine !== turn) return; // another file has come meanwhile
  found = verdict;
  show();
}

place('file').addEventListener('change', ({ target }) => { if (target.files[0]) take(target.files[0]); });
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
});
show();
