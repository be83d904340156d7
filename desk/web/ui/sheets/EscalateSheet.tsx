import { escalate } from "../../actions";
import { head, sheet, state } from "../../store";
import { t } from "../../i18n";
import { Icon } from "../icons";
import { Sheet } from "../parts";

/** Asks for help: the firm's own next in line, or a team chosen here. */
export function EscalateSheet() {
  const of = head.value;
  if (!of) return null;
  const go = (teamId?: number) => void escalate(of.id, teamId).then((well) => well && (sheet.value = null));
  return (
    <Sheet title={t("escalate.title")}>
      <p>{t("escalate.lead")}</p>
      <button type="button" class="button primary wide-button" onClick={() => go()}>
        <Icon name="escalate" /> {t("escalate.default")}
      </button>
      <h3>{t("escalate.team")}</h3>
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
