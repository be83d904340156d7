// Carries the outbox's entries to the server, and begins the conversation that they belong to.

import { sleep, withLock } from "./browser";
import type { Connection } from "./connection";
import type { Queued } from "./outbox";
import type { Accepted, Ack, Refusal, Started } from "./protocol";
import { judge, Sender } from "./sender";
import type { Client } from "./client";

const EVENT_FOLLOWS_MS = 2_000;
const LOCK_MS = 25_000;

export class Dispatch {
  /** Why sending pauses, where the server asked for it. */
  held: Refusal | null = null;
  /** Why the start form was refused. */
  formRefusal: Refusal | null = null;
  /** The visitor wants a conversation with the answers he gave. */
  starting = false;

  readonly #sender: Sender;

  constructor(
    private readonly client: Client,
    private readonly connection: Connection,
    private readonly failed: (message: string) => void,
  ) {
    this.#sender = new Sender(client.outbox, {
      ready: () => client.link === "online",
      send: (entry) => this.#deliver(entry),
      alone: (work) => this.#alone(work),
      wait: sleep,
      held: (refusal) => {
        this.held = refusal;
        client.changed();
      },
      settled: () => client.changed(),
    });
  }

  /** Something waits, or a connection is there to send it on. */
  kick(): void {
    if (this.starting) void this.start();
    else this.#sender.kick();
  }

  /** Begins the conversation with the kept answers; without a connection, as soon as there is one. */
  async start(): Promise<void> {
    this.starting = true;
    this.formRefusal = null;
    this.client.changed();
    if (this.client.link !== "online") return;
    const refusal = await this.#alone(() => this.#begin());
    if (refusal && !refusal.ok) this.#refuse(refusal.error);
    this.#sender.kick();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return withLock(`${this.client.shelf.prefix}send`, work, LOCK_MS);
  }

  async #deliver(entry: Queued): Promise<Ack<unknown> | null> {
    const { client, connection } = this;
    if (!client.talk.head) {
      const refusal = await this.#begin();
      if (refusal || !client.talk.head) return refusal;
    }
    if (entry.kind === "choice") {
      const { message_id, value } = entry;
      const ack = await connection.request("choose", { message_id, value });
      return ack && this.#chosen(ack);
    }
    const { id: client_id, text, reply_to } = entry;
    const brought = entry.files ? await client.extras.bring(entry) : { ok: true as const, files: [] };
    if (!brought?.ok) return brought;
    const attachments = brought.files.map((file) => file.id);
    const said = { text, ...(reply_to && { reply_to }) };
    const ack = await connection.request<Accepted>("message", { client_id, ...said, ...(attachments.length > 0 && { attachments }) });
    if (!ack) return null;
    if (ack.ok) {
      client.talk.accept(entry.id, ack, { ...said, attachments: brought.files });
      setTimeout(() => client.talk.claims.accepted.includes(entry.id) && client.wake(), EVENT_FOLLOWS_MS);
    } else if (judge(ack, 1).kind === "halt") client.forget();
    return ack;
  }

  /** A button that is refused for good is simply no longer pressed. */
  #chosen(ack: Ack<unknown>): Ack<unknown> {
    if (ack.ok || judge(ack, 1).kind !== "refused") return ack;
    this.failed(ack.error.message);
    return { ok: true };
  }

  /** Null: begun, refused for good, or to be tried on the next connection; else the refusal to wait out. */
  async #begin(): Promise<Ack<unknown> | null> {
    const { client } = this;
    if (client.talk.head) this.starting = false;
    if (client.talk.head || client.joinOther()) return null;
    let ack = await this.#ask();
    if (ack && !ack.ok && ack.error.challenge) {
      await client.solve(ack.error.challenge);
      ack = await this.#ask();
    }
    if (!ack) return null;
    if (ack.ok) {
      this.starting = false;
      this.formRefusal = null;
      client.began(ack);
      return null;
    }
    const verdict = judge(ack, 1).kind;
    if (verdict === "later") return ack;
    if (verdict === "halt") client.forget();
    else this.#refuse(ack.error);
    return null;
  }

  #ask(): Promise<Ack<Started> | null> {
    const { answers, proof } = this.client.identity;
    return this.connection.request<Started>("start", { answers, ...(proof && { altcha: proof }) });
  }

  #refuse(refusal: Refusal): void {
    this.starting = false;
    this.formRefusal = refusal;
    this.client.changed();
  }
}
