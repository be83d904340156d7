// Whatever the line does, every message arrives once and in order, and none is forgotten.

import assert from "node:assert/strict";
import test from "node:test";
import { Outbox, type Queued, type Shelf } from "../outbox";
import type { Ack } from "../protocol";
import { backoffMs, judge, Sender, type Courier } from "../sender";
import { Chance } from "./random";

const ROUNDS = 100;

class MemoryShelf implements Shelf {
  readonly #kept = new Map<string, string>();
  get = (key: string): string | null => this.#kept.get(key) ?? null;
  set = (key: string, value: string): void => void this.#kept.set(key, value);
  remove = (key: string): void => void this.#kept.delete(key);
  keys = (): string[] => [...this.#kept.keys()].reverse();
}

/** Keeps a message once, however often it comes, as the server does. */
class Inbox {
  readonly texts: string[] = [];
  readonly #known = new Set<string>();

  constructor(private readonly chance: Chance) {}

  /** Null: the line broke before or after it was kept. */
  take(entry: Queued): Ack<unknown> | null {
    assert(entry.kind === "message");
    if (this.chance.maybe(0.15)) return refuse("unavailable");
    if (this.chance.maybe(0.1)) return refuse("too_many", 0.2);
    if (this.chance.maybe(0.1)) return null;
    if (entry.text.startsWith("bad")) return refuse("invalid");
    if (!this.#known.has(entry.id)) this.texts.push(entry.text);
    this.#known.add(entry.id);
    return this.chance.maybe(0.2) ? null : { ok: true };
  }
}

function refuse(code: string, retry_after_s?: number): Ack<unknown> {
  return { ok: false, error: { code, message: code, ...(retry_after_s !== undefined && { retry_after_s }) } };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

/** A tab: sends in its own time, alone or, without locks, beside the others. */
function openTab(shelf: Shelf, inbox: Inbox, chance: Chance, lock: Mutex | null, name: string): Tab {
  let ids = 0;
  let clock = 1_000;
  const outbox = new Outbox(shelf, () => `${name}${(ids += 1)}`, () => (clock += chance.below(3)));
  const tab: Tab = { outbox, online: true, waits: [], sender: undefined as never };
  const courier: Courier = {
    ready: () => tab.online,
    async send(entry) {
      await turns(chance.below(6));
      return tab.online ? inbox.take(entry) : null;
    },
    alone: (work) => (lock ? lock.run(work) : work()),
    async wait(milliseconds) {
      tab.waits.push(milliseconds);
      await turns(3);
    },
    held: () => undefined,
    settled: () => undefined,
  };
  tab.sender = new Sender(outbox, courier);
  return tab;
}

interface Tab {
  outbox: Outbox;
  sender: Sender;
  online: boolean;
  waits: number[];
}

class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

for (const locks of [true, false]) {
  test(`two tabs on a bad line, ${locks ? "with" : "without"} locks: each message once, each tab's in order`, async () => {
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      const chance = new Chance(seed);
      const shelf = new MemoryShelf();
      const inbox = new Inbox(chance);
      const lock = locks ? new Mutex() : null;
      const tabs = ["a", "b"].map((name) => openTab(shelf, inbox, chance, lock, name));
      const wanted: Record<string, string[]> = { a: [], b: [] };
      const bad: string[] = [];
      for (let step = 0; step < 25; step += 1) {
        const place = chance.below(2);
        const tab = tabs[place] as Tab;
        if (chance.maybe(0.6)) {
          const name = "ab"[place] as string;
          const spoilt = chance.maybe(0.1);
          const text = `${spoilt ? "bad " : ""}${name}${step}`;
          tab.outbox.addMessage(text);
          (spoilt ? bad : (wanted[name] as string[])).push(text);
        }
        if (chance.maybe(0.2)) tab.online = !tab.online;
        if (chance.maybe(0.1)) tabs[place] = openTab(shelf, inbox, chance, lock, `${"ab"[place]}${step}-`); // a reload
        tab.sender.kick();
        await turns(chance.below(20));
      }
      for (let round = 0; round < 200 && (tabs[0] as Tab).outbox.waiting().length > 0; round += 1) {
        for (const tab of tabs) {
          tab.online = true;
          tab.sender.kick();
        }
        await turns(50);
      }
      const said = `seed ${seed}: ${inbox.texts.join()}`;
      for (const name of ["a", "b"]) {
        assert.deepEqual(inbox.texts.filter((text) => text.startsWith(name)), wanted[name], said);
      }
      const kept = (tabs[0] as Tab).outbox.list();
      assert.deepEqual(kept.map((entry) => entry.kind === "message" && entry.text).sort(), bad.sort(), said);
      assert(kept.every((entry) => entry.refusal?.code === "invalid"), said);
      assert.deepEqual(tabs.flatMap((tab) => tab.waits).filter((wait) => wait < 200), [], said);
    }
  });
}

test("a message is written down before it is sent, and survives a reload with the same id", () => {
  const shelf = new MemoryShelf();
  const first = new Outbox(shelf, () => "one", () => 5);
  const entry = first.addMessage("hello");
  const second = new Outbox(shelf, () => "two", () => 1); // the clock went back
  assert.deepEqual(second.list(), [entry]);
  second.addMessage("again");
  assert.deepEqual(second.waiting().map(({ id }) => id), ["one", "two"]);
});

test("a pressed button waits once", () => {
  let ids = 0;
  const outbox = new Outbox(new MemoryShelf(), () => `${(ids += 1)}`, () => 1);
  outbox.addChoice(7, "yes");
  outbox.addChoice(7, "no");
  assert.deepEqual(outbox.list().map((entry) => entry.kind === "choice" && entry.value), ["yes"]);
});

test("what is no entry of ours is passed over", () => {
  const shelf = new MemoryShelf();
  shelf.set("out.x", "{");
  shelf.set("out.y", "null");
  shelf.set("token", "t");
  const outbox = new Outbox(shelf, () => "one", () => 1);
  outbox.addMessage("hello");
  assert.equal(outbox.list().length, 1);
  outbox.refuse("unknown", { code: "invalid", message: "" });
  assert.equal(outbox.list().length, 1);
});

test("answers are judged by their code", () => {
  assert.deepEqual(judge({ ok: true }, 1), { kind: "done" });
  assert.equal(judge(refuse("invalid"), 1).kind, "refused");
  assert.equal(judge(refuse("too_large"), 1).kind, "refused");
  assert.equal(judge(refuse("forbidden"), 1).kind, "refused");
  assert.equal(judge(refuse("unauthorized"), 1).kind, "halt");
  for (const ack of [refuse("too_many", 3), refuse("unavailable", 3)]) {
    const verdict = judge(ack, 1);
    assert(verdict.kind === "later" && verdict.after_ms === 3_000);
  }
  assert.deepEqual([1, 2, 3, 9].map(backoffMs), [1_000, 2_000, 4_000, 30_000]);
});
