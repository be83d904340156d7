// What the desk knows, and how every piece of news changes it. Pure: the same news in any order, doubled or late, ends in
// the same state; what was lost is noticed (`missedFrom`) and fetched again.

import { advance, makeEntry, putContact, putHead, putMessageHead, putReadMark, settle, type Entry } from "./entry";
import { isVisible } from "./rights";
import { emptyThread, loadThread, prepend, putMessage, trim, type Thread } from "./thread";
import type {
  Agent, Colleague, Contact, Counts, Head, Hello, Message, Named, Opened, PresenceNews, ReadMark, Synced,
} from "./types";

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface State {
  /** False until the first load, and while one is under way: news is then kept in `early`. */
  readonly ready: boolean;
  readonly early: readonly News[];
  /** Everything up to this event number is known for certain; a catch-up starts here. */
  readonly settled: number;
  /** The highest event number seen. */
  readonly lastEvent: number;
  readonly entries: ReadonlyMap<number, Entry>;
  /** Conversations that news spoke of before their head was known, and which event numbers that news had. */
  readonly orphans: ReadonlyMap<number, Span>;
  readonly threads: ReadonlyMap<number, Thread>;
  readonly me: Agent | null;
  readonly agents: readonly Colleague[];
  readonly teams: readonly Named[];
  /** Where the list on the server goes on beyond what is loaded; "" is its beginning, null: all is loaded. */
  readonly next: string | null;
  readonly counts: Counts;
  readonly textLimit: number;
  readonly business: string;
}

export const initialState: State = {
  ready: false,
  early: [],
  settled: 0,
  lastEvent: 0,
  entries: new Map(),
  orphans: new Map(),
  threads: new Map(),
  me: null,
  agents: [],
  teams: [],
  next: null,
  counts: { mine: 0, waiting: 0, all: 0, bot: 0 },
  textLimit: 10_000,
  business: "",
};

/** What comes unasked. */
export type News =
  | { readonly type: "message"; readonly message: Message; readonly head?: Head | undefined }
  | { readonly type: "conversation"; readonly head: Head; readonly gone?: boolean }
  | { readonly type: "read"; readonly mark: ReadMark }
  | { readonly type: "contact"; readonly contact: Contact }
  | { readonly type: "presence"; readonly news: PresenceNews };

export type Action =
  | News
  | { readonly type: "loading" }
  | { readonly type: "hello"; readonly hello: Hello }
  | { readonly type: "synced"; readonly synced: Synced }
  | { readonly type: "settled"; readonly event: number }
  | { readonly type: "opening"; readonly id: number }
  | { readonly type: "opened"; readonly opened: Opened }
  | { readonly type: "history"; readonly id: number; readonly messages: readonly Message[]; readonly moreBefore: boolean }
  | { readonly type: "listed"; readonly heads: readonly Head[]; readonly next?: string | null }
  | { readonly type: "trimmed"; readonly id: number; readonly keep: number }
  | { readonly type: "closed"; readonly id: number };

const newsTypes: readonly string[] = ["message", "conversation", "read", "contact", "presence"];

function isNews(action: Action): action is News {
  return newsTypes.includes(action.type);
}

export function reduce(state: State, action: Action): State {
  if (isNews(action)) return state.ready ? hear(state, action) : { ...state, early: [...state.early, action] };
  switch (action.type) {
    case "loading":
      return { ...state, ready: false };
    case "hello":
      return greet(state, action.hello);
    case "synced":
      return catchUp(state, action.synced);
    case "settled":
      return { ...state, settled: Math.max(state.settled, action.event) };
    case "opening":
      return state.threads.has(action.id) ? state : putThread(state, action.id, emptyThread);
    case "opened":
      return open(state, action.opened);
    case "history":
      return changeThread(state, action.id, (thread) => prepend(thread, action.messages, action.moreBefore));
    case "listed":
      return { ...action.heads.reduce(hearHead, state), next: action.next === undefined ? state.next : action.next };
    case "trimmed":
      return changeThread(state, action.id, (thread) => trim(thread, action.keep));
    case "closed": {
      const threads = new Map(state.threads);
      threads.delete(action.id);
      return { ...state, threads };
    }
  }
}

/** The event number from which a catch-up must start for nothing to be missing; null where nothing is. */
export function missedFrom(state: State): number | null {
  if (!state.ready) return null;
  const gaps = [...state.orphans.values()].map(({ from }) => from - 1);
  for (const entry of state.entries.values()) if (entry.ahead.length > 0) gaps.push(entry.event);
  return gaps.length > 0 ? Math.max(0, Math.min(...gaps)) : null;
}

function hear(state: State, news: News): State {
  switch (news.type) {
    case "message":
      return hearMessage(news.head ? hearHead(state, news.head) : state, news.message);
    case "conversation":
      return news.gone && !isVisible(news.head, state.me) ? hearGone(state, news.head) : hearHead(state, news.head);
    case "read":
      return changeEntry(state, news.mark.conversationId, news.mark.event, (entry) =>
        advance(putReadMark(entry, news.mark), news.mark.change, news.mark.event),
      );
    case "contact": {
      const entries = [...state.entries].map(([id, entry]) => [id, putContact(entry, news.contact)] as const);
      return { ...state, entries: new Map(entries) };
    }
    case "presence":
      return { ...state, agents: presenceOf(state.agents, news.news) };
  }
}

