// Moving and stretching a visit, by the mouse or by keys: what is carried, over which place, and where it is put down.

import { signal } from "@preact/signals";
import { Failure } from "../../net/errors";
import { may } from "../../ui/may";
import { o } from "../words";
import type { Column, Drawn, Entry } from "./columns";
import { freeStarts, moveVisit, takeBack } from "./deeds";
import { said, show, spot } from "./state";
import type { Journal, Slot, Span } from "./wire";
import { clock, momentOf, wallOf } from "./zone";

export type VisitEntry = Extract<Entry, { readonly is: "visit" }>;

export interface Carry extends Span {
  readonly entry: VisitEntry;
  /** Where it was taken from, and where it is now. */
  readonly home: string;
  readonly column: string;
  readonly how: "move" | "stretch";
  readonly by: "pointer" | "keys";
}

export const carry = signal<Carry | null>(null);

/** Free starts of what is carried, by column: minutes of the wall. */
export const hints = signal<ReadonlyMap<string, readonly Span[]>>(new Map());

/** What the handlers need to know of the page; set with each drawing. */
export interface Ground {
  readonly journal: Journal;
  readonly drawn: Drawn;
  readonly across: boolean;
  readonly locked: (entry: VisitEntry) => boolean;
}

let asked = 0;

async function hint(ground: Ground, entry: VisitEntry): Promise<void> {
  const mine = ++asked;
  const { journal } = ground;
  const serviceId = entry.item?.serviceId ?? null;
  const [first, last] = [journal.days[0], journal.days[journal.days.length - 1]];
  if (serviceId === null || !first || !last || entry.visit.items.length > 1) return;
  let found: readonly Slot[];
  try {
    found = await freeStarts(serviceId, first, last);
  } catch (error) {
    if (error instanceof Failure) return; // a help only: the server decides when it is put down
    throw error;
  }
  if (mine !== asked) return;
  const by = new Map<string, Span[]>();
  for (const slot of [...found].sort((left, right) => left.from - right.from)) {
    const wall = wallOf(slot.from, journal.zone);
    const key = `${wall.day}/${slot.providerId}`;
    const spans = by.get(key) ?? [];
    const span = { from: wall.minute, to: wall.minute + Math.round((slot.to - slot.from) / 60_000) };
    const last = spans[spans.length - 1];
    if (last && span.from <= last.to) spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else spans.push(span);
    by.set(key, spans);
  }
  hints.value = by;
}

function begin(ground: Ground, next: Carry): void {
  carry.value = next;
  void hint(ground, next.entry);
}

function end(): void {
  asked += 1;
  carry.value = null;
  hints.value = new Map();
}

/** Where the focus is to be when what was put down last is taken back. */
let before: typeof spot.at = null;

/** Puts down what is carried: where it is another place, the server is asked. */
export async function putDown(ground: Ground): Promise<void> {
  const held = carry.value;
  end();
  if (!held) return;
  const { entry, how } = held;
  const to = ground.drawn.columns.find(({ key }) => key === held.column);
  if (!to || (held.column === held.home && held.from === entry.from && held.to === entry.to)) return;
  const { zone } = ground.journal;
  spot.at = { column: to.key, minute: held.from };
  before = { column: held.home, minute: entry.from };
  const startsAt = momentOf({ day: to.day, minute: held.from }, zone);
  const visit = entry.visit;
  if (how === "stretch") {
    const endsAt = startsAt + (held.to - held.from) * 60_000;
    await moveVisit(visit, { startsAt: null, endsAt, providerId: null }, o("journal.stretched", { time: `${clock(held.from)}–${clock(held.to)}` }));
    return;
  }
  const begins = visit.from + (startsAt - entryStart(ground, held));
  const other = to.resource?.kind === "provider" && to.resource.id !== entry.item?.providerId ? to.resource : null;
  const words = o("journal.moved", { time: clock(held.from), who: other?.name ?? to.resource?.name ?? "" });
  await moveVisit(visit, { startsAt: begins, endsAt: null, providerId: other?.id ?? null }, words);
}

