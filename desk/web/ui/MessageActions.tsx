import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { deleteMessage } from "../actions";
import type { Message } from "../model/types";
import { me } from "../store";
import { t } from "../i18n";
import { beginEdit, quote } from "./draft";
import { IconButton } from "./parts";

/** The message under the mouse or the keyboard: only it carries buttons. */
export const active = signal<number | null>(null);

const asked = signal<number | null>(null);

/** Before it goes for everybody. It comes into sight whole, takes the focus, and gives it back to its message. */
function AskDelete({ id }: { readonly id: number }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
    box.current?.querySelector("button")?.focus({ preventScroll: true });
  }, []);
  const close = () => {
    asked.value = null;
    document.querySelector<HTMLElement>(`.thread article[data-id="${id}"]`)?.focus();
  };
  return (
    <div
      ref={box}
      class="message-actions asking"
      role="group"
      aria-label={t("message.delete_ask")}
      onKeyDown={(event) => {
        if (event.code !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      <span>{t("message.delete_ask")}</span>
      <button type="button" class="button danger" onClick={() => void deleteMessage(id).then(close)}>
        {t("message.delete")}
      </button>
      <button type="button" class="button" onClick={close}>
        {t("cancel")}
      </button>
    </div>
  );
}

export function MessageActions({ message }: { readonly message: Message }) {
  const own = message.author.kind === "agent" && message.author.id === me.value?.id;
  const mayDelete = own || me.value?.permissions.includes("messages.delete") === true;
  if (asked.value === message.id) return <AskDelete id={message.id} />;
  return (
    <div class="message-actions" role="group" aria-label={t("message.actions")}>
      {!message.private && <IconButton icon="quote" label={t("message.quote")} keys="Q" onClick={() => quote(message)} />}
      {own && message.kind === "text" && <IconButton icon="edit" label={t("message.edit")} onClick={() => beginEdit(message)} />}
      {mayDelete && <IconButton icon="trash" label={t("message.delete")} onClick={() => (asked.value = message.id)} />}
    </div>
  );
}
