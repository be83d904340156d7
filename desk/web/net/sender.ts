// Sends what the outbox holds: in order within a conversation, again after every reconnect, never twice as seen by the server.

import { signal } from "@preact/signals";
import { dispatch, me } from "../store";
import { forget, keep, load, newOutgoing, type Outgoing } from "../model/outbox";
import { moment, whole } from "../model/wire";
import type { Message } from "../model/types";
import { serverNow } from "./clock";
import { Failure } from "./errors";
import { ask } from "./live";

/** All words on their way, oldest first. */
export const outgoing = signal<readonly Outgoing[]>([]);

const sending = new Set<number>();
let again = 0;

/** Reads what an earlier page left and begins to send it. Called whenever the desk has become current. */
export function resume(): void {
  const owner = me.value;
  if (!owner) return;
  const held = new Set(outgoing.value.map(({ clientId }) => clientId));
  const left = load(localStorage, owner.id).filter(({ clientId }) => !held.has(clientId));
  if (left.length > 0) outgoing.value = [...outgoing.value, ...left].sort((a, b) => a.createdAt - b.createdAt);
  flush();
}

export function forgetAll(): void {
  outgoing.value = [];
}

export function send(conversationId: number, kind: Outgoing["kind"], said: Pick<Outgoing, "text" | "replyTo" | "files">): void {
  const item = newOutgoing({ conversationId, kind, ...said }, serverNow());
  if (me.value) keep(localStorage, me.value.id, item);
  outgoing.value = [...outgoing.value, item];
  flush();
}

export function retry(item: Outgoing): void {
  change({ ...item, failed: null });
  flush();
}

export function discard(item: Outgoing): void {
  if (me.value) forget(localStorage, me.value.id, item.clientId);
  outgoing.value = outgoing.value.filter(({ clientId }) => clientId !== item.clientId);
}

function change(item: Outgoing): void {
  if (me.value) keep(localStorage, me.value.id, item);
  outgoing.value = outgoing.value.map((other) => (other.clientId === item.clientId ? item : other));
}

function flush(): void {
  for (const { conversationId } of outgoing.value) void drain(conversationId);
}

/** Sends a conversation's words one after another until none is left or the line fails. */
async function drain(conversationId: number): Promise<void> {
  if (sending.has(conversationId)) return;
  sending.add(conversationId);
  try {
    for (;;) {
      const item = outgoing.value.find((other) => other.conversationId === conversationId && other.failed === null);
      if (!item) return;
      await sendOne(item);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== "offline") later(error.retryAfterS ?? 2); // offline: the next connection resumes
  } finally {
    sending.delete(conversationId);
  }
}

function later(seconds: number): void {
  clearTimeout(again);
  again = window.setTimeout(flush, seconds * 1000);
}

async function sendOne(item: Outgoing): Promise<void> {
  try {
    const answer = await ask(item.kind, {
      conversation_id: item.conversationId,
      client_id: item.clientId,
      text: item.text,
      ...(item.replyTo === null ? {} : { reply_to: item.replyTo }),
      ...(item.files.length === 0 ? {} : { attachments: item.files.map(({ id }) => id) }),
    });
    const message = accepted(item, answer);
    if (message) dispatch({ type: "message", message });
    discard(item);
  } catch (error) {
    if (!(error instanceof Failure) || error.passing || error.code === "unauthorized") throw error;
    change({ ...item, failed: error.message || error.code });
  }
}

/** The message as the server has it now, so that it never blinks between its two shapes. */
function accepted(item: Outgoing, answer: Readonly<Record<string, unknown>>): Message | null {
  const [id, seq, number] = [whole(answer["id"]), whole(answer["seq"]), whole(answer["change"])];
  const owner = me.value;
  if (id === null || seq === null || number === null || !owner) return null;
  return {
    id,
    conversationId: item.conversationId,
    seq,
    change: number,
    event: whole(answer["event"]) ?? 0,
    at: moment(answer["at"]) ?? item.createdAt,
    author: { kind: "agent", name: owner.name, id: owner.id },
    text: item.text,
    kind: "text",
    outOfHours: false,
    private: item.kind === "note",
    clientId: item.clientId,
    replyTo: item.replyTo,
    buttons: [],
    attachments: item.files,
    choice: null,
    activity: null,
    channel: "web",
    delivery: "sent",
    edited: false,
    deleted: false,
    reading: null,
  };
}
