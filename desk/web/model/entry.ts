// One conversation as known here, and whether anything of it was missed.

import type { Contact, Head, Message, ReadMark } from "./types";

export interface Entry {
  readonly head: Head;
  /** The change of the last whole head; what messages and read marks said since is laid over it. */
  readonly base: number;
  /** No message above this place is known whose words the head could show. */
  readonly wordsSeq: number;
  /** Every change up to this number has arrived. */
  readonly change: number;
  /** The desk-wide number of that change: a catch-up from here misses nothing of this conversation. */
  readonly event: number;
  /** Changes that arrived beyond a gap, with their event numbers, rising. */
  readonly ahead: readonly (readonly [change: number, event: number])[];
}

export function makeEntry(head: Head): Entry {
  return { head, base: head.change, wordsSeq: head.lastSeq, change: head.change, event: head.event, ahead: [] };
}

/** Notes that a change arrived; closes the gap where it was the missing one. */
export function advance(entry: Entry, change: number, event: number): Entry {
  if (change <= entry.change) return entry;
  const known = entry.ahead.some(([other]) => other === change);
  let ahead = known ? entry.ahead : [...entry.ahead, [change, event] as const].sort(([a], [b]) => a - b);
  let { change: upTo, event: at } = entry;
  while (ahead[0] && ahead[0][0] === upTo + 1) {
    [upTo, at] = [ahead[0][0], Math.max(at, ahead[0][1])];
    ahead = ahead.slice(1);
  }
  return { ...entry, change: upTo, event: at, ahead };
}

/** Everything up to a change is known at once: after a full load or a catch-up. */
export function settle(entry: Entry, change: number, event: number): Entry {
  if (change < entry.change) return entry;
  const jumped: Entry = { ...entry, change, event: Math.max(entry.event, event), ahead: [] };
  return entry.ahead.reduce((joined, [other, at]) => advance(joined, other, at), jumped);
}

/** The newer whole head wins; at the same change the one that came later (its passing parts, such as "online", are
 * fresher). Where news of later changes came before it, their numbers and words stay on top. */
export function putHead(entry: Entry, head: Head): Entry {
  if (head.change < entry.base) return entry;
  const known = entry.head;
  if (head.change >= known.change) return { ...entry, head, base: head.change, wordsSeq: head.lastSeq };
  const saidSince = entry.wordsSeq > head.lastSeq;
  const laid: Head = {
    ...head,
    change: known.change,
    event: Math.max(known.event, head.event),
    lastSeq: Math.max(known.lastSeq, head.lastSeq),
    visitorReadSeq: Math.max(known.visitorReadSeq, head.visitorReadSeq),
    agentReadSeq: Math.max(known.agentReadSeq, head.agentReadSeq),
    ...(saidSince ? { lastMessageAt: known.lastMessageAt, lastText: known.lastText } : {}),
  };
  return { ...entry, head: laid, base: head.change, wordsSeq: Math.max(entry.wordsSeq, head.lastSeq) };
}

/** What a message alone says about the head: its numbers, and its text where it is the newest. */
export function putMessageHead(entry: Entry, message: Message): Entry {
  const { head } = entry;
  if (message.change <= entry.base) return entry;
  const shown = message.seq > entry.wordsSeq && !message.private && !message.deleted;
  const next: Head = {
    ...head,
    change: Math.max(head.change, message.change),
    event: Math.max(head.event, message.event),
    lastSeq: Math.max(head.lastSeq, message.seq),
    lastMessageAt: shown ? message.at : head.lastMessageAt,
    lastText: shown ? firstOf(message.text, 200) : head.lastText,
  };
  return { ...entry, head: next, wordsSeq: shown ? message.seq : entry.wordsSeq };
}

/** The first characters of a text, never half of one. */
export function firstOf(text: string, count: number): string {
  return text.length <= count ? text : [...text.slice(0, count * 2)].slice(0, count).join("");
}

export function putReadMark(entry: Entry, mark: ReadMark): Entry {
  const { head } = entry;
  const key = mark.side === "visitor" ? "visitorReadSeq" : "agentReadSeq";
  const seq = Math.max(head[key], mark.seq);
  const change = Math.max(head.change, mark.change);
  return { ...entry, head: { ...head, [key]: seq, change, event: Math.max(head.event, mark.event) } };
}

export function putContact(entry: Entry, contact: Contact): Entry {
  return entry.head.contact.id === contact.id ? { ...entry, head: { ...entry.head, contact } } : entry;
}
