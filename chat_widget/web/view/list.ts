// The list of messages: a log in which only what is new is read out.

import type { Client } from "../client";
import type { QueuedMessage } from "../outbox";
import type { Message } from "../protocol";
import { KEPT } from "../talk";
import type { Words } from "../words";
import { Bubble, type BubbleActions, type Row } from "./bubble";
import { button, el, icon, painted, setText } from "./dom";

const TOGETHER_MS = 5 * 60_000;
const NEAR_PX = 80;
/** More at once are a flood, drawn in slices and told by their number. */
const READ_OUT_AT_MOST = 4;
const SETTLING_MS = 800;
/** Drawn at rest, more when the visitor looks further, and at most; each picture a slice of it, so that a
 * long conversation holds the page up for less long. */
const FIRST = 24;
const STEP = 16;
const DRAWN = 40;
const SLICE = 1;
const EDGE_PX = 300;

type Line = { key: string; day: string } | (Row & { day?: undefined });

export class MessageList {
  readonly element: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly log: HTMLElement;
  readonly #earlier: HTMLButtonElement;
  readonly #newest: HTMLButtonElement;
  readonly #status = el("div", { class: "hidden", role: "status" });
  readonly #bubbles = new Map<string, Bubble>();
  readonly #days = new Map<string, HTMLElement>();
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #atEnd = true;
  #height = 0;
  #looks = false; // with the next picture
  #sinks = false; // to the end, then
  #settled = false;
  // The part of what is loaded that is drawn, by seq; without a `#high` it goes to the end, and grows with it.
  #low = NaN;
  #high = Infinity;
  #last = 0;
  #of: number | undefined; // the conversation
  // How many more are to be drawn before and after it, and whether the visitor goes along with those after it.
  #above = 0;
  #below = 0;
  #along = false;
  #grows = false;

