// Who is shown in which tab, in which order, and what the outbox keeps.

import assert from "node:assert/strict";
import test from "node:test";
import { keep, forget, load, newOutgoing, uuid } from "../model/outbox";
import { countTabs, listOf } from "../model/select";
import { makeEntry } from "../model/entry";
import { readHead, readMessage, WireError } from "../model/wire";
import type { Head } from "../model/types";
import { teamOne } from "./firm";

const head = (id: number, part: Partial<Head>): Head => ({
  ...readHead({ id, contact: { id, name: `v${id}` }, status: "open", created_at: "2026-11-20T10:00:00.000Z" }),
  ...part,
});

const heads = [
  head(1, { waitingSince: 300, lastMessageAt: 300 }),
  head(2, { waitingSince: 100, lastMessageAt: 900, assignee: { id: 2, name: "Nino" } }),
  head(3, { lastMessageAt: 800, assignee: { id: 2, name: "Nino" } }),
  head(4, { lastMessageAt: 850 }),
  head(5, { status: "snoozed", waitingSince: 50, lastMessageAt: 999 }),
  head(6, { status: "resolved", lastMessageAt: 700 }),
  head(7, { status: "resolved", lastMessageAt: 750 }),
  head(8, { team: { id: 2, name: "Back" }, waitingSince: 10 }),
];
const state = {
  entries: new Map(heads.map((one) => [one.id, makeEntry(one)])),
  me: teamOne,
  next: null,
  counts: { mine: 0, waiting: 0, all: 0, bot: 0 },
};
const ids = (list: readonly Head[]) => list.map(({ id }) => id);

test("the unanswered come first, the longest wait first; another team's are not shown", () => {
  assert.deepEqual(ids(listOf(state, "all")), [2, 1, 4, 3, 5]);
  assert.deepEqual(ids(listOf(state, "waiting")), [2, 1]);
  assert.deepEqual(ids(listOf(state, "mine")), [2, 3]);
  assert.deepEqual(ids(listOf(state, "resolved")), [7, 6]);
});

test("the counts agree with the lists, and trust the server while more is there than loaded", () => {
  assert.deepEqual(countTabs(state), { mine: 2, waiting: 2, all: 5, bot: 0, mineWaiting: 1, free: 1 });
  const more = countTabs({ ...state, next: "9", counts: { mine: 4, waiting: 50, all: 400, bot: 7 } });
  assert.deepEqual([more.mine, more.waiting, more.all, more.bot], [4, 50, 400, 7]);
});

test("what the bot answers is in its own list and in that of all, and is never red", () => {
  const entries = new Map(state.entries);
  const [first] = listOf(state, "waiting");
  assert.ok(first);
  const entry = entries.get(first.id);
  assert.ok(entry);
  entries.set(first.id, { ...entry, head: { ...first, handler: "bot" } });
  const withBot = { ...state, entries };
  assert.deepEqual(ids(listOf(withBot, "bot")), [first.id]);
  assert.deepEqual(ids(listOf(withBot, "waiting")), [1]);
  assert.ok(ids(listOf(withBot, "all")).includes(first.id));
  assert.deepEqual(countTabs(withBot), { mine: 2, waiting: 1, all: 5, bot: 1, mineWaiting: 0, free: 1 });
});

class Shelf implements Storage {
  readonly #kept = new Map<string, string>();
  full = false;
  get length() {
    return this.#kept.size;
  }
  key = (index: number) => [...this.#kept.keys()][index] ?? null;
  getItem = (key: string) => this.#kept.get(key) ?? null;
  setItem(key: string, value: string) {
    if (this.full) throw new Error("QuotaExceededError");
    this.#kept.set(key, value);
  }
  removeItem = (key: string) => void this.#kept.delete(key);
  clear = () => this.#kept.clear();
}

test("the outbox outlives the page, in order, each agent his own; what is sent is forgotten", () => {
  const shelf = new Shelf();
  const words = (text: string, at: number) => newOutgoing({ conversationId: 5, kind: "reply", text, replyTo: null, files: [] }, at);
  const [second, first, other] = [words("b", 20), words("a", 10), words("c", 5)];
  for (const item of [second, first]) assert(keep(shelf, 2, item));
  keep(shelf, 3, other);
  shelf.setItem("barev.desk.out.2.broken", "{");
  assert.deepEqual(load(shelf, 2), [first, second]);
  forget(shelf, 2, first.clientId);
  assert.deepEqual(load(shelf, 2), [second]);
  assert.deepEqual(load(shelf, 3), [other]);
});

test("a full browser loses no word: it is said that it is not kept", () => {
  const shelf = new Shelf();
  shelf.full = true;
  assert.equal(keep(shelf, 2, newOutgoing({ conversationId: 5, kind: "note", text: "x", replyTo: null, files: [] }, 1)), false);
});

test("client ids are UUIDs of version 4, each another", () => {
  const made = new Set(Array.from({ length: 500 }, uuid));
  assert.equal(made.size, 500);
  for (const id of made) assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id), id);
});

test("the wire is read once and strictly where it matters", () => {
  const message = readMessage({ id: 1, conversation_id: 2, seq: 3, change: 4, deleted: true, author: { kind: "robber" } });
  assert.deepEqual([message.author.kind, message.deleted, message.text], ["system", true, ""]);
  for (const broken of [null, 7, [], {}, { id: "1" }, { id: 1, conversation_id: 2, seq: 1.5, change: 1 }]) {
    let thrown: unknown = null;
    try {
      readMessage(broken);
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof WireError, JSON.stringify(broken));
  }
});
