// Walking the messages of a dialog by keyboard.

import { state } from "../store";
import { quote } from "./draft";
import { active, mayQuote } from "./MessageActions";

/** Up and down go from message to message, Q quotes the one under the keyboard; Tab reaches its buttons. */
export function messageKeys(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const pane = event.currentTarget as HTMLElement;
  const step = event.code === "ArrowDown" ? 1 : event.code === "ArrowUp" ? -1 : 0;
  if (step !== 0) {
    const all = [...pane.querySelectorAll<HTMLElement>("article[data-id]")];
    const at = all.findIndex((element) => element === document.activeElement);
    const next = at < 0 ? all[all.length - 1] : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    return;
  }
  if (event.code !== "KeyQ") return;
  const element = (event.target as HTMLElement).closest<HTMLElement>("article[data-id]");
  const message = element && findActive(Number(element.dataset["id"]));
  if (!message || !mayQuote(message)) return;
  event.preventDefault();
  quote(message);
}

function findActive(id: number) {
  active.value = id;
  for (const thread of state.value.threads.values()) {
    const found = thread.messages.find((message) => message.id === id);
    if (found) return found;
  }
  return undefined;
}
