// Before a message goes for everybody.

import { useLayoutEffect, useRef } from "preact/hooks";
import { deleteMessage } from "../../actions";
import { t } from "../../i18n";
import { asked } from "../MessageActions";

/** It comes into sight whole, takes the focus, and gives it back to its message; from who has gone on to something else
 * meanwhile it takes none: his next key would delete. */
export function AskDelete({ id }: { readonly id: number }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) box.current?.querySelector("button")?.focus({ preventScroll: true });
  }, []);
  const close = () => {
    const free = document.activeElement === document.body || box.current?.contains(document.activeElement);
    if (asked.value === id) asked.value = null;
    if (free) document.querySelector<HTMLElement>(`.thread article[data-id="${id}"]`)?.focus();
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