const entryStart = (ground: Ground, held: Carry) => {
  const day = held.home.split("/", 1)[0] ?? "";
  return momentOf({ day, minute: held.entry.from }, ground.journal.zone);
};

export function giveUp(): void {
  if (!carry.value) return;
  end();
  said.value = o("journal.given_up");
}

const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), Math.max(least, most));

/** Where it may be put: on the shown hours, by the firm's step. */
function at(ground: Ground, held: Carry, column: Column | undefined, from: number, to: number): Carry {
  const { shown } = ground.drawn;
  const long = held.entry.to - held.entry.from;
  const key = column && fits(held, column) ? column.key : held.column;
  if (held.how === "stretch") return { ...held, to: within(to, held.from + ground.journal.stepMin, shown.to) };
  const start = within(from, shown.from, shown.to - long);
  return { ...held, column: key, from: start, to: start + long };
}

/** A visit of one service goes to any who may do it; one of several, and what takes a room, stays with whom it is. */
function fits({ entry, home }: Carry, { key, resource }: Column): boolean {
  if (!resource) return false;
  const own = home.split("/")[1];
  if (String(resource.id) === own) return true;
  return resource.kind === "provider" && entry.visit.items.length === 1 && Number(own) === entry.item?.providerId && key !== home;
}

// --- mouse, pen and finger

const near = { mouse: 4, touch: 10 }; // pixels that are no movement yet
const hold = 350; // milliseconds after which a finger that rests on a visit has it

/** The time of the wall under the pointer, by the step; null outside of all columns. */
function under(ground: Ground, x: number, y: number): { readonly column: Column; readonly minute: number } | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const box = element.closest<HTMLElement>("[data-column]");
    const column = box && ground.drawn.columns.find(({ key }) => key === box.dataset["column"]);
    if (!box || !column) continue;
    return { column, minute: minuteAt(ground, box, x, y) };
  }
  return null;
}

/** The time of the wall at a point of a column's box. */
export function minuteAt({ across, drawn: { shown } }: Ground, box: HTMLElement, x: number, y: number): number {
  const rect = box.getBoundingClientRect();
  const part = across ? (x - rect.left) / rect.width : (y - rect.top) / rect.height;
  return shown.from + part * (shown.to - shown.from);
}

const snap = (ground: Ground, minute: number) => Math.round(minute / ground.journal.stepMin) * ground.journal.stepMin;

/** Begins to watch a pointer that went down on a visit; it is a click until it moves. A finger or a pen has the visit once
 * it has rested on it; one that moves at once scrolls. */
export function press(event: PointerEvent, ground: () => Ground, entry: VisitEntry, home: Column): void {
  if (event.button !== 0 || !may("appointments.edit") || ground().locked(entry)) return;
  const how = (event.target as HTMLElement).closest(".visit-grip") ? "stretch" : "move";
  const [x, y] = [event.clientX, event.clientY];
  const first = under(ground(), x, y);
  const offset = first ? first.minute - entry.from : 0;
  const watch = new AbortController();
  const options = { signal: watch.signal };
  const touch = event.pointerType !== "mouse";
  let moved = false;
  const lift = () => {
    moved = true;
    begin(ground(), { entry, home: home.key, column: home.key, from: entry.from, to: entry.to, how, by: "pointer" });
  };
  if (touch) {
    const timer = setTimeout(lift, hold);
    watch.signal.addEventListener("abort", () => clearTimeout(timer));
  }
  const move = (now: PointerEvent) => {
    if (!moved) {
      if (Math.hypot(now.clientX - x, now.clientY - y) < near[touch ? "touch" : "mouse"]) return;
      if (touch) return watch.abort();
      lift();
    }
    const held = carry.value;
    const over = under(ground(), now.clientX, now.clientY);
    scrollNear(now.clientX, now.clientY);
    if (!held || !over) return;
    carry.value = at(ground(), held, over.column, snap(ground(), over.minute - offset), snap(ground(), over.minute));
  };
  window.addEventListener("pointermove", move, options);
  window.addEventListener("pointercancel", () => (watch.abort(), giveUp()), options);
  window.addEventListener("keydown", (key) => key.key === "Escape" && (watch.abort(), giveUp()), options);
  window.addEventListener(
    "pointerup",
    () => {
      watch.abort();
      if (!moved) return;
      const click = new AbortController();
      window.addEventListener("click", (made) => (made.stopPropagation(), made.preventDefault()), { capture: true, signal: click.signal });
      setTimeout(() => {
        click.abort(); // it has come by now, where one belongs to it
        void putDown(ground());
      });
    },
    options,
  );
}

