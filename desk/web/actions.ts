// What an agent does: each asks the server and shows its answer; the screen changes by the server's word, not by hope.

import { agent, botIn, current, dispatch, head, me, pane, phase, requests, sheet, state, tab, thread, toast, toasts, visit } from "./store";
import { chosenLanguage, language, rememberLanguage, t, useLanguage } from "./i18n";
import { followDialogs } from "./route";
import { initialState } from "./model/state";
import type { Tab } from "./model/select";
import { uuid } from "./model/outbox";
import { bag, readHead, readNamed, text } from "./model/wire";
import type { Agent, Head, PresenceStatus } from "./model/types";
import { Failure } from "./net/errors";
import { ask, openThread, start, stop, theLine } from "./net/live";
import { dropToken, listConversations, signIn, signOut, speak, whoAmI } from "./net/rest";
import { forgetAll, resume } from "./net/sender";

const heldThreads = 6;
const keptOnLeave = 200;

/** The sentence to show for a failure, in the agent's language. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Failure)) return t("error.unknown");
  if (error.code === "offline") return t("error.offline");
  if (error.code === "already_taken") {
    const by = readNamed(error.extra["assignee"])?.name;
    if (by) return t("taken_by", { name: by });
  }
  return error.message || t("error.unknown");
}

/** Runs what the server may refuse, and says so where it does. Returns whether it went well. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toast(sentenceOf(error), error.code === "already_taken" ? "warning" : "error");
    return false;
  }
}

/** Asks for a change of a conversation; its new head comes with the acknowledgement. */
export function change(event: string, data: Readonly<Record<string, unknown>> & { readonly conversation_id: number }): Promise<boolean> {
  return attempt(async () => {
    const answer = await ask(event, data);
    if (answer["conversation"]) dispatch({ type: "conversation", head: readHead(answer["conversation"]) });
    const warning = text(bag(answer["warning"])["message"]);
    if (warning) toast(warning, "warning");
  });
}

export const take = (id: number) => change("take", { conversation_id: id });
export const giveBack = (id: number) => change("give_back", { conversation_id: id });
export const resolve = (id: number) => change("resolve", { conversation_id: id });
export const reopen = (id: number) => change("reopen", { conversation_id: id });
export const assignAgent = (id: number, agentId: number) => change("assign", { conversation_id: id, agent_id: agentId });
export const assignTeam = (id: number, teamId: number) => change("assign", { conversation_id: id, team_id: teamId });
export const escalate = (id: number, teamId?: number) =>
  change("escalate", { conversation_id: id, ...(teamId === undefined ? {} : { team_id: teamId }) });
export const snooze = (id: number, until: Date) => change("snooze", { conversation_id: id, until: until.toISOString() });

/** Whether the open dialog may be the bot's again: there is one, and no colleague has it. */
export function mayGiveBack(of: Head): boolean {
  if (of.status === "resolved" || of.handler === "bot" || botIn.value !== of.id) return false;
  return !of.assignee || of.decision !== null || of.assignee.id === me.value?.id;
}

export const editMessage = (id: number, text: string) => attempt(() => ask("edit_message", { message_id: id, text }));
export const deleteMessage = (id: number) => attempt(() => ask("delete_message", { message_id: id }));

/** Leaves a note for whoever answers next; no words, no note. */
export function addNote(id: number, words: string): Promise<boolean> {
  const said = words.trim();
  return said ? attempt(() => ask("note", { conversation_id: id, client_id: uuid(), text: said })) : Promise.resolve(true);
}

const turns: Readonly<Record<PresenceStatus, PresenceStatus>> = { online: "away", away: "offline", offline: "online" };

/** From online to away, from there to offline, and online again. */
export async function turnPresence(): Promise<void> {
  const own = state.value.agents.find(({ id }) => id === me.value?.id);
  const next = turns[own?.status ?? "offline"];
  if (await setPresence(next)) toast(`${t("presence.label")}: ${t(`presence.${next}`)}`);
}

export function setPresence(status: PresenceStatus): Promise<boolean> {
  return attempt(async () => {
    await ask("presence", { status });
    const own = me.value;
    if (own) dispatch({ type: "presence", news: { agent: own, status } });
  });
}

