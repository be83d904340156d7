// What is for an agent's eyes: the server's rule, known here so that a conversation given away leaves the list at once.

import type { Agent, Head } from "./types";

export function isVisible(head: Head, me: Agent | null): boolean {
  if (!me || me.permissions.includes("conversations.all")) return true;
  if (head.assignee?.id === me.id || !head.team) return true;
  return me.teams.includes(head.team.id);
}
