// Engine.IO 4 for socket.io-client, instead of engine.io-client: the build puts this in its place (build.mjs), since that
// package alone would take a quarter of what the widget may weigh. WebSocket first, long polling where it does not get
// through; no binary data, no change of transport once open. Protocol: https://socket.io/docs/v4/engine-io-protocol/

import { Emitter } from "./emitter";

interface Options {
  path: string;
}

const WEBSOCKET_MS = 5_000;
const SEPARATOR = "\x1e";

/** What the first characters of packets mean. */
const OPEN = "0";
const CLOSE = "1";
const PING = "2";
const PONG = "3";
const MESSAGE = "4";

export class Socket extends Emitter {
  /** Asked by socket.io-client before it sends what may be lost. */
  readonly transport = { writable: false };
  readonly #stop = new AbortController();
  readonly #queue: string[] = [];
  #address: string;
  #websocket: WebSocket | null = null;
  #state: "opening" | "open" | "closed" = "opening";
  #posting = false;
  #patience_ms = 0;
  #deadline = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `uri`: the server without a path. */
  constructor(uri: string, { path }: Options) {
    super();
    this.#address = `${uri}${path}?EIO=4&transport=`;
    this.#openWebSocket();
  }

  /** Sends a message, in order. */
  write(text: string): void {
    this.#send(MESSAGE + text);
  }

  /** Ends the connection without a word to the handlers. */
  close(): void {
    if (this.#state === "closed") return;
    if (this.#websocket) this.#websocket.close();
    else if (this.#state === "open") this.#send(CLOSE);
    this.#state = "closed";
    this.transport.writable = false;
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Timers of a sleeping device come late: asked before anything is sent. */
  _hasPingExpired(): boolean {
    const expired = Date.now() > this.#deadline;
    if (expired) setTimeout(() => this.#end("ping timeout"));
    return expired;
  }

  #end(reason: string): void {
    if (this.#state === "closed") return;
    const opening = this.#state === "opening";
    this.close();
    if (opening) this.emit("error", new Error(reason));
    else this.emit("close", reason);
  }

  #openWebSocket(): void {
    let websocket: WebSocket;
    try {
      websocket = new WebSocket(`${this.#address.replace(/^http/, "ws")}websocket`);
    } catch {
      void this.#poll(); // forbidden by the page
      return;
    }
    this.#websocket = websocket;
    const lost = (): void => {
      if (this.#websocket !== websocket || this.#state === "closed") return;
      if (this.#state === "open") return this.#end("transport close");
      this.#websocket = null;
      websocket.close();
      void this.#poll();
    };
    websocket.onclose = lost;
    websocket.onmessage = ({ data }) => this.#receive(String(data));
    this.#timer = setTimeout(lost, WEBSOCKET_MS); // some proxies swallow it
  }

  /** Asks until the end; the server holds each answer back until it has something to say. */
  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#address += "polling";
    try {
      while (this.#state !== "closed") {
        const text = await this.#request({ signal: this.#stop.signal });
        for (const packet of text.split(SEPARATOR)) this.#receive(packet);
      }
    } catch {
      this.#end("transport error");
    }
  }

  async #request(options: RequestInit): Promise<string> {
    const response = await fetch(this.#address, { cache: "no-store", credentials: "omit", ...options });
    if (!response.ok) throw new Error(response.statusText);
    return response.text();
  }

  #send(packet: string): void {
    if (this.#state !== "open") return;
    if (this.#websocket) return this.#websocket.send(packet);
    this.#queue.push(packet);
    if (!this.#posting) void this.#post();
  }

  async #post(): Promise<void> {
    this.#posting = true;
    try {
      while (this.#queue.length > 0) {
        await this.#request({ method: "POST", body: this.#queue.splice(0).join(SEPARATOR), keepalive: true });
      }
    } catch {
      this.#end("transport error");
    }
    this.#posting = false;
  }

  #receive(packet: string): void {
    if (this.#state === "closed") return;
    const data = packet.slice(1);
    switch (packet[0]) {
      case OPEN: {
        const { sid, pingInterval, pingTimeout } = JSON.parse(data) as { sid: string; pingInterval: number; pingTimeout: number };
        this.#address += `&sid=${sid}`;
        this.#patience_ms = pingInterval + pingTimeout;
        this.#state = "open";
        this.transport.writable = true;
        this.#alive();
        this.emit("open");
        break;
      }
      case PING:
        this.#alive();
        this.#send(PONG);
        break;
      case MESSAGE:
        this.emit("data", data);
        break;
      case CLOSE:
        this.#end("transport close");
    }
  }

  /** The server pings at its interval; silence beyond its patience is the end. */
  #alive(): void {
    clearTimeout(this.#timer);
    this.#deadline = Date.now() + this.#patience_ms;
    this.#timer = setTimeout(() => this.#end("ping timeout"), this.#patience_ms);
  }
}

/** socket.io-client's way to choose its timers. */
export function installTimerFunctions(owner: object): void {
  Object.assign(owner, { setTimeoutFn: setTimeout.bind(globalThis), clearTimeoutFn: clearTimeout.bind(globalThis) });
}

/** socket.io-client's way to let a handler fail without harm to the connection. */
export function nextTick(work: () => void): void {
  void Promise.resolve().then(work);
}
