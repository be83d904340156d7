// The whole card of a contact and what hangs on it: read once from the wire, harmless where a field is missing.

import { bag, list, moment, need, readAll, readNamed, text, whole } from "./wire";
import type { Named } from "./types";

export interface Category extends Named {
  readonly colour: string;
}

/** A contact as lists give it. Days are YYYY-MM-DD, moments epoch milliseconds. */
export interface ContactLine {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly patronymic: string;
  readonly addressForm: string;
  readonly language: string;
  readonly country: string;
  readonly birthday: string;
  readonly phone: string;
  readonly email: string;
  readonly note: string;
  readonly source: Named | null;
  readonly curator: Named | null;
  readonly groups: readonly Named[];
  readonly categories: readonly Category[];
  readonly custom: Readonly<Record<string, unknown>>;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly lastSeenAt: number | null;
  readonly conversations: number;
  readonly returning: boolean;
  readonly mergedInto: number | null;
  readonly deletedAt: number | null;
}

export interface Address {
  readonly id: number;
  readonly channel: string;
  readonly value: string;
  readonly display: string;
  readonly verifiedAt: number | null;
  readonly blockedAt: number | null;
}

export interface ExtraContact {
  readonly id: number;
  readonly name: string;
  readonly relation: string;
  readonly phone: string;
  readonly email: string;
  readonly note: string;
}

export const subjectKinds = ["child", "pet", "car", "other"] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export interface Subject {
  readonly id: number;
  readonly kind: SubjectKind;
  readonly name: string;
  readonly birthday: string;
  readonly plate: string;
  readonly note: string;
}

export interface Card extends ContactLine {
  readonly addresses: readonly Address[];
  readonly extras: readonly ExtraContact[];
  readonly subjects: readonly Subject[];
  /** The topics of which he gets news. */
  readonly news: readonly string[];
}

const word = (value: unknown) => text(value) ?? "";

export function readCategory(value: unknown): Category | null {
  const named = readNamed(value);
  const colour = word(bag(value)["colour"]);
  return named && { ...named, colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#6b7280" };
}

export function readLine(value: unknown): ContactLine {
  const raw = bag(value);
  return {
    id: need(raw["id"], "contact.id"),
    code: word(raw["code"]),
    name: word(raw["name"]),
    givenName: word(raw["given_name"]),
    familyName: word(raw["family_name"]),
    patronymic: word(raw["patronymic"]),
    addressForm: word(raw["address_form"]),
    language: word(raw["language"]),
    country: word(raw["country"]),
    birthday: word(raw["birthday"]),
    phone: word(raw["phone"]),
    email: word(raw["email"]),
    note: word(raw["note"]),
    source: readNamed(raw["source"]),
    curator: readNamed(raw["curator"]),
    groups: readAll(raw["groups"], readNamed),
    categories: readAll(raw["categories"], readCategory),
    custom: bag(raw["custom"]),
    createdAt: moment(raw["created_at"]),
    updatedAt: moment(raw["updated_at"]),
    lastSeenAt: moment(raw["last_seen_at"]),
    conversations: whole(raw["conversations"]) ?? 0,
    returning: raw["returning"] === true,
    mergedInto: whole(raw["merged_into"]) ?? whole(bag(raw["merged_into"])["id"]),
    deletedAt: moment(raw["deleted_at"]),
  };
}

function readAddress(value: unknown): Address | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    channel: text(raw["channel"]) ?? "web",
    value: word(raw["value"]),
    display: text(raw["display"]) ?? word(raw["value"]),
    verifiedAt: moment(raw["verified_at"]),
    blockedAt: moment(raw["blocked_at"]),
  };
}

export function readExtra(value: unknown): ExtraContact | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return { id, name: word(raw["name"]), relation: word(raw["relation"]), phone: word(raw["phone"]), email: word(raw["email"]), note: word(raw["note"]) };
}

export function readSubject(value: unknown): Subject | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const kind = subjectKinds.find((known) => known === raw["kind"]) ?? "other";
  return { id, kind, name: word(raw["name"]), birthday: word(raw["birthday"]), plate: word(raw["plate"]), note: word(raw["note"]) };
}

export function readCard(value: unknown): Card {
  const raw = bag(value);
  return {
    ...readLine(raw),
    addresses: readAll(raw["addresses"], readAddress),
    extras: readAll(raw["extra_contacts"], readExtra),
    subjects: readAll(raw["subjects"], readSubject),
    news: readAll(raw["news"], (one) => text(bag(one)["topic"])),
  };
}

