// What is set of a website's inbox, as the REST API keeps it.

import { bag, list, readAll, readNamed, text, whole } from "../../../model/wire";
import type { Language } from "../../../i18n";
import type { Named } from "../../../model/types";

export type Words = Readonly<Partial<Record<Language, string>>>;

export const kinds = ["name", "phone", "email", "choice", "text"] as const;
export type Kind = (typeof kinds)[number];

export interface Question {
  readonly key: string;
  readonly kind: Kind;
  readonly label: Words;
  readonly required: boolean;
  readonly choices: readonly Words[];
}

export interface QuickButton {
  readonly label: Words;
  readonly text: Words;
}

export interface Rule {
  readonly key: string;
  readonly pages: string;
  readonly after_s: number;
  readonly often: "visitor" | "day" | "page";
  readonly text: Words;
}

export interface Settings {
  readonly look: {
    readonly accent: string;
    readonly scheme: "auto" | "light" | "dark";
    readonly side: "right" | "left";
    readonly likeness: "initials" | "logo" | "agent";
    readonly agent_id: number | null;
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly texts: { readonly title: Words; readonly greeting: Words; readonly away: Words };
  readonly form: readonly Question[];
  readonly consent: { readonly version: number; readonly texts: Words };
  readonly buttons: readonly QuickButton[];
  readonly proactive: readonly Rule[];
  readonly switches: { readonly rating: boolean; readonly transcript: boolean; readonly sound: boolean; readonly bot: boolean };
}

export interface Inbox {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly team: Named | null;
  readonly skill: string | null;
  readonly domains: readonly string[];
  readonly settings: Settings;
  readonly logo: string | null;
  readonly signs: boolean;
  readonly snippet: string;
}

/** The server's own words for what is set are taken as they are: it has read and checked them. */
export function readInbox(value: unknown): Inbox | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null || raw["channel"] !== "web") return null;
  return {
    id,
    name: text(raw["name"]) ?? "",
    key: text(raw["key"]) ?? "",
    team: readNamed(raw["team"]),
    skill: text(raw["skill"]),
    domains: readAll(raw["allowed_domains"], text),
    settings: raw["settings"] as Settings,
    logo: text(raw["logo"]),
    signs: raw["signs"] === true,
    snippet: text(raw["snippet"]) ?? "",
  };
}

export const readInboxes = (answer: unknown): readonly Inbox[] => list(bag(answer)["items"]).map(readInbox).filter((one) => one !== null);

/** What is being changed, before it is saved. `logo`: undefined is the one there is. */
export interface Draft {
  readonly name: string;
  readonly team_id: number | null;
  readonly skill: string | null;
  readonly allowed_domains: readonly string[];
  readonly settings: Settings;
  readonly logo?: string | null;
}

export const draftOf = ({ name, team, skill, domains, settings }: Inbox): Draft => ({ name, team_id: team?.id ?? null, skill, allowed_domains: domains, settings });

/** What the draft changes, as PATCH takes it: a part that did not change is not sent, so that nobody's work is undone. */
export function changesOf(inbox: Inbox, draft: Draft): Record<string, unknown> | null {
  const before = draftOf(inbox);
  const changes: Record<string, unknown> = {};
  for (const key of ["name", "team_id", "skill", "allowed_domains"] as const) if (differ(before[key], draft[key])) changes[key] = draft[key];
  const settings: Record<string, unknown> = {};
  for (const key of Object.keys(before.settings) as (keyof Settings)[]) {
    if (differ(before.settings[key], draft.settings[key])) settings[key] = draft.settings[key];
  }
  if (Object.keys(settings).length > 0) changes["settings"] = settings;
  if (draft.logo !== undefined) changes["logo"] = draft.logo;
  return Object.keys(changes).length > 0 ? changes : null;
}

const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);

/** A key that no other of them has. */
export function freshKey(taken: readonly string[], stem: string): string {
  let number = 1;
  while (taken.includes(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** How strongly two colours differ, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
