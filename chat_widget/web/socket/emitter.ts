// What socket.io-client needs of an event emitter; the build puts it in the place of @socket.io/component-emitter.

type Handler = (...data: never[]) => void;

export class Emitter {
  #handlers: Record<string, Handler[]> = {};

  on(event: string, handler: Handler): this {
    this.#handlers[event] = [...(this.#handlers[event] ?? []), handler];
    return this;
  }

  off(event: string, handler: Handler): this {
    this.#handlers[event] = (this.#handlers[event] ?? []).filter((one) => one !== handler);
    return this;
  }

  /** Calls those who listen now, in order. */
  emit(event: string, ...data: unknown[]): this {
    for (const handler of this.#handlers[event] ?? []) (handler as (...data: unknown[]) => void).apply(this, data);
    return this;
  }

  /** The same where a descendant's `emit` sends. */
  emitReserved(event: string, ...data: unknown[]): this {
    return Emitter.prototype.emit.call(this, event, ...data) as this;
  }
}
