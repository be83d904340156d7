// What the desk reads of the catalogue, the staff and the schedules.

import { languages, type Language } from "../../i18n";
import type { Span, Spans } from "../../model/hours";
import type { Named } from "../../model/types";
import { bag, list, moment, readAll, readNamed, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { withQuery } from "../load";

export type Forms = Readonly<Partial<Record<Language, string>>>;

export interface Doer {
  readonly id: number;
  readonly duration_min: number | null;
  readonly price_minor: number | null;
}

export interface Service {
  readonly id: number;
  readonly name: string;
  readonly names: Forms;
  readonly descriptions: Forms;
  readonly group: Named | null;
  readonly duration: number;
  readonly priceMinor: number | null;
  readonly currency: string;
  readonly digits: number;
  readonly price: string;
  readonly code: string;
  readonly barcode: string;
  readonly article: string;
  readonly before: number;
  readonly after: number;
  readonly capacity: number;
  readonly online: boolean;
  readonly step: number | null;
  readonly colour: string;
  readonly promotion: string;
  readonly promoPriceMinor: number | null;
  readonly promoFrom: string;
  readonly promoUntil: string;
  readonly doers: readonly Doer[];
  readonly needs: readonly (readonly number[])[];
  readonly bookings: number;
  readonly archived: boolean;
}

export const kinds = ["provider", "room", "chair", "device"] as const;
export type Kind = (typeof kinds)[number];

export interface Resource {
  readonly id: number;
  readonly kind: Kind;
  readonly name: string;
  readonly names: Forms;
  readonly abouts: Forms;
  readonly branch: Named | null;
  readonly agentId: number | null;
  readonly level: string;
  readonly skills: readonly string[];
  readonly online: boolean;
  readonly colour: string;
  readonly services: readonly number[];
  readonly archived: boolean;
}

export interface Group extends Named {
  readonly names: Forms;
  readonly services: number;
}

export interface Day {
  readonly day: string;
  readonly hours: Spans;
  readonly by: "day" | "rule" | "place";
  readonly note: string;
}

export interface Rule {
  readonly id: number;
  readonly kind: "weekly" | "cycle";
  readonly from: string;
  readonly until: string | null;
  readonly on: number;
  readonly off: number;
}

export interface Line {
  readonly id: number;
  readonly name: string;
  readonly kind: Kind;
  readonly days: readonly Day[];
  readonly rules: readonly Rule[];
}

const word = (value: unknown) => text(value) ?? "";
const kindOf = (value: unknown): Kind => kinds.find((one) => one === value) ?? "provider";
const readForms = (value: unknown): Forms => Object.fromEntries(languages.flatMap((one) => (text(bag(value)[one]) === null ? [] : [[one, word(bag(value)[one])]])));

function readDoer(value: unknown): Doer | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  return id === null ? null : { id, duration_min: whole(raw["duration_min"]), price_minor: whole(raw["price_minor"]) };
}

export function readService(value: unknown): Service | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const priceMinor = whole(raw["price_minor"]);
  return {
    id, name: word(raw["name"]), names: readForms(raw["names"]), descriptions: readForms(raw["descriptions"]), group: readNamed(raw["group"]),
    duration: whole(raw["duration_min"]) ?? 0, priceMinor, currency: word(raw["currency"]), digits: priceMinor === null ? 2 : (whole(raw["currency_digits"]) ?? 2),
    price: word(raw["price"]), code: word(raw["code"]), barcode: word(raw["barcode"]), article: word(raw["article"]), before: whole(raw["buffer_before_min"]) ?? 0,
    after: whole(raw["buffer_after_min"]) ?? 0, capacity: whole(raw["capacity"]) ?? 1, online: raw["online"] === true, step: whole(raw["step_min"]),
    colour: word(raw["colour"]), promotion: word(raw["promotion"]), promoPriceMinor: whole(raw["promo_price_minor"]), promoFrom: word(raw["promo_from"]), promoUntil: word(raw["promo_until"]), doers: readAll(raw["providers"], readDoer),
    needs: list(raw["needs"]).map((need) => readAll(need, whole)), bookings: whole(raw["bookings"]) ?? 0, archived: moment(raw["archived_at"]) !== null,
  };
}

