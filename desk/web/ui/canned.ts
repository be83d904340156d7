// The slash in the composer: where it stands, and who answers its keys. What it opens is fetched with its first use.

import { signal } from "@preact/signals";

export interface Slash {
  /** Where it stands. */
  readonly from: number;
  readonly words: string;
}

export const slash = signal<Slash | null>(null);
/** The option that the open list has under its cursor, by its element's id. */
export const chosenOption = signal<string | undefined>(undefined);
/** Where the slash stands that was put away. */
let dismissed: number | null = null;
let written: HTMLTextAreaElement | null = null;
let keys: ((event: KeyboardEvent) => boolean) | null = null;

/** The slash that the caret follows: at the beginning or after a space, with one word behind it at most. */
function slashAt(words: string, caret: number): Slash | null {
  const after = /(?:^|\s)\/([^\s/]*)$/u.exec(words.slice(0, caret))?.[1];
  return after === undefined ? null : { from: caret - after.length - 1, words: after };
}

/** Looks for a slash before the caret, with every letter and every move. */
export function lookForSlash(of: HTMLTextAreaElement): void {
  written = of;
  const found = of.selectionStart === of.selectionEnd ? slashAt(of.value, of.selectionStart) : null;
  if (!found) dismissed = null;
  const before = slash.value;
  if (!found || found.from === dismissed) slash.value = null;
  else if (before?.from !== found.from || before.words !== found.words) slash.value = found;
}

export function closeSlash(dismiss = false): void {
  if (dismiss) dismissed = slash.value?.from ?? null;
  slash.value = null;
}

/** Back to the field, with the caret where the words that were put in end. */
export function putCaret(at: number): void {
  requestAnimationFrame(() => {
    written?.focus();
    written?.setSelectionRange(at, at);
  });
}

/** The open list hears the keys until it is told otherwise. */
export function giveKeys(to: typeof keys): void {
  keys = to;
}

/** Whether a key was the list's. */
export function slashKey(event: KeyboardEvent): boolean {
  if (!slash.value || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (event.code === "Escape") closeSlash(true);
  else if (!keys?.(event)) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
