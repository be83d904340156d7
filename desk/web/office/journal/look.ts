// How what stands in the journal is named and marked.

import type { IconName } from "../../ui/icons";
import { named, o } from "../words";
import { dateLine } from "./days";
import type { Appointment, Journal, Resource, Status } from "./wire";
import { clock, wallOf } from "./zone";

/** A status is told by its picture and its word, never by its colour alone. */
export const statusIcon: Readonly<Record<Status, IconName>> = {
  booked: "clock", confirmed: "check", arrived: "user", done: "checks", paid: "coin", no_show: "alert", cancelled: "close",
};

export const statusName = (status: Status) => named("journal.status", status);

/** Whose it is: the customer, or what stands in its title. */
export function whoseName(visit: Appointment): string {
  const person = visit.contact ? visit.contact.name || visit.contact.phone || o("journal.nameless") : "";
  return [person, visit.title].filter(Boolean).join(" · ") || named("journal.kind", visit.kind);
}

/** Its services, by name. */
export function servicesOf(visit: Appointment, journal: Journal): string {
  const names = visit.items.map(({ serviceId }) => (serviceId === null ? "" : (journal.services.get(serviceId)?.name ?? ""))).filter(Boolean);
  return names.length > 0 ? names.join(", ") : visit.kind === "visit" ? "" : named("journal.kind", visit.kind);
}

export function timeOf(from: number, to: number, zone: string): string {
  return `${clock(wallOf(from, zone).minute)}–${clock(wallOf(to, zone).minute)}`;
}

/** What the clock shows where somebody works, and where that is: nothing where it is what the journal's clock shows. */
export function thereOf(journal: Journal, resource: Resource | undefined, from: number, to: number | null = null): string {
  if (!resource?.zone || resource.zone === journal.zone) return "";
  const [here, there] = [wallOf(from, journal.zone), wallOf(from, resource.zone)];
  if (here.day === there.day && here.minute === there.minute) return "";
  const time = to === null ? clock(there.minute) : timeOf(from, to, resource.zone);
  return `${resource.place}: ${here.day === there.day ? "" : `${dateLine(there.day)}, `}${time}`;
}

/** What is told below somebody's name: his level or its kind, and the place where the clock shows something else. */
export function aboutOf(resource: Resource, journal: Journal, at: number): string {
  const what = resource.kind === "provider" ? resource.level : named("journal.resource", resource.kind);
  return [what, thereOf(journal, resource, at) && resource.place].filter(Boolean).join(" · ");
}

/** Where the journal's clock is, if some of its people work by another one; else nothing. */
export function clockPlace(journal: Journal, at: number): string {
  return journal.resources.some((one) => thereOf(journal, one, at) !== "") ? journal.place : "";
}

const space = "\u00a0";

/** 500000 of AMD: 5 000 ֏, in every language, as the server writes sums (`business/money.py`). */
export function money(minor: number | null, currency: string | null): string {
  if (minor === null) return "";
  const digits = digitsOf(currency);
  const [all, unit] = [Math.abs(minor), 10 ** digits];
  const whole = String(Math.floor(all / unit)).replace(/\B(?=(\d{3})+$)/g, space);
  const rest = all % unit;
  return `${minor < 0 ? "−" : ""}${whole}${rest ? `.${String(rest).padStart(digits, "0")}` : ""}${space}${signOf(currency)}`.trim();
}

/** AMD: ֏. Its code where it has no sign. */
export function signOf(currency: string | null): string {
  if (currency === null) return "";
  try {
    const parts = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
    return parts.find(({ type }) => type === "currency")?.value ?? currency;
  } catch {
    return currency;
  }
}

/** How many digits a currency has behind its point, as the ISO 4217 table of the browser has it. */
export function digitsOf(currency: string | null): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency: currency ?? "USD" }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