export function readResource(value: unknown): Resource | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id, kind: kindOf(raw["kind"]), name: word(raw["name"]), names: readForms(raw["names"]), abouts: readForms(raw["abouts"]), branch: readNamed(raw["branch"]),
    agentId: whole(raw["agent_id"]), level: word(raw["level"]), skills: readAll(raw["skills"], text), online: raw["online"] === true,
    colour: word(raw["colour"]), services: readAll(raw["service_ids"], whole), archived: moment(raw["archived_at"]) !== null,
  };
}

function readGroup(value: unknown): Group | null {
  const named = readNamed(value);
  return named && { ...named, names: readForms(bag(value)["names"]), services: whole(bag(value)["services"]) ?? 0 };
}

const readSpan = (value: unknown): Span => [word(list(value)[0]), word(list(value)[1])];

function readDay(value: unknown): Day | null {
  const raw = bag(value);
  const day = text(raw["day"]);
  const by = raw["by"] === "day" || raw["by"] === "rule" ? raw["by"] : "place";
  return day === null ? null : { day, hours: list(raw["hours"]).map(readSpan), by, note: word(raw["note"]) };
}

function readRule(value: unknown): Rule | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const kind = raw["kind"] === "cycle" ? "cycle" : "weekly";
  return { id, kind, from: word(raw["starts_on"]), until: text(raw["until"]), on: whole(raw["on_days"]) ?? 0, off: whole(raw["off_days"]) ?? 0 };
}

function readLine(value: unknown): Line | null {
  const raw = bag(value);
  const id = whole(raw["resource_id"]);
  if (id === null) return null;
  return { id, name: word(raw["name"]), kind: kindOf(raw["kind"]), days: readAll(raw["days"], readDay), rules: readAll(raw["rules"], readRule) };
}

/** All pages of a list: a firm's staff or services fit in a few. */
async function everything<T>(path: string, read: (value: unknown) => T | null): Promise<readonly T[]> {
  const found: T[] = [];
  let after: string | null = null;
  do {
    const page: Readonly<Record<string, unknown>> = bag(await call("GET", withQuery(path, { limit: 200, after })));
    found.push(...readAll(page["items"], read));
    after = text(page["next"]);
  } while (after !== null);
  return found;
}

export const loadGroups = async () => readAll(bag(await call("GET", "service-groups"))["items"], readGroup);
export const loadResources = () => everything("resources", readResource);
export const loadServices = () => everything("services", readService);
export const loadBranches = () => everything("branches?archived=false&sort=name", readNamed);
export const loadSchedule = async (from: string, to: string, kind: string) => readAll(bag(await call("GET", withQuery("schedules", { from, to, kind })))["items"], readLine);

/** What booking is set to, by name without its prefix. */
export async function loadSettings(): Promise<Readonly<Record<string, unknown>>> {
  const items = list(bag(await call("GET", "booking-settings"))["items"]).map(bag);
  return Object.fromEntries(items.map((one) => [word(one["key"]).replace("booking.", ""), one["value"]]));
}

/** A price as it is typed, in whole units; null for none, undefined for what is no price. */
export function minorOf(typed: string, digits: number): number | null | undefined {
  const clean = typed.replace(/[\s\u00a0]/g, "").replace(",", ".");
  if (clean === "") return null;
  if (!/^\d{1,12}(\.\d+)?$/.test(clean)) return undefined;
  return Math.round(Number(clean) * 10 ** digits);
}

export const typedOf = (minor: number | null, digits: number) => (minor === null ? "" : String(minor / 10 ** digits));
