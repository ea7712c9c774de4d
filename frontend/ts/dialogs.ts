/** A link or button with data-open="ID" opens that dialog; without scripts the link leads to a page with the same. */
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target : null;
    const opener = pressed?.closest<HTMLElement>("[data-open]");
    if (opener && show(opener.dataset.open ?? "")) event.preventDefault();
    if (pressed?.closest("[data-close]")) pressed.closest("dialog")?.close();
  });
}

/** Opens a dialog of the page, and says whether there was one. The browser gives the focus back when it closes. */
export function show(id: string): boolean {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}
