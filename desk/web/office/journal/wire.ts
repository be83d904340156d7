// The journal as the server tells it, read once.

import { bag, list, moment, need, readAll, readNamed, text, whole } from "../../model/wire";
import type { Named } from "../../model/types";
import { readClock } from "./zone";

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type ResourceKind = "provider" | "room" | "chair" | "device";
export const statuses = ["booked", "confirmed", "arrived", "done", "paid", "no_show", "cancelled"] as const;
export type Status = (typeof statuses)[number];
export const kinds = ["visit", "meeting", "call", "repair"] as const;
export type Kind = (typeof kinds)[number];
export type BusyKind = "visit" | "session" | "hold" | "break" | "absence" | "repair" | "outside";

export interface Resource extends Named {
  readonly kind: ResourceKind;
  readonly level: string;
  readonly branch: Named | null;
  readonly teams: readonly number[];
  /** Whose clock is looked at where it works, and what that place is called. */
  readonly zone: string;
  readonly place: string;
  readonly worked: readonly Span[];
}

export interface Service extends Named {
  readonly durationMin: number;
  readonly capacity: number;
  readonly priceMinor: number | null;
  /** What it costs on the days of its promotion. */
  readonly promo: { readonly minor: number; readonly from: string; readonly until: string } | null;
  readonly currency: string | null;
  readonly archived: boolean;
  readonly providers: readonly number[];
  /** What it costs with those who do it at a price of their own. */
  readonly ownPrices: ReadonlyMap<number, number>;
}

export interface Item extends Span {
  readonly id: number;
  readonly serviceId: number | null;
  readonly providerId: number | null;
  readonly sessionId: number | null;
  readonly resources: readonly number[];
  readonly priceMinor: number | null;
  readonly discountMinor: number;
  readonly seats: number;
}

export interface Appointment extends Span {
  readonly id: number;
  readonly version: number;
  readonly kind: Kind;
  readonly status: Status;
  readonly title: string;
  readonly contact: { readonly id: number; readonly name: string; readonly phone: string | null } | null;
  readonly subject: Named | null;
  readonly arrivedAt: number | null;
  readonly note: string;
  readonly warning: string;
  readonly source: string;
  readonly sourceId: number | null;
  readonly totalMinor: number | null;
  readonly discountMinor: number;
  readonly currency: string | null;
  readonly cancelReason: string | null;
  /** Of the visits that recur with it. */
  readonly seriesId: number | null;
  /** Of the clock by which the customer comes. */
  readonly zone: string;
  readonly items: readonly Item[];
}

export interface Busy extends Span {
  readonly id: number;
  readonly resourceId: number;
  readonly kind: BusyKind;
  readonly note: string;
  readonly appointmentId: number | null;
  readonly sessionId: number | null;
}

export interface Session extends Span {
  readonly id: number;
  readonly serviceId: number;
  readonly providerId: number;
  readonly taken: number;
  readonly capacity: number;
}

export interface Journal {
  readonly zone: string;
  /** What its place is called. */
  readonly place: string;
  readonly stepMin: number;
  /** Whether visits may be copied. */
  readonly copies: boolean;
  /** Whether who books asks where the customer has heard of the firm. */
  readonly asksSource: boolean;
  /** Minutes after midnight between which a day is shown, worked or not. */
  readonly shown: Span;
  readonly days: readonly string[];
  readonly resources: readonly Resource[];
  readonly services: ReadonlyMap<number, Service>;
  readonly appointments: ReadonlyMap<number, Appointment>;
  readonly busy: readonly Busy[];
  readonly sessions: ReadonlyMap<number, Session>;
}

const word = <T extends string>(value: unknown, words: readonly T[], otherwise: T): T => (words.includes(value as T) ? (value as T) : otherwise);
const ids = (value: unknown) => readAll(value, whole);

function readSpan(value: unknown): Span {
  const raw = bag(value);
  return { from: moment(raw["starts_at"]) ?? 0, to: moment(raw["ends_at"]) ?? 0 };
}

function readResource(value: unknown): Resource | null {
  const raw = bag(value);
  const named = readNamed(raw);
  return (
    named && {
      ...named,
      kind: word<ResourceKind>(raw["kind"], ["provider", "room", "chair", "device"], "provider"),
      level: text(raw["level"]) ?? "",
      branch: readNamed(raw["branch"]),
      teams: ids(raw["team_ids"]),
      zone: text(raw["zone"]) ?? "",
      place: text(raw["place"]) ?? "",
      worked: list(raw["worked"]).map(readSpan),
    }
  );
}

function readOwnPrice(value: unknown): readonly [number, number] | null {
  const [who, minor] = [whole(bag(value)["provider_id"]), whole(bag(value)["price_minor"])];
  return who === null || minor === null ? null : [who, minor];
}

