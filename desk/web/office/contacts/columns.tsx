// The columns of the contacts' list: what each shows, sorts and filters by. Which are shown is kept by the browser.

import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { languageNames, type Language } from "../../i18n";
import { shownValue, type ContactLine } from "../../model/card";
import { now } from "../../net/clock";
import { addressOf } from "../../route";
import { dayMonth, shortMoment } from "../../ui/format";
import { Face, Moment } from "../../ui/parts";
import { categories, customFields, groups, people, sources } from "../catalogues";
import { Chip } from "../Chips";
import type { Filter } from "./Filters";
import { named, o } from "../words";

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly rem: number;
  readonly sort?: string;
  readonly filter?: Filter;
  readonly show: (contact: ContactLine) => ComponentChildren;
  /** As plain text, for a file. */
  readonly text: (contact: ContactLine) => string;
}

const moment = (at: number | null) => (at === null ? "" : <Moment at={at} text={shortMoment(at, now.value)} />);
const isoDay = (at: number | null) => (at === null ? "" : new Date(at).toISOString());
const joined = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name).join(", ");
const choices = (all: readonly { readonly id: number; readonly name: string }[]) => all.map(({ id, name }) => [String(id), name] as const);

/** A day of the year, with the year where it is known. */
export function dayShown(day: string): string {
  const found = /^(\d{4}|-)-?(\d{2})-(\d{2})$/.exec(day);
  if (!found) return day;
  const at = new Date(Number(found[1]) || 2000, Number(found[2]) - 1, Number(found[3]), 12).getTime();
  return dayMonth(at, found[1] === "-" ? at : 0);
}

/** All columns, those of the firm's own fields last. */
export function allColumns(): readonly Column[] {
  const text = (key: string, rem: number, read: (one: ContactLine) => string, more: Partial<Column> = {}): Column => ({
    key, label: named("field", key), rem, show: read, text: read, ...more,
  });
  return [
    text("name", 14, (one) => one.name, {
      sort: "name",
      filter: { is: "text", key: "q" },
      show: (one) => (
        <a class="contact-link" href={addressOf("contacts", [one.id])}>
          <Face id={one.id} name={one.name} small />
          <span>{one.name || o("nameless", { number: one.id })}</span>
        </a>
      ),
    }),
    text("phone", 9, (one) => one.phone, {
      sort: "phone",
      filter: { is: "text", key: "phone" },
      show: (one) => one.phone && <a href={`tel:${one.phone.replace(/[^\d+]/g, "")}`}>{one.phone}</a>,
    }),
    text("email", 12, (one) => one.email, { sort: "email", filter: { is: "text", key: "email" } }),
    text("categories", 10, (one) => joined(one.categories), {
      sort: "categories",
      filter: { is: "choice", key: "category", all: choices(categories.value) },
      show: (one) => <span class="cell-chips">{one.categories.map((entry) => <Chip key={entry.id} entry={entry} />)}</span>,
    }),
    text("groups", 9, (one) => joined(one.groups), { sort: "groups", filter: { is: "choice", key: "group", all: choices(groups.value) } }),
    text("last_seen_at", 9.5, (one) => isoDay(one.lastSeenAt), { sort: "last_seen_at", filter: { is: "days", key: "seen" }, show: (one) => moment(one.lastSeenAt) }),
    text("curator", 8, (one) => one.curator?.name ?? "", { sort: "curator", filter: { is: "choice", key: "curator", all: choices(people.value) } }),
    text("source", 9, (one) => one.source?.name ?? "", { sort: "source", filter: { is: "choice", key: "source", all: choices(sources.value) } }),
    text("birthday", 9, (one) => one.birthday, { sort: "birthday", filter: { is: "month" }, show: (one) => dayShown(one.birthday) }),
    text("code", 8, (one) => one.code, { sort: "code", filter: { is: "text", key: "code" } }),
    text("language", 8, (one) => one.language, {
      sort: "language",
      filter: { is: "choice", key: "language", all: Object.entries(languageNames) },
      show: (one) => languageNames[one.language as Language] ?? one.language,
    }),
    text("country", 6, (one) => one.country, { sort: "country", filter: { is: "text", key: "country" } }),
    text("created_at", 9.5, (one) => isoDay(one.createdAt), { sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => moment(one.createdAt) }),
    text("updated_at", 9.5, (one) => isoDay(one.updatedAt), { sort: "updated_at", filter: { is: "days", key: "updated" }, show: (one) => moment(one.updatedAt) }),
    text("note", 14, (one) => one.note, { sort: "note", filter: { is: "text", key: "note" } }),
    text("id", 5, (one) => String(one.id), { sort: "id", filter: { is: "text", key: "id" } }),
    ...customFields.value.map((own): Column => {
      const key = `custom.${own.key}`;
      const filter: Filter =
        own.kind === "choice"
          ? { is: "choice", key, all: own.choices.map((word) => [word, word] as const) }
          : own.kind === "flag"
            ? { is: "choice", key, all: [["true", o("yes")], ["false", o("no")]] }
            : { is: "text", key };
      const read = (one: ContactLine) => shownValue(one.custom[own.key]);
      const shown = (one: ContactLine) => (own.kind === "flag" ? { true: o("yes"), false: o("no") }[read(one)] ?? "" : own.kind === "date" ? dayShown(read(one)) : read(one));
      return { key, label: own.label, rem: 9, filter, show: shown, text: read };
    }),
  ];
}

const storeKey = "barev.desk.columns";
const usual = ["name", "phone", "email", "categories", "groups", "curator", "last_seen_at"];

function stored(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storeKey) ?? "null");
    if (Array.isArray(kept)) return kept.filter((key): key is string => typeof key === "string");
  } catch {
    // the usual ones, then
  }
  return usual;
}

export const chosenColumns = signal<readonly string[]>(stored());

export function chooseColumns(keys: readonly string[]): void {
  chosenColumns.value = keys;
  try {
    localStorage.setItem(storeKey, JSON.stringify(keys));
  } catch {
    // for this page only, then
  }
}

/** The file of some contacts: comma-separated, UTF-8 with its mark, nothing in it that a spreadsheet would run. */
export function csvOf(columns: readonly Column[], contacts: readonly ContactLine[]): string {
  const safe = (text: string) => (/^[=@\t\r]|^[+-](?![\d\s()-]*$)/.test(text) ? `'${text}` : text);
  const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (words: readonly string[]) => words.map((word) => cell(safe(word))).join(",");
  const rows = contacts.map((one) => line(columns.map((column) => column.text(one))));
  return `\ufeff${[line(columns.map(({ label }) => label)), ...rows].join("\r\n")}\r\n`;
}
