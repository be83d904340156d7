// One Socket.IO connection to /visitor that comes back by itself. It carries requests and events and knows nothing of them.

import type { Ack, Refusal } from "./protocol";
import { Engine } from "./socket/engine";
import { ACK, CONNECT, CONNECT_ERROR, decode, encode, EVENT } from "./socket/parser";

const ACK_MS = 20_000;
const CONNECT_MS = 20_000;
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;

export interface Listener {
  up(): void;
  down(): void;
  event(name: string, data: unknown): void;
  /** The server would not let us in. */
  refused(refusal: Refusal): void;
}

type Waiting = (ack: Ack<never> | null) => void;

export class Connection {
  #engine: Engine | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;
  #connected = false;

  /** `base`: the folder that widget.js lies in. `auth` is asked before every attempt. */
  constructor(
    private readonly base: URL,
    private readonly auth: () => object,
    private readonly listener: Listener,
  ) {}

  get connected(): boolean {
    return this.#connected;
  }

  open(): void {
    this.#wanted = true;
    this.wake();
  }

  close(): void {
    this.#wanted = false;
    this.restart();
  }

  /** A good moment to try: at once, if nothing is up or being tried. */
  wake(): void {
    if (!this.#wanted || this.#engine) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.restart(), CONNECT_MS); // let in by nobody, refused by nobody
    const engine = new Engine(new URL("socket.io/", this.base).href, {
      open: () => engine.write(encode({ type: CONNECT, data: this.auth() })),
      data: (text) => this.#hear(engine, text),
      close: () => this.#lose(this.#backoffMs()),
    });
    this.#engine = engine;
  }

  /** Drops whatever there is and connects anew. */
  restart(delay_ms = 0): void {
    this.#lose(delay_ms);
  }

  /** The acknowledgement, or null where none comes: not connected, connection lost, or silence. */
  request<T>(event: string, data: object, patience_ms = ACK_MS): Promise<Ack<T> | null> {
    const engine = this.#engine;
    if (!engine || !this.#connected) return Promise.resolve(null);
    if (engine.expired) {
      setTimeout(() => engine.end());
      return Promise.resolve(null);
    }
    const id = (this.#asked += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        if (this.#engine === engine) this.restart(); // a silent connection is a dead one
        resolve(null);
      }, patience_ms);
      this.#waiting.set(id, (ack) => {
        clearTimeout(timer);
        resolve(ack);
      });
      engine.write(encode({ type: EVENT, id, data: [event, data] }));
    });
  }

  #hear(engine: Engine, text: string): void {
    let packet;
    try {
      packet = decode(text);
    } catch {
      return engine.end(); // not our protocol
    }
    const { type, id, data } = packet;
    if (type === CONNECT) {
      clearTimeout(this.#timer);
      this.#connected = true;
      this.#attempt = 0;
      this.listener.up();
    } else if (type === CONNECT_ERROR) this.#refuse(data as { message: string; data?: Partial<Refusal> });
    else if (type === EVENT) this.listener.event(...(data as [string, unknown]));
    else if (type === ACK) {
      const waiting = this.#waiting.get(id ?? 0);
      this.#waiting.delete(id ?? 0);
      waiting?.((data as [Ack<never>])[0]);
    } else this.#lose(this.#backoffMs());
  }

  #refuse({ message, data = {} }: { message: string; data?: Partial<Refusal> }): void {
    this.#lose(Math.max(this.#backoffMs(), (data.retry_after_s ?? 0) * 1_000));
    if (data.code) this.listener.refused({ message, ...data, code: data.code });
  }

  /** The end of whatever there is, and when to try again. */
  #lose(delay_ms: number): void {
    const was = this.#connected;
    this.#connected = false;
    this.#engine?.close();
    this.#engine = null;
    clearTimeout(this.#timer);
    if (this.#wanted) this.#timer = setTimeout(() => this.wake(), delay_ms);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const give of waiting) give(null);
    if (was) this.listener.down();
  }

  #backoffMs(): number {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#attempt, LONGEST_RETRY_MS);
    this.#attempt += 1;
    return longest * (0.5 + Math.random() / 2); // a restarted server is not stormed by all at once
  }
}
