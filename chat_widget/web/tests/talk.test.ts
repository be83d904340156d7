// However events come, and whatever is lost of them, the conversation ends as a fresh load shows it.

import assert from "node:assert/strict";
import test from "node:test";
import type { Change, Found, Message } from "../protocol";
import { Talk } from "../talk";
import { Chance } from "./random";
import { TinyServer } from "./server";

const ROUNDS = 250;
const PAGE = 3;

/** What a visitor sees, from the first place on that both know. */
function picture(talk: Talk, from = 0): unknown {
  const { head } = talk;
  const shown = head && { ...head, change: 0 };
  const messages = talk.list().filter((message) => message.seq >= from);
  return { head: shown, unread: from ? 0 : talk.unread, messages };
}

function fresh(server: TinyServer): Talk {
  const talk = new Talk();
  talk.load(server.hello());
  return talk;
}

/** Syncs as the client does: until nothing is missing, page by page. */
function catchUp(talk: Talk, server: TinyServer, overlap: boolean): void {
  for (let round = 0, due = overlap; due || talk.behind; round += 1, due = false) {
    assert(round < 5, "a sync must settle what is missing");
    let after = Math.max(0, talk.last - (due ? 1 : 0));
    const { claims } = talk;
    for (let more = true; more; ) {
      const page = server.sync(after, talk.head?.id, PAGE);
      talk.merge(page, claims);
      after = page.last_change;
      more = page.more;
    }
  }
}

function assertFresh(talk: Talk, server: TinyServer, seed: number): void {
  assert.deepEqual(picture(talk), picture(fresh(server)), `seed ${seed}`);
  assert.equal(talk.last, server.head?.change ?? 0, `seed ${seed}`);
}

test("events in order, each change one event, need no sync", () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    const talk = fresh(server);
    talk.apply(server.begin()[0] as Change);
    catchUp(talk, server, false);
    for (let step = 0; step < 40; step += 1) {
      for (const change of server.act(chance)) talk.apply(change);
      if (talk.head?.status !== "resolved") assert(!talk.behind || server.head?.status === "resolved", `seed ${seed}`);
      catchUp(talk, server, false);
    }
    assertFresh(talk, server, seed);
  }
});

test("lost, doubled and shuffled events with sync give the state of a fresh load", () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    const talk = fresh(server);
    let late: Change[] = [];
    for (let step = 0; step < 60; step += 1) {
      late.push(...server.act(chance));
      if (chance.maybe(0.03)) late = [...late.filter(({ name }) => name === "conversation"), ...server.begin()];
      if (chance.maybe(0.4)) {
        const doubled = late.filter(() => chance.maybe(0.3));
        for (const change of chance.shuffled([...late, ...doubled])) if (!chance.maybe(0.25)) talk.apply(change);
        late = late.filter(() => chance.maybe(0.2));
      }
      if (chance.maybe(0.2)) catchUp(talk, server, false);
    }
    catchUp(talk, server, true);
    catchUp(talk, server, true); // a conversation that an old answer took away is believed the second time
    assertFresh(talk, server, seed);
    for (const change of late) talk.apply(change);
    catchUp(talk, server, false);
    assertFresh(talk, server, seed);
  }
});

test("the last event of a broken connection may be half of its change: an overlapping sync has the rest", () => {
  const server = new TinyServer();
  const [begun] = server.begin();
  const talk = fresh(server);
  const said = server.say({ kind: "agent", name: "Anahit" }, "hello");
  talk.apply({ name: "conversation", data: { ...server.head!, change: said.change } });
  assert.equal(talk.list().length, 0);
  assert(!talk.behind);
  catchUp(talk, server, true);
  assertFresh(talk, server, 0);
  assert(begun);
});

