// Keeps the state equal to the server's: loads it, hears the news, and catches up whenever something may have been missed.

import { agent, botIn, calendarNews, channels, contactNews, current, dispatch, heard, pane, phase, requests, state, toast, visit } from "../store";
import { bag, readAbilities, readContact, readHead, readHeads, readHello, readIds, readChatTask, readMessage, readMessages, readOpened, readPage, readPresence, readReadMark, readTyping, readVisit, text, whole, WireError } from "../model/wire";
import { t } from "../i18n";
import { missedFrom } from "../model/state";
import type { Contact, Head, Message, PageView } from "../model/types";
import { Failure } from "./errors";
import { openLine, type Line } from "./socket";
import { hearTyping } from "./typing";

const pagesAtMost = 40; // beyond that a fresh load is lighter than catching up
const pageViewsAtMost = 50; // as many as the server keeps
const gapPatienceMs = 250; // news of two servers may cross; a real gap stays

let line: Line | null = null;
let stale = false;
let whenLive: () => void = () => undefined;
let busy = false;
let gapTimer = 0;
let futile = 0;
let marks: [number, number] = [0, 0];

export const theLine = () => line;

/** Connects and stays connected until `stop`. `live` is called whenever the state has become current. */
export function start(language: () => string, live: () => void): void {
  stop();
  whenLive = live;
  phase.value = "connecting";
  line = openLine(language, {
    up: () => void refresh(),
    down: () => (phase.value = "offline"),
    refused: signedOut,
    news: (event, data) => hear(event, data),
  });
}

export function stop(): void {
  line?.close();
  line = null;
  clearTimeout(gapTimer);
}

function signedOut(failure: Failure): void {
  stop();
  if (failure.message) toast(failure.message, "warning");
  agent.value = null;
}

