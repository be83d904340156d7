// The canned responses that this agent may use, fetched when first asked for and again when they have grown old.

import { signal } from "@preact/signals";
import { readAllCanned, type Canned } from "../model/canned";
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