test("events during the first load are neither lost nor doubled", () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    const talk = new Talk();
    for (let step = 0; step < 20; step += 1) server.act(chance);
    const before: Change[] = [];
    for (let step = 0; step < 5; step += 1) before.push(...server.act(chance));
    const hello = server.hello();
    const after: Change[] = [];
    for (let step = 0; step < 5; step += 1) after.push(...server.act(chance));
    const early = [...before, ...after];
    const cut = chance.below(early.length + 1);
    for (const change of early.slice(0, cut)) talk.apply(change);
    assert.equal(talk.list().length, 0);
    talk.load(hello);
    for (const change of early.slice(cut)) talk.apply(change);
    catchUp(talk, server, false);
    assertFresh(talk, server, seed);
  }
});

test("a first page is a window: older messages come when asked for, and not before", () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    for (let step = 0; step < 60; step += 1) server.act(chance);
    const talk = new Talk();
    const hello = server.hello(5);
    talk.load(hello);
    const first = hello.messages[0]?.seq ?? 0;
    assert.equal(talk.moreBefore, first > 1);
    for (let step = 0; step < 20; step += 1) for (const change of server.act(chance)) if (chance.maybe(0.7)) talk.apply(change);
    catchUp(talk, server, true);
    assert.equal(talk.list()[0]?.seq ?? 0, first, `seed ${seed}`);
    assert.deepEqual(picture(talk, first), picture(fresh(server), first), `seed ${seed}`);
    talk.extend({ messages: [], more_before: false });
    let after = 0;
    for (let more = true; more; ) {
      const page = server.sync(after, talk.head?.id, PAGE);
      talk.merge(page, talk.claims);
      after = page.last_change;
      more = page.more;
    }
    assertFresh(talk, server, seed);
  }
});

test("older pages join what is loaded, whatever changed while they travelled", () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    for (let step = 0; step < 60; step += 1) server.act(chance);
    const talk = new Talk();
    talk.load(server.hello(5));
    while (talk.moreBefore) {
      const older = server.hello().messages.filter(({ seq }) => seq < talk.first);
      const page = structuredClone({ messages: older.slice(-PAGE), more_before: older.length > PAGE });
      const before = talk.head?.id;
      for (const change of server.act(chance)) if (chance.maybe(0.7)) talk.apply(change);
      catchUp(talk, server, true);
      if (talk.head?.id !== before) break; // the client asks again
      talk.extend(page);
      if (chance.maybe(0.1)) talk.trim(4);
      if (chance.maybe(0.02)) break;
    }
    const from = talk.moreBefore ? talk.first : 0;
    assert.deepEqual(picture(talk, from), picture(fresh(server), from), `seed ${seed}`);
  }
});

test("a place far before is loaded by itself, and joined to the last ones from there, whatever changes meanwhile", () => {
  let landed = 0;
  let joined = 0;
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const chance = new Chance(seed);
    const server = new TinyServer();
    for (let step = 0; step < 120; step += 1) server.act(chance);
    const talk = new Talk();
    talk.load(server.hello(5));
    const head = talk.head?.id;
    const before = (seq: number): Found => {
      const all = server.hello().messages.filter((message) => message.seq < seq);
      return structuredClone({ messages: all.slice(-PAGE), more_before: all.length > PAGE });
    };
    for (let turn = 0; turn < 30 && talk.head?.id === head; turn += 1) {
      const target = server.hello().messages[turn % 7]?.seq ?? 0;
      const page = before(target + PAGE / 2);
      const { gap } = talk;
      const next = before(gap + PAGE + 1);
      const older = before(talk.first);
      for (const change of server.act(chance)) if (chance.maybe(0.7)) talk.apply(change);
      catchUp(talk, server, true);
      if (talk.head?.id !== head) break;
      if (talk.lacks(target)) {
        talk.land(page);
        landed += 1;
        assert(talk.list().some(({ seq }) => seq === target), `seed ${seed}`);
      } else if (gap && chance.maybe(0.8)) {
        talk.bridge(next, PAGE);
        if (!talk.gap) joined += 1;
      } else if (talk.moreBefore && chance.maybe(0.5)) talk.extend(older);
      else if (chance.maybe(0.2)) talk.trim(4);
      const held = fresh(server).list().filter(({ seq }) => !talk.lacks(seq));
      assert.deepEqual(talk.list(), held, `seed ${seed}`);
    }
  }
  assert(landed > ROUNDS && joined > 0);
});

