// Empties the outbox: one entry at a time and in order, each until the server says yes or no for good.

import type { Outbox, Queued } from "./outbox";
import type { Ack, Refusal } from "./protocol";

/** What follows from an answer. */
export type Verdict =
  | { kind: "done" }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "later"; after_ms: number; refusal: Refusal }
  | { kind: "halt" };

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/** How long until the n-th further try (from 1) where the server named no time. */
export function backoffMs(attempt: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
}

/** `too_many` and `unavailable` pass by; a lost login stops the queue; any other refusal is for good. */
export function judge(ack: Ack<unknown>, attempt: number): Verdict {
  if (ack.ok) return { kind: "done" };
  const { code, retry_after_s } = ack.error;
  if (code === "unauthorized") return { kind: "halt" };
  const passing = code === "too_many" || code === "unavailable";
  if (!passing && retry_after_s === undefined) return { kind: "refused", refusal: ack.error };
  const after_ms = retry_after_s === undefined ? backoffMs(attempt) : Math.max(retry_after_s * 1_000, 50);
  return { kind: "later", after_ms, refusal: ack.error };
}

export interface Courier {
  /** Whether a connection is up and loaded. */
  ready(): boolean;
  /** Sends one entry. Null: no answer came (lost connection, time-out), or sending must wait for the visitor. */
  send(entry: Queued): Promise<Ack<unknown> | null>;
  /** Runs `work` while no other tab does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  wait(milliseconds: number): Promise<void>;
  /** Sending is held back for a while, or (null) goes on. */
  held(refusal: Refusal | null): void;
  /** An entry was confirmed, refused or gave up for now. */
  settled(): void;
}

export class Sender {
  #running = false;
  #again = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly courier: Courier,
  ) {}

  /** There is something to send, or a connection to send it on. */
  kick(): void {
    if (this.#running) this.#again = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let attempt = 0;
    do {
      this.#again = false;
      for (let entry = this.#next(); entry; entry = this.#next()) {
        const ack = await this.#sendAlone(entry);
        if (ack === null) break;
        attempt += 1;
        const verdict = judge(ack, attempt);
        if (verdict.kind === "done") this.outbox.remove(entry.id);
        else if (verdict.kind === "refused") this.outbox.refuse(entry.id, verdict.refusal);
        else if (verdict.kind === "later") {
          this.courier.held(verdict.refusal);
          await this.courier.wait(verdict.after_ms);
          this.courier.held(null);
          continue;
        }
        attempt = 0;
        this.courier.settled();
        if (verdict.kind === "halt") break;
      }
    } while (this.#again);
    this.#running = false;
  }

  #next(): Queued | undefined {
    return this.courier.ready() ? this.outbox.waiting()[0] : undefined;
  }

  /** Another tab may have sent it while this one waited for its turn. */
  async #sendAlone(entry: Queued): Promise<Ack<unknown> | null> {
    try {
      return await this.courier.alone(async () => (this.outbox.find(entry.id) ? this.courier.send(entry) : { ok: true }));
    } catch {
      return null;
    }
  }
}
