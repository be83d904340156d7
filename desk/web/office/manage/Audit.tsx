import { useEffect, useState } from "preact/hooks";
import { shownValue, type Change } from "../../model/card";
import { bag, moment, readNamed, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { textOf } from "../../i18n";
import { longMoment } from "../../ui/format";
import { Moment } from "../../ui/parts";
import { Changes } from "../Changes";
import { needCatalogues, people } from "../catalogues";
import { usePages, withQuery } from "../load";
import { Empty, Failed, Heading, Skeletons } from "../parts";
import { named, o } from "../words";

interface Deed {
  readonly id: number;
  readonly at: number | null;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  readonly changes: readonly Change[];
  readonly remote: string;
}

function readDeed(value: unknown): Deed | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const [before, after] = [bag(raw["before"]), bag(raw["after"])];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    id,
    at: moment(raw["at"]),
    actor: text(raw["actor_name"]) ?? readNamed(raw["actor"])?.name ?? text(raw["actor"]) ?? "",
    action: text(raw["action"]) ?? "",
    entity: text(raw["entity"]) ?? "",
    entityId: shownValue(raw["entity_id"]),
    changes: fields.map((field) => ({ field, before: shownValue(before[field]), after: shownValue(after[field]) })).filter((one) => one.before !== one.after),
    remote: text(raw["remote"]) ?? "",
  };
}

const entities = ["contact", "conversation", "agent", "role", "session", "setting", "import", "backup", "api_token"] as const;

/** Who did what, with the value before and after. */
export function Audit() {
  const [entity, setEntity] = useState("");
  const [actor, setActor] = useState("");
  useEffect(() => void needCatalogues(), []);
  const pages = usePages(withQuery("audit", { entity, actor }), readDeed, 50);
  return (
    <>
      <Heading text={o("manage.audit")} />
      <div class="place-body">
        <div class="toolbar flat">
          <label class="compact-select">
            <span>{o("audit.entity")}</span>
            <select value={entity} onChange={(event) => setEntity(event.currentTarget.value)}>
              <option value="">{o("filter.any")}</option>
              {entities.map((one) => (
                <option key={one} value={one}>
                  {o(`entity.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="compact-select">
            <span>{o("audit.actor")}</span>
            <select value={actor} onChange={(event) => setActor(event.currentTarget.value)}>
              <option value="">{o("filter.any")}</option>
              {people.value.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
        {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
        {pages.next === undefined && !pages.failure && <Skeletons />}
        {pages.next !== undefined && pages.items.length === 0 && <Empty icon="history" text={o("audit.none")} />}
        <ol class="happenings audit">
          {pages.items.map((one) => (
            <li key={one.id} class="happening">
              <div class="happening-body">
                <p class="happening-head">
                  <b>{textOf(`office.action.${one.action}`) ?? one.action}</b>
                  <span class="hint">
                    {[one.actor, one.entity && `${named("entity", one.entity)} ${one.entityId}`, one.remote].filter(Boolean).join(" · ")}
                    {one.at !== null && (
                      <>
                        {" · "}
                        <Moment at={one.at} text={longMoment(one.at, now.value)} />
                      </>
                    )}
                  </span>
                </p>
                <Changes of={one.changes} />
              </div>
            </li>
          ))}
        </ol>
        {typeof pages.next === "string" && (
          <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
            {o("more")}
          </button>
        )}
      </div>
    </>
  );
}