function readService(value: unknown): Service | null {
  const raw = bag(value);
  const promo = whole(raw["promo_price_minor"]);
  const named = readNamed(raw);
  return (
    named && {
      ...named,
      durationMin: whole(raw["duration_min"]) ?? 60,
      capacity: whole(raw["capacity"]) ?? 1,
      priceMinor: whole(raw["price_minor"]),
      promo: promo === null ? null : { minor: promo, from: text(raw["promo_from"]) ?? "", until: text(raw["promo_until"]) ?? "9999" },
      currency: text(raw["currency"]),
      archived: raw["archived"] === true,
      providers: ids(raw["provider_ids"]),
      ownPrices: new Map(readAll(raw["own_prices"], readOwnPrice)),
    }
  );
}

function readItem(value: unknown): Item {
  const raw = bag(value);
  return {
    ...readSpan(raw),
    id: need(raw["id"], "item.id"),
    serviceId: whole(raw["service_id"]),
    providerId: whole(raw["provider_id"]),
    sessionId: whole(raw["session_id"]),
    resources: ids(raw["resource_ids"]),
    priceMinor: whole(raw["price_minor"]),
    discountMinor: whole(raw["discount_minor"]) ?? 0,
    seats: whole(raw["seats"]) ?? 1,
  };
}

function readAppointment(value: unknown): Appointment {
  const raw = bag(value);
  const contact = readNamed(raw["contact"]);
  return {
    ...readSpan(raw),
    id: need(raw["id"], "appointment.id"),
    version: whole(raw["version"]) ?? 1,
    kind: word(raw["kind"], kinds, "visit"),
    status: word(raw["status"], statuses, "booked"),
    title: text(raw["title"]) ?? "",
    contact: contact && { ...contact, phone: text(bag(raw["contact"])["phone"]) },
    subject: readNamed(raw["subject"]),
    arrivedAt: moment(raw["arrived_at"]),
    note: text(raw["note"]) ?? "",
    warning: text(raw["warning"]) ?? "",
    source: text(raw["source"]) ?? "",
    sourceId: whole(raw["source_id"]),
    totalMinor: whole(raw["total_minor"]),
    discountMinor: whole(raw["discount_minor"]) ?? 0,
    currency: text(raw["currency"]),
    cancelReason: text(raw["cancel_reason"]),
    seriesId: whole(raw["series_id"]),
    zone: text(raw["zone"]) ?? "UTC",
    items: list(raw["items"]).map(readItem),
  };
}

function readBusy(value: unknown): Busy {
  const raw = bag(value);
  const known: readonly BusyKind[] = ["visit", "session", "hold", "break", "absence", "repair", "outside"];
  return {
    ...readSpan(raw),
    id: need(raw["id"], "busy.id"),
    resourceId: need(raw["resource_id"], "busy.resource_id"),
    kind: word(raw["kind"], known, "break"),
    note: text(raw["note"]) ?? "",
    appointmentId: whole(raw["appointment_id"]),
    sessionId: whole(raw["session_id"]),
  };
}

function readSession(value: unknown): Session {
  const raw = bag(value);
  return {
    ...readSpan(raw),
    id: need(raw["id"], "session.id"),
    serviceId: need(raw["service_id"], "session.service_id"),
    providerId: need(raw["provider_id"], "session.provider_id"),
    taken: whole(raw["taken"]) ?? 0,
    capacity: whole(raw["capacity"]) ?? 1,
  };
}

const byId = <T extends { readonly id: number }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]));

export function readJournal(value: unknown): Journal {
  const raw = bag(value);
  return {
    zone: text(raw["zone"]) ?? "UTC",
    place: text(raw["place"]) ?? "",
    stepMin: whole(raw["step_min"]) ?? 15,
    copies: raw["copies"] !== false,
    asksSource: raw["ask_source"] !== false,
    shown: { from: readClock(text(raw["day_start"]) ?? "") ?? 540, to: readClock(text(raw["day_end"]) ?? "") ?? 1260 },
    days: readAll(raw["days"], (one) => text(bag(one)["day"])),
    resources: readAll(raw["resources"], readResource),
    services: byId(readAll(raw["services"], readService)),
    appointments: byId(list(raw["appointments"]).map(readAppointment)),
    busy: list(raw["busy"]).map(readBusy),
    sessions: byId(list(raw["sessions"]).map(readSession)),
  };
}

/** What a service costs on a day of the wall with somebody; null: with whoever does it at the usual price. */
export function priceOn({ priceMinor: usual, ownPrices, promo }: Service, day: string, providerId: number | null): number | null {
  const priceMinor = (providerId === null ? undefined : ownPrices.get(providerId)) ?? usual;
  if (!promo || day < promo.from || day > promo.until) return priceMinor;
  return priceMinor === null ? promo.minor : Math.min(priceMinor, promo.minor);
}

/** A time at which something can be had. */
export interface Slot extends Span {
  readonly providerId: number;
}

export function readSlot(value: unknown): Slot | null {
  const provider = whole(bag(value)["provider_id"]);
  return provider === null ? null : { ...readSpan(value), providerId: provider };
}
