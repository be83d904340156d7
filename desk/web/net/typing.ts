// Who is typing where. Never stored; each fades by itself where no "off" comes.

import { signal } from "@preact/signals";
import type { Side } from "../model/types";

export interface Typist {
  readonly conversationId: number;
  readonly side: Side;
  readonly id: number | null;
  readonly name: string;
  readonly until: number;
}

const lastsMs = 7000;
export const typists = signal<readonly Typist[]>([]);

export interface TypingNews {
  readonly conversationId: number;
  readonly side: Side;
  readonly author: { readonly id: number | null; readonly name: string };
  readonly on: boolean;
}

export function hearTyping({ conversationId, side, author, on }: TypingNews): void {
  const same = (other: Typist) =>
    other.conversationId === conversationId && other.side === side && (side === "visitor" || other.id === author.id);
  const others = typists.value.filter((other) => !same(other) && other.until > Date.now());
  if (!on && others.length === typists.value.length) return;
  const until = Date.now() + lastsMs;
  typists.value = on ? [...others, { conversationId, side, id: author.id, name: author.name, until }] : others;
  if (on) setTimeout(fade, lastsMs + 50);
}

function fade(): void {
  const left = typists.value.filter(({ until }) => until > Date.now());
  if (left.length !== typists.value.length) typists.value = left;
}
