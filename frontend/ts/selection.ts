/** Choosing several places of the plan at once: how many there are, and all on this page. */
const PLACES = 'input[type="checkbox"][name="where"]';
const ALL = "input[data-select-all]";

const places = () => [...document.querySelectorAll<HTMLInputElement>(PLACES)];

function count(): void {
  const chosen = places().filter((place) => place.checked).length;
  for (const output of document.querySelectorAll("[data-selected]")) {
    output.textContent = chosen.toLocaleString(document.documentElement.lang || undefined);
  }
  for (const all of document.querySelectorAll<HTMLInputElement>(ALL)) {
    all.checked = chosen > 0 && chosen === places().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

export function selection(): void {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches(ALL)) for (const place of places()) place.checked = target.checked;
    if (target.matches(`${ALL}, ${PLACES}`)) count();
  });
  document.addEventListener("htmx:afterSwap", count);
  window.addEventListener("pageshow", count);
  count();
}
