// Words on their way: each is kept by the browser under a key of its own until the server has it, so that neither a reload
// nor a second window loses or doubles one. The server knows a repeat by its client_id.

import type { Attachment } from "./types";

export interface Outgoing {
  readonly clientId: string;
  readonly conversationId: number;
  readonly kind: "reply" | "note";
  readonly text: string;
  readonly replyTo: number | null;
  /** Files that are with the server already. */
  readonly files: readonly Attachment[];
  readonly createdAt: number;
  /** Set where the server refused it for good: the sentence to show. */
  readonly failed: string | null;
}

const prefix = (agentId: number) => `barev.desk.out.${agentId}.`;

export function newOutgoing(of: Omit<Outgoing, "clientId" | "createdAt" | "failed">, now: number): Outgoing {
  return { ...of, clientId: uuid(), createdAt: now, failed: null };
}

/** A random UUID, also where the page has no secure context and so no crypto.randomUUID. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Stores one. Returns false where the browser keeps nothing (full or forbidden); it then lives as long as the page. */
export function keep(storage: Storage, agentId: number, item: Outgoing): boolean {
  try {
    storage.setItem(prefix(agentId) + item.clientId, JSON.stringify(item));
    return true;
  } catch {
    return false;
  }
}

export function forget(storage: Storage, agentId: number, clientId: string): void {
  try {
    storage.removeItem(prefix(agentId) + clientId);
  } catch {
    // nothing is kept there then
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  const item = value as Partial<Outgoing> | null;
  return (
    typeof item?.clientId === "string" &&
    typeof item.text === "string" &&
    Number.isSafeInteger(item.conversationId) &&
    (item.kind === "reply" || item.kind === "note")
  );
}

/** All that is kept for an agent, oldest first. What cannot be read is left alone. */
export function load(storage: Storage, agentId: number): Outgoing[] {
  const items: Outgoing[] = [];
  try {
    for (let index = 0; index < storage.length; index += 1) {
      const key = storage.key(index);
      if (!key?.startsWith(prefix(agentId))) continue;
      const item: unknown = parse(storage.getItem(key));
      if (isOutgoing(item)) items.push({ ...item, files: item.files ?? [] }); // an earlier version kept none
    }
  } catch {
    return items;
  }
  return items.sort((left, right) => left.createdAt - right.createdAt);
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
