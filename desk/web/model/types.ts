// The desk's words: what the server sends, after it was read once by wire.ts. Moments are epoch milliseconds.

export type Status = "open" | "pending" | "snoozed" | "resolved";
export type PresenceStatus = "online" | "away" | "offline";
export type AuthorKind = "visitor" | "agent" | "bot" | "system";
export type Side = "visitor" | "agent";
export type Delivery = "queued" | "sent" | "delivered" | "read" | "failed" | "uncertain";

export interface Named {
  readonly id: number;
  readonly name: string;
}

export interface Author {
  readonly kind: AuthorKind;
  readonly name: string;
  readonly id: number | null;
}

export interface Button {
  readonly value: string;
  readonly label: string;
}

/** A file of a message, at an address that opens without a session. */
export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface Activity {
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Contact {
  readonly id: number;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly language: string | null;
  readonly returning: boolean;
  readonly lastSeenAt: number | null;
  readonly conversations: number;
  readonly note: string;
}

/** A conversation without its messages. `change` is the number of its latest change, `event` the desk-wide one. */
export interface Head {
  readonly id: number;
  readonly status: Status;
  readonly channel: string;
  readonly contact: Contact;
  readonly assignee: Named | null;
  readonly team: Named | null;
  readonly branch: Named | null;
  readonly handler: "bot" | "team" | "agent";
  readonly waitingSince: number | null;
  readonly lastMessageAt: number | null;
  readonly lastText: string;
  readonly lastSeq: number;
  readonly change: number;
  readonly event: number;
  readonly visitorReadSeq: number;
  readonly agentReadSeq: number;
  readonly snoozedUntil: number | null;
  readonly pageUrl: string | null;
  readonly pageTitle: string | null;
  readonly referrer: string | null;
  readonly rating: number | null;
  readonly ratingText: string | null;
  /** Why its agent was given it by itself, until he answers or takes it. */
  readonly decision: Activity | null;
  readonly createdAt: number;
  readonly visitorOnline: boolean;
}

export type Ability = "quotes" | "edits" | "deletes" | "invites";
export type Abilities = ReadonlyMap<string, ReadonlySet<string>>;

export interface Message {
  readonly id: number;
  readonly conversationId: number;
  readonly seq: number;
  readonly change: number;
  readonly event: number;
  readonly at: number;
  readonly author: Author;
  readonly text: string;
  readonly kind: string;
  readonly private: boolean;
  /** Asked while nobody of its team worked. */
  readonly outOfHours: boolean;
  readonly clientId: string | null;
  readonly replyTo: number | null;
  readonly buttons: readonly Button[];
  readonly attachments: readonly Attachment[];
  readonly choice: string | null;
  readonly activity: Activity | null;
  /** By which it came, or was to go. */
  readonly channel: string;
  readonly delivery: Delivery;
  readonly edited: boolean;
  readonly deleted: boolean;
  /** Of a bot's answer: what it took the question for, as it came; `side/ReadingLine.tsx` reads it. */
  readonly reading: unknown;
}

export interface Agent {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly role: string;
  readonly language: string;
  readonly permissions: readonly string[];
  readonly teams: readonly number[];
}

export interface Colleague {
  readonly id: number;
  readonly name: string;
  readonly status: PresenceStatus;
  readonly teams: readonly number[];
}

export interface Hello {
  readonly agent: Agent;
  readonly conversations: readonly Head[];
  readonly agents: readonly Colleague[];
  readonly teams: readonly Named[];
  readonly lastEvent: number;
  readonly counts: Counts;
  readonly textLimit: number;
  readonly business: string;
}

export interface Counts {
  readonly mine: number;
  readonly waiting: number;
  readonly all: number;
  readonly bot: number;
}

/** A page of the site that the visitor looked at. */
export interface PageView {
  readonly url: string;
  readonly title: string | null;
  readonly at: number | null;
}

/** What a conversation began with, and where on the site its visitor has been since, the latest last. */
export interface Visit {
  readonly id: number;
  readonly remote: string | null;
  readonly userAgent: string | null;
  readonly language: string | null;
  readonly answers: readonly (readonly [string, string])[];
  readonly pages: readonly PageView[];
}

/** A task that asks to answer a chat. */
export interface ChatTask {
  readonly id: number;
  readonly conversationId: number;
  readonly contact: Named;
  readonly done: boolean;
  readonly fresh: boolean;
}

export interface Opened {
  readonly head: Head;
  readonly messages: readonly Message[];
  readonly moreBefore: boolean;
  readonly lastChange: number;
}

/** Everything that changed after an event number; the pages of one catch-up joined. */
export interface Synced {
  readonly heads: readonly Head[];
  /** Conversations that are no longer for this agent's eyes. */
  readonly gone: readonly number[];
  readonly messages: readonly Message[];
  readonly lastEvent: number;
}

export interface ReadMark {
  readonly conversationId: number;
  readonly side: Side;
  readonly seq: number;
  readonly change: number;
  readonly event: number;
}

export interface Typing {
  readonly conversationId: number;
  readonly name: string;
  readonly side: Side;
  readonly agentId: number | null;
  readonly on: boolean;
}

export interface PresenceNews {
  readonly agent: Named;
  readonly status: PresenceStatus;
}
