/** The table by keyboard: j and k move from item to item, a letter presses a button of the item. */
import { show } from "./dialogs";

const ACTS: Record<string, string> = { e: "endorse", c: "counter", m: "comment" };
const STORED = "kelisim.keys";

let current = "";

const items = () => [...document.querySelectorAll<HTMLElement>("[data-item]")];
const currentItem = () => items().find((item) => item.dataset.item === current);

/** The letter on the key as a Latin layout has it: the keys are the same under a Russian and a Kazakh one. */
function letter(event: KeyboardEvent): string {
  if (/^[a-z/?]$/.test(event.key)) return event.key;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return event.shiftKey ? "" : (/^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? "");
}

function isForThePage(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const written = target?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const taken = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
  return !taken && !written && !document.querySelector("dialog[open]");
}

/** One item is current: where the focus is, or was last. */
function mark(item: HTMLElement | undefined): void {
  if (!item) return;
  currentItem()?.removeAttribute("data-current");
  current = item.dataset.item ?? "";
  item.setAttribute("data-current", "");
}

/** Only the focus moves: that is what a screen reader reads out, once. */
function focus(item: HTMLElement | undefined): void {
  if (!item) return;
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function move(step: 1 | -1): void {
  const all = items();
  const here = all.findIndex((item) => item.dataset.item === current);
  focus(here < 0 ? all[0] : all[here + step]);
}

/** The button of the field that has the focus, else the first such button of the item. */
function press(act: string): void {
  const field = document.activeElement?.closest("[data-field]");
  const wanted = `[data-act="${act}"]:not(:disabled)`;
  const button = field?.querySelector<HTMLElement>(wanted) ?? currentItem()?.querySelector<HTMLElement>(wanted);
  button?.click();
}

function search(): void {
  const box = document.querySelector<HTMLInputElement>("input[data-search]");
  box?.focus();
  box?.select();
}

function obey(key: string): boolean {
  const act = ACTS[key];
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "/") search();
  else if (key === "?") return show("keys");
  else if (act) press(act);
  else return false;
  return true;
}

/** Whoever dictates, or types with a stick, can switch single keys off; the browser remembers it. */
function wanted(): HTMLInputElement | null {
  const box = document.querySelector<HTMLInputElement>("input[data-keys-wanted]");
  if (box) box.checked = localStorage.getItem(STORED) !== "off";
  box?.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  return box;
}

/** After an act the item is drawn anew, by a swap or with the whole page: the eye finds its place again. */
function returnTo(item: HTMLElement | undefined): void {
  if (!item) return;
  mark(item);
  if (document.activeElement === document.body) focus(item);
}

export function keys(): void {
  const box = wanted();
  document.addEventListener("keydown", (event) => {
    if (box?.checked !== false && isForThePage(event) && obey(letter(event))) event.preventDefault();
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) mark(target.closest<HTMLElement>("[data-item]") ?? undefined);
  });
  document.addEventListener("htmx:afterSettle", () => returnTo(currentItem()));
  const named = decodeURIComponent(location.hash.slice(1));
  returnTo(document.getElementById(named)?.closest<HTMLElement>("[data-item]") ?? undefined);
}
