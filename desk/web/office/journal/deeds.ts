// What is asked of the server about visits and busy time. Each answers, or raises Failure.

import { sentenceOf } from "../../actions";
import { bag, readAll, whole } from "../../model/wire";
import { uuid } from "../../model/outbox";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { toast } from "../../store";
import { iso } from "../../ui/format";
import { withQuery } from "../load";
import { o } from "../words";
import { conflict, said } from "./state";
import { readSlot, type Appointment, type Slot } from "./wire";

export type Body = Readonly<Record<string, unknown>>;

export const changeVisit = (id: number, body: Body) => call("PATCH", `appointments/${id}`, body);
export const cancelVisit = (id: number, reason: string) => call("DELETE", `appointments/${id}`, { reason });
export const copyVisit = (id: number, body: Body) => call("POST", `appointments/${id}/copy`, body, 15_000, uuid());
export const bookVisit = (body: Body, key: string) => call("POST", "appointments", body, 15_000, key);
export const takeTime = (body: Body) => call("POST", "busy-times", body, 15_000, uuid());
export const giveTimeBack = (id: number) => call("DELETE", `busy-times/${id}`);

/** Starts that are free for a service on these days, with whomever. */
export async function freeStarts(serviceId: number, from: string, to: string): Promise<readonly Slot[]> {
  return readAll(bag(await call("GET", withQuery("slots", { service_id: serviceId, from, to })))["items"], readSlot);
}

const nearestOf = (failure: Failure) => readAll(failure.extra["nearest"], readSlot);

/** Tries a change; a time that is taken is answered by the nearest free ones, of which one may be chosen. */
export async function attempt(change: (slot: Slot | null) => Promise<unknown>, slot: Slot | null = null): Promise<boolean> {
  try {
    await change(slot);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = sentenceOf(error);
    if (error.code === "slot_taken") conflict.value = { text, nearest: nearestOf(error), take: (other) => void attempt(change, other) };
    else toast(text, "error");
    return false;
  }
}

/** A visit's new place. `providerId` null: as before. */
export interface Target {
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly providerId: number | null;
}

/** Moves or stretches a visit, tells of it and offers the way back. `moved`: what is said of it. */
export async function moveVisit(visit: Appointment, target: Target, moved: string): Promise<boolean> {
  const item = visit.items[0];
  const before: Target = { startsAt: visit.from, endsAt: target.endsAt === null ? null : visit.to, providerId: target.providerId === null ? null : (item?.providerId ?? null) };
  let version = visit.version;
  const put = async (to: Target) => {
    const answer = bag(
      await changeVisit(visit.id, {
        version,
        starts_at: iso(to.startsAt),
        ...(to.endsAt === null ? {} : { ends_at: iso(to.endsAt) }),
        ...(to.providerId === null ? {} : { provider_id: to.providerId }),
      }),
    );
    version = whole(answer["version"]) ?? version + 1;
  };
  const done = await attempt((slot) => put(slot ? { ...target, startsAt: slot.from, endsAt: null, providerId: slot.providerId } : target));
  if (!done) return false;
  said.value = moved;
  toast(moved, "info", {
    label: o("journal.undo"),
    run: () => void attempt(() => put(before)).then((back) => back && toast((said.value = o("journal.undone")))),
  });
  return true;
}
