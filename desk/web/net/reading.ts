// Tells the server what was really read: the dialog is open, its end on the screen, and the page in front.

import { ask } from "./live";
import { me, phase } from "../store";
import type { Head } from "../model/types";

const told = new Map<number, number>();
let timer = 0;
let next: { readonly id: number; readonly seq: number } | null = null;

/** A colleague's dialog is only looked at: its customer must not think that it was read by the one who answers. */
export function markRead(head: Head, seq: number): void {
  const foreign = head.assignee !== null && head.assignee.id !== me.value?.id;
  const known = Math.max(head.agentReadSeq, told.get(head.id) ?? 0);
  if (foreign || seq <= known || phase.value !== "live" || document.hidden) return;
  next = { id: head.id, seq };
  timer ||= window.setTimeout(tell, 400);
}

function tell(): void {
  timer = 0;
  const mark = next;
  next = null;
  if (!mark || document.hidden) return;
  told.set(mark.id, mark.seq);
  ask("read", { conversation_id: mark.id, seq: mark.seq }).catch(() => told.delete(mark.id));
}
