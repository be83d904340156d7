// What the bot is taught, as the server tells it.

import { signal } from "@preact/signals";
import { bag, list, moment, readAll, readNamed, text, whole } from "../../../model/wire";
import type { Named } from "../../../model/types";
import { call } from "../../../net/rest";
import { o } from "../../words";

export interface Ranked {
  readonly intent: string;
  readonly confidence: number;
}

export interface Unclear {
  readonly id: number;
  readonly text: string;
  readonly count: number;
  readonly talk: number | null;
  readonly ranking: readonly Ranked[];
}

export interface Intent {
  /** Null: one of those that every firm has. */
  readonly id: number | null;
  readonly key: string;
  readonly title: string;
  readonly examples: number;
  readonly titles: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string>>;
  readonly handsOver: boolean;
  readonly team: Named | null;
}

export interface Example {
  readonly id: number;
  readonly text: string;
  readonly intent: string | null;
  readonly language: string | null;
  readonly checks: boolean;
  readonly by: string;
  readonly at: number | null;
}

export interface Synonym {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly standsFor: string;
}

export interface Tried {
  readonly language: string | null;
  readonly intent: string | null;
  readonly confidence: number;
  readonly ranking: readonly Ranked[];
  readonly entities: readonly { readonly kind: string; readonly text: string; readonly value: string }[];
}

const number = (value: unknown) => (typeof value === "number" ? value : 0);
const texts = (value: unknown) => Object.fromEntries(Object.entries(bag(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

function readRanked(value: unknown): Ranked | null {
  const raw = bag(value);
  const intent = text(raw["intent"]);
  return intent === null ? null : { intent, confidence: number(raw["confidence"]) };
}

export function readUnclear(value: unknown): Unclear | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return { id, text: text(raw["text"]) ?? "", count: number(raw["count"]), talk: whole(raw["conversation_id"]), ranking: readAll(raw["ranking"], readRanked) };
}

export function readExample(value: unknown): Example | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const { intent, language, created_by: by, created_at: at } = raw;
  return { id, text: text(raw["text"]) ?? "", intent: text(intent), language: text(language), checks: raw["checks"] === true, by: text(by) ?? "", at: moment(at) };
}

export function readSynonym(value: unknown): Synonym | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  return id === null ? null : { id, kind: text(raw["kind"]) ?? "", name: text(raw["name"]) ?? "", standsFor: text(raw["stands_for"]) ?? "" };
}

function readIntent(value: unknown): Intent | null {
  const raw = bag(value);
  const key = text(raw["key"]);
  if (key === null) return null;
  return {
    id: whole(raw["id"]),
    key,
    title: text(raw["title"]) ?? key,
    examples: number(raw["examples"]),
    titles: texts(raw["titles"]),
    answers: texts(raw["answers"]),
    handsOver: raw["hands_over"] === true,
    team: readNamed(raw["team"]),
  };
}

export function readTried(value: unknown): Tried {
  const raw = bag(value);
  return {
    language: text(raw["language"]),
    intent: text(raw["intent"]),
    confidence: number(raw["confidence"]),
    ranking: readAll(raw["ranking"], readRanked),
    entities: list(raw["entities"]).map((one) => {
      const entity = bag(one);
      return { kind: text(entity["kind"]) ?? "", text: text(entity["text"]) ?? "", value: valueOf(entity["value"]) };
    }),
  };
}

/** What an entity means, in short: a time from and to, a sum, or the thing itself. */
function valueOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.join(", ");
  const raw = bag(value);
  const [from, to, minor] = [text(raw["from"]), text(raw["to"]), whole(raw["amount_minor"])];
  if (from !== null) return [from, to].filter(Boolean).join(" – ").replace(/T/g, " ");
  return minor === null ? "" : `${minor / 100} ${text(raw["currency"]) ?? ""}`.trim();
}

/** Every intent there is; shared by the parts of the place. */
export const intents = signal<readonly Intent[]>([]);

export async function needIntents(): Promise<void> {
  intents.value = readAll(bag(await call("GET", "understanding/intents"))["items"], readIntent);
}

export const titleOf = (key: string | null) => (key === null ? o("teach.outside") : (intents.value.find((one) => one.key === key)?.title ?? key));
export const percent = (share: number) => Math.round(share * 100);
