// Texts of the one chosen language, loaded when it is chosen. Reading a text inside a component redraws it on a change.

import { batch, signal } from "@preact/signals";
import type { TextKey } from "./generated/texts";

export const languageNames = { hy: "Հայերեն", ka: "ქართული", kk: "Қазақша", ru: "Русский", en: "English" } as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as readonly Language[];

interface Pack {
  readonly desk: Readonly<Record<string, string>>;
  readonly time: Readonly<Record<string, string>>;
}

interface Lines {
  readonly activity: Readonly<Record<string, string>>;
  readonly assignment: Readonly<Record<string, string>>;
}

const packs: Record<Language, () => Promise<{ default: Pack }>> = {
  hy: () => import("./languages/hy"),
  ka: () => import("./languages/ka"),
  kk: () => import("./languages/kk"),
  ru: () => import("./languages/ru"),
  en: () => import("./languages/en"),
};

/** The lines between messages: fetched right after the rest, so that the first picture does not wait for them. */
const linePacks: Record<Language, () => Promise<{ default: Lines }>> = {
  hy: () => import("./languages/hy.lines"),
  ka: () => import("./languages/ka.lines"),
  kk: () => import("./languages/kk.lines"),
  ru: () => import("./languages/ru.lines"),
  en: () => import("./languages/en.lines"),
};

/** The texts of the places beside the dialogs, fetched with the first of them. */
const laterPacks: Record<Language, () => Promise<{ default: Readonly<Record<string, string>> }>> = {
  hy: () => import("./generated/hy.later.json"),
  ka: () => import("./generated/ka.later.json"),
  kk: () => import("./generated/kk.later.json"),
  ru: () => import("./generated/ru.later.json"),
  en: () => import("./generated/en.later.json"),
};

const storeKey = "barev.desk.language";
const pack = signal<Pack>({ desk: {}, time: {} });
const lines = signal<Lines>({ activity: {}, assignment: {} });
let linesOf: Language | null = null;
const later = signal<Readonly<Record<string, string>>>({});
let laterWanted = false;
/** The language on the screen. */
export const language = signal<Language>("en");

function isLanguage(word: unknown): word is Language {
  return typeof word === "string" && word in languageNames;
}

/** What was once chosen by hand on this machine. */
export function chosenLanguage(): Language | null {
  try {
    const word = localStorage.getItem(storeKey);
    return isLanguage(word) ? word : null;
  } catch {
    return null;
  }
}

/** What to show before anybody has signed in. */
export function guessLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return chosenLanguage() ?? wanted ?? "en";
}

let asked: Language | null = null;

/** Loads and shows a language, unless another was asked for meanwhile; an unknown one becomes English. Raises TypeError where its file cannot be fetched. */
export async function useLanguage(wanted: string): Promise<void> {
  const to = isLanguage(wanted) ? wanted : "en";
  asked = to;
  const [loaded, rest] = await Promise.all([packs[to](), laterWanted ? laterPacks[to]() : null]);
  if (asked !== to) return;
  batch(() => {
    pack.value = loaded.default;
    if (rest) later.value = rest.default;
    language.value = to;
  });
  document.documentElement.lang = to;
  void needLines(to);
}

/** Loads the lines of a language; where they cannot be fetched the next that is to be shown asks again. */
async function needLines(to: Language): Promise<void> {
  if (linesOf === to) return;
  linesOf = to;
  try {
    const loaded = (await linePacks[to]()).default;
    if (language.value === to) lines.value = loaded;
  } catch {
    if (linesOf === to) linesOf = null;
  }
}

/** Loads the texts of the later places, from now on with every language. Raises TypeError where they cannot be fetched. */
export async function needLater(): Promise<void> {
  if (laterWanted) return;
  const to = language.value;
  later.value = (await laterPacks[to]()).default;
  laterWanted = true;
  if (language.value !== to) later.value = (await laterPacks[language.value]()).default;
}

export function rememberLanguage(to: string): void {
  try {
    localStorage.setItem(storeKey, to);
  } catch {
    // not kept, then
  }
}

export type Fields = Readonly<Record<string, string | number>>;

function fill(text: string, fields: Fields): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => (name in fields ? String(fields[name]) : hole));
}

/** A text of the desk with its fields filled in. */
export function t(key: TextKey, fields: Fields = {}): string {
  return fill(textOf(key) ?? key, fields);
}

/** A text whose key came from the server; null for one this desk does not know. */
export function textOf(key: string): string | null {
  return pack.value.desk[key] ?? later.value[key] ?? null;
}

/** The line of an activity; null for a code this desk does not know, or not yet. */
export function activityText(code: string, fields: Fields): string | null {
  const text = lines.value.activity[code];
  if (text === undefined) {
    void needLines(language.value);
    return null;
  }
  return fill(text, text.includes("{reason}") ? { ...fields, reason: reasonText(fields) } : fields);
}

/** Why it went to whom, by the rule of `routing/assignment/reasons.py`. */
function reasonText(fields: Fields): string {
  const texts = lines.value.assignment;
  const said = (key: string) => fill(texts[key] ?? "", fields);
  const parts = [];
  if (fields["cause"]) parts.push(said(`cause.${fields["cause"]}`));
  if (fields["known"]) parts.push(said("known"));
  if (fields["speaks"]) parts.push(said(`speaks.${fields["speaks"]}`));
  for (const name of ["skill", "load", "idle"]) if (fields[name]) parts.push(said(name));
  const { behind } = fields;
  const known = behind !== undefined && `next.${behind}` in texts && (behind !== "load" || fields["by"] !== undefined);
  const after = behind === undefined ? "" : said(known ? `next.${behind}` : "next.plain");
  return [parts.join(", "), after].filter(Boolean).join("; ");
}

/** A word of the calendar: `weekday.1`, `month.12`, `date`, `today`, ... */
export function timeText(key: string, fields: Fields = {}): string {
  return fill(pack.value.time[key] ?? "", fields);
}
