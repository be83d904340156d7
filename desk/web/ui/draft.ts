// What is being written in the open dialog. Each conversation's draft is kept by the browser until it is sent.

import { signal } from "@preact/signals";
import type { Message } from "../model/types";
import { current, me, pane } from "../store";

export interface Draft {
  readonly text: string;
  readonly mode: "reply" | "note";
  readonly replyTo: Message | null;
  /** Set while an own message is changed instead of a new one written. */
  readonly editing: Message | null;
}

const empty: Draft = { text: "", mode: "reply", replyTo: null, editing: null };
export const draft = signal<Draft>(empty);
/** True while the composer is asked to take the keyboard, should it first have to come to the screen. */
export const wanted = signal(false);

const keyOf = (conversationId: number) => `barev.desk.draft.${me.peek()?.id ?? 0}.${conversationId}`;

/** Brings a conversation's draft to the composer. */
export function openDraft(conversationId: number): void {
  draft.value = empty;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(conversationId)) ?? "null");
    const { text, mode } = (kept ?? {}) as { text?: unknown; mode?: unknown };
    if (typeof text === "string") draft.value = { ...empty, text, mode: mode === "note" ? "note" : "reply" };
  } catch {
    // no draft, then
  }
}

export function change(part: Partial<Draft>): void {
  draft.value = { ...draft.value, ...part };
  if (!draft.value.editing) save();
}

function save(): void {
  const id = current.peek();
  if (id === null) return;
  const { text, mode } = draft.value;
  try {
    if (text === "") localStorage.removeItem(keyOf(id));
    else localStorage.setItem(keyOf(id), JSON.stringify({ text, mode }));
  } catch {
    // the page keeps it as long as it lives
  }
}

/** After sending: an empty field; the mode stays a reply, so that a note is never the surprise. */
export function clearDraft(): void {
  const edited = draft.value.editing !== null;
  draft.value = empty;
  const id = current.peek();
  if (edited && id !== null) openDraft(id);
  else save();
}

export function focusComposer(): void {
  if (pane.value !== "dialog") pane.value = "dialog";
  const field = document.querySelector<HTMLTextAreaElement>(".composer textarea");
  field?.focus();
  wanted.value = true;
}

export function setMode(mode: Draft["mode"]): void {
  change({ mode, ...(mode === "note" ? { replyTo: null } : {}) });
  focusComposer();
}

export function quote(message: Message): void {
  change({ replyTo: message, mode: "reply", editing: null });
  focusComposer();
}

/** An own message goes back into the field; the draft that stood there comes back after. */
export function beginEdit(message: Message): void {
  draft.value = { text: message.text, mode: message.private ? "note" : "reply", replyTo: null, editing: message };
  focusComposer();
}