  /** `intro` and `outro` stand before and after the messages and scroll with them. */
  constructor(
    private readonly client: Client,
    private readonly words: Words,
    private readonly actions: BubbleActions,
    private readonly base: URL,
    intro: HTMLElement,
    outro: HTMLElement,
    private readonly onSeen: () => void,
  ) {
    this.log = el("div", { role: "log", tabindex: 0, "aria-label": words.say("log"), "aria-live": "off", "aria-relevant": "additions" });
    this.#earlier = button("small earlier", () => void this.#loadEarlier(), words.say("earlier"));
    this.#newest = button("newest", () => this.toEnd(), icon("down"), words.say("newest"));
    this.#scroller = el("div", { class: "scroller", tabindex: -1 }, this.#earlier, intro, this.log, outro);
    this.#scroller.addEventListener("scroll", () => {
      this.#watchEnd();
      this.onSeen();
      const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
      if (clientHeight === 0 || this.#atEnd) return;
      if (scrollTop < EDGE_PX) void this.#back();
      if (scrollHeight - scrollTop - clientHeight < EDGE_PX) this.#forth();
    });
    this.log.addEventListener("keydown", (event) => this.#walk(event));
    this.log.addEventListener("focusin", ({ target }) => this.#enter((target as HTMLElement).closest("article")));
    const sizes = new ResizeObserver(() => {
      const before = this.#height;
      this.#height = this.log.clientHeight && this.#scroller.clientHeight;
      if (!before && this.#height) this.toEnd(); // opened
      if (this.#atEnd) this.#sink(); // pictures come late, too
    });
    for (const element of [this.#scroller, this.log]) sizes.observe(element);
    this.element = el("div", { class: "list" }, this.#scroller, this.#newest, this.#status);
  }

  /** The last message is in sight (while the panel is open). */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Shows the last message; before the first one, what stands above. */
  toEnd(): void {
    if (this.#high < Infinity) this.restart();
    this.#grow(FIRST - this.#bubbles.size, 0);
    this.#sinks = true;
    this.#look();
  }

  /** Draws the last message alone; `toEnd` goes on from there, once it has a height. */
  restart(): void {
    const { talk } = this.client;
    if (talk.gap) talk.trim();
    this.#high = Infinity;
    this.#low = NaN;
    this.hush();
    this.#draw();
  }

  /** Brings a message into sight, fetched if need be, and the keyboard to it. */
  async show(id: number): Promise<boolean> {
    const { client } = this;
    const there = await client.reach(id);
    await painted();
    const all = client.talk.list();
    const at = all.findIndex((message) => message.id === id);
    const message = all[at];
    if (!there || !message) return false;
    this.#atEnd = this.#along = this.#sinks = false;
    if (!this.#bubbles.has(keyOf(message))) {
      this.#low = all[Math.max(0, at - SLICE)]?.seq ?? 0;
      this.#high = (message.seq === client.talk.gap ? message : all[at + SLICE])?.seq ?? Infinity;
      this.hush();
      this.#draw();
      this.#grow(STEP, STEP);
    }
    const bubble = this.#bubbles.get(keyOf(message))?.element;
    bubble?.scrollIntoView({ block: "center" });
    bubble?.focus({ preventScroll: true });
    return true;
  }

  render(): void {
    const { talk } = this.client;
    if (this.#atEnd && talk.size > 2 * KEPT) talk.trim();
    const all = talk.list();
    if (this.#of !== talk.head?.id) this.#low = NaN;
    this.#of = talk.head?.id;
    const arrived = this.#high < Infinity || !this.#low ? 0 : all.length - placeAfter(all, this.#last);
    if (arrived > FIRST && this.#atEnd) this.#low = NaN;
    else if (arrived > READ_OUT_AT_MOST) {
      this.#high = this.#last;
      this.#along = this.#atEnd || this.#sinks;
      if (this.#along) this.#grow(0, arrived);
    } else if (this.#atEnd && this.#bubbles.size > DRAWN) this.#low = all.at(-FIRST)?.seq ?? 0;
    const waits = this.#draw(arrived);
    if (waits || (this.#atEnd && !this.#along)) this.toEnd();
    this.#look();
  }

  /** Draws the part; `arrived` messages came since, drawn now or later. Returns whether one is new that waits to be sent. */
  #draw(arrived = 0, still = this.log.querySelector("article + article")): boolean {
    const lines = this.#lines();
    const fresh = lines.filter((line) => line.day === undefined && !this.#bubbles.has(line.key)) as Row[];
    const older = fresh.length > 0 && lines.at(-1)?.key !== fresh.at(-1)?.key;
    this.#announce(Math.max(fresh.length, arrived), older);
    const kept = this.#atEnd ? null : still;
    const top = kept?.getBoundingClientRect().top ?? 0;
    this.#place(lines);
    if (kept?.isConnected) this.#scroller.scrollTop += kept.getBoundingClientRect().top - top;
    const { talk } = this.client;
    this.#earlier.hidden = this.#above > 0 || (!talk.moreBefore && !(this.#low > talk.first));
    return fresh.some((row) => row.mark === "waiting");
  }

  /** So many more before and after, as far as they are loaded. */
  #grow(above: number, below: number): void {
    this.#above = Math.max(this.#above, above);
    this.#below = Math.max(this.#below, below);
    if (this.#grows || !(this.#above > 0 || this.#below > 0)) return;
    this.#grows = true;
    void painted().then(() => {
      this.#grows = false;
      this.#growSlice();
    });
  }

  #growSlice(): void {
    const all = this.client.talk.list();
    if (this.#high === Infinity && placeAfter(all, this.#last) < all.length) {
      this.render(); // what came meanwhile is drawn in slices, too
      return this.#grow(0, 0);
    }
    const start = placeAfter(all, this.#low - 1);
    const end = placeAfter(all, this.#high);
    const articles = this.log.querySelectorAll("article");
    let still = articles[1]; // the first one's head depends on what comes before it
    if (this.#along) this.#below = all.length - end; // more may have come meanwhile
    const breaks = this.#below > 0 && all[end - 1]?.seq === this.client.talk.gap;
    if (breaks) void this.client.loadLater().then((more) => more && this.#forth());
    if (breaks || this.#high === Infinity) this.#below = 0;
    if (start === 0 || !this.#height) this.#above = 0;
    if (this.#below > 0) {
      this.#below -= SLICE;
      this.#high = end + SLICE < all.length ? (all[end + SLICE - 1]?.seq ?? 0) : Infinity;
      this.#low = Math.max(this.#low, all[end + SLICE - DRAWN]?.seq ?? 0);
      still = articles[articles.length - 1];
    } else if (this.#above > 0) {
      this.#above -= SLICE;
      this.#low = all[Math.max(0, start - SLICE)]?.seq ?? 0;
      if (end - start > DRAWN) this.#high = all[start + DRAWN]?.seq ?? Infinity;
    } else return;
    this.hush();
    this.#draw(0, still);
    if (this.#atEnd || this.#along) this.#sink(); // at once: what is pressed meanwhile stands where it is seen
    this.#look();
    if (this.#high === Infinity) this.#along = false;
    this.#grow(0, 0);
  }

  /** Older messages: those that are loaded, else those of the server. */
  async #back(): Promise<void> {
    const { client } = this;
    if (!(this.#low > client.talk.first) && !(await client.loadEarlier())) return;
    this.#atEnd = false;
    this.#grow(STEP, 0);
  }

  /** Later ones, where what is drawn ends before the last. */
  #forth(): void {
    if (this.#high < Infinity) this.#grow(0, STEP);
  }

  /** Looks where it stands, and goes to the end if wanted, with the next picture, for which all is laid out anyway. */
  #look(): void {
    if (this.#looks) return;
    this.#looks = true;
    requestAnimationFrame(() => {
      this.#looks = false;
      if (this.#sinks) this.#sink();
      this.#sinks = false;
      this.#watchEnd();
      this.onSeen();
    });
  }

  #sink(): void {
    this.#scroller.scrollTop = this.#bubbles.size > 0 ? this.#scroller.scrollHeight : 0;
  }

  /** For a moment what appears is not read out. */
  hush(): void {
    clearTimeout(this.#quiet);
    this.log.setAttribute("aria-live", "off");
    this.#quiet = setTimeout(() => {
      this.log.setAttribute("aria-live", "polite");
      setText(this.#status, "");
    }, SETTLING_MS);
  }

  /** A few new messages are read out by the log; a first load, older ones and a flood are not. */
  #announce(count: number, older: boolean): void {
    const flood = count > READ_OUT_AT_MOST;
    if (!this.#settled || older || flood) this.hush();
    if (this.#settled && flood && !older) setText(this.#status, this.words.say("arrived", { count }));
    this.#settled ||= this.client.talk.loaded;
  }

  /** Up and down go from message to message, Home and End to the first and the last that is loaded. */
  #walk(event: KeyboardEvent): void {
    const all = [...this.log.querySelectorAll<HTMLElement>("article")];
    const at = all.indexOf(event.target as HTMLElement);
    const last = all.length - 1;
    const places: Record<string, number> = { ArrowUp: at < 0 ? last : at - 1, ArrowDown: at + 1, Home: 0, End: last };
    const next = all[places[event.key] ?? -1];
    if (!next || (at < 0 && event.target !== this.log)) return;
    event.preventDefault();
    next.focus();
  }

  /** The message at the keyboard has its buttons in the way of Tab, and no other. */
  #enter(article: HTMLElement | null): void {
    for (const known of this.log.querySelectorAll<HTMLElement>(".reply")) known.tabIndex = article?.contains(known) ? 0 : -1;
  }

  /** What goes away does so first, so that nothing that stays has to be moved and laid out anew. */
  #place(lines: readonly Line[]): void {
    const elements = lines.map((line) => (line.day === undefined ? this.#bubble(line) : this.#day(line.key, line.day)));
    const kept = new Set<Element>(elements);
    for (const element of [...this.log.children]) if (!kept.has(element)) element.remove();
    let next = this.log.firstElementChild;
    for (const element of elements) {
      if (element === next) next = next.nextElementSibling;
      else this.log.insertBefore(element, next);
    }
    for (const [key, { element }] of this.#bubbles) if (!kept.has(element)) this.#bubbles.delete(key);
  }

  #bubble(row: Row): HTMLElement {
    const known = this.#bubbles.get(row.key);
    known?.update(row);
    const bubble = known ?? new Bubble(row, this.words, this.actions, this.base);
    this.#bubbles.set(row.key, bubble);
    if (!known) bubble.element.toggleAttribute("data-new", this.log.getAttribute("aria-live") === "polite");
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
    const all = talk.list();
    if (!(this.#low <= (all.at(-1)?.seq ?? 0))) this.#low = all.at(-1)?.seq ?? 0;
    const drawn = all.slice(placeAfter(all, this.#low - 1), placeAfter(all, this.#high));
    this.#last = drawn.at(-1)?.seq ?? 0;
    const rows: Row[] = drawn.map((message) => this.#row(message, pressed.get(message.id)));
    if (this.#high === Infinity) for (const entry of queue) if (entry.kind === "message") rows.push(waitingRow(entry, talk.find(entry.reply_to ?? 0)));
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
      mark: !own || message.deleted ? null : read ? "read" : "delivered",
      follows: false,
      quoted,
      choice: message.choice ?? pressed,
    };
  }

  async #loadEarlier(): Promise<void> {
    this.#earlier.disabled = true;
    await this.#back();
    this.#earlier.disabled = false;
  }

  #watchEnd(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (clientHeight === 0 || this.#sinks || (this.#atEnd && clientHeight !== this.#height)) return; // hidden, or not the visitor's doing
    this.#atEnd = this.#high === Infinity && scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#newest.hidden = this.#atEnd || this.#bubbles.size === 0;
  }
}

/** Where the messages after a seq begin. */
function placeAfter(all: readonly Message[], seq: number): number {
  const at = all.findIndex((message) => message.seq > seq);
  return at < 0 ? all.length : at;
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