/** After every connect: the first time a full load, later a catch-up. Repeats itself until it is done or the line is down. */
async function refresh(): Promise<void> {
  if (busy) return;
  busy = true;
  const asked = line;
  if (phase.value !== "live") phase.value = "syncing";
  let waitS: number | null = null;
  const anew = stale;
  stale = false; // may be set again meanwhile
  try {
    if (state.value.me && state.value.ready && !anew) await catchUp();
    else await load();
    if (asked?.connected()) {
      phase.value = "live";
      whenLive();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    stale ||= anew;
    if (error.code === "unauthorized") signedOut(error);
    else if (asked?.connected()) waitS = error.retryAfterS ?? (error.code === "offline" ? 0.3 : 2);
  } finally {
    busy = false;
  }
  if (waitS !== null) setTimeout(() => void refresh(), waitS * 1000);
  else if (asked === line && asked?.connected() && (stale || phase.value !== "live")) void refresh();
}

async function load(): Promise<void> {
  dispatch({ type: "loading" });
  const hello = readHello(await ask("hello", {}, 20_000));
  dispatch({ type: "hello", hello });
  marks = [hello.lastEvent, hello.lastEvent];
  await reopen();
}

async function catchUp(): Promise<void> {
  try {
    const heads = new Map<number, Head>();
    const gone = new Set<number>();
    const messages: Message[] = [];
    let after = Math.min(state.value.settled, missedFrom(state.value) ?? Infinity);
    for (let page = 0; ; page += 1) {
      const answer = await ask("sync", { after_event: after }, 20_000);
      for (const head of readHeads(answer["conversations"])) heads.set(head.id, head);
      for (const id of readIds(answer["gone"])) gone.add(id);
      messages.push(...readMessages(answer["messages"]).filter(({ conversationId }) => state.value.threads.has(conversationId)));
      const upTo = whole(answer["last_event"]) ?? after;
      if (answer["more"] !== true) {
        dispatch({ type: "synced", synced: { heads: [...heads.values()], gone: [...gone], messages, lastEvent: upTo } });
        marks = [upTo, upTo];
        break;
      }
      if (upTo <= after || page >= pagesAtMost) return await load();
      after = upTo;
    }
  } catch (error) {
    const refused = error instanceof WireError || (error instanceof Failure && !error.passing && error.code !== "unauthorized");
    if (!refused) throw error;
    return await load();
  }
  await reopen();
}

/** The dialog on the screen is asked for again: who watches it is forgotten with the connection. */
async function reopen(): Promise<void> {
  const id = current.value;
  if (id !== null) await openThread(id);
}

/** Loads a dialog's last messages. Raises Failure not_found, offline. */
export async function openThread(id: number): Promise<void> {
  dispatch({ type: "opening", id });
  const answer = await ask("open", { conversation_id: id });
  const opened = readOpened(answer);
  channels.value = readAbilities(answer["channels"]);
  if (current.value === id) {
    visit.value = readVisit(answer);
    botIn.value = answer["bot"] === true ? id : null;
  }
  dispatch({ type: "opened", opened });
}

const fetching = new Set<number>();

/** Loads messages before the loaded ones. Asking again while it is under way does nothing. */
export async function loadOlder(id: number): Promise<void> {
  const held = state.value.threads.get(id);
  const first = held?.messages[0];
  if (!held?.loaded || !held.moreBefore || !first || fetching.has(id)) return;
  fetching.add(id);
  try {
    const answer = await ask("history", { conversation_id: id, before_seq: first.seq });
    const messages = readMessages(answer["messages"], id);
    dispatch({ type: "history", id, messages, moreBefore: answer["more_before"] === true && messages.length > 0 });
  } finally {
    fetching.delete(id);
  }
}

export function ask(event: string, data: object = {}, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>> {
  if (!line) return Promise.reject(new Failure("offline", ""));
  return line.ask(event, data, timeoutMs);
}

function hear(event: string, data: unknown): void {
  try {
    hearParsed(event, data);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    void refresh(); // news that cannot be read is news that was missed
  }
  noticeGone();
  watchGaps();
}

/** The open dialog was given to somebody whose dialogs are not for these eyes. */
function noticeGone(): void {
  const id = current.value;
  if (id === null || state.value.entries.has(id) || !state.value.ready) return;
  current.value = null;
  pane.value = "list";
  toast(t("dialog.gone"));
}

function hearParsed(event: string, data: unknown): void {
  switch (event) {
    case "message":
    case "message_changed":
    case "message_deleted": {
      const head = bag(data)["conversation"];
      const gone = event === "message_deleted";
      const message = readMessage(gone ? { ...bag(data), deleted: true, text: "" } : data);
      if (event === "message" && message.author.kind !== "system") hearTyping({ ...message, side: sideOf(message), on: false });
      dispatch({ type: "message", message, head: head ? readHead(head) : undefined });
      if (event === "message") heard.value = message;
      return;
    }
    case "conversation":
      return dispatch({ type: "conversation", head: readHead(data), gone: bag(data)["gone"] === true });
    case "read":
      return dispatch({ type: "read", mark: readReadMark(data) });
    case "contact":
      return hearContact(readContact(bag(data)["contact"] ?? data));
    case "presence":
      return dispatch({ type: "presence", news: readPresence(data) });
    case "typing": {
      const typing = readTyping(data);
      return hearTyping({ ...typing, author: { id: typing.agentId, name: typing.name } });
    }
    case "page":
      return hearPage(whole(bag(data)["conversation_id"]), readPage(data));
    case "task":
      return hearTask(data);
    case "journal":
      return void (calendarNews.value = data);
    case "notice":
      return hearNotice(bag(data));
  }
}

/** A task of this agent's: shown until it is done, or put away. */
function hearTask(data: unknown): void {
  const task = readChatTask(data);
  if (!task) return;
  const others = requests.value.filter(({ id }) => id !== task.id);
  const known = others.length < requests.value.length;
  if (task.done) requests.value = others;
  else if (task.fresh && !known) requests.value = [...others, task];
}

/** The visitor of the dialog on the screen went on to another page. */
function hearPage(id: number | null, page: PageView | null): void {
  const shown = visit.value;
  if (page && shown?.id === id) visit.value = { ...shown, pages: [...shown.pages, page].slice(-pageViewsAtMost) };
}

function hearContact(contact: Contact): void {
  dispatch({ type: "contact", contact });
  contactNews.value = { id: contact.id };
}

function hearNotice(data: Readonly<Record<string, unknown>>): void {
  const level = data["level"];
  const code = text(data["code"]) ?? "";
  if (code === "demo_removed" || code === "rights_changed") {
    stale = true; // what vanished, and what is open now, is told by no event: only a full load shows it
    return void refresh();
  }
  const sentence = text(data["message"]) ?? (isKnownNotice(code) ? t(`notice.${code}`) : null);
  if (sentence) toast(sentence, level === "error" || level === "warning" ? level : "info");
}

const notices = ["session_ended", "store_down", "store_up"] as const;
const isKnownNotice = (code: string): code is (typeof notices)[number] => notices.some((known) => known === code);

const sideOf = (message: Message) => (message.author.kind === "visitor" ? "visitor" : "agent");

/** Where a gap stays open longer than crossing news explains, catches up; each futile try waits longer. */
function watchGaps(): void {
  if (gapTimer || phase.value !== "live" || missedFrom(state.value) === null) return;
  gapTimer = window.setTimeout(async () => {
    gapTimer = 0;
    const missed = missedFrom(state.value);
    if (missed === null) return void (futile = 0);
    await refresh();
    futile = missedFrom(state.value) === missed ? Math.min(futile + 1, 7) : 0;
    watchGaps();
  }, gapPatienceMs * 2 ** futile);
}

// What was seen twenty seconds ago and had no gap since is certain: catch-ups need not reach behind it.
setInterval(() => {
  if (phase.value !== "live") return;
  dispatch({ type: "settled", event: marks[0] });
  marks = [marks[1], state.value.lastEvent];
}, 10_000);

// Back from sleep or a dead network, a line may look alive and be none: one question tells. A line known to be down is
// tried at once, whatever the waiting time was.
function probe(): void {
  if (document.hidden) return;
  if (phase.value === "offline" && !line?.connected()) line?.renew();
  if (phase.value === "live") void ask("sync", { after_event: state.value.lastEvent }, 5000).catch(() => undefined);
}
window.addEventListener("online", probe);
document.addEventListener("visibilitychange", probe);
