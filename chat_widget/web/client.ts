// The visitor's side of the talk, without a picture of it: keeps the connection, the conversation and the outbox together.

import { BrowserShelf, makeUuid, sleep, withLock } from "./browser";
import { CatchUp } from "./catchup";
import type { Profile, Surroundings } from "./config";
import { Connection } from "./connection";
import { Dispatch } from "./dispatch";
import { Identity, shelfPrefix } from "./identity";
import { Extras } from "./extras";
import { Outbox, type QueuedMessage } from "./outbox";
import type { Ack, Availability, Blocked, Challenge, Change, Found, Hello, Message, Refusal, Started, Typing } from "./protocol";
import { judge } from "./sender";
import { Talk } from "./talk";
import { TypingSign } from "./typing";

const LONG_AWAY_MS = 30_000;
const FIRST_HELLO_MS = 6_000;
const PROBE_MS = 5_000;
const OFFLINE_MS = 1_000;
const PAGE = 100;
const LOOKED_UP = 100;
const PAGE_MS = 1_000;

export class Client {
  /** The folder that widget.js lies in. */
  readonly base: URL;
  readonly shelf: BrowserShelf;
  readonly outbox: Outbox;
  readonly identity: Identity;
  readonly dispatch: Dispatch;
  readonly extras = new Extras(this);
  talk = new Talk();
  link: "idle" | "connecting" | "online" | "lost" = "idle";
  profile: Profile | null = null;
  readonly typing = new TypingSign(() => this.changed());
  /** The number of the present connection: work begun on an earlier one stops. */
  turn = 0;

  readonly #connection: Connection;
  readonly #catchUp: CatchUp;
  #stale = false; // the profile is to be asked for again
  #lostAt = 0;
  #readSeq = 0;
  #loading = false; // older messages are being fetched
  readonly #missed = new Set<number>();
  readonly #missing: number[] = [];
  #greeted: () => void = () => undefined;
  #doubted = false; // the site's signature did not fit
  #page = location.href;
  #due = false; // a change is to be shown
  #over = false;
  readonly #watch = setInterval(() => this.#turned(), PAGE_MS);

