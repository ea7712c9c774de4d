/** What a timeline shows: the answer of the node, and the rows made of it. Days are numbers: days since 1970. */

export interface Bar {
  readonly number: string;
  readonly title: string;
  /** Which of the lines it belongs to. */
  readonly line: number;
  readonly start: string;
  readonly end: string;
  /** Its dates in the reader's words. */
  readonly when: string;
  readonly state: string;
  readonly url: string;
}

export interface Words {
  readonly whole: string;
  readonly year: string;
  readonly quarter: string;
  readonly month: string;
  readonly today: string;
  /** Twelve short names, and four. */
  readonly months: readonly string[];
  readonly quarters: readonly string[];
  /** A word for each state that there is. */
  readonly states: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly from: string;
  readonly to: string;
  readonly today: string;
  readonly lines: readonly { readonly name: string }[];
  readonly bars: readonly Bar[];
  readonly words: Words;
}

export interface Heading {
  readonly name: string;
  readonly count: number;
}

/** `end` is the day after the last, so that a day's work is a day wide. */
export interface Activity {
  readonly bar: Bar;
  readonly start: number;
  readonly end: number;
}

export type Row = Heading | Activity;

export interface Timeline {
  readonly rows: readonly Row[];
  readonly from: number;
  readonly to: number;
  readonly today: number;
  readonly words: Words;
}

export const isActivity = (row: Row | undefined): row is Activity => row !== undefined && "bar" in row;

export const day = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;

/** Each line of cooperation with its activities below it, the earliest first; lines that have none are left out. */
export function timeline(answer: Answer): Timeline {
  const rows = answer.lines.flatMap(({ name }, line): Row[] => {
    const activities = answer.bars
      .filter((bar) => bar.line === line)
      .map((bar) => ({ bar, start: day(bar.start), end: day(bar.end) + 1 }))
      .sort((one, other) => one.start - other.start || one.end - other.end);
    return activities.length ? [{ name, count: activities.length }, ...activities] : [];
  });
  return { rows, from: day(answer.from), to: day(answer.to) + 1, today: day(answer.today), words: answer.words };
}