test("what is quoted from before the loaded ones is kept up to date", () => {
  const server = new TinyServer();
  server.begin();
  const agent = { kind: "agent" as const, name: "Ani" };
  const old = server.say(agent, "old", {});
  for (let count = 0; count < 9; count += 1) server.say(agent, `word ${count}`, {});
  const talk = new Talk();
  talk.load(server.hello(5));
  assert.equal(talk.find(old.id), undefined);
  talk.putAside([old]);
  assert.equal(talk.find(old.id)?.text, "old");
  talk.apply({ name: "message_deleted", data: { ...old, text: "", deleted: true, change: talk.last + 1 } });
  assert.equal(talk.find(old.id)?.deleted, true);
  talk.putAside([old]); // an answer that was on its way
  assert.equal(talk.find(old.id)?.deleted, true);
  assert(!talk.list().some(({ id }) => id === old.id));
});

test("an accepted message is shown at once, and once", () => {
  const server = new TinyServer();
  server.begin();
  const talk = fresh(server);
  const said = server.say({ kind: "visitor", name: "Ani" }, "hello", { client_id: "one" });
  talk.accept("one", said, { text: "hello" });
  assert.deepEqual(talk.list().map(({ text }) => text), ["hello"]);
  assert.deepEqual(talk.claims.accepted, ["one"]);
  talk.apply({ name: "message", data: said });
  talk.accept("one", said, { text: "hello" }); // the acknowledgement after the event
  assert.deepEqual(talk.claims.accepted, []);
  assertFresh(talk, server, 0);
});

test("an accepted message whose event got lost, or that belongs elsewhere, is settled by a sync", () => {
  const server = new TinyServer();
  server.begin();
  const talk = fresh(server);
  const said = server.say({ kind: "visitor", name: "Ani" }, "hello", { client_id: "one" });
  talk.accept("one", said, { text: "hello" });
  const elsewhere: Message = { ...said, id: 7, seq: 70, change: 90 };
  talk.accept("two", elsewhere, { text: "long ago" });
  catchUp(talk, server, true);
  assertFresh(talk, server, 0);
});

test("a newer conversation takes over, an older one never comes back by an event", () => {
  const server = new TinyServer();
  const [first] = server.begin();
  const talk = fresh(server);
  talk.apply({ name: "message", data: server.say({ kind: "agent", name: "Anahit" }, "old") });
  const stale = server.sync(0, undefined, 10);
  for (const change of server.begin()) talk.apply(change);
  catchUp(talk, server, false);
  talk.apply(first as Change);
  talk.merge(stale, talk.claims); // read before the second conversation began
  assert.equal(talk.head?.id, server.head?.id);
  catchUp(talk, server, false);
  assertFresh(talk, server, 0);
});

test("a conversation that is gone is gone after the server has said so twice", () => {
  const server = new TinyServer();
  server.begin();
  const talk = fresh(server);
  server.head = null;
  server.messages = [];
  catchUp(talk, server, true);
  assert.equal(talk.head, null);
  assert.equal(talk.list().length, 0);
});

test("what the visitor has not read counts, his own words and deleted ones do not", () => {
  const server = new TinyServer();
  server.begin();
  const talk = fresh(server);
  const agent = { kind: "agent", name: "Anahit" } as const;
  talk.apply({ name: "message", data: server.say({ kind: "visitor", name: "" }, "mine") });
  const two = server.say(agent, "two");
  talk.apply({ name: "message", data: two });
  talk.apply({ name: "message", data: server.say({ kind: "bot", name: "Bot" }, "three") });
  assert.equal(talk.unread, 2);
  assert.equal(talk.lastForeignSeq, 3);
  talk.apply({ name: "message_deleted", data: { id: two.id, seq: two.seq, change: talk.last + 1 } });
  assert.equal(talk.unread, 1);
  talk.apply({ name: "read", data: { side: "visitor", seq: 3, change: talk.last + 1 } });
  talk.apply({ name: "read", data: { side: "visitor", seq: 1, change: talk.last + 1 } });
  assert.equal(talk.unread, 0);
});