/** What a finger holds is moved instead of the page. */
export function keepStill(event: Event): void {
  if (carry.value?.by === "pointer" && event.cancelable) event.preventDefault();
}

/** At an edge the journal goes on. */
function scrollNear(x: number, y: number): void {
  const box = document.querySelector<HTMLElement>(".journal-scroll");
  if (!box) return;
  const rect = box.getBoundingClientRect();
  const edge = 36;
  const step = (value: number, from: number, to: number) => (value < from + edge ? -16 : value > to - edge ? 16 : 0);
  box.scrollBy(step(x, rect.left, rect.right), step(y, rect.top, rect.bottom));
}

// --- keys

/** Shift and an arrow carry the visit, with Alt they stretch it; Enter puts it down, Escape gives it up. Returns whether
 * the key was one of them. */
export function carryKey(event: KeyboardEvent, ground: Ground, entry: VisitEntry, home: Column): boolean {
  const held = carry.value;
  if (held && event.key === "Enter") return void putDown(ground), true;
  if (held && event.key === "Escape") return giveUp(), true;
  if (!held && takeBack.run && event.code === "KeyZ" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    spot.at = before;
    return takeBack.run(), true;
  }
  const arrow = /^Arrow(Up|Down|Left|Right)$/.exec(event.code)?.[1];
  if (!arrow || !event.shiftKey || !may("appointments.edit") || ground.locked(entry)) return false;
  const along = ground.across ? ["Left", "Right"] : ["Up", "Down"];
  const back = arrow === "Up" || arrow === "Left" ? -1 : 1;
  const how = event.altKey ? "stretch" : "move";
  if (!held) begin(ground, { entry, home: home.key, column: home.key, from: entry.from, to: entry.to, how, by: "keys" });
  const now = { ...(carry.value as Carry), how } as const;
  const step = ground.journal.stepMin * back;
  if (along.includes(arrow)) carry.value = at(ground, now, undefined, now.from + step, now.to + step);
  else if (how === "move") carry.value = at(ground, now, beside(ground, now, back), now.from, now.to);
  tell(ground);
  return true;
}

/** The next column that way to which it may go. */
function beside({ drawn: { columns } }: Ground, held: Carry, back: number): Column | undefined {
  for (let place = columns.findIndex(({ key }) => key === held.column) + back; columns[place]; place += back) {
    const column = columns[place];
    if (column && fits(held, column)) return column;
  }
  return undefined;
}

function tell(ground: Ground): void {
  const held = carry.value;
  const column = ground.drawn.columns.find(({ key }) => key === held?.column);
  if (!held || !column) return;
  said.value = o("journal.carried", { time: `${clock(held.from)}–${clock(held.to)}`, who: column.resource?.name ?? "" });
}

/** The start that a pointer over free time means: by the firm's step, and within it. */
export function startAt(event: MouseEvent, ground: Ground, free: Span): number {
  const box = (event.currentTarget as HTMLElement).closest<HTMLElement>("[data-column]");
  const step = ground.journal.stepMin;
  const meant = box ? Math.floor(minuteAt(ground, box, event.clientX, event.clientY) / step) * step : free.from;
  return within(meant, free.from, free.to - step);
}

/** Free time was clicked, or chosen by Enter (then its beginning is meant). */
export function bookAt(event: MouseEvent, ground: Ground, column: Column, free: Span): void {
  const minute = event.detail === 0 ? free.from : startAt(event, ground, free);
  show({ is: "new", resourceId: column.resource?.id ?? null, day: column.day, minute });
}
