import { useMemo, useState } from "preact/hooks";
import { bag } from "../../model/wire";
import { call } from "../../net/rest";
import { attempt, say } from "../../office/load";
import { closeSheet } from "../../store";
import { uuid } from "../../model/outbox";
import { t } from "../../i18n";
import { Icon } from "../icons";
import { Sheet } from "../parts";

/** The end of one's work: everything goes to others, with one note. */
export function HandoverSheet() {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useMemo(uuid, [note]); // the same on every try with the same words
  const go = async () => {
    setBusy(true);
    const done = await attempt(() => call("POST", "me/handover", { note }, 15_000, key));
    setBusy(false);
    if (done === null) return;
    const given = Number(bag(done)["given"]);
    const queued = Number(bag(done)["queued"]);
    say(given + queued ? t("office.handover.done", { given, queued }) : t("office.handover.none"));
    closeSheet("handover");
  };
  return (
    <Sheet title={t("shift.end")}>
      <p>{t("office.handover.lead", { status: t("presence.away") })}</p>
      <label class="for-colleague">
        {t("office.handover.note")}
        <textarea rows={3} maxLength={4000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <button type="button" class="button primary wide-button" disabled={busy} onClick={() => void go()}>
        <Icon name="leave" /> {t("office.handover.go")}
      </button>
    </Sheet>
  );
}
