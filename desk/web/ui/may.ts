// What the one who is signed in may do. The server decides again with every request; here it only saves vain buttons.

import { agent, me } from "../store";

export function may(permission: string): boolean {
  const who = me.value ?? agent.value;
  return who !== null && who !== "unknown" && who.permissions.includes(permission);
}

const managing = [
  "contacts.delete", "contacts.merge", "catalogues.edit", "roles.manage", "agents.manage", "teams.manage", "inboxes.edit", "tokens.manage", "settings.edit",
  "contacts.import", "contacts.export", "backup.run", "audit.read",
];

/** Whether any part of the business's settings is open to them. */
export const mayManage = () => managing.some(may);
