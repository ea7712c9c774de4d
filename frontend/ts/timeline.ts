/**
 * `<kelisim-timeline src="….json" label="…">`: the activities of a plan as bars over its years.
 *
 * A picture beside a table that says the same: where scripts are off, or the node does not answer, the table stays.
 * The browser scrolls; each time it did, one frame is drawn. To time a frame, scroll `.window` by script and read the
 * renderer's CPU time, or call `draw` of ./timeline/draw with a view of your own.
 */
import { daysOf, drawKey, key, made, penFor, type Span, spans } from "./timeline/build";
import { type Activity, type Answer, isActivity, type Timeline, timeline } from "./timeline/data";
import { draw, type Look } from "./timeline/draw";
import { lookOf } from "./timeline/look";
import { AXIS, dayAt, ROW, rowAt, type View, xOf, yOf } from "./timeline/view";

const CLOSEST = 40;

class TimelineElement extends HTMLElement {
  readonly #window = made("div", { className: "window" });
  readonly #canvas = made("canvas", { tabIndex: 0, role: "img" });
  readonly #room = made("div", { className: "room" });
  readonly #said = made("output", { className: "pointed" });
  readonly #stop = new AbortController();
  #key: HTMLElement | undefined;
  #plan: Timeline | undefined;
  #look: Look | undefined;
  #days = 1;
  #current = -1;
  #asked = 0;

  async connectedCallback(): Promise<void> {
    this.#canvas.ariaLabel = this.getAttribute("label");
    const answer = await this.#fetched();
    if (answer) this.#show(timeline(answer));
    else this.hidden = true;
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    cancelAnimationFrame(this.#asked);
  }

  async #fetched(): Promise<Answer | undefined> {
    try {
      const answer = await fetch(this.getAttribute("src") ?? "", { signal: this.#stop.signal });
      return answer.ok ? ((await answer.json()) as Answer) : undefined;
    } catch {
      return undefined;
    }
  }

  #show(plan: Timeline): void {
    this.#plan = plan;
    this.#key = key(plan);
    this.#window.append(this.#canvas, this.#room);
    const choices = spans(plan.words, (span) => this.#choose(span));
    const head = made("div", { className: "head" });
    head.append(choices, this.#key);
    this.replaceChildren(head, this.#window, this.#said);
    this.#listen();
    this.#choose("whole");
  }

  #listen(): void {
    const { signal } = this.#stop;
    this.#window.addEventListener("scroll", () => this.#ask(), { signal, passive: true });
    this.#window.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    this.#canvas.addEventListener("pointermove", (event) => this.#point(this.#rowUnder(event)), { signal });
    this.#canvas.addEventListener("click", (event) => this.#open(this.#rowUnder(event), event.ctrlKey), { signal });
    this.#canvas.addEventListener("keydown", (event) => this.#keyed(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#dress(), { signal });
    document.fonts.ready.then(() => this.#dress());
    const sizes = new ResizeObserver(() => this.#zoom(this.#days));
    sizes.observe(this.#window);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** What the window shows now. It follows from where the browser has scrolled to; nothing else remembers it. */
  get #view(): View {
    const { clientWidth: width, clientHeight: height, scrollLeft, scrollTop: top } = this.#window;
    const names = Math.min(280, Math.round(width * 0.36));
    const scale = (width - names) / this.#days;
    return { width, height, names, scale, top, from: (this.#plan?.from ?? 0) + scrollLeft / scale };
  }

  /** Shows so many days, with the day that stood at `x` in its place. */
  #zoom(days: number, x?: number): void {
    if (!this.#plan) return;
    const before = this.#view;
    const at = x ?? (before.names + before.width) / 2;
    const kept = dayAt(before, at);
    const all = this.#plan.to - this.#plan.from;
    this.#days = Math.min(all, Math.max(days, (before.width - before.names) / CLOSEST));
    const { scale, names, width } = this.#view;
    this.#room.style.width = `${Math.round(width - names + (all - this.#days) * scale + names)}px`;
    this.#room.style.height = `${this.#plan.rows.length * ROW + AXIS}px`;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${before.height}px`;
    this.#window.scrollLeft = (kept - this.#plan.from) * scale - (at - names);
    this.#ask();
  }

  #choose(span: Span): void {
    if (!this.#plan) return;
    this.#zoom(daysOf(span, this.#plan));
    const { scale } = this.#view;
    this.#window.scrollLeft = (this.#plan.today - this.#plan.from - this.#days / 3) * scale;
    for (const button of this.querySelectorAll<HTMLElement>("[data-span]")) {
      button.ariaPressed = String(button.dataset.span === span);
    }
  }

  #dress(): void {
    this.#look = lookOf(this);
    if (this.#key) drawKey(this.#key, this.#look);
    this.#ask();
  }

  #ask(): void {
    cancelAnimationFrame(this.#asked);
    this.#asked = requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    const view = this.#view;
    const pen = penFor(this.#canvas, view.width, view.height);
    if (pen && this.#plan && this.#look) draw(pen, view, this.#plan, this.#current, this.#look);
  }

  #activity(row: number): Activity | undefined {
    const found = this.#plan?.rows[row];
    return isActivity(found) ? found : undefined;
  }

  #rowUnder({ offsetY }: MouseEvent): number {
    return rowAt(this.#view, offsetY);
  }

  /** Makes a row current, and says below the picture what it is: in sight for all, and read out once. */
  #point(row: number): void {
    const activity = this.#activity(row);
    if (row === this.#current) return;
    this.#current = activity ? row : -1;
    this.#canvas.classList.toggle("link", activity !== undefined);
    const words = this.#plan?.words.states ?? {};
    const { number, title, when, state } = activity?.bar ?? { number: "", title: "", when: "", state: "" };
    this.#said.textContent = [number, title, when, words[state]].filter(Boolean).join(" · ");
    this.#ask();
  }

  #open(row: number, apart: boolean): void {
    const url = this.#activity(row)?.bar.url;
    if (url && apart) window.open(url, "_blank", "noopener");
    else if (url) location.assign(url);
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#zoom(this.#days * Math.exp(event.deltaY * 0.002), event.clientX - this.#window.getBoundingClientRect().left);
  }

  #keyed(event: KeyboardEvent): void {
    const does: Record<string, () => void> = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      ArrowRight: () => this.#window.scrollBy(this.#window.clientWidth / 6, 0),
      ArrowLeft: () => this.#window.scrollBy(-this.#window.clientWidth / 6, 0),
      Enter: () => this.#open(this.#current, event.ctrlKey),
      "+": () => this.#zoom(this.#days / 1.5),
      "-": () => this.#zoom(this.#days * 1.5),
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** To the next activity in a direction, past headings, and into sight. */
  #step(by: 1 | -1): void {
    let row = this.#current < 0 ? rowAt(this.#view, AXIS) - Math.min(by, 0) : this.#current + by;
    while (this.#plan?.rows[row] && !this.#activity(row)) row += by;
    const activity = this.#activity(row);
    if (!activity) return;
    this.#point(row);
    const view = this.#view;
    const [y, x] = [yOf(view, row), xOf(view, activity.start)];
    if (y < AXIS) this.#window.scrollTop += y - AXIS;
    if (y + ROW > view.height) this.#window.scrollTop += y + ROW - view.height;
    if (x < view.names || x > view.width) this.#window.scrollLeft += x - view.names - view.width / 6;
  }
}

customElements.define("kelisim-timeline", TimelineElement);
