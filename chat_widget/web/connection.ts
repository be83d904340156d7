// One Socket.IO connection to /visitor that comes back by itself. It carries requests and events and knows nothing of them.

import { Manager, type Socket } from "socket.io-client";
import type { Ack, Refusal } from "./protocol";

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

export class Connection {
  readonly #socket: Socket;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;
  #trying = false;

  /** `base`: the folder that widget.js lies in. `auth` is asked before every attempt. */
  constructor(base: URL, auth: () => object, listener: Listener) {
    const manager = new Manager(base.origin, {
      path: `${base.pathname}socket.io/`,
      autoConnect: false,
      reconnection: false, // done here, so that it can be hurried
      timeout: 15_000,
    });
    this.#socket = manager.socket("/visitor", { auth: (give) => give(auth()) });
    this.#socket.on("connect", () => {
      clearTimeout(this.#timer);
      this.#trying = false;
      this.#attempt = 0;
      listener.up();
    });
    this.#socket.on("disconnect", () => {
      listener.down();
      this.#retryIn(this.#backoffMs());
    });
    this.#socket.on("connect_error", (error: Error & { data?: Partial<Refusal> }) => {
      const { code, retry_after_s } = error.data ?? {};
      this.#retryIn(Math.max(this.#backoffMs(), (retry_after_s ?? 0) * 1_000));
      if (code) listener.refused({ message: error.message, ...error.data, code });
    });
    this.#socket.onAny((name: string, data: unknown) => listener.event(name, data));
  }

  get connected(): boolean {
    return this.#socket.connected;
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
    if (!this.#wanted || this.connected || this.#trying) return;
    clearTimeout(this.#timer);
    this.#trying = true;
    this.#timer = setTimeout(() => this.restart(), CONNECT_MS); // let in by nobody, refused by nobody
    this.#socket.connect();
  }

  /** Drops whatever there is and connects anew. */
  restart(delay_ms = 0): void {
    this.#socket.disconnect();
    this.#retryIn(delay_ms);
  }

  /** The acknowledgement, or null where none comes: not connected, connection lost, or silence. */
  request<T>(event: string, data: object, patience_ms = ACK_MS): Promise<Ack<T> | null> {
    if (!this.connected) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#socket.timeout(patience_ms).emit(event, data, (error: Error | null, ack: Ack<T>) => {
        if (error && this.connected) this.restart(); // a silent connection is a dead one
        resolve(error ? null : ack);
      });
    });
  }

  #backoffMs(): number {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#attempt, LONGEST_RETRY_MS);
    this.#attempt += 1;
    return longest * (0.5 + Math.random() / 2); // a restarted server is not stormed by all at once
  }

  #retryIn(milliseconds: number): void {
    this.#trying = false;
    clearTimeout(this.#timer);
    if (this.#wanted) this.#timer = setTimeout(() => this.wake(), milliseconds);
  }
}
