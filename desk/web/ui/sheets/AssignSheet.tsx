import { useState } from "preact/hooks";
import { addNote, assignAgent, assignTeam, take } from "../../actions";
import { closeSheet, head, me, state } from "../../store";
import { t } from "../../i18n";
import type { Colleague, PresenceStatus } from "../../model/types";
import { Icon } from "../icons";
import { Face, Sheet } from "../parts";
import { ForColleague } from "./ForColleague";

const order: Readonly<Record<PresenceStatus, number>> = { online: 0, away: 1, offline: 2 };

function byPresence(left: Colleague, right: Colleague): number {
  const own = (one: Colleague) => (one.id === me.value?.id ? 0 : 1);
  return own(left) - own(right) || order[left.status] - order[right.status] || (left.name < right.name ? -1 : 1);
}

/** Gives the open dialog to a colleague or a team. */
export function AssignSheet() {
  const [wanted, setWanted] = useState("");
  const [note, setNote] = useState("");
  const of = head.value;
  if (!of) return null;
  /** The note goes first: who gives a dialog away may not see it any more. */
  const done = (work: () => Promise<boolean>) =>
    void addNote(of.id, note).then(async (noted) => {
      if (noted) setNote("");
      if (noted && (await work())) closeSheet("assign");
    });
  const fits = (name: string) => name.toLowerCase().includes(wanted.trim().toLowerCase());
  const agents = state.value.agents.filter(({ name }) => fits(name)).sort(byPresence);
  const teams = state.value.teams.filter(({ name }) => fits(name));
  const give = (id: number) => done(() => (id === me.value?.id && !of.assignee ? take(of.id) : assignAgent(of.id, id)));
  return (
    <Sheet title={t("office.assign.title")}>
      <input
        type="search"
        class="filter"
        placeholder={t("office.assign.filter")}
        aria-label={t("office.assign.filter")}
        value={wanted}
        autofocus
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <ForColleague value={note} write={setNote} />
      <h3>{t("office.assign.agents")}</h3>
      <ul class="choose">
        {agents.map((one) => (
          <li key={one.id}>
            <button type="button" disabled={one.id === of.assignee?.id} onClick={() => give(one.id)}>
              <Face id={one.id} name={one.name} small />
              <span class="choose-name">{one.id === me.value?.id ? t("office.assign.me", { name: one.name }) : one.name}</span>
              <span class={`presence-word ${one.status}`}>
                <span class="presence-dot" aria-hidden="true" /> {t(`presence.${one.status}`)}
              </span>
              {one.id === of.assignee?.id && <Icon name="check" />}
            </button>
          </li>
        ))}
        {agents.length === 0 && <li class="hint">{t("office.assign.nobody")}</li>}
      </ul>
      {teams.length > 0 && <h3>{t("office.assign.teams")}</h3>}
      <ul class="choose">
        {teams.map((one) => (
          <li key={one.id}>
            <button type="button" disabled={one.id === of.team?.id && !of.assignee} onClick={() => done(() => assignTeam(of.id, one.id))}>
              <Icon name="team" />
              <span class="choose-name">{one.name}</span>
              {one.id === of.team?.id && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
