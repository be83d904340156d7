// The one state of the page and the few signals beside it: what is open, what is said, how the line is.

import { computed, signal } from "@preact/signals";
import { countTabs, listOf, type Tab } from "./model/select";
import { initialState, reduce, type Action } from "./model/state";
import type { Abilities, Ability, Agent, ChatTask, Message, Visit } from "./model/types";

export const state = signal(initialState);

export function dispatch(action: Action): void {
  state.value = reduce(state.value, action);
}

/** `unknown` until the cookie was asked about; null: nobody is signed in. */
export const agent = signal<Agent | null | "unknown">("unknown");

export type Phase = "connecting" | "syncing" | "live" | "offline";
export const phase = signal<Phase>("connecting");

export const tab = signal<Tab>("mine");
export const current = signal<number | null>(null);
/** Raised with every news of a contact, for the cards that show it. */
export const contactNews = signal<{ readonly id: number } | null>(null);
/** Raised with every news of what is booked, or can be. */
export const calendarNews = signal<unknown>(null);
/** What the dialog on the screen began with. */
export const visit = signal<Visit | null>(null);
/** The dialog on the screen, where it came in at a place that has a bot. */
export const botIn = signal<number | null>(null);
/** Of each channel with an open door, what can be done there; told with every dialog that is opened. */
export const channels = signal<Abilities>(new Map());
/** Whether something may be offered of a channel; the website does everything. */
export const can = (channel: string, what: Ability): boolean => channel === "web" || channels.value.get(channel)?.has(what) === true;
/** A message that has just come; raised once for each. */
export const heard = signal<Message | null>(null);
/** Chats that were given to this agent and are not answered yet, as the pop-up tells them: the latest last. */
export const requests = signal<readonly ChatTask[]>([]);
/** On narrow screens one pane is seen at a time. */
export const pane = signal<"list" | "dialog" | "card">("list");

export const me = computed(() => state.value.me);
export const list = computed(() => listOf(state.value, tab.value));
export const counts = computed(() => countTabs(state.value));
export const head = computed(() => {
  const id = current.value;
  return id === null ? null : (state.value.entries.get(id)?.head ?? null);
});
export const thread = computed(() => {
  const id = current.value;
  return id === null ? null : (state.value.threads.get(id) ?? null);
});

/** Whether the bot has answered in the open dialog. */
export const botSpoke = computed(() => thread.value?.messages.some(({ reading }) => reading) === true);

export type Sheet = "settings" | "shortcuts" | "assign" | "escalate" | "snooze" | "demo" | "decisions" | "handover";
export const sheet = signal<Sheet | null>(null);

/** What a sheet was for is done; another that was opened meanwhile stays. */
export function closeSheet(done: Sheet): void {
  if (sheet.value === done) sheet.value = null;
}

export interface Toast {
  readonly id: number;
  readonly level: "info" | "warning" | "error";
  readonly text: string;
  readonly action?: ToastAction | undefined;
}

/** A way back, offered beside the news. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export const toasts = signal<readonly Toast[]>([]);
let toastId = 0;

/** Says something for a while; errors stay longer, and all can be put away by hand. */
export function toast(text: string, level: Toast["level"] = "info", action?: ToastAction): void {
  const id = ++toastId;
  toasts.value = [...toasts.value.filter((other) => other.text !== text).slice(-3), { id, level, text, action }];
  setTimeout(() => dismiss(id), level === "info" && !action ? 5000 : 10_000);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((other) => other.id !== id);
}
