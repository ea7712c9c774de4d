/** The colours and the font of the page, as a canvas wants them. */
import type { Look } from "./draw";

const COLOURS = [
  "sheet",
  "wash",
  "ink",
  "soft",
  "line",
  "focus",
  "agreed",
  "waiting",
  "theirs",
  "ours",
  "alarm",
] as const;

/** A canvas knows no variables: an element that wears the colour says what it comes to by day or by night. */
export function lookOf(element: HTMLElement): Look {
  const wearer = element.appendChild(document.createElement("i"));
  const colours = COLOURS.map((name) => {
    wearer.style.color = `var(--${name})`;
    return [name, getComputedStyle(wearer).color] as const;
  });
  wearer.remove();
  const sans = getComputedStyle(element).fontFamily;
  return { sans, ...(Object.fromEntries(colours) as Record<(typeof COLOURS)[number], string>) };
}