/** It left these eyes; unless it is known already that it came back later: then only that change is ticked off. */
function hearGone(state: State, head: Head): State {
  const known = state.entries.get(head.id);
  if (!known || known.head.change <= head.change) return drop(state, [head.id]);
  return seen(putEntry(state, advance(known, head.change, head.event)), head.event);
}

function hearMessage(state: State, message: Message): State {
  const heard = changeEntry(state, message.conversationId, message.event, (entry) =>
    advance(putMessageHead(entry, message), message.change, message.event),
  );
  return changeThread(heard, message.conversationId, (thread) => putMessage(thread, message));
}

function hearHead(state: State, head: Head): State {
  const known = state.entries.get(head.id);
  const entry = known ? advance(putHead(known, head), head.change, head.event) : makeEntry(head);
  return seen(adopt(putEntry(state, entry), head), head.event);
}

/** A whole head answers for all news of its conversation up to its event number. */
function adopt(state: State, head: Head): State {
  const span = state.orphans.get(head.id);
  if (!span || span.to > head.event) return state;
  const orphans = new Map(state.orphans);
  orphans.delete(head.id);
  return { ...state, orphans };
}

function greet(state: State, hello: Hello): State {
  const fresh: State = {
    ...state,
    ready: true,
    early: [],
    settled: hello.lastEvent,
    lastEvent: Math.max(state.lastEvent, hello.lastEvent),
    entries: new Map(hello.conversations.map((head) => [head.id, makeEntry(head)])),
    orphans: new Map(),
    threads: new Map(),
    me: hello.agent,
    agents: hello.agents,
    teams: hello.teams,
    next: hello.counts.all > hello.conversations.length ? "" : null,
    counts: hello.counts,
    textLimit: hello.textLimit,
    business: hello.business,
  };
  return state.early.reduce(hear, fresh);
}

function catchUp(state: State, synced: Synced): State {
  const entries = new Map(state.entries);
  for (const head of synced.heads) {
    const known = entries.get(head.id);
    entries.set(head.id, known ? settle(putHead(known, head), head.change, head.event) : makeEntry(head));
  }
  const threads = new Map(state.threads);
  for (const message of synced.messages) {
    const thread = threads.get(message.conversationId);
    if (thread) threads.set(message.conversationId, putMessage(thread, message));
  }
  const settled = Math.max(state.settled, synced.lastEvent);
  const orphans = new Map([...state.orphans].filter(([, { to }]) => to > synced.lastEvent));
  const caught = { ...state, entries, threads, orphans, settled, lastEvent: Math.max(state.lastEvent, settled) };
  return drop(caught, synced.gone.filter((id) => (entries.get(id)?.head.event ?? 0) <= synced.lastEvent));
}

/** Forgets conversations that are not (or no longer) for this agent's eyes. */
function drop(state: State, ids: readonly number[]): State {
  if (!ids.some((id) => state.entries.has(id) || state.threads.has(id))) return state;
  const [entries, threads] = [new Map(state.entries), new Map(state.threads)];
  for (const id of ids) {
    entries.delete(id);
    threads.delete(id);
  }
  return { ...state, entries, threads };
}

function open(state: State, opened: Opened): State {
  const { head } = opened;
  const known = state.entries.get(head.id) ?? makeEntry(head);
  const entry = settle(putHead(known, head), opened.lastChange, head.event);
  const thread = loadThread(state.threads.get(head.id), opened.messages, opened.moreBefore);
  return seen(putThread(adopt(putEntry(state, entry), head), head.id, thread), head.event);
}

function presenceOf(agents: readonly Colleague[], { agent, status }: PresenceNews): readonly Colleague[] {
  if (!agents.some(({ id }) => id === agent.id)) return [...agents, { ...agent, status, teams: [] }];
  return agents.map((other) => (other.id === agent.id ? { ...other, status } : other));
}

function seen(state: State, event: number): State {
  return event > state.lastEvent ? { ...state, lastEvent: event } : state;
}

function putEntry(state: State, entry: Entry): State {
  return { ...state, entries: new Map(state.entries).set(entry.head.id, entry) };
}

function changeEntry(state: State, id: number, event: number, change: (entry: Entry) => Entry): State {
  const entry = state.entries.get(id);
  if (entry) return seen(putEntry(state, change(entry)), event);
  const known = state.orphans.get(id) ?? { from: event, to: event };
  const span = { from: Math.min(known.from, event), to: Math.max(known.to, event) };
  return seen({ ...state, orphans: new Map(state.orphans).set(id, span) }, event);
}

function putThread(state: State, id: number, thread: Thread): State {
  return { ...state, threads: new Map(state.threads).set(id, thread) };
}

function changeThread(state: State, id: number, change: (thread: Thread) => Thread): State {
  const thread = state.threads.get(id);
  return thread ? putThread(state, id, change(thread)) : state;
}
