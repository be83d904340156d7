// What is drawn: a column for each calendar and day, with what stands in it side by side where it overlaps, and what is free.

import type { Appointment, Busy, Item, Journal, Resource, Session, Span } from "./wire";
import { addDays, daysFrom, momentOf, wallOf } from "./zone";

interface Placed extends Span {
  /** Names it among all, and again after the next load. */
  readonly key: string;
  readonly lane: number;
  readonly lanes: number;
}

export type Entry = Placed &
  (
    | { readonly is: "visit"; readonly visit: Appointment; readonly item: Item | null }
    | { readonly is: "session"; readonly session: Session }
    | { readonly is: "busy"; readonly busy: Busy }
    | { readonly is: "free" }
  );

/** `from`, `to` of what is in it: minutes of its day's wall, which may lie before 0 or after 1440 where it goes on. */
export interface Column {
  readonly key: string;
  readonly day: string;
  /** Null: of what is in nobody's calendar. */
  readonly resource: Resource | null;
  readonly worked: readonly Span[];
  readonly entries: readonly Entry[];
}

export interface Drawn {
  readonly columns: readonly Column[];
  /** Minutes of the wall that are shown. */
  readonly shown: Span;
}

type Bare = Entry extends infer E ? (E extends Entry ? Omit<E, "lane" | "lanes"> : never) : never;

const gone = (visit: Appointment) => visit.status === "cancelled";
const overlap = (one: Span, other: Span) => one.from < other.to && other.from < one.to;

/** Rooms and devices come before who works in them. */
export function inOrder(resources: readonly Resource[], rooms: boolean): Resource[] {
  const beside = resources.filter(({ kind }) => kind !== "provider");
  return [...(rooms ? beside : []), ...resources.filter(({ kind }) => kind === "provider")];
}

export function draw(journal: Journal, resources: readonly Resource[], withGone: boolean): Drawn {
  const bare: { day: string; resource: Resource | null; worked: Span[]; found: Bare[]; taken: Span[] }[] = [];
  const loose = [...journal.appointments.values()].filter((visit) => !visit.items.some(({ providerId }) => providerId !== null) && (withGone || !gone(visit)));
  for (const day of journal.days) {
    const starts = momentOf({ day, minute: 0 }, journal.zone);
    const ends = momentOf({ day: addDays(day, 1), minute: 0 }, journal.zone);
    const whole = { from: starts, to: ends };
    const minute = (at: number) => {
      const wall = wallOf(at, journal.zone);
      return wall.minute + 1440 * daysFrom(day, wall.day);
    };
    const minutes = ({ from, to }: Span): Span => ({ from: minute(from), to: minute(to) });
    for (const resource of resources) {
      const found = foundIn(journal, resource, whole, withGone).map((one) => ({ ...one, ...minutes(one) }));
      const taken = journal.busy.filter((one) => one.resourceId === resource.id && overlap(one, whole)).map(minutes);
      bare.push({ day, resource, worked: resource.worked.filter((span) => overlap(span, whole)).map(minutes), found, taken });
    }
    const theirs = loose.filter((visit) => overlap(visit, whole));
    if (theirs.length > 0) bare.push({ day, resource: null, worked: [], taken: [], found: theirs.map((visit) => ({ is: "visit", visit, item: null, key: `v${visit.id}`, ...minutes(visit) })) });
  }
  const shown = hoursOf(journal.shown, bare);
  return {
    shown,
    columns: bare.map(({ day, resource, worked, found, taken }) => ({
      key: `${day}/${resource?.id ?? 0}`,
      day,
      resource,
      worked,
      entries: inLanes([...found, ...freeOf(worked, taken, journal.stepMin)]),
    })),
  };
}

function foundIn(journal: Journal, resource: Resource, day: Span, withGone: boolean): Bare[] {
  const found: Bare[] = [];
  const seen = new Set<string>();
  const add = (one: Bare) => {
    if (!overlap(one, day) || seen.has(one.key)) return;
    seen.add(one.key);
    found.push(one);
  };
  for (const visit of journal.appointments.values()) {
    if (gone(visit) && !withGone) continue;
    for (const item of visit.items) {
      if (item.sessionId !== null && journal.sessions.has(item.sessionId)) continue;
      const here = item.providerId === resource.id || item.resources.includes(resource.id);
      if (here) add({ is: "visit", visit, item, key: `v${visit.id}.${item.id}.${resource.id}`, from: item.from, to: item.to });
    }
  }
  for (const busy of journal.busy) {
    if (busy.resourceId !== resource.id) continue;
    const session = busy.sessionId === null ? null : journal.sessions.get(busy.sessionId);
    if (session) add({ is: "session", session, key: `s${session.id}.${resource.id}`, from: session.from, to: session.to });
    else if (busy.kind !== "visit" && busy.kind !== "session") add({ is: "busy", busy, key: `b${busy.id}`, from: busy.from, to: busy.to });
  }
  return found;
}

/** The stretches of work in which nothing is taken, buffers and all, of one step at least. */
function freeOf(worked: readonly Span[], taken: readonly Span[], stepMin: number): Bare[] {
  const sorted = [...taken].sort((left, right) => left.from - right.from);
  const free: Bare[] = [];
  for (const span of worked) {
    let from = Math.max(span.from, 0);
    const to = Math.min(span.to, 1440);
    const add = (until: number) => {
      if (until - from >= stepMin) free.push({ is: "free", key: `f${from}`, from, to: until });
    };
    for (const one of sorted) {
      if (one.to <= from || one.from >= to) continue;
      add(one.from);
      from = Math.max(from, one.to);
    }
    if (from < to) add(to);
  }
  return free;
}

/** Whole hours around everything, and at least what the firm shows of every day. Who is there around the clock, as rooms
 * are, says nothing of which hours matter. */
function hoursOf(least: Span, bare: readonly { readonly worked: readonly Span[]; readonly found: readonly Bare[] }[]): Span {
  const spans = bare.flatMap(({ worked, found }) => [...worked.filter(({ from, to }) => from > 0 || to < 1440), ...found.filter((one) => one.is !== "busy")]);
  const from = Math.min(least.from, ...spans.map((one) => Math.max(one.from, 0)));
  const to = Math.max(least.to, ...spans.map((one) => Math.min(one.to, 1440)));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

/** What overlaps stands side by side: each group of such takes as many lanes as it needs. */
function inLanes(found: readonly Bare[]): Entry[] {
  const sorted = [...found].sort((left, right) => left.from - right.from || right.to - left.to);
  const placed: { one: Bare; lane: number; group: { lanes: number } }[] = [];
  let group = { lanes: 0 };
  let lanes: number[] = [];
  for (const one of sorted) {
    if (lanes.every((until) => until <= one.from)) {
      group = { lanes: 0 };
      lanes = [];
    }
    const free = lanes.findIndex((until) => until <= one.from);
    const lane = free < 0 ? lanes.length : free;
    lanes[lane] = one.to;
    group.lanes = Math.max(group.lanes, lane + 1);
    placed.push({ one, lane, group });
  }
  return placed.map(({ one, lane, group: { lanes: all } }) => ({ ...one, lane, lanes: all }));
}
