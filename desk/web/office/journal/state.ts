// What the journal's parts share: what is open beside it, what is being moved, and how this agent likes to see it.

import { signal } from "@preact/signals";
import type { Named } from "../../model/types";
import type { Slot } from "./wire";

/** What the panel at the side shows. */
export type Side =
  | { readonly is: "visit"; readonly id: number }
  | { readonly is: "session"; readonly id: number }
  | { readonly is: "new"; readonly resourceId: number | null; readonly day: string; readonly minute: number; readonly serviceId?: number | null; readonly contact?: Named | null }
  | { readonly is: "busy"; readonly id: number };

export const side = signal<Side | null>(null);

/** Whether the open panel holds words that nobody has saved. */
export const unsaved = signal(false);

/** What was asked for while words were unsaved: done where they are given up. */
export const leaving = signal<(() => void) | null>(null);

/** Does it at once, or asks first where unsaved words would be lost. */
export function leaveFor(work: () => void): void {
  if (unsaved.value) leaving.value = work;
  else work();
}

/** Shows something else at the side, or nothing. A form that is being filled in takes another free time as its own. */
export function show(next: Side | null): void {
  if (next?.is === "new" && !next.contact && !next.serviceId && side.value?.is === "new") return void (side.value = next);
  leaveFor(() => (side.value = next));
}

/** What a change ran into: other times, and how to take one of them. */
export interface Conflict {
  readonly text: string;
  /** Of several that were to be moved together: the start that stands in the way. */
  readonly at: number | null;
  /** Whether a time is taken; else what is to be done is refused for another reason. */
  readonly taken: boolean;
  readonly nearest: readonly Slot[];
  readonly take: (slot: Slot) => void;
  /** Does it all the same; null where nobody can. */
  readonly anyway: (() => void) | null;
  /** Of a visit that recurs: books it on the other days; null where it does not. */
  readonly skip: (() => void) | null;
}

export const conflict = signal<Conflict | null>(null);

/** The place among the calendars where the focus is, or is to be once they are drawn anew: what stands there then has it. */
export const spot: { at: { readonly column: string; readonly minute: number } | null } = { at: null };

/** What is told to who does not see it. */
export const said = signal("");

const storeKey = "barev.desk.journal";

interface Likes {
  /** Hours across and calendars down. */
  readonly across: boolean;
  readonly rooms: boolean;
  readonly gone: boolean;
  readonly calendar: boolean;
  readonly waiting: boolean;
}

const likesAtFirst: Likes = { across: false, rooms: true, gone: false, calendar: false, waiting: true };

function stored(): Likes {
  try {
    return { ...likesAtFirst, ...(JSON.parse(localStorage.getItem(storeKey) ?? "{}") as Partial<Likes>) };
  } catch {
    return likesAtFirst;
  }
}

export const likes = signal<Likes>(stored());

export function like(part: Partial<Likes>): void {
  likes.value = { ...likes.value, ...part };
  try {
    localStorage.setItem(storeKey, JSON.stringify(likes.value));
  } catch {
    // for this page only, then
  }
}
