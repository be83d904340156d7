// Where the keyboard stands in the list, apart from what is open.

import { signal } from "@preact/signals";
import { openConversation } from "../actions";
import { current, list } from "../store";

/** The row the keyboard stands on. */
export const cursor = signal<number | null>(null);

/** Moves the cursor by rows and returns the conversation it came to. */
export function moveCursor(step: number): number | null {
  const heads = list.value;
  const at = heads.findIndex(({ id }) => id === (cursor.value ?? current.value));
  const next = heads[Math.min(heads.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  cursor.value = next?.id ?? null;
  return cursor.value;
}

export function openCursor(): void {
  const id = cursor.value ?? list.value[0]?.id;
  if (id !== undefined) void openConversation(id);
}
