// Engine.IO 4: a line that carries texts. WebSocket first, long polling where it does not get through; no binary data, no
// change of transport once open. Protocol: https://socket.io/docs/v4/engine-io-protocol/

export interface Line {
  open(): void;
  data(text: string): void;
  /** It ended, or could not be opened; not called where `close` was. */
  close(): void;
}

const WEBSOCKET_MS = 5_000;
const SEPARATOR = "\x1e";

/** What the first characters of packets mean. */
const OPEN = "0";
const CLOSE = "1";
const PING = "2";
const PONG = "3";
const MESSAGE = "4";

export class Engine {
  readonly #stop = new AbortController();
  readonly #queue: string[] = [];
  #address: string;
  #websocket: WebSocket | null = null;
  #state: "opening" | "open" | "closed" = "opening";
  #posting = false;
  #patience_ms = 0;
  #deadline = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `address`: where the server answers, with its path. */
  constructor(
    address: string,
    private readonly line: Line,
  ) {
    this.#address = `${address}?EIO=4&transport=`;
    this.#openWebSocket();
  }

  /** Sends a message, in order. */
  write(text: string): void {
    this.#send(MESSAGE + text);
  }

  /** Ends it without a word to the line. */
  close(): void {
    if (this.#state === "closed") return;
    if (this.#websocket) this.#websocket.close();
    else if (this.#state === "open") this.#send(CLOSE);
    this.#state = "closed";
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Timers of a sleeping device come late: asked before anything is sent. */
  get expired(): boolean {
    return Date.now() > this.#deadline;
  }

  /** The line is of no use any more. */
  end(): void {
    if (this.#state === "closed") return;
    this.close();
    this.line.close();
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
      if (this.#state === "open") return this.end();
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
      this.end();
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
      this.end();
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
        this.#alive();
        this.line.open();
        break;
      }
      case PING:
        this.#alive();
        this.#send(PONG);
        break;
      case MESSAGE:
        this.line.data(data);
        break;
      case CLOSE:
        this.end();
    }
  }

  /** The server pings at its interval; silence beyond its patience is the end. */
  #alive(): void {
    clearTimeout(this.#timer);
    this.#deadline = Date.now() + this.#patience_ms;
    this.#timer = setTimeout(() => this.end(), this.#patience_ms);
  }
}
