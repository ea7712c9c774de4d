/** The window on a timeline: which days and rows are in it, and where they stand. */
import type { Words } from "./data";

export const ROW = 24;
export const AXIS = 40;

export interface View {
  readonly width: number;
  readonly height: number;
  /** How wide the names are that stand before the bars. */
  readonly names: number;
  /** The day at the left edge of the bars, and what one day measures. */
  readonly from: number;
  readonly scale: number;
  /** How far the rows are scrolled. */
  readonly top: number;
}

export const xOf = (view: View, day: number): number => view.names + (day - view.from) * view.scale;
export const dayAt = (view: View, x: number): number => view.from + (x - view.names) / view.scale;
export const yOf = (view: View, row: number): number => AXIS + row * ROW - view.top;
export const rowAt = (view: View, y: number): number => (y < AXIS ? -1 : Math.floor((y - AXIS + view.top) / ROW));

/** The rows of which some part is in sight, the last not included. */
export function rowsIn(view: View, count: number): [number, number] {
  const first = Math.max(0, Math.floor(view.top / ROW));
  return [first, Math.min(count, Math.ceil((view.top + view.height - AXIS) / ROW))];
}

export interface Tick {
  readonly day: number;
  readonly label: string;
}

const MONTHS = { year: 12, quarter: 3, month: 1 };
const DAYS = { year: 365, quarter: 91, month: 30 };
const NARROWEST = 34;

export type Unit = keyof typeof MONTHS;

/** The finest division of the years that can still carry its names. */
export function division(view: View): Unit {
  const units: Unit[] = ["month", "quarter"];
  return units.find((unit) => DAYS[unit] * view.scale >= NARROWEST) ?? "year";
}

function label(date: Date, unit: Unit, words: Words): string {
  if (unit === "year") return String(date.getUTCFullYear());
  const names = unit === "month" ? words.months : words.quarters;
  return names[date.getUTCMonth() / MONTHS[unit]] ?? "";
}

/** The beginnings of years, quarters or months in sight, with the one before them. */
export function ticks(view: View, unit: Unit, words: Words): Tick[] {
  const found: Tick[] = [];
  const last = dayAt(view, view.width);
  const left = new Date(view.from * 86_400_000);
  let month = Math.floor(left.getUTCMonth() / MONTHS[unit]) * MONTHS[unit];
  for (let day = -Infinity; day < last; month += MONTHS[unit]) {
    const date = new Date(Date.UTC(left.getUTCFullYear(), month));
    day = date.getTime() / 86_400_000;
    found.push({ day, label: label(date, unit, words) });
  }
  return found;
}
