/** The parts of a timeline on the page, around its canvas. */
import type { Timeline, Words } from "./data";
import { BAR, drawMark, type Look } from "./draw";

type Name = keyof HTMLElementTagNameMap;

export function made<K extends Name>(name: K, given: Partial<HTMLElementTagNameMap[K]> = {}): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), given);
}

const SPANS = { whole: Number.POSITIVE_INFINITY, year: 366, quarter: 92, month: 31 };
export type Span = keyof typeof SPANS;

/** The days that a span shows of a timeline. */
export const daysOf = (span: Span, { from, to }: Timeline): number => Math.min(SPANS[span], to - from);

/** Buttons for how much is seen at once. */
export function spans(words: Words, choose: (span: Span) => void): HTMLElement {
  const row = made("div", { className: "choices" });
  for (const span of Object.keys(SPANS) as Span[]) {
    const button = made("button", { type: "button", textContent: words[span] });
    button.dataset.span = span;
    button.addEventListener("click", () => choose(span));
    row.append(button);
  }
  return row;
}

/** What each mark means, for the states that occur. */
export function key({ rows, words }: Timeline): HTMLElement {
  const occurring = new Set(rows.flatMap((row) => ("bar" in row ? [row.bar.state] : [])));
  const list = made("ul", { className: "key" });
  for (const [state, word] of Object.entries(words.states)) {
    if (!occurring.has(state)) continue;
    const mark = made("canvas", { ariaHidden: "true" });
    mark.dataset.state = state;
    const entry = made("li");
    entry.append(mark, word);
    list.append(entry);
  }
  return list;
}

/** Gives a canvas as many points as the screen has for it, and a pen that counts in the page's own. */
export function penFor(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const pen = canvas.getContext("2d", { alpha: false });
  const wide = Math.round(width * devicePixelRatio);
  const high = Math.round(height * devicePixelRatio);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  pen?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return pen;
}

export function drawKey(list: HTMLElement, look: Look): void {
  for (const canvas of list.querySelectorAll("canvas")) {
    const pen = penFor(canvas, 22, BAR);
    if (!pen) continue;
    pen.fillStyle = look.sheet;
    pen.fillRect(0, 0, 22, BAR);
    drawMark(pen, canvas.dataset.state ?? "", 0, 0, 22, look);
  }
}
