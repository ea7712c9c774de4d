/** Draws what is in sight of a timeline, and nothing else: the work of a frame does not grow with the plan. */
import { type Activity, type Heading, isActivity, type Timeline } from "./data";
import { AXIS, division, ROW, rowsIn, type Tick, ticks, type View, xOf, yOf } from "./view";

export interface Look {
  readonly sans: string;
  readonly sheet: string;
  readonly wash: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly focus: string;
  readonly agreed: string;
  readonly waiting: string;
  readonly theirs: string;
  readonly ours: string;
  readonly alarm: string;
}

type Pen = CanvasRenderingContext2D;

/** A state is its fill and its outline, not its colour alone; what is not named here is an outline. */
interface Mark {
  readonly colour: keyof Look;
  readonly filled: number;
  readonly dash: number[];
}
const MARKS: Record<string, Mark> = {
  agreed: { colour: "agreed", filled: 1, dash: [] },
  "ad-referendum": { colour: "waiting", filled: 0.35, dash: [] },
  open: { colour: "theirs", filled: 0.12, dash: [4, 3] },
  "one-sided": { colour: "ours", filled: 0, dash: [2, 2] },
  contested: { colour: "alarm", filled: 0.35, dash: [6, 2] },
};
const OTHER: Mark = { colour: "soft", filled: 0, dash: [] };

export const BAR = 12;
const NARROWEST = 5;
/** What is narrower has no room for dashes: its fill must do. */
const DASHED = 14;
const MARGIN = 12;

const shortened = new Map<string, string>();

/** A text as long as it has room, measured once for each width. */
function short(pen: Pen, text: string, room: number): string {
  const key = `${pen.font}|${room}|${text}`;
  const known = shortened.get(key);
  if (known !== undefined) return known;
  let length = text.length;
  const fits = () => pen.measureText(length < text.length ? `${text.slice(0, length).trimEnd()}…` : text).width <= room;
  while (length > 0 && !fits()) length -= Math.max(1, Math.floor(length / 16));
  const result = length < text.length ? `${text.slice(0, length).trimEnd()}…` : text;
  shortened.set(key, result);
  return result;
}

/** The mark of a state, in the chart and in its key. */
export function drawMark(pen: Pen, state: string, left: number, y: number, width: number, look: Look): void {
  const { colour, filled, dash } = MARKS[state] ?? OTHER;
  pen.beginPath();
  pen.roundRect(left + 0.5, y + 0.5, width - 1, BAR - 1, 2);
  pen.fillStyle = pen.strokeStyle = look[colour];
  pen.globalAlpha = filled;
  pen.fill();
  pen.globalAlpha = 1;
  pen.setLineDash(width < DASHED ? [] : dash);
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.lineWidth = 1;
}

function drawBar(pen: Pen, view: View, { bar, start, end }: Activity, y: number, look: Look): void {
  const left = xOf(view, start);
  const width = Math.max(NARROWEST, (end - start) * view.scale);
  if (left + width < view.names || left > view.width) drawAway(pen, view, left, y, look);
  else drawMark(pen, bar.state, left, y + (ROW - BAR) / 2, width, look);
}

/** A bar that is out of sight leaves a sign on the side where it is. */
function drawAway(pen: Pen, view: View, left: number, y: number, look: Look): void {
  const before = left < view.names;
  pen.fillStyle = look.soft;
  pen.fillText(before ? "‹" : "›", before ? view.names + 4 : view.width - 10, y + ROW / 2);
}

function drawName(pen: Pen, view: View, { bar }: Activity, y: number, look: Look): void {
  const room = view.names - 2 * MARGIN;
  pen.fillStyle = look.ink;
  pen.fillText(short(pen, `${bar.number}  ${bar.title}`, room), MARGIN, y + ROW / 2);
}

