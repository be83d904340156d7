// The list of messages: a log in which only what is new is read out.

import type { Client } from "../client";
import type { QueuedMessage } from "../outbox";
import type { Message } from "../protocol";
import type { Words } from "../words";
import { Bubble, type BubbleActions, type Row } from "./bubble";
import { button, el, icon, setText } from "./dom";

const TOGETHER_MS = 5 * 60_000;
const NEAR_PX = 80;
const READ_OUT_AT_MOST = 4;
const SETTLING_MS = 800;
const KEPT = 400;
const KEPT_AT_LEAST = 200;
const TOP_PX = 300;

type Line = { key: string; day: string } | (Row & { day?: undefined });

export class MessageList {
  readonly element: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #log: HTMLElement;
  readonly #earlier: HTMLButtonElement;
  readonly #newest: HTMLButtonElement;
  readonly #status = el("div", { class: "hidden", role: "status" });
  readonly #bubbles = new Map<string, Bubble>();
  readonly #days = new Map<string, HTMLElement>();
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #atEnd = true;
  #settled = false;

  /** `intro` and `outro` stand before and after the messages and scroll with them. */
  constructor(
    private readonly client: Client,
    private readonly words: Words,
    private readonly actions: BubbleActions,
    private readonly base: URL,
    intro: HTMLElement,
    outro: HTMLElement,
    onSeen: () => void,
  ) {
    this.#log = el("div", { role: "log", tabindex: 0, "aria-label": words.say("log"), "aria-live": "off", "aria-relevant": "additions" });
    this.#earlier = button("small earlier", () => void this.#loadEarlier(), words.say("earlier"));
    this.#newest = button("newest", () => this.toEnd(), icon("down"), words.say("newest"));
    this.#scroller = el("div", { class: "scroller", tabindex: -1 }, this.#earlier, intro, this.#log, outro);
    this.#scroller.addEventListener("scroll", () => {
      this.#watchEnd();
      onSeen();
      const { scrollTop, clientHeight } = this.#scroller;
      if (clientHeight > 0 && scrollTop < TOP_PX && !this.#atEnd && client.talk.moreBefore) void client.loadEarlier();
    });
    this.#log.addEventListener("keydown", (event) => this.#walk(event));
    this.#log.addEventListener("focusin", ({ target }) => this.#enter((target as HTMLElement).closest("article")));
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.#scroller);
    this.element = el("div", { class: "list" }, this.#scroller, this.#newest, this.#status);
  }

  /** The last message is in sight (while the panel is open). */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Shows the last message; before the first one, what stands above. */
  toEnd(): void {
    this.#scroller.scrollTop = this.#bubbles.size > 0 ? this.#scroller.scrollHeight : 0;
    this.#watchEnd();
  }

  /** Brings a message into sight, fetched if need be, and the keyboard to it. */
  async show(id: number): Promise<boolean> {
    this.#atEnd = false;
    const there = await this.client.reach(id);
    this.render();
    const message = this.client.talk.find(id);
    const bubble = there && message ? this.#bubbles.get(keyOf(message)) : undefined;
    bubble?.element.scrollIntoView({ block: "center" });
    bubble?.element.focus({ preventScroll: true });
    return bubble !== undefined;
  }

