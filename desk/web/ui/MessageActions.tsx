import { signal } from "@preact/signals";
import { deleteMessage } from "../actions";
import type { Message } from "../model/types";
import { me } from "../store";
import { t } from "../i18n";
import { beginEdit, quote } from "./draft";
import { IconButton } from "./parts";

/** The message under the mouse or the keyboard: only it carries buttons. */
export const active = signal<number | null>(null);

const asked = signal<number | null>(null);

export function MessageActions({ message }: { readonly message: Message }) {
  const own = message.author.kind === "agent" && message.author.id === me.value?.id;
  const mayDelete = own || me.value?.permissions.includes("messages.delete") === true;
  if (asked.value === message.id) {
    return (
      <div class="message-actions asking" role="group" aria-label={t("message.delete_ask")}>
        <span>{t("message.delete_ask")}</span>
        <button type="button" class="button danger" onClick={() => void deleteMessage(message.id).then(() => (asked.value = null))}>
          {t("message.delete")}
        </button>
        <button type="button" class="button" onClick={() => (asked.value = null)}>
          {t("cancel")}
        </button>
      </div>
    );
  }
  return (
    <div class="message-actions" role="group" aria-label={t("message.actions")}>
      {!message.private && <IconButton icon="quote" label={t("message.quote")} keys="Q" onClick={() => quote(message)} />}
      {own && message.kind === "text" && <IconButton icon="edit" label={t("message.edit")} onClick={() => beginEdit(message)} />}
      {mayDelete && <IconButton icon="trash" label={t("message.delete")} onClick={() => (asked.value = message.id)} />}
    </div>
  );
}
