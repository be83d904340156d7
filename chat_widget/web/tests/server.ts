// A conversation as the server keeps it, small enough to compare with: every operation returns the events it sends.

import type { Author, Change, Conversation, Hello, Message, Page } from "../protocol";
import type { Chance } from "./random";

const AGENT: Author = { kind: "agent", name: "Anahit", photo: "/anahit.png" };
const VISITOR: Author = { kind: "visitor", name: "" };

export class TinyServer {
  head: Conversation | null = null;
  messages: Message[] = [];
  #ids = 100;

  /** Opens another conversation; the one before is gone from sight. */
  begin(): Change[] {
    this.#ids += 1;
    this.messages = [];
    this.head = { id: this.#ids, status: "open", change: 1, assignee: null, agent_read_seq: 0, visitor_read_seq: 0 };
    return [this.#headEvent()];
  }

  say(author: Author, text: string, more: Partial<Message> = {}): Message {
    this.#ids += 1;
    const at = new Date(1_800_000_000_000 + this.#ids * 1_000).toISOString();
    const message: Message = { id: this.#ids, seq: this.messages.length + 1, change: this.#bump(), at, author, text, ...more };
    this.messages.push(message);
    return { ...message };
  }

  /** Something happens. */
  act(chance: Chance): Change[] {
    const { head } = this;
    if (head === null) return this.begin();
    const target = this.messages.length > 0 ? chance.pick(this.messages) : null;
    switch (chance.below(9)) {
      case 0:
        return [{ name: "message", data: this.say(VISITOR, "mine", { client_id: `c${this.#ids}` }) }];
      case 1:
      case 2:
        return [{ name: "message", data: this.say(AGENT, "theirs", { buttons: [{ value: "1", label: "One" }] }) }];
      case 3:
        return target && !target.deleted ? this.#edit(target) : [];
      case 4:
        return target && !target.deleted ? this.#delete(target, chance.maybe(0.5)) : [];
      case 5:
        return this.#read(chance.maybe(0.5) ? "agent" : "visitor");
      case 6:
        head.assignee = head.assignee ? null : { name: "Anahit", photo: null };
        head.status = chance.pick(["open", "pending", "resolved"] as const);
        this.#bump();
        return [this.#headEvent()];
      case 7:
        return [this.#note(head, chance.maybe(0.5))];
      default:
        head.rating = 1 + chance.below(5);
        this.#bump();
        return [this.#headEvent()];
    }
  }

  hello(limit = Infinity): Hello {
    const messages = limit === Infinity ? this.messages : this.messages.slice(-limit);
    return {
      token: "token",
      conversation: this.head && { ...this.head },
      messages: messages.map((message) => ({ ...message })),
      more_before: messages.length < this.messages.length,
      last_change: this.head?.change ?? 0,
      agents_online: 1,
      reply_expected: { now: true, at: null },
      form: [],
      greeting: "",
      theme: {},
      language: "en",
    };
  }

  sync(after: number, conversation_id: number | undefined, limit: number): Page {
    const { head } = this;
    if (head === null) return { messages: [], conversation: null, last_change: 0, more: false };
    const from = conversation_id === undefined || conversation_id === head.id ? after : 0;
    const changed = this.messages.filter((message) => message.change > from).sort((one, other) => one.change - other.change);
    const messages = changed.slice(0, limit).map((message) => ({ ...message }));
    const more = messages.length < changed.length;
    return { messages, conversation: { ...head }, last_change: more ? (messages.at(-1)?.change ?? 0) : head.change, more };
  }

  /** A private note: a visitor hears of its number, and perhaps of the status it left. */
  #note(head: Conversation, told: boolean): Change {
    const change = this.#bump();
    return { name: "conversation", data: told ? { id: head.id, status: head.status, change } : { id: head.id, change } };
  }

  #edit(message: Message): Change[] {
    Object.assign(message, { text: `${message.text}!`, edited_at: message.at, change: this.#bump() });
    return [{ name: "message_changed", data: { ...message } }];
  }

  #delete(message: Message, bare: boolean): Change[] {
    Object.assign(message, { text: "", deleted: true, change: this.#bump() });
    const { id, seq, change } = message;
    return [{ name: "message_deleted", data: bare ? { id, seq, change } : { ...message } }];
  }

  #read(side: "agent" | "visitor"): Change[] {
    const { head } = this;
    const seq = this.messages.at(-1)?.seq ?? 0;
    if (!head || seq === head[`${side}_read_seq`]) return [];
    head[`${side}_read_seq`] = seq;
    return [{ name: "read", data: { seq, change: this.#bump(), side } }];
  }

  #headEvent(): Change {
    return { name: "conversation", data: { ...(this.head as Conversation) } };
  }

  #bump(): number {
    const head = this.head as Conversation;
    head.change += 1;
    return head.change;
  }
}