  render(): void {
    const { talk } = this.client;
    if (this.#atEnd && talk.size > KEPT) talk.trim(KEPT_AT_LEAST);
    const lines = this.#lines();
    const fresh = lines.filter((line) => line.day === undefined && !this.#bubbles.has(line.key)) as Row[];
    const older = fresh.length > 0 && lines.at(-1)?.key !== fresh.at(-1)?.key;
    this.#announce(fresh, older);
    const height = this.#scroller.scrollHeight;
    this.#log.classList.toggle("many", lines.length > KEPT);
    this.#place(lines);
    this.#earlier.hidden = !this.client.talk.moreBefore;
    if (this.#atEnd || fresh.some((row) => row.mark === "waiting")) this.toEnd();
    else if (older) this.#scroller.scrollTop += this.#scroller.scrollHeight - height;
    this.#watchEnd();
  }

  /** For a moment what appears is not read out. */
  hush(): void {
    clearTimeout(this.#quiet);
    this.#log.setAttribute("aria-live", "off");
    this.#quiet = setTimeout(() => {
      this.#log.setAttribute("aria-live", "polite");
      setText(this.#status, "");
    }, SETTLING_MS);
  }

  /** A few new messages are read out by the log; a first load, older ones and a flood are not. */
  #announce(fresh: readonly Row[], older: boolean): void {
    const flood = fresh.length > READ_OUT_AT_MOST;
    if (!this.#settled || older || flood) this.hush();
    if (this.#settled && flood && !older) setText(this.#status, this.words.say("arrived", { count: fresh.length }));
    this.#settled ||= this.client.talk.loaded;
  }

  /** Up and down go from message to message, Home and End to the first and the last that is loaded. */
  #walk(event: KeyboardEvent): void {
    const all = [...this.#log.querySelectorAll<HTMLElement>("article")];
    const at = all.indexOf(event.target as HTMLElement);
    const last = all.length - 1;
    const places: Record<string, number> = { ArrowUp: at < 0 ? last : at - 1, ArrowDown: at + 1, Home: 0, End: last };
    const next = all[places[event.key] ?? -1];
    if (!next || (at < 0 && event.target !== this.#log)) return;
    event.preventDefault();
    next.focus();
  }

  /** The message at the keyboard has its buttons in the way of Tab, and no other. */
  #enter(article: HTMLElement | null): void {
    for (const known of this.#log.querySelectorAll<HTMLElement>(".reply")) known.tabIndex = article?.contains(known) ? 0 : -1;
  }

  #place(lines: readonly Line[]): void {
    let next = this.#log.firstElementChild;
    for (const line of lines) {
      const element = line.day === undefined ? this.#bubble(line) : this.#day(line.key, line.day);
      if (element === next) next = next.nextElementSibling;
      else this.#log.insertBefore(element, next);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
    const keys = new Set(lines.map((line) => line.key));
    for (const key of this.#bubbles.keys()) if (!keys.has(key)) this.#bubbles.delete(key);
  }

  #bubble(row: Row): HTMLElement {
    const known = this.#bubbles.get(row.key);
    known?.update(row);
    const bubble = known ?? new Bubble(row, this.words, this.actions, this.base);
    this.#bubbles.set(row.key, bubble);
    if (!known) bubble.element.toggleAttribute("data-new", this.#log.getAttribute("aria-live") === "polite");
    return bubble.element;
  }

  #day(key: string, text: string): HTMLElement {
    const day = this.#days.get(key) ?? el("div", { class: "day" });
    this.#days.set(key, day);
    setText(day, text);
    return day;
  }

  #lines(): Line[] {
    const { talk, outbox } = this.client;
    const queue = outbox.list();
    const pressed = new Map(queue.map((entry) => (entry.kind === "choice" ? [entry.message_id, entry.value] : [0, ""])));
    const rows: Row[] = talk.list().map((message) => this.#row(message, pressed.get(message.id)));
    for (const entry of queue) if (entry.kind === "message") rows.push(waitingRow(entry, talk.find(entry.reply_to ?? 0)));
    const lines: Line[] = [];
    const now = new Date();
    let before: Row | undefined;
    for (const row of rows) {
      const day = row.at.toDateString();
      const sameDay = before?.at.toDateString() === day;
      if (!sameDay) lines.push({ key: day, day: this.words.day(row.at, now) });
      row.follows = sameDay && before !== undefined && together(before, row);
      lines.push(row);
      before = row;
    }
    return lines;
  }

  #row(message: Message, pressed: string | undefined): Row {
    const { talk } = this.client;
    const own = message.author.kind === "visitor";
    const read = message.seq <= (talk.head?.agent_read_seq ?? 0);
    const { reply_to } = message;
    const quoted = reply_to === undefined ? undefined : talk.find(reply_to);
    if (reply_to !== undefined && !quoted) this.client.miss(reply_to);
    return {
      key: keyOf(message),
      at: new Date(message.at),
      own,
      message,
      queued: null,
      mark: !own || message.deleted ? null : read ? "read" : "sent",
      follows: false,
      quoted,
      choice: message.choice ?? pressed,
    };
  }

  async #loadEarlier(): Promise<void> {
    this.#earlier.disabled = true;
    this.#atEnd = false;
    await this.client.loadEarlier();
    this.#earlier.disabled = false;
  }

  #watchEnd(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (clientHeight === 0) return; // hidden: keep what was known
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#newest.hidden = this.#atEnd;
  }
}

function together(before: Row, row: Row): boolean {
  const same = before.own === row.own && (row.own || before.message?.author.name === row.message?.author.name);
  return same && row.at.getTime() - before.at.getTime() < TOGETHER_MS;
}

function keyOf({ id, client_id, author }: Message): string {
  return author.kind === "visitor" && client_id ? client_id : `${id}`;
}

function waitingRow(queued: QueuedMessage, quoted: Message | undefined): Row {
  return {
    key: queued.id,
    at: new Date(queued.at),
    own: true,
    message: null,
    queued,
    mark: queued.refusal ? "refused" : "waiting",
    follows: false,
    quoted,
    choice: undefined,
  };
}
