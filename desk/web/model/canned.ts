// Canned responses: which one is meant by what stands after the slash, in which language, and its fields filled in.

import { bag, list, need, readNamed, text } from "./wire";
import type { Named } from "./types";

export interface Canned {
  readonly id: number;
  readonly shortcut: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly shared: boolean;
  readonly team: Named | null;
  readonly editable: boolean;
}

export function readCanned(value: unknown): Canned {
  const raw = bag(value);
  const texts = Object.entries(bag(raw["texts"])).filter((entry): entry is [string, string] => text(entry[1]) !== null);
  return {
    id: need(raw["id"], "canned.id"),
    shortcut: text(raw["shortcut"]) ?? "",
    texts: Object.fromEntries(texts),
    shared: raw["shared"] === true,
    team: readNamed(raw["team"]),
    editable: raw["editable"] === true,
  };
}

export const readAllCanned = (answer: unknown) => list(bag(answer)["items"]).map(readCanned);

/** Letters alone, whatever their case and accents: of every script. */
const plain = (words: string) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The first of the languages that it is written in, else any. */
export function textIn(canned: Canned, languages: readonly (string | null)[]): { readonly language: string; readonly text: string } {
  const language = languages.find((one) => one !== null && one in canned.texts) ?? Object.keys(canned.texts)[0] ?? "";
  return { language, text: canned.texts[language] ?? "" };
}

/** Those that fit, the best first: by the beginning of their shortcut, by a part of it, by their words. */
export function fitting(all: readonly Canned[], words: string, most = 50): Canned[] {
  const wanted = plain(words);
  const rank = (one: Canned) => {
    const shortcut = plain(one.shortcut);
    if (shortcut.startsWith(wanted)) return shortcut.length === wanted.length ? 0 : 1;
    if (shortcut.includes(wanted)) return 2;
    return Object.values(one.texts).some((said) => plain(said).includes(wanted)) ? 3 : 4;
  };
  const ranked = all.map((one) => ({ one, rank: rank(one) })).filter(({ rank: place }) => place < 4);
  return ranked.sort((left, right) => left.rank - right.rank).slice(0, most).map(({ one }) => one);
}

/** What is said of the branch of a conversation. */
export const placeHoles = ["firm", "phone", "address", "city"] as const;
export type PlaceFields = Readonly<Record<(typeof placeHoles)[number], string>>;
export type CannedFields = Readonly<Record<"name" | "agent" | "team" | "business", string>> & PlaceFields;

/** Whether a text names the place. */
export const namesPlace = (said: string) => placeHoles.some((name) => said.includes(`{${name}}`));

/** Fills the fields in. What is not known goes with the comma that parted it: "Hello, {name}!" is "Hello!" then. */
export function fillIn(said: string, fields: CannedFields): string {
  const unknown = Object.keys(fields).filter((name) => fields[name as keyof CannedFields] === "").join("|");
  const open = `\\{(?:${unknown})\\}`;
  const parted = new RegExp(`[,،][^\\S\\n]*${open}|${open}[,،][^\\S\\n]*|[^\\S\\n]*${open}(?![,،])`, "gu");
  const known = unknown ? said.replace(parted, "") : said;
  const filled = known.replace(/\{(\w+)\}/g, (hole, name: string) => (name in fields ? fields[name as keyof CannedFields] : hole));
  return filled.replace(/^\s*\p{Ll}/u, (letter) => (said.trimStart().startsWith("{") ? letter.toUpperCase() : letter));
}
