// What the visitor's conversation looks like, put together from the first load, from events and from `sync`.
//
// Every change of a conversation has a number, one higher than the last. Whatever is held per message is the version with
// the highest number, so events may come twice, late or in any order. A number that is missing means that something was:
// `behind` turns true and a `sync` from `last` repairs it. No input or output here.

import type { Accepted, Change, Conversation, Deletion, Found, Head, Hello, Message, Page, Read } from "./protocol";

/** Kept in memory while the visitor reads the end. */
export const KEPT = 200;

export interface Claims {
  /** Own messages that were accepted, their events not yet here. */
  accepted: readonly string[];
  /** The highest change heard of. */
  heard: number;
}

export class Talk {
  head: Conversation | null = null;
  /** The first load happened; what came before it was kept aside. */
  loaded = false;
  /** Messages before the loaded ones exist on the server. */
  moreBefore = false;
  /** Everything up to this change is in. */
  last = 0;
  /** Where the loaded ones break off before they go on with the last, by seq; 0: nowhere. */
  gap = 0;

  #list: Message[] | null = null; // in order, made anew after a change
  #messages = new Map<number, Message>();
  #accepted = new Map<string, Message>();
  #early: Change[] = [];
  #seen = new Set<number>();
  #asides = new Map<number, Message>(); // older ones that loaded ones quote
  #before = new Map<number, Message>(); // older ones that changed, in case an older page comes with what they were
  #floor = 0;
  #shore = 0; // the first after the gap
  #unsure = false;
  #doubted = false;

  /** Something was missed: a `sync` from `last` is due. */
  get behind(): boolean {
    return this.#unsure || this.#seen.size > 0;
  }

  /** All messages in order, the just accepted ones, whose event is still on its way, included. */
  list(): readonly Message[] {
    return (this.#list ??= [...this.#messages.values(), ...this.#accepted.values()].sort((one, other) => one.seq - other.seq));
  }

  find(id: number): Message | undefined {
    return this.#messages.get(id) ?? this.#asides.get(id);
  }

  /** How many messages are loaded, and the place of the first. */
  get size(): number {
    return this.#messages.size;
  }

  get first(): number {
    return this.list()[0]?.seq ?? Infinity;
  }

  /** Single messages, from before the loaded ones. */
  putAside(messages: readonly Message[]): void {
    for (const message of messages) {
      const newest = [message, this.#before.get(message.id), this.#asides.get(message.id)].reduce(newer) ?? message;
      this.#asides.set(message.id, newest.deleted ? emptied(newest) : newest);
    }
  }

  /** Older messages, which end where the loaded ones begin. */
  extend({ messages, more_before }: Found): void {
    this.moreBefore = more_before === true && messages.length > 0;
    this.#floor = this.moreBefore ? Math.min(...messages.map((message) => message.seq)) : 0;
    this.#fill(messages);
  }

  /** Messages of anywhere before: beside the last ones, they are all that is loaded. */
  land(found: Found): void {
    this.trim();
    this.#shore = this.first;
    this.#bound(Math.max(0, ...found.messages.map(({ seq }) => seq)));
    this.extend(found);
  }

  /** All messages of the next `count` places after the gap's beginning. */
  bridge({ messages }: Found, count: number): void {
    this.#bound(this.gap + count);
    this.#fill(messages);
  }

  #bound(gap: number): void {
    this.gap = gap + 1 < this.#shore ? gap : (this.#shore = 0);
  }

  #fill(messages: readonly Message[]): void {
    for (const message of messages) this.#put(message);
    for (const [id, message] of this.#before) if (this.#messages.has(id)) this.#put(message);
  }

  /** Lets go of all but the last `count`; they can be loaded again. */
  trim(count = KEPT): void {
    const gone = this.list().filter(({ seq }, at, { length }) => at < length - count || seq <= this.gap);
    this.gap = this.#shore = 0;
    if (gone.length === 0) return;
    for (const { id } of gone) this.#messages.delete(id);
    this.#list = null;
    this.#floor = this.first;
    this.moreBefore = true;
  }

  /** Messages of this place are not loaded. */
  lacks(seq: number): boolean {
    return seq < this.#floor || (seq > this.gap && seq < this.#shore);
  }

  /** The last message of the other side that a visitor can have read: 0 where there is none. */
  get lastForeignSeq(): number {
    return this.#foreign(0, 1)[0]?.seq ?? 0;
  }

  get unread(): number {
    return this.#foreign(this.head?.visitor_read_seq ?? 0).filter((message) => !message.deleted).length;
  }

  /** What the other side said after a place, the last first; `most` of it. Looks at no more of a long talk than it must. */
  #foreign(after: number, most = Infinity): Message[] {
    const all = this.list();
    const found: Message[] = [];
    for (let at = all.length - 1; found.length < most; at -= 1) {
      const message = all[at];
      if (!message || message.seq <= after) break;
      if (message.author.kind === "agent" || message.author.kind === "bot") found.push(message);
    }
    return found;
  }

  /** The answer to `hello`. */
  load(hello: Hello): void {
    const head = hello.conversation ?? null;
    if (!this.#overtaken(head)) {
      if (head !== null && this.head?.id === head.id) {
        this.#mergeHead(head);
        this.#unsure = true; // between what was here and this page there may be a gap
      } else {
        this.#reset(head);
        this.last = hello.last_change;
        this.moreBefore = hello.more_before === true;
        this.#floor = this.moreBefore ? Math.min(...hello.messages.map((message) => message.seq)) : 0;
      }
      for (const message of hello.messages) this.#put(message);
    }
    this.loaded = true;
    const early = this.#early;
    this.#early = [];
    for (const change of early) this.apply(change);
  }

