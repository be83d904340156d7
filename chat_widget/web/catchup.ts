// Brings the conversation up to date by `sync`, as long as anything is missing.

import { sleep } from "./browser";
import type { Connection } from "./connection";
import type { Ack, Page } from "./protocol";
import { backoffMs } from "./sender";
import type { Talk } from "./talk";

export interface Owner {
  talk: Talk;
  /** The number of the present connection: work begun on an earlier one stops. */
  turn: number;
  /** Waits where the server asked to; false: it is no use to ask again. */
  passes(ack: Ack<unknown>, attempt: number): Promise<boolean>;
  changed(): void;
}

export class CatchUp {
  #busy = 0;

  constructor(
    private readonly connection: Connection,
    private readonly owner: Owner,
  ) {}

  /**
   * Syncs until nothing is missing. `overlap` looks at the last known change again: of its several events only some may have
   * come before the connection broke. Resolves to whether the server answered.
   */
  async run(overlap = false, patience_ms?: number): Promise<boolean> {
    const { owner } = this;
    const { turn } = owner;
    if (this.#busy === turn || !owner.talk.loaded) return true;
    this.#busy = turn;
    let answered = true;
    let after = Math.max(0, owner.talk.last - (overlap ? 1 : 0));
    for (let attempt = 0, due = overlap; answered && (due || owner.talk.behind); attempt += 1) {
      if (attempt > 0) await sleep(backoffMs(attempt));
      answered = turn === owner.turn && (await this.pages(after, patience_ms));
      due = false;
      after = owner.talk.last;
    }
    if (this.#busy === turn) this.#busy = 0;
    return answered;
  }

  /** Takes in all changes after a point, page by page. Resolves to whether all came. */
  async pages(after: number, patience_ms?: number): Promise<boolean> {
    const { owner } = this;
    const { turn, talk } = owner;
    const { claims } = talk;
    for (let more = true, attempt = 0; more; ) {
      const conversation_id = talk.head?.id;
      const request = { after_change: after, ...(conversation_id !== undefined && { conversation_id }) };
      const ack = await this.connection.request<Page>("sync", request, patience_ms);
      if (!ack || turn !== owner.turn || talk !== owner.talk) return false;
      if (!ack.ok) {
        attempt += 1;
        if (!(await owner.passes(ack, attempt))) return false;
        continue;
      }
      talk.merge(ack, claims);
      owner.changed();
      more = ack.more && (ack.last_change > after || ack.conversation?.id !== conversation_id);
      after = ack.last_change;
    }
    return true;
  }
}