export interface Change {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** One line of what happened with a contact. */
export interface Happening {
  readonly key: string;
  readonly id: number | null;
  readonly kind: string;
  readonly at: number;
  readonly author: string;
  readonly title: string;
  readonly text: string;
  readonly changes: readonly Change[];
  readonly conversationId: number | null;
  /** Set where two contacts were joined. */
  readonly mergeId: number | null;
}

/** A value as shown in a list of changes: names of lists joined, nothing as "". */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(shownValue).filter(Boolean).join(", ");
  if (typeof value === "object") return text(bag(value)["name"]) ?? JSON.stringify(value);
  return String(value);
}

function readChange(value: unknown): Change | null {
  const raw = bag(value);
  const field = text(raw["field"]);
  return field === null ? null : { field, before: shownValue(raw["before"]), after: shownValue(raw["after"]) };
}

export function readHappening(value: unknown): Happening | null {
  const raw = bag(value);
  const at = moment(raw["at"]);
  const kind = text(raw["kind"]);
  if (at === null || kind === null) return null;
  const id = whole(raw["id"]);
  return {
    key: `${kind}.${id ?? raw["at"]}.${at}`,
    id,
    kind,
    at,
    author: readNamed(raw["author"])?.name ?? word(bag(raw["author"])["name"]),
    title: word(raw["title"]),
    text: word(raw["text"]),
    changes: readAll(raw["changes"], readChange),
    conversationId: whole(raw["conversation_id"]),
    mergeId: kind === "merge" ? (whole(raw["merge_id"]) ?? id) : null,
  };
}

export interface Task {
  readonly id: number;
  readonly title: string;
  readonly note: string;
  readonly dueAt: number | null;
  readonly doneAt: number | null;
  readonly createdAt: number | null;
  readonly assignee: Named | null;
  readonly contact: Named | null;
  readonly conversationId: number | null;
}

export function readTask(value: unknown): Task | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    title: word(raw["title"]),
    note: word(raw["note"]),
    dueAt: moment(raw["due_at"]),
    doneAt: moment(raw["done_at"]) ?? (raw["done"] === true ? 0 : null),
    createdAt: moment(raw["created_at"]),
    assignee: readNamed(raw["assignee"]),
    contact: readNamed(raw["contact"]),
    conversationId: whole(raw["conversation_id"]),
  };
}

export interface Likeness {
  readonly contact: ContactLine;
  readonly why: readonly string[];
}

export function readLikeness(value: unknown): Likeness | null {
  const raw = bag(value);
  if (whole(bag(raw["contact"])["id"]) === null) return null;
  return { contact: readLine(raw["contact"]), why: list(raw["why"]).filter((reason): reason is string => typeof reason === "string") };
}

export type FieldKind = "text" | "number" | "date" | "choice" | "flag";
const fieldKinds: readonly FieldKind[] = ["text", "number", "date", "choice", "flag"];

/** A field of the firm's own. */
export interface CustomField {
  readonly id: number;
  readonly key: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly choices: readonly string[];
}

export function readCustomField(value: unknown): CustomField | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  const key = text(raw["key"]);
  if (id === null || key === null) return null;
  const kind = fieldKinds.find((known) => known === raw["kind"]) ?? "text";
  return { id, key, label: text(raw["label"]) ?? key, kind, choices: readAll(raw["choices"], text) };
}

/** Pieces of a text, each found or not. Ranges count code points;
 * what lies outside of the text is left out. */
export function pieces(words: string, ranges: readonly (readonly [number, number])[]): { readonly text: string; readonly hit: boolean }[] {
  const letters = [...words]; // the server counts code points
  const found: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (const [from, to] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const start = Math.max(at, Math.min(from, letters.length));
    const end = Math.min(to, letters.length);
    if (end <= start) continue;
    if (start > at) found.push({ text: letters.slice(at, start).join(""), hit: false });
    found.push({ text: letters.slice(start, end).join(""), hit: true });
    at = end;
  }
  if (at < letters.length) found.push({ text: letters.slice(at).join(""), hit: false });
  return found;
}

export function readRanges(value: unknown): (readonly [number, number])[] {
  return list(value).flatMap((range) => {
    const [from, to] = list(range).map(whole);
    return typeof from === "number" && typeof to === "number" ? [[from, to] as const] : [];
  });
}
