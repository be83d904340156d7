// What the list shows: which conversations belong to a tab, and in which order.

import type { Entry } from "./entry";
import { isVisible } from "./rights";
import type { State } from "./state";
import type { Agent, Head } from "./types";

export type Tab = "mine" | "waiting" | "all" | "resolved" | "bot";
export const tabs: readonly Tab[] = ["mine", "waiting", "all", "resolved", "bot"];

/** Waiting for an agent's word right now: the red ones. A snoozed one sleeps, a resolved one is over, the bot answers at once. */
export function isUnanswered(head: Head): boolean {
  return head.waitingSince !== null && head.handler !== "bot" && (head.status === "open" || head.status === "pending");
}

function belongs(head: Head, tab: Tab, me: Agent | null): boolean {
  if (tab === "resolved") return head.status === "resolved";
  if (head.status === "resolved") return false;
  if (tab === "bot") return head.handler === "bot";
  if (tab === "mine") return head.assignee?.id === me?.id;
  return tab === "all" || isUnanswered(head);
}

const lastOf = (head: Head) => head.lastMessageAt ?? head.createdAt;

/** Unanswered before answered, the longest wait first; the others by their last message, snoozed ones last. */
export function byUrgency(left: Head, right: Head): number {
  const rank = (head: Head) => (isUnanswered(head) ? 0 : head.status === "snoozed" ? 2 : 1);
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  const order = rank(left) === 0 ? (left.waitingSince ?? 0) - (right.waitingSince ?? 0) : lastOf(right) - lastOf(left);
  return order || left.id - right.id;
}

export function listOf(state: Pick<State, "entries" | "me">, tab: Tab): Head[] {
  const heads: Head[] = [];
  for (const { head } of state.entries.values() as Iterable<Entry>) {
    if (belongs(head, tab, state.me) && isVisible(head, state.me)) heads.push(head);
  }
  return heads.sort(tab === "resolved" ? (left, right) => lastOf(right) - lastOf(left) || right.id - left.id : byUrgency);
}

export interface TabCounts {
  readonly mine: number;
  readonly waiting: number;
  readonly all: number;
  readonly bot: number;
  readonly mineWaiting: number;
  /** Unanswered ones of other agents' or nobody's that this agent could take. */
  readonly free: number;
}

/** Counted here where everything is loaded; while the server has more pages, its count is the floor. */
export function countTabs(state: Pick<State, "entries" | "me" | "next" | "counts">): TabCounts {
  let [mine, waiting, all, bot, mineWaiting, free] = [0, 0, 0, 0, 0, 0];
  for (const { head } of state.entries.values()) {
    if (head.status === "resolved" || !isVisible(head, state.me)) continue;
    const own = head.assignee?.id === state.me?.id;
    const red = isUnanswered(head);
    all += 1;
    if (head.handler === "bot") bot += 1;
    if (own) mine += 1;
    if (red) waiting += 1;
    if (red && own) mineWaiting += 1;
    if (red && !head.assignee) free += 1;
  }
  const floor = (count: number, said: number) => (state.next === null ? count : Math.max(count, said));
  const { counts } = state;
  return {
    mine: floor(mine, counts.mine),
    waiting: floor(waiting, counts.waiting),
    all: floor(all, counts.all),
    bot: floor(bot, counts.bot),
    mineWaiting,
    free,
  };
}
