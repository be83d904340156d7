// The page in the desk's frame that shows the real widget with settings that nobody has saved. The desk sends what a server
// would say of them; this page plays the server, within itself: nothing leaves it and nothing is kept.

interface Told {
  config: { language: string };
  hello: Record<string, unknown> & { greeting: string; away: string; reply: { now: string; later: string }; blocked: string };
  /** What is to be seen: somebody is there, nobody is, or the visitor is kept out. */
  scene: "now" | "later" | "blocked";
  scheme: "light" | "dark";
  open: boolean;
}

const SID = "preview";
let told: Told | null = null;

/** The other end of a Socket.IO connection: greets as it was told, and takes every message. */
class Server {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #said: { seq: number; change: number }[] = [];
  #talk: object | null = null;

  constructor() {
    this.#say(`0${JSON.stringify({ sid: SID, pingInterval: 1e9, pingTimeout: 1e9 })}`);
  }

  send(packet: string): void {
    const [, , number, body] = /^4(\d)\/visitor,(\d+)?(.*)$/s.exec(packet) ?? [];
    if (packet.startsWith("40")) return this.#say(`40/visitor,${JSON.stringify({ sid: SID })}`);
    if (number === undefined) return;
    const [event, data] = JSON.parse(body ?? "[]") as [string, Record<string, unknown>];
    if (event === "message") this.#keep(data);
    this.#say(`43/visitor,${number}${JSON.stringify([{ ok: true, ...this.#answer(event, data) }])}`);
    if (event === "message") this.#say(`42/visitor,${JSON.stringify(["message", this.#said.at(-1)])}`);
  }

  close(): void {
    this.onmessage = null;
  }

  #answer(event: string, data: Record<string, unknown>): object {
    if (event === "hello" && told) {
      const { hello, scene } = told;
      const now = scene !== "later";
      return {
        ...hello,
        greeting: now ? hello.greeting : hello.away,
        token: SID,
        messages: [],
        last_change: 0,
        agents_online: now ? 1 : 0,
        reply_expected: { now, at: null, text: now ? hello.reply.now : hello.reply.later },
        blocked: scene === "blocked" ? { text: hello.blocked, until: null } : null,
      };
    }
    if (event === "start") {
      this.#talk ??= { id: 1, status: "open", assignee: null, agent_read_seq: 0, visitor_read_seq: 0 };
      return { token: SID, conversation: this.#head() };
    }
    if (event === "message") return this.#said.at(-1) ?? {};
    if (event !== "sync") return {};
    const messages = this.#said.filter(({ change }) => change > Number(data["after_change"]));
    return { messages, conversation: this.#head(), last_change: this.#said.length, more: false };
  }

  #head(): object | null {
    return this.#talk && { ...this.#talk, change: this.#said.length };
  }

  #keep({ text, client_id }: Record<string, unknown>): void {
    const number = this.#said.length + 1;
    const numbers = { id: number, seq: number, change: number, at: new Date().toISOString() };
    this.#said.push(Object.assign(numbers, { author: { kind: "visitor", name: "" }, text, client_id }));
  }

  #say(packet: string): void {
    setTimeout(() => this.onmessage?.({ data: packet }));
  }
}

function show(next: Told): void {
  told = next;
  document.body.dataset["scheme"] = next.scheme;
  document.documentElement.lang = next.config.language;
  window.Barev?.destroy();
  for (const old of document.querySelectorAll("script[data-widget]")) old.remove();
  const script = document.createElement("script");
  script.src = "../widget.js";
  script.dataset["widget"] = "";
  script.dataset["language"] = next.config.language;
  const own = next.hello["theme"] as { scheme?: string } | undefined;
  if (own?.scheme === "auto" || !own?.scheme) script.dataset["theme"] = next.scheme;
  script.onload = () => next.open && window.Barev?.open();
  document.body.append(script);
}

/** What the widget keeps here is gone with the frame, and never meets what a visitor of ours keeps: it makes do with memory. */
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    get: () => {
      throw new Error("a preview keeps nothing");
    },
  });
}
Object.assign(window, { WebSocket: Server, fetch: async () => new Response(JSON.stringify(told?.config ?? {})) });
addEventListener("message", ({ data, source, origin }: MessageEvent<Told>) => {
  if (source === parent && origin === location.origin && data.hello) show(data); // other tools speak to frames too
});
parent.postMessage("ready", location.origin);
