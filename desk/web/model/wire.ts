// Reading the wire, once and at the door: anything that is not as promised becomes a harmless default or a WireError.

import type {
  Abilities, Activity, Agent, Attachment, Author, AuthorKind, Button, ChatTask, Colleague, Contact, Delivery, Head, Hello, Message, Named, Opened,
  PageView, PresenceNews, PresenceStatus, ReadMark, Side, Status, Typing, Visit,
} from "./types";

export class WireError extends Error {}

type Bag = Readonly<Record<string, unknown>>;

export function bag(value: unknown): Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function whole(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}

export function need(value: unknown, what: string): number {
  const number = whole(value);
  if (number === null) throw new WireError(`${what} is no whole number`);
  return number;
}

export function moment(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}

function oneOf<T extends string>(value: unknown, words: readonly T[], otherwise: T): T {
  return words.includes(value as T) ? (value as T) : otherwise;
}

const statuses: readonly Status[] = ["open", "pending", "snoozed", "resolved"];
const presences: readonly PresenceStatus[] = ["online", "away", "offline"];
const kinds: readonly AuthorKind[] = ["visitor", "agent", "bot", "system"];
const deliveries: readonly Delivery[] = ["queued", "sent", "delivered", "read", "failed", "uncertain"];

export function readNamed(value: unknown): Named | null {
  const id = whole(bag(value)["id"]);
  return id === null ? null : { id, name: text(bag(value)["name"]) ?? "" };
}

export function readAll<T>(value: unknown, read: (item: unknown) => T | null): T[] {
  return list(value).map(read).filter((item): item is T => item !== null);
}

function readAuthor(value: unknown): Author {
  const raw = bag(value);
  return { kind: oneOf(raw["kind"], kinds, "system"), name: text(raw["name"]) ?? "", id: whole(raw["id"]) };
}

function readActivity(value: unknown): Activity | null {
  const code = text(bag(value)["code"]);
  if (code === null) return null;
  const fields = Object.entries(bag(bag(value)["fields"])).map(([key, word]) => [key, String(word)] as const);
  return { code, fields: Object.fromEntries(fields) };
}

function readButton(value: unknown): Button | null {
  const word = text(bag(value)["value"]);
  return word === null ? null : { value: word, label: text(bag(value)["label"]) ?? word };
}

/** Addresses of any other shape are none of ours. */
export function readFile(value: unknown): Attachment | null {
  const raw = bag(value);
  const [id, url] = [whole(raw["id"]), text(raw["url"])];
  if (id === null || !url?.startsWith("/files/")) return null;
  const mime = text(raw["mime"]) ?? "";
  return { id, url, mime, name: text(raw["name"]) ?? "", size: whole(raw["size"]) ?? 0, width: whole(raw["width"]), height: whole(raw["height"]) };
}

export function readContact(value: unknown): Contact {
  const raw = bag(value);
  return {
    id: need(raw["id"], "contact.id"),
    name: text(raw["name"]) ?? "",
    phone: text(raw["phone"]),
    email: text(raw["email"]),
    language: text(raw["language"]),
    returning: raw["returning"] === true,
    lastSeenAt: moment(raw["last_seen_at"]),
    conversations: whole(raw["conversations"]) ?? 0,
    note: text(raw["note"]) ?? "",
  };
}

export function readHead(value: unknown): Head {
  const raw = bag(value);
  const waiting = moment(raw["waiting_since"]);
  const last = moment(raw["last_message_at"]);
  return {
    id: need(raw["id"], "conversation.id"),
    status: oneOf(raw["status"], statuses, "open"),
    channel: text(raw["channel"]) ?? "web",
    contact: readContact(raw["contact"]),
    assignee: readNamed(raw["assignee"]),
    team: readNamed(raw["team"]),
    branch: readNamed(raw["branch"]),
    handler: oneOf(raw["handler"], ["bot", "team", "agent"] as const, "team"),
    waitingSince: waiting ?? (raw["unanswered"] === true ? last : null),
    lastMessageAt: last,
    lastText: text(raw["last_text"]) ?? "",
    lastSeq: whole(raw["last_seq"]) ?? 0,
    change: whole(raw["change"]) ?? 0,
    event: whole(raw["event"]) ?? 0,
    visitorReadSeq: whole(raw["visitor_read_seq"]) ?? 0,
    agentReadSeq: whole(raw["agent_read_seq"]) ?? 0,
    snoozedUntil: moment(raw["snoozed_until"]),
    pageUrl: text(raw["page_url"]),
    pageTitle: text(raw["page_title"]),
    referrer: text(raw["referrer"]),
    rating: whole(raw["rating"]),
    ratingText: text(raw["rating_text"]),
    decision: readActivity(raw["decision"]),
    createdAt: moment(raw["created_at"]) ?? 0,
    visitorOnline: raw["visitor_online"] === true,
  };
}

