// Whatever happens to the news on its way, the desk ends equal to a fresh load.

import assert from "node:assert/strict";
import test from "node:test";
import { initialState, missedFrom, reduce, type News, type State } from "../model/state";
import type { Agent } from "../model/types";
import { everyone, Firm, teamOne } from "./firm";
import { Chance } from "./random";

const page = 7;
const rounds = 300;

/** The first load, and the resolved ones as their tab lists them. */
function load(firm: Firm): State {
  const greeted = reduce({ ...initialState }, { type: "hello", hello: firm.hello() });
  return reduce(greeted, { type: "listed", heads: firm.heads() });
}

function open(state: State, firm: Firm, id: number): State {
  const opened = firm.opened(id, page);
  return opened ? reduce(reduce(state, { type: "opening", id }), { type: "opened", opened }) : state;
}

function hear(state: State, news: readonly News[]): State {
  return news.reduce(reduce, state);
}

function catchUp(state: State, firm: Firm): State {
  const after = Math.min(state.settled, missedFrom(state) ?? Infinity);
  return reduce(state, { type: "synced", synced: firm.synced(after) });
}

/** What is on the screen: heads of unresolved conversations, and of each open dialog its messages. */
function picture(state: State, firm: Firm): unknown {
  const heads = [...state.entries.values()].map(({ head }) => head).filter(({ status }) => status !== "resolved");
  const threads = [...state.threads].map(([id, thread]) => {
    const first = thread.messages[0]?.seq ?? 0;
    const fresh = firm.opened(id, 1_000_000)?.messages.filter(({ seq }) => !thread.moreBefore || seq >= first);
    return { id, messages: thread.messages, fresh, more: thread.moreBefore };
  });
  return { heads: heads.sort((a, b) => a.id - b.id), threads: threads.map(({ id, messages }) => ({ id, messages })) };
}

function assertFresh(state: State, firm: Firm, why: string): void {
  const heads = firm.hello().conversations;
  const threads = [...state.threads].map(([id, thread]) => {
    const first = thread.messages[0]?.seq ?? 0;
    const all = firm.opened(id, 1_000_000)?.messages ?? [];
    if (!thread.moreBefore) return { id, messages: all };
    return { id, messages: all.filter(({ seq }) => seq >= first) };
  });
  assert.deepEqual(picture(state, firm), { heads: [...heads].sort((a, b) => a.id - b.id), threads }, why);
  assert.equal(missedFrom(state), null, `${why}: nothing is missing`);
}

function begun(seed: number, me: Agent): { chance: Chance; firm: Firm; state: State } {
  const chance = new Chance(seed);
  const firm = new Firm(chance, me);
  for (let step = 0; step < 40; step += 1) firm.happen();
  let state = load(firm);
  for (const { id } of firm.heads().slice(0, 3)) state = open(state, firm, id);
  return { chance, firm, state };
}

for (const me of [everyone, teamOne]) {
  test(`in order, nothing lost: equal without a catch-up (agent ${me.id})`, () => {
    for (let seed = 1; seed <= rounds; seed += 1) {
      const begin = begun(seed, me);
      let { state } = begin;
      for (let step = 0; step < 60; step += 1) state = hear(state, begin.firm.happen());
      // a conversation that came back to these eyes was not followed meanwhile: its dialog is loaded again
      for (const id of state.threads.keys()) assert(state.entries.has(id), "a dialog without its head");
      if (me === everyone) assertFresh(state, begin.firm, `seed ${seed}`);
    }
  });

  test(`crossed, doubled, lost, then a catch-up: equal to a fresh load (agent ${me.id})`, () => {
    for (let seed = 1; seed <= rounds; seed += 1) {
      const begin = begun(seed, me);
      const { chance, firm } = begin;
      let { state } = begin;
      for (let times = 0; times < 3; times += 1) {
        const news: News[] = [];
        for (let step = 0; step < 30; step += 1) news.push(...firm.happen());
        const kept = news.filter(() => !chance.maybe(0.2)).flatMap((one) => (chance.maybe(0.2) ? [one, one] : [one]));
        state = hear(state, chance.shuffled(kept, 6));
        state = catchUp(state, firm);
        assertFresh(state, firm, `seed ${seed}, time ${times}`);
      }
    }
  });
}

test("crossed and doubled, but nothing lost: equal without a catch-up", () => {
  for (let seed = 1; seed <= rounds; seed += 1) {
    const { chance, firm, state: start } = begun(seed, everyone);
    const news = Array.from({ length: 60 }, () => firm.happen()).flat();
    const doubled = news.flatMap((one) => (chance.maybe(0.2) ? [one, one] : [one]));
    const begins = doubled.filter((one) => one.type === "conversation" && !start.entries.has(one.head.id));
    const state = hear(start, chance.shuffled(doubled, 8));
    if (missedFrom(state) === null && state.orphans.size === 0) assertFresh(state, firm, `seed ${seed}`);
    else assert(begins.length > 0, `seed ${seed}: something is missing that was told`);
  }
});

test("news before, during and after the first load is neither lost nor doubled", () => {
  for (let seed = 1; seed <= rounds; seed += 1) {
    const chance = new Chance(seed);
    const firm = new Firm(chance, everyone);
    for (let step = 0; step < 30; step += 1) firm.happen();
    const early = Array.from({ length: 10 }, () => firm.happen()).flat();
    const hello = firm.hello();
    const late = Array.from({ length: 10 }, () => firm.happen()).flat();
    let state = hear(initialState, chance.shuffled([...early, ...late], 2));
    assert.equal(state.ready, false);
    state = reduce(state, { type: "hello", hello });
    state = catchUp(state, firm);
    assertFresh(state, firm, `seed ${seed}`);
  }
});

