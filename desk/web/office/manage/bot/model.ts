// The bot as its owner sees it: its flows, its words on three levels, and what is wrong with a new wording.

import { languages, type Language } from "../../../i18n";
import { bag, list, readAll, text, whole } from "../../../model/wire";
import { o } from "../../words";

export interface Step {
  readonly name: string;
  readonly kind: string;
  readonly texts: readonly string[];
  /** The steps that may follow. */
  readonly then: readonly string[];
  readonly optional: boolean;
}

export interface Flow {
  readonly name: string;
  readonly intents: readonly string[];
  readonly steps: readonly Step[];
  readonly texts: readonly string[];
}

export interface Place {
  readonly id: number;
  readonly name: string;
  readonly bot: boolean;
}

export interface Bot {
  readonly flows: readonly Flow[];
  readonly others: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly places: readonly Place[];
  readonly rules: Readonly<Record<"sure" | "unsure" | "failures" | "silent_min", number>>;
}

export type Words = Readonly<Record<string, string>>;
export type ByLanguage = Readonly<Record<Language, Words>>;

export interface Worded {
  readonly standard: ByLanguage;
  readonly firm: ByLanguage;
  readonly inbox: ByLanguage;
}

const words = (value: unknown) => readAll(value, text);
const numeric = (value: unknown) => (typeof value === "number" ? value : 0);

function readStep(value: unknown): Step | null {
  const raw = bag(value);
  const name = text(raw["name"]);
  return name === null ? null : { name, kind: text(raw["kind"]) ?? "do", texts: words(raw["texts"]), then: words(raw["then"]), optional: raw["optional"] === true };
}

function readFlow(value: unknown): Flow | null {
  const raw = bag(value);
  const name = text(raw["name"]);
  return name === null ? null : { name, intents: words(raw["intents"]), steps: readAll(raw["steps"], readStep), texts: words(raw["texts"]) };
}

function readPlace(value: unknown): Place | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  return id === null ? null : { id, name: text(raw["name"]) ?? "", bot: raw["bot"] === true };
}

export function readBot(value: unknown): Bot {
  const raw = bag(value);
  const rules = bag(raw["rules"]);
  const rule = (name: string) => numeric(rules[name]);
  return {
    flows: readAll(raw["flows"], readFlow),
    others: words(raw["others"]),
    limits: Object.fromEntries(Object.entries(bag(raw["limits"])).map(([key, most]) => [key, numeric(most)])),
    places: readAll(raw["inboxes"], readPlace),
    rules: { sure: rule("sure"), unsure: rule("unsure"), failures: rule("failures"), silent_min: rule("silent_min") },
  };
}

function readWords(value: unknown): Words {
  return Object.fromEntries(Object.entries(bag(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function readByLanguage(value: unknown): ByLanguage {
  const raw = bag(value);
  return Object.fromEntries(languages.map((one) => [one, readWords(raw[one])])) as unknown as ByLanguage;
}

export function readWorded(value: unknown): Worded {
  const raw = bag(value);
  return { standard: readByLanguage(raw["standard"]), firm: readByLanguage(raw["firm"]), inbox: readByLanguage(raw["inbox"]) };
}

export interface Answer {
  readonly text: string;
  readonly buttons: readonly { readonly value: string; readonly label: string }[];
  readonly deeds: readonly string[];
  readonly note: string | null;
  readonly intent: string | null;
  readonly confidence: number;
  readonly entities: readonly string[];
  readonly flow: string | null;
  readonly step: string | null;
}

function readAnswer(value: unknown): Answer {
  const raw = bag(value);
  return {
    text: text(raw["text"]) ?? "",
    buttons: list(raw["buttons"]).map((one) => ({ value: text(bag(one)["value"]) ?? "", label: text(bag(one)["label"]) ?? "" })),
    deeds: words(raw["deeds"]),
    note: text(raw["note"]),
    intent: text(raw["intent"]),
    confidence: numeric(raw["confidence"]),
    entities: readAll(raw["entities"], (one) => text(bag(one)["text"])),
    flow: text(raw["flow"]),
    step: text(raw["step"]),
  };
}

export const readAnswers = (value: unknown) => list(bag(value)["answers"]).map(readAnswer);

/** What stands in braces in a text. */
export const fieldsIn = (said: string) => [...new Set(said.match(/\{[a-z_]+\}/g) ?? [])];

/** What is wrong with a wording, in the agent's language; empty where nothing is. The server says it again. */
export function faultOf(said: string, standard: string, most: number): string {
  const wanted = fieldsIn(standard);
  if (!said.trim()) return o("bot.text_empty");
  if ([...said.trim()].length > most) return o("bot.text_long", { most });
  const odd = (said.match(/\{[a-z_]+\}|[{}]/g) ?? []).find((hole) => !wanted.includes(hole));
  if (odd) return o("bot.field_unknown", { field: odd });
  const missing = wanted.find((hole) => !said.includes(hole));
  return missing ? o("bot.field_missing", { field: missing }) : "";
}
