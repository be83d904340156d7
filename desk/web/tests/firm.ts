// A small firm that keeps the contract: conversations change, every change has its numbers, and whoever may see it hears.

import { isVisible } from "../model/rights";
import type { News } from "../model/state";
import type { Agent, Head, Hello, Message, Opened, Synced } from "../model/types";
import type { Chance } from "./random";

export const everyone: Agent = {
  id: 1, login: "a", name: "Ani", role: "manager", language: "hy", permissions: ["conversations.all"], teams: [],
};
export const teamOne: Agent = { ...everyone, id: 2, permissions: [], teams: [1] };

const people = [{ id: 1, name: "Ani" }, { id: 2, name: "Nino" }, null] as const;
const teams = [{ id: 1, name: "Front" }, { id: 2, name: "Back" }, null] as const;

interface Kept {
  head: Head;
  messages: Message[];
}

export class Firm {
  private readonly kept = new Map<number, Kept>();
  private event = 0;
  private messageId = 0;

  constructor(
    private readonly chance: Chance,
    private readonly me: Agent,
  ) {}

  /** One thing happens; returns what this agent's desk is told of it. */
  happen(): News[] {
    const all = [...this.kept.values()];
    if (all.length < 2 || this.chance.maybe(0.08)) return this.begin();
    const kept = this.chance.pick(all);
    const before = kept.head;
    const news = this.change(kept);
    const seen = isVisible(kept.head, this.me);
    if (!seen && isVisible(before, this.me)) return [{ type: "conversation", head: kept.head, gone: true }];
    return seen ? news : [];
  }

  hello(limit = 1000): Hello {
    const open = this.heads().filter(({ status }) => status !== "resolved");
    return {
      agent: this.me, conversations: open.slice(0, limit), agents: [], teams: [], lastEvent: this.event, textLimit: 10_000, business: "",
      counts: { mine: 0, waiting: 0, all: open.length, bot: 0 },
    };
  }

  opened(id: number, limit: number): Opened | null {
    const kept = this.kept.get(id);
    if (!kept || !isVisible(kept.head, this.me)) return null;
    const messages = kept.messages.slice(-limit);
    return { head: kept.head, messages, moreBefore: messages.length < kept.messages.length, lastChange: kept.head.change };
  }

  history(id: number, beforeSeq: number, limit: number) {
    const older = (this.kept.get(id)?.messages ?? []).filter(({ seq }) => seq < beforeSeq);
    return { messages: older.slice(-limit), moreBefore: older.length > limit };
  }

  synced(afterEvent: number): Synced {
    const changed = [...this.kept.values()].filter(({ head }) => head.event > afterEvent);
    const mine = changed.filter(({ head }) => isVisible(head, this.me));
    return {
      heads: mine.map(({ head }) => head),
      gone: changed.filter(({ head }) => !isVisible(head, this.me)).map(({ head }) => head.id),
      messages: mine.flatMap(({ messages }) => messages.filter(({ event }) => event > afterEvent)),
      lastEvent: this.event,
    };
  }

  heads(): Head[] {
    return [...this.kept.values()].map(({ head }) => head).filter((head) => isVisible(head, this.me));
  }

  private begin(): News[] {
    const id = this.kept.size + 1;
    const head: Head = {
      id, status: "open", channel: "web", assignee: null, team: this.chance.pick(teams), branch: null, handler: "team",
      contact: { id, name: `Visitor ${id}`, phone: null, email: null, language: "hy", returning: false, lastSeenAt: null, conversations: 1, note: "" },
      waitingSince: null, lastMessageAt: null, lastText: "", lastSeq: 0, change: 0, event: ++this.event, visitorReadSeq: 0,
      agentReadSeq: 0, snoozedUntil: null, pageUrl: null, pageTitle: null, referrer: null, rating: null, ratingText: null, decision: null,
      createdAt: id, visitorOnline: true,
    };
    this.kept.set(id, { head, messages: [] });
    return isVisible(head, this.me) ? [{ type: "conversation", head }] : [];
  }

  private change(kept: Kept): News[] {
    const dice = this.chance.next();
    if (dice < 0.5 || kept.messages.length === 0) return this.say(kept);
    if (dice < 0.62) return this.rewrite(kept, { text: `edited ${this.event}`, edited: true });
    if (dice < 0.7) return this.rewrite(kept, { text: "", deleted: true });
    if (dice < 0.82) return this.mark(kept);
    const { chance } = this;
    const parts: Partial<Head>[] = [
      { assignee: chance.pick(people) }, { team: chance.pick(teams) }, { status: chance.pick(["open", "resolved", "snoozed"] as const) },
    ];
    this.step(kept, chance.pick(parts));
    return [{ type: "conversation", head: kept.head }];
  }

  private say(kept: Kept): News[] {
    const seq = kept.head.lastSeq + 1;
    const visitor = this.chance.maybe(0.6);
    const hidden = !visitor && this.chance.maybe(0.3);
    const text = `word ${this.event}`;
    const turned = !hidden && visitor !== (kept.head.waitingSince !== null);
    const shown = hidden ? {} : { lastText: text, lastMessageAt: this.event };
    this.step(kept, { lastSeq: seq, ...shown, ...(turned ? { waitingSince: visitor ? this.event : null } : {}) });
    const message: Message = {
      id: ++this.messageId, conversationId: kept.head.id, seq, change: kept.head.change, event: kept.head.event,
      at: kept.head.lastMessageAt ?? 0, author: { kind: visitor ? "visitor" : "agent", name: "n", id: 1 }, text, kind: "text",
      private: hidden, outOfHours: false, clientId: null, replyTo: null, buttons: [], attachments: [], choice: null, activity: null,
      channel: "web", delivery: "sent", edited: false, deleted: false, reading: null,
    };
    kept.messages.push(message);
    const told: News = { type: "message", message };
    return turned ? [told, { type: "conversation", head: kept.head }] : [told];
  }

  private rewrite(kept: Kept, part: Partial<Message>): News[] {
    const place = this.chance.below(kept.messages.length);
    kept.messages[place] = { ...(kept.messages[place] as Message), ...part };
    const last = kept.messages.filter((one) => !one.private && !one.deleted).pop();
    this.step(kept, { lastText: last?.text ?? "" });
    const message = { ...(kept.messages[place] as Message), change: kept.head.change, event: kept.head.event };
    kept.messages[place] = message;
    return [{ type: "message", message }, { type: "conversation", head: kept.head }];
  }

  private mark(kept: Kept): News[] {
    const side = this.chance.pick(["visitor", "agent"] as const);
    const key = side === "visitor" ? "visitorReadSeq" : "agentReadSeq";
    const seq = Math.max(kept.head[key], this.chance.below(kept.head.lastSeq + 1));
    this.step(kept, { [key]: seq });
    const { id, change, event } = kept.head;
    return [{ type: "read", mark: { conversationId: id, side, seq, change, event } }];
  }

  private step(kept: Kept, part: Partial<Head>): void {
    kept.head = { ...kept.head, ...part, change: kept.head.change + 1, event: ++this.event };
  }
}
