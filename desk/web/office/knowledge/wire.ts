// Articles as the server tells them: read once, harmless where a field is missing.

import { language } from "../../i18n";
import { bag, list, moment, readAll, text, whole } from "../../model/wire";

export const kinds = ["article", "answer"] as const;
export const audiences = ["public", "staff"] as const;
export type Kind = (typeof kinds)[number];
export type Audience = (typeof audiences)[number];

export interface ArticleText {
  readonly title: string;
  readonly body: string;
  readonly html: string;
  readonly questions: readonly string[];
}

export interface ArticleLine {
  readonly id: number;
  readonly kind: Kind;
  readonly slug: string;
  readonly published: boolean;
  readonly audience: Audience;
  readonly tags: readonly string[];
  readonly useful: number;
  readonly useless: number;
  readonly answered: number;
  readonly updatedAt: number | null;
  readonly titles: Readonly<Record<string, string>>;
}

export interface Article extends ArticleLine {
  readonly texts: Readonly<Record<string, ArticleText>>;
  readonly links: Readonly<Record<string, string>>;
}

export interface Passage {
  readonly articleId: number;
  readonly audience: Audience;
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

export interface Question {
  readonly id: number;
  readonly question: string;
  readonly language: string;
  readonly count: number;
  readonly lastAt: number | null;
  readonly conversationId: number | null;
}

export interface Version {
  readonly number: number;
  readonly at: number | null;
  readonly author: string;
}

const words = (value: unknown) => readAll(value, text);
const strings = (value: unknown) => Object.fromEntries(Object.entries(bag(value)).map(([key, one]) => [key, String(one)]));

export function readLine(value: unknown): ArticleLine | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const titles = Object.fromEntries(Object.entries(bag(raw["texts"])).map(([key, one]) => [key, text(bag(one)["title"]) ?? ""]));
  return {
    id,
    kind: raw["kind"] === "answer" ? "answer" : "article",
    slug: text(raw["slug"]) ?? "",
    published: raw["state"] === "published",
    audience: raw["audience"] === "staff" ? "staff" : "public",
    tags: words(raw["tags"]),
    useful: whole(raw["useful"]) ?? 0,
    useless: whole(raw["useless"]) ?? 0,
    answered: whole(raw["answered"]) ?? 0,
    updatedAt: moment(raw["updated_at"]),
    titles: { ...titles, ...strings(raw["titles"]) },
  };
}

export function readArticle(value: unknown): Article | null {
  const line = readLine(value);
  if (line === null) return null;
  const texts = Object.entries(bag(bag(value)["texts"])).map(([key, one]) => {
    const raw = bag(one);
    return [key, { title: text(raw["title"]) ?? "", body: text(raw["body"]) ?? "", html: text(raw["html"]) ?? "", questions: words(raw["questions"]) }] as const;
  });
  return { ...line, texts: Object.fromEntries(texts), links: strings(bag(value)["links"]) };
}

export function readPassage(value: unknown): Passage | null {
  const raw = bag(value);
  const articleId = whole(raw["article_id"]);
  if (articleId === null) return null;
  return { articleId, audience: raw["audience"] === "staff" ? "staff" : "public", language: text(raw["language"]) ?? "en", title: text(raw["title"]) ?? "", text: text(raw["text"]) ?? "" };
}

export function readQuestion(value: unknown): Question | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return { id, question: text(raw["question"]) ?? "", language: text(raw["language"]) ?? "en", count: whole(raw["count"]) ?? 1, lastAt: moment(raw["last_at"]), conversationId: whole(raw["conversation_id"]) };
}

export function readVersion(value: unknown): Version | null {
  const raw = bag(value);
  const number = whole(raw["number"]);
  return number === null ? null : { number, at: moment(raw["at"]), author: text(raw["author"]) ?? "" };
}

export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly faults: readonly string[];
}

export function readImported(value: unknown): Imported {
  const raw = bag(value);
  const faults = list(raw["faults"]).map((one) => `${text(bag(one)["name"]) ?? ""}: ${text(bag(one)["message"]) ?? ""}`);
  return { added: whole(raw["added"]) ?? 0, changed: whole(raw["changed"]) ?? 0, faults };
}

/** The language in which an article is shown first: one's own, else any it has. */
export function shownLanguage(titles: Readonly<Record<string, unknown>>): string {
  return language.value in titles ? language.value : (Object.keys(titles)[0] ?? language.value);
}
