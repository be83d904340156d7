// What the firm keeps for its contacts: groups, categories, sources, own fields, people. Loaded once, refreshed by whoever changes them.

import { signal } from "@preact/signals";
import { readCategory, readCustomField, type Category, type CustomField } from "../model/card";
import type { Named } from "../model/types";
import { bag, readAll, readNamed } from "../model/wire";
import { Failure } from "../net/errors";
import { call } from "../net/rest";

export const groups = signal<readonly Named[]>([]);
export const categories = signal<readonly Category[]>([]);
export const sources = signal<readonly Named[]>([]);
export const customFields = signal<readonly CustomField[]>([]);
export const people = signal<readonly Named[]>([]);

async function items(path: string): Promise<unknown> {
  try {
    return bag(await call("GET", path))["items"];
  } catch (error) {
    if (error instanceof Failure) return []; // what cannot be had is not offered
    throw error;
  }
}

let asked = false;

/** Loads all of them at the first call; `anew` always. */
export async function needCatalogues(anew = false): Promise<void> {
  if (asked && !anew) return;
  asked = true;
  const [group, category, source, field, agent] = await Promise.all(
    ["contact-groups", "contact-categories", "contact-sources", "custom-fields", "agents"].map(items),
  );
  groups.value = readAll(group, readNamed);
  categories.value = readAll(category, readCategory);
  sources.value = readAll(source, readNamed);
  customFields.value = readAll(field, readCustomField);
  people.value = readAll(agent, readNamed);
}

const homes = { groups: "contact-groups", categories: "contact-categories", sources: "contact-sources" } as const;

/** Adds an entry by its name. Raises Failure forbidden, invalid, offline. */
export async function addEntry(kind: keyof typeof homes, name: string): Promise<Named> {
  const made = readNamed(await call("POST", homes[kind], { name }));
  if (!made) throw new Failure("unavailable", "");
  await needCatalogues(true);
  return made;
}
