// The canned responses that this agent may use, fetched when first asked for and again when they have grown old.

import { signal } from "@preact/signals";
import { readAllCanned, type Canned, type CannedFields, type PlaceFields } from "../model/canned";
import type { Head } from "../model/types";
import { bag, text } from "../model/wire";
import { me, state } from "../store";
import { Failure } from "./errors";
import { call } from "./rest";

const freshMs = 60_000;
export const canned = signal<readonly Canned[] | null>(null);
let fetchedAt = 0;
let owner: number | null = null;

/** Fetches them unless they are fresh. Raises Failure: a refusal, or offline. */
export async function needCanned(agentId: number, anew = false): Promise<void> {
  if (owner !== agentId) canned.value = null;
  if (!anew && owner === agentId && canned.value && Date.now() - fetchedAt < freshMs) return;
  owner = agentId;
  fetchedAt = Date.now();
  canned.value = readAllCanned(await call("GET", "canned-responses"));
}

/** What is said of the branch of a conversation; where it cannot be had, the business's name alone. */
export async function placeOf(conversationId: number): Promise<PlaceFields> {
  try {
    const raw = bag(await call("GET", `conversations/${conversationId}/place`));
    const word = (key: string) => text(raw[key]) ?? "";
    return { firm: word("firm"), phone: word("phone"), address: word("address"), city: word("city") };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { firm: state.value.business, phone: "", address: "", city: "" };
  }
}

/** What the fields of a response stand for in a conversation. */
export const fieldsOf = (of: Head, place: PlaceFields): CannedFields => ({
  name: of.contact.name,
  agent: me.value?.name ?? "",
  team: of.team?.name ?? "",
  business: state.value.business,
  ...place,
});
