// The loaded part of one dialog: messages in order of seq, each once, each in its newest version.

import type { Message } from "./types";

export interface Thread {
  readonly messages: readonly Message[];
  /** False while the first load is under way; what arrives meanwhile is kept and joined with it. */
  readonly loaded: boolean;
  readonly moreBefore: boolean;
}

export const emptyThread: Thread = { messages: [], loaded: false, moreBefore: false };

/** Index of the first message whose seq is not below the given one. */
export function findSeq(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle] as Message).seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a taken-back message keeps: its place, its author and moment; never its words. */
function merged(old: Message, fresh: Message): Message {
  if (!fresh.deleted || fresh.author.name !== "") return fresh;
  return { ...fresh, author: old.author, at: old.at, clientId: old.clientId, private: old.private };
}

export function putMessage(thread: Thread, message: Message): Thread {
  const { messages } = thread;
  const place = findSeq(messages, message.seq);
  const old = messages[place];
  if (old?.seq === message.seq) {
    if (message.change < old.change) return thread;
    const next = messages.slice();
    next[place] = merged(old, message);
    return { ...thread, messages: next };
  }
  const older = thread.loaded && thread.moreBefore && place === 0;
  if (older) return thread; // it lies before the loaded part and comes with the history
  return { ...thread, messages: [...messages.slice(0, place), message, ...messages.slice(place)] };
}

export function putMessages(thread: Thread, fresh: readonly Message[]): Thread {
  return fresh.reduce(putMessage, thread);
}

/** A load: the server's last messages, joined with what arrived meanwhile, or with the dialog as held already.
 * What lies before the server's part stays only where no gap is between. */
export function loadThread(before: Thread | undefined, fresh: readonly Message[], moreBefore: boolean): Thread {
  const first = fresh[0]?.seq ?? 0;
  const held = before?.messages ?? [];
  const whole = !moreBefore || (before?.loaded === true && held.some(({ seq }) => seq === first));
  const kept = whole ? held : held.filter(({ seq }) => seq >= first);
  const more = moreBefore && (before?.loaded && whole ? before.moreBefore : true);
  return { ...putMessages({ ...emptyThread, messages: kept }, fresh), loaded: true, moreBefore: more };
}

/** Older messages, put before the loaded ones. */
export function prepend(thread: Thread, older: readonly Message[], moreBefore: boolean): Thread {
  const joined = putMessages({ ...thread, moreBefore: false }, older);
  return { ...joined, moreBefore };
}

/** Forgets all but the last `keep` messages, so that a desk left open all day stays light. */
export function trim(thread: Thread, keep: number): Thread {
  if (!thread.loaded || thread.messages.length <= keep) return thread;
  return { ...thread, messages: thread.messages.slice(-keep), moreBefore: true };
}