  /** An event. */
  apply(change: Change): void {
    if (!this.loaded) {
      this.#early.push(change);
      return;
    }
    if (change.name === "conversation") {
      this.#applyHead(change.data);
      return;
    }
    if (this.head === null) {
      this.#unsure = true; // of a conversation that we have not heard of
      return;
    }
    if (change.name === "read") this.#read(change.data);
    else {
      const { id, seq, change: number } = change.data;
      const foreign = number <= this.last && !this.lacks(seq) && !this.#messages.has(id); // of another conversation?
      if (foreign || (this.head.status === "resolved" && number > this.head.change)) this.#unsure = true;
      if (foreign) return;
      if (change.name !== "message_deleted") this.#put(change.data);
      else if (!this.#delete(change.data)) return; // not taken in: the sync has to bring it
    }
    this.#note(change.data.change);
  }

  /** What the next answer to `sync` must cover. */
  get claims(): Claims {
    return { accepted: [...this.#accepted.keys()], heard: Math.max(this.last, ...this.#seen) };
  }

  /** A page of `sync`; `claims` as they were before the request. What the server then does not know of was not so. */
  merge(page: Page, claims: Claims): void {
    if (this.#overtaken(page.conversation)) return;
    if (page.conversation === null) return this.#reset(null);
    if (this.head?.id === page.conversation.id) this.#mergeHead(page.conversation);
    else this.#reset(page.conversation);
    for (const message of page.messages) this.#put(message);
    this.last = Math.max(this.last, page.last_change);
    this.#settle();
    if (page.more) return;
    this.#unsure = false;
    this.#list = null;
    for (const id of claims.accepted) this.#accepted.delete(id);
    for (const change of this.#seen) if (change <= claims.heard) this.#seen.delete(change);
    for (const [id, { change }] of this.#messages) {
      if (change > this.last && change <= claims.heard) this.#messages.delete(id);
    }
  }

  /** The server has this message of ours; its event follows. */
  accept(client_id: string, ack: Accepted, said: Pick<Message, "text" | "reply_to" | "attachments">): void {
    if (this.#messages.has(ack.id) || this.head === null) return;
    const author = { kind: "visitor" as const, name: "" };
    this.#list = null;
    this.#accepted.set(client_id, { ...ack, author, ...said, client_id });
  }

  #read({ side, seq }: Read): void {
    const { head } = this;
    if (head) head[`${side}_read_seq`] = Math.max(head[`${side}_read_seq`], seq);
  }

  #reset(head: Conversation | null): void {
    this.head = head && { ...head };
    this.last = 0;
    this.moreBefore = false;
    this.#messages.clear();
    this.#accepted.clear();
    this.#list = null;
    this.#seen.clear();
    this.#asides.clear();
    this.#before.clear();
    this.#floor = this.#shore = this.gap = 0;
    this.#unsure = false;
  }

  /** An event may name a newer conversation than an answer that was read before it: believed only if it says so twice. */
  #overtaken(head: Conversation | null): boolean {
    this.#doubted = !this.#doubted && this.head !== null && (head?.id ?? 0) < this.head.id;
    if (this.#doubted) this.#unsure = true;
    return this.#doubted;
  }

  #applyHead(head: Head): void {
    if (this.head === null || head.id > this.head.id) {
      if (isWhole(head)) this.#reset(head);
      else {
        this.#unsure = true;
        return;
      }
    } else if (head.id < this.head.id) return;
    else if (isWhole(head)) this.#mergeHead(head);
    else if (head.change > this.head.change && head.status !== undefined && head.status !== this.head.status) {
      this.#unsure = true; // more may have changed than it says
    }
    this.#note(head.change);
  }

  #mergeHead(head: Conversation): void {
    const old = this.head ?? head;
    const newer = head.change >= old.change ? head : old;
    this.head = {
      ...newer,
      agent_read_seq: Math.max(old.agent_read_seq, head.agent_read_seq),
      visitor_read_seq: Math.max(old.visitor_read_seq, head.visitor_read_seq),
    };
  }

  #put(message: Message): void {
    if (this.#asides.has(message.id)) this.putAside([message]);
    if (this.lacks(message.seq) && (this.#before.get(message.id)?.change ?? 0) < message.change) this.#before.set(message.id, message);
    const known = this.#messages.get(message.id);
    if (known ? known.change >= message.change : this.lacks(message.seq)) return;
    this.#list = null;
    if (message.client_id !== undefined) this.#accepted.delete(message.client_id);
    this.#messages.set(message.id, message.deleted ? emptied(message) : message);
  }

  #delete(deletion: Deletion): boolean {
    const { at, author, ...rest } = { ...this.#messages.get(deletion.id), ...deletion };
    const whole = at !== undefined && author !== undefined;
    if (whole) this.#put({ ...rest, at, author, text: "", deleted: true });
    else if (!this.lacks(deletion.seq)) this.#unsure = true;
    return whole || !this.#unsure;
  }

  #note(change: number): void {
    if (change > this.last) this.#seen.add(change);
    this.#settle();
  }

  #settle(): void {
    for (const change of this.#seen) if (change <= this.last) this.#seen.delete(change);
    while (this.#seen.delete(this.last + 1)) this.last += 1;
  }
}

function newer(one: Message | undefined, other: Message | undefined): Message | undefined {
  return other && other.change > (one?.change ?? 0) ? other : one;
}

function isWhole(head: Head): head is Conversation {
  return head.visitor_read_seq !== undefined;
}

/** A deleted message as it is kept, however it came. */
function emptied({ id, seq, change, at, author, client_id }: Message): Message {
  const kept: Message = { id, seq, change, at, author, text: "", deleted: true };
  return client_id === undefined ? kept : { ...kept, client_id };
}
