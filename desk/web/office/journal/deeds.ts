// What is asked of the server about visits and busy time. Each answers, or raises Failure.

import { sentenceOf } from "../../actions";
import { bag, moment, readAll, readNamed } from "../../model/wire";
import { uuid } from "../../model/outbox";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { toast } from "../../store";
import { iso } from "../../ui/format";
import { withQuery } from "../load";
import { o } from "../words";
import type { Whom } from "./ContactPick";
import { conflict, said } from "./state";
import { readSlot, type Appointment, type Item, type Slot } from "./wire";

export type Body = Readonly<Record<string, unknown>>;

/** Of a series: whether only this visit is meant, or all that follow it too. */
export type Scope = "this" | "following";

export const changeVisit = (id: number, body: Body, scope: Scope = "this") => call("PATCH", withQuery(`appointments/${id}`, { scope: scope === "this" ? null : scope }), body);
export const cancelVisit = (id: number, reason: string, scope: Scope = "this") => call("DELETE", withQuery(`appointments/${id}`, { reason, scope: scope === "this" ? null : scope }));
export const copyVisit = (id: number, body: Body) => call("POST", `appointments/${id}/copy`, body, 15_000, uuid());
export const bookVisit = (body: Body, key: string) => call("POST", "appointments", body, 15_000, key);
export const takeTime = (body: Body) => call("POST", "busy-times", body, 15_000, uuid());
export const giveTimeBack = (id: number) => call("DELETE", `busy-times/${id}`);

/** Puts a customer on the waiting list; one who is not in the base yet is added to it. */
export async function putOnWaitlist(whom: Whom, wish: Body): Promise<unknown> {
  const named = { ...(whom.name.trim() ? { name: whom.name.trim() } : {}), ...(whom.phone.trim() ? { phone: whom.phone.trim() } : {}) };
  const id = whom.id ?? readNamed(await call("POST", "contacts", named))?.id;
  return call("POST", "waitlist", { contact_id: id, ...wish }, 15_000, uuid());
}

/** Starts that are free for a service on these days, with whomever. */
export async function freeStarts(serviceId: number, from: string, to: string): Promise<readonly Slot[]> {
  return readAll(bag(await call("GET", withQuery("slots", { service_id: serviceId, from, to })))["items"], readSlot);
}

const nearestOf = (failure: Failure) => readAll(failure.extra["nearest"], readSlot);

/** How a change is tried: as it was wished; at another time that was offered instead; all the same, against the rules;
 * of a visit that recurs without the days that do not fit. */
export interface Way {
  readonly slot: Slot | null;
  readonly anyway: boolean;
  readonly skip: boolean;
}

const wished: Way = { slot: null, anyway: false, skip: false };

/** Tries a change. A time that is taken is answered by the nearest free ones, of which one may be chosen; one against the
 * rules (past, outside the working hours) is also done all the same where the agent says so. `done` follows what went well;
 * `recurs`: the first fits where another day is named, which may be left out. */
export async function attempt(change: (way: Way) => Promise<unknown>, done: () => void = () => undefined, recurs = false, way = wished): Promise<boolean> {
  try {
    await change(way);
    done();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = sentenceOf(error);
    const again = (next: Way) => void attempt(change, done, recurs, next);
    const against = error.code === "invalid" && !way.anyway;
    const anyway = against ? () => again({ ...way, anyway: true }) : null;
    const [at, taken] = [moment(error.extra["starts_at"]), error.code === "slot_taken"];
    const skip = recurs && at !== null ? () => again({ ...way, skip: true }) : null;
    if (taken || against || at !== null) conflict.value = { text, at, taken, nearest: skip ? [] : nearestOf(error), take: (slot) => again({ ...way, slot }), anyway, skip };
    else toast(text, "error");
    return false;
  }
}

/** What a body says of the way it goes. */
export const byWay = ({ slot, anyway }: Way): Body => ({ ...(slot ? { starts_at: iso(slot.from), provider_id: slot.providerId } : {}), ...(anyway ? { override: true } : {}) });

/** A visit's new place; what is null stays as it is. `providers`: who does each of its services, in their order. */
export interface Target {
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly providerId: number | null;
  readonly providers?: readonly number[];
}

const placeOf = ({ startsAt, endsAt, providerId, providers }: Target): Body => ({
  ...(startsAt === null ? {} : { starts_at: iso(startsAt) }),
  ...(endsAt === null ? {} : { ends_at: iso(endsAt) }),
  ...(providerId === null ? {} : { provider_id: providerId }),
  ...(providers ? { providers } : {}),
});

/** Takes back what was moved last, as its message offers to; null where nothing was. */
export const takeBack: { run: (() => void) | null } = { run: null };

/** Tells what was moved, and offers the way back, by the message and by Ctrl+Z; `undone` is said of it. */
function offerBack(moved: string, undone: string, back: (way: Way) => Promise<unknown>): void {
  const undo = () => {
    takeBack.run = null;
    void attempt(back, () => toast((said.value = undone)));
  };
  said.value = moved;
  takeBack.run = undo;
  toast(moved, "info", { label: o("journal.undo"), run: undo });
}

/** Moves or stretches a visit (`more`: and changes what else is given), tells of it and offers the way back. */
export function moveVisit(visit: Appointment, target: Target, moved: string, more: Body = {}, scope: Scope = "this"): Promise<boolean> {
  const doers = visit.items.map(({ providerId }) => providerId).filter((id) => id !== null);
  const before: Target = { startsAt: visit.from, endsAt: target.endsAt === null ? null : visit.to, providerId: null, providers: doers.length === visit.items.length ? doers : [] };
  let answer: unknown = null;
  const back = (way: Way) =>
    scope === "this" ? changeVisit(visit.id, { ...(way.slot ? {} : placeOf(before)), ...byWay(way) }) : call("POST", "appointments/moves", { items: bag(answer)["back"], ...(way.anyway ? { override: true } : {}) });
  const change = async (way: Way) => {
    answer = await changeVisit(visit.id, { version: visit.version, ...more, ...placeOf(way.slot ? { ...target, endsAt: null } : target), ...byWay(way) }, scope);
  };
  return attempt(change, () => offerBack(moved, o("journal.undone"), back));
}

/** Where one service of a visit is. */
export const itemAddress = (visit: Appointment, item: Item) => `appointments/${visit.id}/items/${item.id}`;

/** Moves or stretches one service of a visit of several, which is a visit of its own from then on: also when it is taken back. */
export function moveItem(visit: Appointment, item: Item, target: Target, moved: string): Promise<boolean> {
  let apart = 0;
  const before: Target = { startsAt: item.from, endsAt: target.endsAt === null ? null : item.to, providerId: null, providers: item.providerId === null ? [] : [item.providerId] };
  const change = async (way: Way) => {
    const answer = await call("PATCH", itemAddress(visit, item), { version: visit.version, ...placeOf(way.slot ? { ...target, endsAt: null } : target), ...byWay(way) });
    apart = Number(bag(answer)["id"]);
  };
  return attempt(change, () => offerBack(moved, o("journal.undone_apart"), (way) => changeVisit(apart, { ...(way.slot ? {} : placeOf(before)), ...byWay(way) })));
}
