import type { Outgoing } from "../model/outbox";
import { discard, retry } from "../net/sender";
import { phase } from "../store";
import { t } from "../i18n";
import { clockTime, exactMoment, iso } from "./format";
import { Files } from "./LaterFiles";
import { Icon } from "./icons";

/** Words not yet with the server: a clock while they wait, a plain sentence and two ways out where they were refused. */
export function Pending({ items }: { readonly items: readonly Outgoing[] }) {
  return (
    <>
      {items.map((item, index) => (
        <article key={item.clientId} class={`message ours pending${item.kind === "note" ? " note" : ""}${item.failed === null ? "" : " failed"}`} aria-label={t(item.failed === null ? "pending.waiting" : "pending.failed")}>
          <div class="bubble">
            {item.files.length > 0 && <Files files={item.files} />}
            {item.text !== "" && <p class="text" dir="auto">{item.text}</p>}
            <p class="marks">
              <time class="at" dateTime={iso(item.createdAt)} title={exactMoment(item.createdAt)}>
                {clockTime(item.createdAt)}
              </time>
              <span class="delivery queued" title={t("pending.waiting")}>
                <Icon name={item.failed === null ? "clock" : "alert"} size={15} />
              </span>
            </p>
          </div>
          {item.failed !== null && (
            <p class="failed-line" role="alert">
              <span>
                {t("pending.failed")} {item.failed}
              </span>
              <button type="button" class="button" onClick={() => retry(item)}>
                <Icon name="retry" size={15} /> {t("pending.retry")}
              </button>
              <button type="button" class="button" onClick={() => discard(item)}>
                <Icon name="trash" size={15} /> {t("pending.discard")}
              </button>
            </p>
          )}
          {item.failed === null && phase.value === "offline" && index === items.length - 1 && <p class="hint">{t("pending.offline")}</p>}
        </article>
      ))}
    </>
  );
}
