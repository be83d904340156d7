// Where the keyboard stands in the list, apart from what is open.

import { signal } from "@preact/signals";
import { openConversation } from "../actions";
import { current, list } from "../store";

/** The row the keyboard stands on. */
export const cursor = signal<number | null>(null);

/** Raised when the row under the keyboard is to be brought into view; a mouse points at what is in view already. */
export const revealed = signal(0);

/** Moves the cursor by rows and returns the conversation it came to. */
export function moveCursor(step: number): number | null {
  const heads = list.value;
  const at = heads.findIndex(({ id }) => id === (cursor.value ?? current.value));
  const next = heads[Math.min(heads.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  return setCursor(next?.id ?? null);
}

/** Puts the cursor on a conversation and its row into view. */
export function setCursor(id: number | null): number | null {
  cursor.value = id;
  revealed.value += 1;
  return id;
}

export function openCursor(): void {
  const id = cursor.value ?? list.value[0]?.id;
  if (id !== undefined) void openConversation(id);
}