let recent: number[] = [];

/** Brings a dialog to the screen; keeps the last few in memory, so that going back is instant. `quiet`: an address of
 * old may lead to what is no longer there, which is no news. */
export async function openConversation(id: number, quiet = false): Promise<void> {
  const left = current.value;
  current.value = id;
  pane.value = "dialog";
  recent = [id, ...recent.filter((other) => other !== id)];
  for (const old of recent.splice(heldThreads)) dispatch({ type: "closed", id: old });
  if (left !== null && left !== id) dispatch({ type: "trimmed", id: left, keep: keptOnLeave });
  if (left === id && thread.value?.loaded) return;
  try {
    await openThread(id);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "offline") return; // loaded with the next connection
    if (!quiet || error.code !== "not_found") toast(sentenceOf(error), "error");
    if (current.value === id && !head.value) closeConversation();
  }
}

export function closeConversation(): void {
  current.value = null;
  pane.value = "list";
}

const cursors = new Map<Tab, string | null>();
const fetching = new Set<Tab>();

/** Whether a tab has more conversations on the server than are loaded. */
export function hasMore(of: Tab): boolean {
  if (of === "resolved") return cursors.get("resolved") !== null;
  return state.value.next !== null;
}

/** The next page of a tab's conversations. Does nothing where all are loaded or a page is under way. */
export async function loadMore(of: Tab): Promise<void> {
  if (!hasMore(of) || fetching.has(of) || phase.value !== "live") return;
  fetching.add(of);
  await attempt(async () => {
    const after = of === "resolved" ? (cursors.get(of) ?? null) : state.value.next;
    const query = { status: of === "resolved" ? "resolved" : "open,pending,snoozed", limit: 100 };
    const page = await listConversations(after ? { ...query, after } : query);
    if (of === "resolved") cursors.set(of, page.next);
    dispatch({ type: "listed", heads: page.heads, ...(of === "resolved" ? {} : { next: page.next }) });
  });
  fetching.delete(of);
}

/** At the start of the page: is somebody signed in? */
export async function begin(): Promise<void> {
  try {
    enter(await whoAmI());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    agent.value = null;
    if (error.code !== "unauthorized" && error.code !== "not_found") toast(sentenceOf(error), "error");
  }
}

/** Raises Failure where login or password are wrong, or too many were. */
export async function login(name: string, password: string): Promise<void> {
  const who = await signIn(name, password);
  rememberLanguage(language.value); // the words of the form stay the words of the desk
  enter(who);
}

function enter(who: Agent): void {
  dispatch({ type: "loading" });
  state.value = initialState;
  cursors.clear();
  recent = [];
  current.value = null;
  pane.value = "list";
  tab.value = "mine";
  toasts.value = [];
  agent.value = who;
  void useLanguage(chosenLanguage() ?? who.language).finally(() => {
    speak(language.value);
    start(() => language.value, becameCurrent);
  });
}

let firstView = true;
let forgetAddress: () => void = () => undefined;

/** From now on address and open dialog follow each other. */
function followAddress(): void {
  forgetAddress();
  forgetAddress = followDialogs((id) => void (id === null ? closeConversation() : openConversation(id, true)));
}

function becameCurrent(): void {
  resume();
  if (!firstView) return;
  firstView = false;
  followAddress();
  const mine = [...state.value.entries.values()].some((entry) => entry.head.assignee?.id === me.value?.id);
  if (!mine && tab.value === "mine") tab.value = "waiting"; // nothing of one's own yet: show who waits
}

export async function logout(): Promise<void> {
  const done = await attempt(signOut);
  if (!done) return;
  leave();
}

export function leave(): void {
  stop();
  dropToken();
  forgetAll();
  sheet.value = null;
  firstView = true;
  forgetAddress();
  agent.value = null;
  state.value = initialState;
  requests.value = [];
  visit.value = null;
}

/** Another language: its texts are loaded, and the server is told by a fresh connection. */
export async function switchLanguage(to: string): Promise<void> {
  await useLanguage(to);
  if (language.value !== to) return; // another was chosen meanwhile
  rememberLanguage(to);
  speak(to);
  theLine()?.introduce();
}
