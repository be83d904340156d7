import { useState } from "preact/hooks";
import { addNote, escalate } from "../../actions";
import { closeSheet, head, state } from "../../store";
import { t } from "../../i18n";
import { Icon } from "../icons";
import { Sheet } from "../parts";
import { ForColleague } from "./ForColleague";

/** Asks for help: the firm's own next in line, or a team chosen here. */
export function EscalateSheet() {
  const [note, setNote] = useState("");
  const of = head.value;
  if (!of) return null;
  const go = (teamId?: number) =>
    void addNote(of.id, note).then(async (noted) => {
      if (noted) setNote("");
      if (noted && (await escalate(of.id, teamId))) closeSheet("escalate");
    });
  return (
    <Sheet title={t("office.escalate.title")}>
      <p>{t("office.escalate.lead")}</p>
      <ForColleague value={note} write={setNote} />
      <button type="button" class="button primary wide-button" onClick={() => go()}>
        <Icon name="escalate" /> {t("office.escalate.default")}
      </button>
      <h3>{t("office.escalate.team")}</h3>
      <ul class="choose">
        {state.value.teams
          .filter(({ id }) => id !== of.team?.id)
          .map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => go(one.id)}>
                <Icon name="team" />
                <span class="choose-name">{one.name}</span>
              </button>
            </li>
          ))}
      </ul>
    </Sheet>
  );
}
