// Below a message that was not delivered, or may not have been: why, and sending it again.

import { useState } from "preact/hooks";
import { bag, text } from "../../model/wire";
import type { Message } from "../../model/types";
import { call } from "../../net/rest";
import { attempt, useLoad } from "../../office/load";
import { o } from "../../office/words";
import { t } from "../../i18n";
import { Icon } from "../icons";

interface Sending {
  readonly why: string | null;
  readonly detail: string | null;
  readonly mayAgain: boolean;
  readonly asks: boolean;
}

function readSending(value: unknown): Sending {
  const raw = bag(value);
  const refused = raw["reason"] === "refused";
  return { why: text(raw["text"]), detail: refused ? text(raw["detail"]) : null, mayAgain: raw["may_again"] === true, asks: raw["asks"] === true };
}

export function Undelivered({ message }: { readonly message: Message }) {
  const { now } = useLoad(() => call("GET", `messages/${message.id}/sending`).then(readSending), [message.id, message.delivery]);
  const [asking, setAsking] = useState(false);
  if (now.is !== "ready" || now.value.why === null) return null;
  const { why, detail, mayAgain, asks } = now.value;
  const again = () => {
    setAsking(false);
    void attempt(() => call("POST", `messages/${message.id}/send-again`, { sure: asks }));
  };
  return (
    <div class="undelivered" role="group" aria-label={t(`delivery.${message.delivery}`)}>
      <p>
        <Icon name="alert" size={14} /> {asking ? o("ways.again_asks") : why}
        {!asking && detail && <span class="hint"> {detail}</span>}
      </p>
      {mayAgain && (
        <button type="button" class="button" onClick={() => (asks && !asking ? setAsking(true) : again())}>
          <Icon name="retry" size={14} /> {o("letters.again")}
        </button>
      )}
      {asking && (
        <button type="button" class="button" onClick={() => setAsking(false)}>
          {t("cancel")}
        </button>
      )}
    </div>
  );
}
