/** What the desk does besides answering forms. Every page works without it. */
import { dialogs } from "./dialogs";
import { keys } from "./keys";
import { selection } from "./selection";

/** An act that did not reach the node must not look done. The words stand hidden in the page. */
function unreachable(): void {
  const notice = document.getElementById("unreachable");
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(failure, () => notice?.removeAttribute("hidden"));
  }
  document.addEventListener("htmx:afterSwap", () => notice?.setAttribute("hidden", ""));
}

dialogs();
keys();
selection();
unreachable();