test("news that comes while a dialog loads is joined with it", () => {
  for (let seed = 1; seed <= rounds; seed += 1) {
    const chance = new Chance(seed);
    const firm = new Firm(chance, everyone);
    for (let step = 0; step < 60; step += 1) firm.happen();
    let state = load(firm);
    const { id } = chance.pick(firm.heads());
    state = reduce(state, { type: "opening", id });
    const before = Array.from({ length: 5 }, () => firm.happen()).flat();
    const opened = firm.opened(id, page);
    const after = Array.from({ length: 5 }, () => firm.happen()).flat();
    assert(opened);
    const early = after.filter(() => chance.maybe(0.5));
    state = hear(state, [...before, ...early]);
    state = reduce(state, { type: "opened", opened });
    state = hear(state, after);
    if (state.orphans.size > 0) state = catchUp(state, firm); // of one begun meanwhile, words came before its head
    assertFresh(state, firm, `seed ${seed}`);
  }
});

test("a lost change is noticed by the next one of its conversation, and a catch-up closes the gap", () => {
  let noticed = 0;
  for (let seed = 1; seed <= rounds; seed += 1) {
    const { firm, state: start } = begun(seed, everyone);
    let state = start;
    const news = Array.from({ length: 30 }, () => firm.happen()).flat();
    const lost = news.findIndex(({ type }) => type === "message");
    const one = news[lost];
    if (one?.type !== "message") continue;
    const its = one.message.conversationId;
    const later = news.slice(lost + 1).filter((other) => other.type === "message" && other.message.conversationId === its);
    state = hear(state, news.filter((_, place) => place !== lost));
    if (later.length === 0) continue;
    const next = news[lost + 1];
    if (next?.type === "conversation" && next.head.change === one.message.change) continue; // the same change, told twice
    noticed += 1;
    assert(missedFrom(state) !== null, `seed ${seed}: a gap nobody saw`);
    assertFresh(catchUp(state, firm), firm, `seed ${seed}`);
  }
  assert(noticed > rounds / 4, `only ${noticed} runs had a gap to notice`);
});

test("a dialog that came back stays, however late the word of its going comes", () => {
  for (let seed = 1; seed <= rounds; seed += 1) {
    const { firm, state: start } = begun(seed, teamOne);
    const id = [...start.threads.keys()].find((one) => start.entries.get(one)?.head.team?.id === 1);
    const before = id === undefined ? undefined : start.entries.get(id)?.head;
    if (id === undefined || !before) continue;
    const [change, event] = [before.change, start.lastEvent];
    const gone: News = { type: "conversation", gone: true, head: { ...before, team: { id: 2, name: "Back" }, assignee: null, change: change + 1, event: event + 1 } };
    const back: News = { type: "conversation", head: { ...before, change: change + 2, event: event + 2 } };
    const late = hear(start, [back, gone]);
    assert(late.entries.has(id) && late.threads.has(id), `seed ${seed}: dropped by stale news`);
    assert.equal(missedFrom(late), null, `seed ${seed}: the change of its going was heard`);
    assert.equal(hear(start, [gone]).entries.has(id), false, `seed ${seed}: it did go`);
    assert(hear(start, [gone, back]).entries.has(id), `seed ${seed}: in order`);
    const synced = { heads: [], messages: [], gone: [id], lastEvent: event + 1 };
    assert(reduce(late, { type: "synced", synced }).entries.has(id), `seed ${seed}: dropped by an older catch-up`);
    assert(firm.heads().length > 0);
    return;
  }
  assert.fail("no dialog of the team was open in any round");
});

test("older pages, put before, make the whole dialog", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { firm, state: start } = begun(seed, everyone);
    let state = start;
    for (const [id] of start.threads) {
      for (;;) {
        const thread = state.threads.get(id);
        if (!thread?.moreBefore) break;
        state = hear(state, firm.happen());
        const older = firm.history(id, thread.messages[0]?.seq ?? 0, page);
        state = reduce(state, { type: "history", id, ...older });
      }
      assert.deepEqual(state.threads.get(id)?.messages, firm.opened(id, 1_000_000)?.messages);
    }
  }
});

test("a dialog loaded again after a long absence keeps no hole", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { firm, state: start } = begun(seed, everyone);
    for (let step = 0; step < 200; step += 1) firm.happen();
    let state = catchUp(start, firm);
    for (const id of start.threads.keys()) state = open(state, firm, id);
    for (const { messages } of state.threads.values()) {
      messages.forEach((message, place) => assert.equal(message.seq, (messages[0]?.seq ?? 0) + place, "a hole"));
    }
    assertFresh(state, firm, `seed ${seed}`);
  }
});

test("a long dialog is heard in no time", () => {
  const { firm, state: start } = begun(7, everyone);
  let state = start;
  const id = [...state.threads.keys()][0] as number;
  const sample = state.threads.get(id)?.messages[0];
  assert(sample);
  const many = Array.from({ length: 10_000 }, (_, place) => ({ ...sample, id: place + 1, seq: place + 1, change: place + 1 }));
  const head = state.entries.get(id)?.head;
  assert(head);
  const opened = { head: { ...head, lastSeq: 10_000, change: 10_000 }, messages: many, moreBefore: false, lastChange: 10_000 };
  const from = performance.now();
  state = reduce(state, { type: "opened", opened });
  const loaded = performance.now() - from;
  for (let next = 10_001; next <= 10_200; next += 1) {
    state = reduce(state, { type: "message", message: { ...sample, id: next, seq: next, change: next } });
  }
  const each = (performance.now() - from - loaded) / 200;
  assert(each < 5, `${each.toFixed(2)} ms a message in a dialog of 10,000`);
  assert.equal(state.threads.get(id)?.messages.length, 10_200);
  assert(firm.heads().length > 0);
});
