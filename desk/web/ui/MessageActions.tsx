import { signal } from "@preact/signals";
import type { Message } from "../model/types";
import { can, head, me } from "../store";
import { t } from "../i18n";
import { beginEdit, quote } from "./draft";
import { later } from "./Later";
import { IconButton } from "./parts";

/** The message under the mouse or the keyboard: only it carries buttons. */
export const active = signal<number | null>(null);

/** The message about which is asked whether it shall go. */
export const asked = signal<number | null>(null);
const AskDelete = later<{ readonly id: number }>(() => import("./side/AskDelete").then((module) => module.AskDelete), false);

/** Whether an answer can name it where the dialog goes on. */
export const mayQuote = (message: Message): boolean => !message.private && !message.deleted && can(head.value?.channel ?? "web", "quotes");

export function MessageActions({ message }: { readonly message: Message }) {
  const own = message.author.kind === "agent" && message.author.id === me.value?.id;
  // what went out by a channel can be changed only where that channel can
  const went = !message.private && message.author.kind !== "visitor";
  const mayDelete = (own || me.value?.permissions.includes("messages.delete") === true) && (!went || can(message.channel, "deletes"));
  const mayEdit = own && message.kind === "text" && (!went || can(message.channel, "edits"));
  if (asked.value === message.id) return <AskDelete id={message.id} />;
  if (!mayDelete && !mayEdit && !mayQuote(message)) return null;
  return (
    <div class="message-actions" role="group" aria-label={t("message.actions")}>
      {mayQuote(message) && <IconButton icon="quote" label={t("message.quote")} keys="Q" onClick={() => quote(message)} />}
      {mayEdit && <IconButton icon="edit" label={t("message.edit")} onClick={() => beginEdit(message)} />}
      {mayDelete && <IconButton icon="trash" label={t("message.delete")} onClick={() => (asked.value = message.id)} />}
    </div>
  );
}
