// The cards that are shown: loaded when wanted, changed one field at a time, in the order of the changes.

import { effect, signal } from "@preact/signals";
import { readCard, type Card } from "../model/card";
import { bag, readAll, readNamed } from "../model/wire";
import type { Named } from "../model/types";
import { Failure } from "../net/errors";
import { call } from "../net/rest";
import { contactNews } from "../store";

export const cards = signal<ReadonlyMap<number, Card>>(new Map());
const kept = 20;

/** Contacts that look like one just changed, as the server warned. */
export const warned = signal<ReadonlyMap<number, readonly Named[]>>(new Map());

function put(card: Card): void {
  const next = new Map(cards.value);
  next.delete(card.id);
  next.set(card.id, card);
  for (const id of next.keys()) if (next.size > kept) next.delete(id);
  cards.value = next;
}

/** Loads a card. Raises Failure not_found, offline. */
export async function loadCard(id: number): Promise<Card> {
  const card = readCard(await call("GET", `contacts/${id}`));
  put(card);
  return card;
}

let tail: Promise<unknown> = Promise.resolve();

/** Runs after all changes before it, so that the last word typed is the last word kept. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = tail.then(work, work);
  tail = mine.catch(() => undefined);
  return mine;
}

export type Patch = Readonly<Record<string, unknown>>;

/** Changes fields of a card, named as the API names them. Raises Failure. */
export function patchCard(id: number, body: Patch): Promise<void> {
  return inTurn(async () => {
    const answer = bag(await call("PATCH", `contacts/${id}`, body));
    const alike = readAll(answer["duplicates"], readNamed);
    if (alike.length > 0 || warned.value.has(id)) warned.value = new Map(warned.value).set(id, alike);
    if (answer["addresses"]) put(readCard(answer));
    else await loadCard(id);
  });
}

/** Asks for something about a card that changes it, then shows it as it is. Raises Failure. */
export function changeCard(id: number, method: string, path: string, body?: unknown): Promise<unknown> {
  return inTurn(async () => {
    const answer = await call(method, `contacts/${id}/${path}`, body);
    await loadCard(id);
    return answer;
  });
}

effect(() => {
  const news = contactNews.value;
  if (!news || !cards.peek().has(news.id)) return;
  void inTurn(() => loadCard(news.id)).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error; // the card stays as it was known
  });
});
