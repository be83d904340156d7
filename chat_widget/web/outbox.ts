// What the visitor said and the server has not yet confirmed. Written down before it is sent; removed when it is confirmed.
//
// Every entry has a key of its own in the store that all tabs share, so that two tabs adding and removing at once never
// overwrite each other. The order is that of writing.

import type { Attachment, Refusal } from "./protocol";

/** A small store of texts, as localStorage is. */
export interface Shelf {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

interface Entry {
  /** The client_id: the same on every retry. */
  id: string;
  /** Milliseconds since 1970 by this browser's clock, rising from entry to entry. */
  at: number;
  /** Refused for good; kept so that the visitor can edit it. */
  refusal?: Refusal;
}

/** A file to be sent: `key` is its client_id, `sent` what the server made of it. */
export interface QueuedFile {
  key: string;
  name: string;
  mime: string;
  size: number;
  sent?: Attachment;
}

export interface QueuedMessage extends Entry {
  kind: "message";
  text: string;
  reply_to?: number;
  files?: QueuedFile[];
}

export interface QueuedChoice extends Entry {
  kind: "choice";
  message_id: number;
  value: string;
}

export type Queued = QueuedMessage | QueuedChoice;

export const OUTBOX = "out.";

export class Outbox {
  constructor(
    private readonly shelf: Shelf,
    private readonly makeId: () => string,
    private readonly now: () => number,
  ) {}

  addMessage(text: string, more: Pick<QueuedMessage, "reply_to" | "files"> = {}): Queued {
    return this.#write({ kind: "message", text, ...more, ...this.#stamp() });
  }

  /** A pressed button; the second press of the same message replaces nothing while the first waits. */
  addChoice(message_id: number, value: string): Queued {
    const same = this.list().find((entry) => entry.kind === "choice" && entry.message_id === message_id);
    return same ?? this.#write({ kind: "choice", message_id, value, ...this.#stamp() });
  }

  /** All entries in order, the refused ones included. */
  list(): Queued[] {
    const entries: Queued[] = [];
    for (const key of this.shelf.keys()) {
      const entry = key.startsWith(OUTBOX) ? parse(this.shelf.get(key)) : null;
      if (entry) entries.push(entry);
    }
    return entries.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  }

  /** Those that are still to be sent. */
  waiting(): Queued[] {
    return this.list().filter((entry) => !entry.refusal);
  }

  find(id: string): Queued | null {
    return parse(this.shelf.get(OUTBOX + id));
  }

  remove(id: string): void {
    this.shelf.remove(OUTBOX + id);
  }

  /** Keeps an entry, marked as refused, if it is still there. */
  refuse(id: string, refusal: Refusal): void {
    const entry = this.find(id);
    if (entry) this.#write({ ...entry, refusal });
  }

  /** Keeps what became of its files, if it is still there. */
  keepFiles(id: string, files: QueuedFile[]): void {
    const entry = this.find(id);
    if (entry?.kind === "message") this.#write({ ...entry, files });
  }

  #stamp(): Entry {
    const latest = this.list().at(-1)?.at ?? 0;
    return { id: this.makeId(), at: Math.max(this.now(), latest + 1) };
  }

  #write(entry: Queued): Queued {
    this.shelf.set(OUTBOX + entry.id, JSON.stringify(entry));
    return entry;
  }
}

function parse(text: string | null): Queued | null {
  if (text === null) return null;
  try {
    const entry = JSON.parse(text) as Partial<Queued> | null;
    const whole = typeof entry?.id === "string" && typeof entry.at === "number" && "kind" in entry;
    return whole ? (entry as Queued) : null;
  } catch {
    return null; // written by something else
  }
}