function drawHeading(pen: Pen, view: View, { name, count }: Heading, y: number, look: Look): void {
  pen.font = `700 12px ${look.sans}`;
  pen.fillStyle = look.soft;
  pen.fillText(short(pen, `${name} · ${count}`, view.width - 2 * MARGIN), MARGIN, y + ROW / 2);
  pen.font = `12px ${look.sans}`;
}

function drawRows(pen: Pen, view: View, { rows }: Timeline, current: number, look: Look): void {
  const [first, last] = rowsIn(view, rows.length);
  for (let index = first; index < last; index += 1) {
    const row = rows[index];
    const y = yOf(view, index);
    if (index === current) {
      pen.fillStyle = look.wash;
      pen.fillRect(0, y, view.width, ROW);
    }
    if (isActivity(row)) {
      drawBar(pen, view, row, y, look);
      pen.fillStyle = index === current ? look.wash : look.sheet;
      pen.fillRect(0, y, view.names, ROW);
      drawName(pen, view, row, y, look);
    } else if (row) drawHeading(pen, view, row, y, look);
  }
}

function drawTicks(pen: Pen, view: View, marks: readonly Tick[], y: number, look: Look): void {
  pen.fillStyle = look.soft;
  marks.forEach(({ day, label }, index) => {
    const x = xOf(view, day);
    const next = xOf(view, marks[index + 1]?.day ?? day);
    const from = Math.max(x, view.names) + 5;
    if (label && next - from >= pen.measureText(label).width) pen.fillText(label, from, y);
  });
}

function drawLines(pen: Pen, view: View, marks: readonly Tick[], top: number, look: Look): void {
  pen.beginPath();
  for (const { day } of marks) {
    const x = Math.round(xOf(view, day)) + 0.5;
    if (x <= view.names) continue;
    pen.moveTo(x, top);
    pen.lineTo(x, view.height);
  }
  pen.setLineDash([]);
  pen.strokeStyle = look.line;
  pen.stroke();
}

function drawToday(pen: Pen, view: View, { today, words }: Timeline, look: Look): void {
  const x = Math.round(xOf(view, today)) + 0.5;
  if (x < view.names || x > view.width) return;
  pen.beginPath();
  pen.moveTo(x, 0);
  pen.lineTo(x, view.height);
  pen.setLineDash([]);
  pen.strokeStyle = look.focus;
  pen.stroke();
  const width = pen.measureText(words.today).width + 8;
  const left = Math.min(x, view.width - width);
  pen.fillStyle = look.focus;
  pen.fillRect(left, 0, width, AXIS / 2 - 2);
  pen.fillStyle = look.sheet;
  pen.fillText(words.today, left + 4, AXIS / 4);
}

/** One frame: everything that `view` shows, `current` being the row under the hand. */
export function draw(pen: Pen, view: View, timeline: Timeline, current: number, look: Look): void {
  pen.font = `12px ${look.sans}`;
  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  pen.fillStyle = look.sheet;
  pen.fillRect(0, 0, view.width, view.height);
  const unit = division(view);
  const years = ticks(view, "year", timeline.words);
  const parts = unit === "year" ? [] : ticks(view, unit, timeline.words);
  drawLines(pen, view, parts, AXIS / 2, look);
  drawLines(pen, view, years, 0, look);
  drawRows(pen, view, timeline, current, look);
  pen.fillStyle = look.sheet;
  pen.fillRect(0, 0, view.width, AXIS);
  drawLines(pen, { ...view, height: AXIS }, parts, AXIS / 2, look);
  drawLines(pen, { ...view, height: AXIS }, years, 0, look);
  drawTicks(pen, view, years, AXIS / 4, look);
  drawTicks(pen, view, parts, (AXIS * 3) / 4, look);
  pen.fillStyle = look.line;
  pen.fillRect(0, AXIS - 1, view.width, 1);
  pen.fillRect(view.names, 0, 1, view.height);
  drawToday(pen, view, timeline, look);
}