  constructor(private readonly around: Surroundings) {
    this.base = around.base;
    this.shelf = new BrowserShelf("localStorage", shelfPrefix(around.base, around.inbox));
    this.outbox = new Outbox(this.shelf, makeUuid, Date.now);
    this.identity = new Identity(this.shelf, around.inbox);
    this.#connection = new Connection(around.base, () => this.identity.introduce(around.language(), this.#doubted ? null : around.person()), {
      up: () => void this.#up(),
      down: () => this.#down(),
      event: (name, data) => this.#event(name, data),
      refused: (error) => this.#shut(error),
    });
    this.#catchUp = new CatchUp(this.#connection, this);
    this.dispatch = new Dispatch(this, this.#connection, around.failed);
  }

  // --- what the visitor does --------------------------------------------------------------------------------------------

  /** Connects, once. A stranger's tabs do it one after the other, so that they share one token. */
  async connect(): Promise<void> {
    if (this.link !== "idle") return;
    this.#show({ link: "connecting" });
    if (this.identity.known) return this.#connection.open();
    const greeted = new Promise<void>((resolve) => (this.#greeted = resolve));
    const open = (): Promise<void> => {
      this.#connection.open();
      return Promise.race([greeted, sleep(FIRST_HELLO_MS)]);
    };
    await withLock(`${this.shelf.prefix}hello`, open, FIRST_HELLO_MS);
  }

  send(text: string, more: Pick<QueuedMessage, "reply_to" | "files"> = {}): void {
    this.outbox.addMessage(text, more);
    this.#queued();
  }

  choose(message_id: number, value: string): void {
    this.outbox.addChoice(message_id, value);
    this.#queued();
  }

  async rate(score: number, text: string): Promise<boolean> {
    const ack = await this.#connection.request("rate", { score, ...(text && { text }) });
    if (!ack?.ok) this.around.failed(ack?.error.message ?? "");
    return ack?.ok === true;
  }

  sayTyping(on: boolean): void {
    if (this.talk.head) void this.#connection.request("typing", { on });
  }

  /** The visitor has everything before his eyes. */
  async markRead(): Promise<void> {
    const seq = this.talk.lastForeignSeq;
    if (this.link !== "online" || !this.talk.unread || seq <= this.#readSeq) return;
    this.#readSeq = seq;
    const ack = await this.#connection.request("read", { seq });
    if (!ack?.ok) this.#readSeq = 0;
  }

  /** Older messages; false: none came. */
  async loadEarlier(): Promise<boolean> {
    const { talk } = this;
    return talk.moreBefore && this.#load(talk.first, (found) => talk.extend(found), "first");
  }

  /** Those that follow where the loaded ones break off; false: none came. */
  async loadLater(): Promise<boolean> {
    const { talk } = this;
    return talk.gap > 0 && this.#load(talk.gap + PAGE + 1, (found) => talk.bridge(found, PAGE), "gap");
  }

  /** Takes in the messages before a place. At an edge of what is loaded: one page at a time, if that edge stays where it is. */
  async #load(before: number, take: (found: Found) => void, edge?: "first" | "gap"): Promise<boolean> {
    const { talk } = this;
    const id = talk.head?.id;
    const from = edge && talk[edge];
    if (edge && this.#loading) return false;
    this.#loading = true;
    const found = await this.ask<Found>("history", { before_seq: before, limit: PAGE });
    this.#loading = false;
    if (!found || talk !== this.talk || talk.head?.id !== id || (edge && talk[edge] !== from)) return false;
    take(found);
    this.changed();
    return true;
  }

  /** What the server answers to a question; null: there is no answer. */
  async ask<T>(event: string, data: object): Promise<T | null> {
    const ack = await this.#connection.request<T>(event, data);
    return ack?.ok ? ack : null;
  }

  /** Has a message loaded, however old it is; resolves to whether it is. */
  async reach(id: number): Promise<boolean> {
    const { talk } = this;
    if (!talk.find(id)) await this.#lookUp([id]);
    const seq = talk.find(id)?.seq;
    if (seq === undefined) return false;
    return !talk.lacks(seq) || this.#load(seq + PAGE / 2, (found) => talk.land(found));
  }

  /** Asks for a message that a loaded one quotes; several of one moment together. */
  miss(id: number): void {
    if (this.#missed.has(id)) return;
    this.#missed.add(id);
    if (this.#missing.push(id) === 1) setTimeout(() => void this.#lookUp(this.#missing.splice(0)));
  }

  async #lookUp(ids: number[]): Promise<void> {
    const { talk } = this;
    const found = await this.ask<Found>("messages", { ids: ids.slice(0, LOOKED_UP) });
    if (!found) return ids.forEach((id) => this.#missed.delete(id));
    talk.putAside(found.messages);
    this.changed();
  }

  /** The language is another one: the server's texts are to be asked for again. */
  changeLanguage(): void {
    this.#stale = true;
    if (this.link !== "idle") this.#connection.restart();
  }

  /** The network is back, the tab is looked at again: connects at once, or sees whether the line still lives. */
  wake(): void {
    if (this.#connection.connected) void this.#catchUp.run(true, PROBE_MS);
    else this.#connection.wake();
  }

  /** The browser says that the network went away; if it errs, a new connection shows it. */
  offline(): void {
    if (this.link !== "idle") this.#connection.restart(OFFLINE_MS);
  }

  /** Another tab changed the shared store. */
  stored(key: string | null): void {
    if (key !== null && !key.startsWith(this.shelf.prefix)) return;
    this.changed();
    this.dispatch.kick();
  }

  destroy(): void {
    this.#over = true;
    clearInterval(this.#watch);
    this.turn += 1;
    this.link = "idle";
    this.#connection.close();
  }

  /** Somebody else is at the page: what was shown is not for his eyes. */
  identify(): void {
    this.#doubted = false;
    this.talk = new Talk();
    this.#show({ profile: null });
    if (this.link !== "idle") this.#connection.restart();
  }

  /** A single-page site shows another page without a word to us. */
  #turned(): void {
    if (location.href === this.#page) return;
    this.#page = location.href;
    const page = { url: this.#page.slice(0, 2_000), title: document.title.slice(0, 300) };
    if (this.link === "online") void this.#connection.request("page", page);
  }

  /** The server would not let us in. */
  #shut(error: Refusal): void {
    if (error.field === "origin") return this.around.unwelcome(error.message);
    if (error.field?.startsWith("identity")) {
      console.error(`Barev: ${error.message}`); // for whoever made the site; the customer can write all the same
      this.#doubted = true;
      return this.#connection.restart();
    }
    if (error.challenge) return void this.solve(error.challenge).then(() => this.#connection.restart());
    this.#refused({ ok: false, error });
  }

  /** Does the work that is asked of who may be a robot; the next attempt shows it. */
  async solve(challenge: Challenge): Promise<void> {
    const { solve } = await import("./solve");
    this.identity.proof = await solve(challenge);
  }

  // --- connection -------------------------------------------------------------------------------------------------------

  async #up(): Promise<void> {
    const turn = ++this.turn;
    const known = this.talk.head !== null;
    const away = Date.now() - this.#lostAt > LONG_AWAY_MS;
    if ((!known || away || this.#stale) && !(await this.#hello(turn))) return;
    this.#readSeq = 0;
    this.#show({ link: "online" });
    if (known || this.talk.behind) await this.#catchUp.run(true);
    if (turn === this.turn) this.dispatch.kick();
  }

  async #hello(turn: number): Promise<boolean> {
    for (let attempt = 1; turn === this.turn; attempt += 1) {
      const ack = await this.#connection.request<Hello>("hello", {});
      if (!ack || turn !== this.turn) return false;
      if (!ack.ok) {
        if (await this.passes(ack, attempt)) continue;
        return false;
      }
      if (!ack.conversation && this.joinOther()) return false;
      this.identity.keep(ack.token);
      this.talk.load(ack);
      this.#stale = false;
      this.#show({ profile: ack });
      this.#greeted();
      return true;
    }
    return false;
  }

  #down(): void {
    this.turn += 1;
    if (this.link === "online") this.#lostAt = Date.now();
    this.typing.clear();
    if (this.link !== "idle") this.#show({ link: "lost" });
  }

  /** Forgets a token that is refused, says what is refused for good; the milliseconds to wait where it was for now. */
  #refused(ack: Ack<unknown>, attempt = 1): number | null {
    const verdict = judge(ack, attempt);
    if (verdict.kind === "halt") this.forget();
    if (verdict.kind === "refused") this.around.failed(verdict.refusal.message);
    return verdict.kind === "later" ? verdict.after_ms : null;
  }

  /** Waits where the server asked to; false: it is no use to ask again. */
  async passes(ack: Ack<unknown>, attempt: number): Promise<boolean> {
    const wait_ms = this.#refused(ack, attempt);
    if (wait_ms !== null) await sleep(wait_ms);
    return wait_ms !== null;
  }

  /** Starts anew as a stranger; what was not sent yet stays. */
  forget(): void {
    const known = this.identity.known;
    this.identity.forget();
    this.talk = new Talk();
    if (known) this.#connection.restart(); // else it comes back in its own time
    this.changed();
  }

  /** Two tabs of a stranger may have got a token each: who has no conversation yet takes the stored one. */
  joinOther(): boolean {
    if (!this.identity.replaced) return false;
    this.#connection.restart();
    return true;
  }

  /** The server began the conversation. */
  began({ token, conversation }: Started): void {
    this.identity.keep(token);
    this.talk.apply({ name: "conversation", data: conversation });
    this.identity.answers = {};
    this.changed();
    void this.#catchUp.run(true);
  }

  #event(name: string, data: unknown): void {
    if (name === "typing") this.typing.hear(data as Typing);
    else if (name === "presence") {
      if (this.profile) this.#show({ profile: { ...this.profile, ...(data as Availability) } });
    } else if (name === "blocked") {
      if (this.profile) this.#show({ profile: { ...this.profile, ...(data as { blocked: Blocked | null }) } });
    } else if (/^(message(_changed|_deleted)?|conversation|read)$/.test(name)) {
      this.talk.apply({ name, data } as Change);
      if (name === "message") {
        this.typing.clear();
        const message = data as Message;
        if (/agent|bot/.test(message.author.kind)) this.around.heard(message);
      }
      this.changed();
      if (this.talk.behind) void this.#catchUp.run();
    }
  }

  // --- showing ----------------------------------------------------------------------------------------------------------

  #queued(): void {
    this.identity.mark(true); // even if the page is left in this moment
    this.changed();
    void this.connect();
    this.dispatch.kick();
  }

  #show(change: Partial<Pick<Client, "link" | "profile">>): void {
    Object.assign(this, change);
    this.changed();
  }

  /** Several changes of one moment are shown at once, when the page has had its turn. */
  changed(): void {
    if (this.#due) return;
    this.#due = true;
    setTimeout(() => {
      this.#due = false;
      if (!this.#over) this.#settle();
    });
  }

  /** What the server shows as said waits no longer. */
  #settle(): void {
    const { talk, outbox } = this;
    const queue = outbox.list();
    const said = new Set(queue.length > 0 ? talk.list().map((message) => message.client_id) : []);
    for (const { id } of queue) if (said.has(id)) outbox.remove(id);
    const waits = queue.some(({ id }) => !said.has(id));
    const talking = talk.head !== null && (talk.head.status !== "resolved" || talk.unread > 0);
    if (talk.loaded || waits) this.identity.mark(waits || talking);
    this.around.changed();
  }
}