/** A message as sent or, where it was taken back, as the short notice of that. */
export function readMessage(value: unknown, conversationId?: number): Message {
  const raw = bag(value);
  return {
    id: need(raw["id"], "message.id"),
    conversationId: conversationId ?? need(raw["conversation_id"], "message.conversation_id"),
    seq: need(raw["seq"], "message.seq"),
    change: need(raw["change"], "message.change"),
    event: whole(raw["event"]) ?? 0,
    at: moment(raw["at"]) ?? 0,
    author: readAuthor(raw["author"]),
    text: text(raw["text"]) ?? "",
    kind: text(raw["kind"]) ?? "text",
    private: raw["private"] === true,
    outOfHours: raw["out_of_hours"] === true,
    clientId: text(raw["client_id"]),
    replyTo: whole(raw["reply_to"]),
    buttons: readAll(raw["buttons"], readButton),
    attachments: readAll(raw["attachments"], readFile),
    choice: text(raw["choice"]),
    activity: readActivity(raw["activity"]),
    channel: text(raw["channel"]) ?? "web",
    delivery: oneOf(raw["delivery"], deliveries, "sent"),
    edited: moment(raw["edited_at"]) !== null,
    deleted: raw["deleted"] === true,
    reading: raw["reading"] ?? null,
  };
}

export function readAgent(value: unknown): Agent {
  const raw = bag(value);
  return {
    id: need(raw["id"], "agent.id"),
    login: text(raw["login"]) ?? "",
    name: text(raw["name"]) ?? "",
    role: text(raw["role"]) ?? "agent",
    language: text(raw["language"]) ?? "en",
    permissions: readAll(raw["permissions"], text),
    teams: readIds(raw["teams"]),
  };
}

/** Teams come as ids or as named ones. */
export function readIds(value: unknown): number[] {
  return readAll(value, (item) => whole(item) ?? whole(bag(item)["id"]));
}

function readColleague(value: unknown): Colleague | null {
  const raw = bag(value);
  const named = readNamed(raw);
  return named && { ...named, status: oneOf(raw["status"], presences, "offline"), teams: readIds(raw["teams"]) };
}

export function readHello(value: unknown): Hello {
  const raw = bag(value);
  const counts = bag(raw["counts"]);
  const count = (key: string) => whole(counts[key]) ?? 0;
  return {
    agent: readAgent(raw["agent"]),
    conversations: list(raw["conversations"]).map(readHead),
    agents: readAll(raw["agents"], readColleague),
    teams: readAll(raw["teams"], readNamed),
    lastEvent: whole(raw["last_event"]) ?? 0,
    counts: { mine: count("mine"), waiting: count("waiting"), all: count("all"), bot: count("bot") },
    textLimit: whole(bag(raw["settings"])["text_limit"]) ?? 10_000,
    business: text(bag(bag(raw["settings"])["business"])["name"]) ?? "",
  };
}

export function readMessages(value: unknown, conversationId?: number): Message[] {
  return list(value).map((item) => readMessage(item, conversationId));
}

export function readHeads(value: unknown): Head[] {
  return list(value).map(readHead);
}

export function readOpened(value: unknown): Opened {
  const raw = bag(value);
  const head = readHead(raw["conversation"]);
  return {
    head,
    messages: readMessages(raw["messages"], head.id),
    moreBefore: raw["more_before"] === true,
    lastChange: whole(raw["last_change"]) ?? head.change,
  };
}

export function readAbilities(value: unknown): Abilities {
  return new Map(Object.entries(bag(value)).map(([channel, said]) => [channel, new Set(readAll(said, text))]));
}

export function readPage(value: unknown): PageView | null {
  const url = text(bag(value)["url"]);
  return url === null ? null : { url, title: text(bag(value)["title"]), at: moment(bag(value)["at"]) };
}

export function readVisit(value: unknown): Visit {
  const raw = bag(value);
  const visit = bag(raw["visit"]);
  const answers = Object.entries(bag(visit["answers"])).map(([key, word]) => [key, String(word)] as const);
  return {
    id: need(bag(raw["conversation"])["id"], "conversation.id"),
    remote: text(visit["remote"]),
    userAgent: text(visit["user_agent"]),
    language: text(visit["language"]),
    answers: answers.filter(([, word]) => word !== ""),
    pages: readAll(raw["pages"], readPage),
  };
}

export function readChatTask(value: unknown): ChatTask | null {
  const raw = bag(value);
  const [id, conversationId, contact] = [whole(raw["id"]), whole(raw["conversation_id"]), readNamed(raw["contact"])];
  if (raw["kind"] !== "chat" || id === null || conversationId === null || !contact) return null;
  return { id, conversationId, contact, done: raw["done"] === true, fresh: raw["fresh"] === true };
}

export function readReadMark(value: unknown): ReadMark {
  const raw = bag(value);
  return {
    conversationId: need(raw["conversation_id"], "read.conversation_id"),
    side: oneOf<Side>(raw["side"], ["visitor", "agent"], "visitor"),
    seq: need(raw["seq"], "read.seq"),
    change: need(raw["change"], "read.change"),
    event: whole(raw["event"]) ?? 0,
  };
}

export function readTyping(value: unknown): Typing {
  const raw = bag(value);
  const author = readAuthor(raw["author"]);
  return {
    conversationId: need(raw["conversation_id"], "typing.conversation_id"),
    name: author.name,
    side: author.kind === "agent" ? "agent" : "visitor",
    agentId: author.kind === "agent" ? author.id : null,
    on: raw["on"] !== false,
  };
}

export function readPresence(value: unknown): PresenceNews {
  const raw = bag(value);
  const agent = readNamed(raw["agent"]);
  if (!agent) throw new WireError("presence names no agent");
  return { agent, status: oneOf(raw["status"], presences, "offline") };
}
