// What is being written in the open dialog. Each conversation's draft is kept by the browser until it is sent.

import { signal } from "@preact/signals";
import type { Attachment, Message } from "../model/types";
import { bag, readAll, readFile } from "../model/wire";
import { current, me, pane } from "../store";
import { attach } from "./attach";

export interface Draft {
  readonly text: string;
  readonly mode: "reply" | "note";
  readonly replyTo: Message | null;
  /** Files that came to the server already, to go with it. */
  readonly files: readonly Attachment[];
  /** Set while an own message is changed instead of a new one written. */
  readonly editing: Message | null;
}

const empty: Draft = { text: "", mode: "reply", replyTo: null, files: [], editing: null };
export const draft = signal<Draft>(empty);
/** True while the composer is asked to take the keyboard, should it first have to come to the screen. */
export const wanted = signal(false);

const keyOf = (conversationId: number) => `barev.desk.draft.${me.peek()?.id ?? 0}.${conversationId}`;

/** Brings a conversation's draft to the composer. */
export function openDraft(conversationId: number): void {
  draft.value = empty;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(conversationId)) ?? "null");
    const { text, mode, files } = bag(kept);
    if (typeof text === "string") draft.value = { ...empty, text, mode: mode === "note" ? "note" : "reply", files: readAll(files, readFile) };
    if (draft.value.files.length > 0) void attach(conversationId, []);
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
  if (id !== null) keep(id, draft.value);
}

/** Has the browser keep a dialog's draft. */
export function keep(conversationId: number, { text, mode, files }: Pick<Draft, "text" | "mode" | "files">): void {
  try {
    if (text === "" && files.length === 0) localStorage.removeItem(keyOf(conversationId));
    else localStorage.setItem(keyOf(conversationId), JSON.stringify({ text, mode, files }));
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
  putEdit(message, message.text);
  focusComposer();
}

/** The same with other words, and the keyboard stays where it is. */
export function putEdit(message: Message, text: string): void {
  draft.value = { ...empty, text, mode: message.private ? "note" : "reply", editing: message };
}
