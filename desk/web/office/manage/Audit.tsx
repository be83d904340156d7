import { useEffect } from "preact/hooks";
import { shownValue, type Change } from "../../model/card";
import { browserOf } from "../../model/browser";
import { bag, moment, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { textOf } from "../../i18n";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Moment } from "../../ui/parts";
import { Changes } from "../Changes";
import { needCatalogues, people } from "../catalogues";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { usePages } from "../load";
import { Heading } from "../parts";
import { named, o } from "../words";

interface Deed {
  readonly id: number;
  readonly at: number | null;
  readonly byAgent: boolean;
  readonly actorId: number | null;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: number | null;
  readonly changes: readonly Change[];
  readonly remote: string;
  /** Of a sign-in: the browser, and the login that was tried. */
  readonly browser: string;
  readonly login: string;
}

/** Told in words of their own, not as changed fields. */
const signs = ["browser", "login"];

function readDeed(value: unknown): Deed | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const [before, after] = [bag(raw["before"]), bag(raw["after"])];
  const entity = text(raw["entity"]) ?? "";
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => entity !== "session" || !signs.includes(field));
  return {
    id,
    at: moment(raw["at"]),
    byAgent: raw["actor_kind"] === "agent",
    actorId: whole(raw["actor_id"]),
    actor: text(raw["actor_name"]) ?? "",
    action: text(raw["action"]) ?? "",
    entity,
    entityId: whole(raw["entity_id"]),
    changes: fields.map((field) => ({ field, before: shownValue(before[field]), after: shownValue(after[field]) })).filter((one) => one.before !== one.after),
    remote: text(raw["remote"]) ?? "",
    browser: text(after["browser"]) ?? "",
    login: text(after["login"]) ?? "",
  };
}

const entities = [
  "session", "contact", "conversation", "message", "note", "task", "subject", "extra_contact", "agent", "role", "team", "branch", "api_token",
  "service", "service_group", "resource", "preset", "settings", "contact_group", "contact_category", "contact_source", "custom_field", "inbox", "block", "canned_response", "import", "export", "backup", "demo",
  "appointment", "wish", "article", "letter", "webhook", "outside_calendar",
] as const;

/** A deed in words: its own sentence where there is one, else of what kind of thing and what was done with it. */
function deedWords({ action, entity }: Deed): string {
  const verb = action.slice(action.indexOf(".") + 1);
  return textOf(`office.action.${action}`) ?? o("audit.deed", { entity: named("entity", entity), verb: named("verb", verb) });
}

/** Who did it; of a refused sign-in, as whom somebody tried. */
function actorWords(one: Deed): string {
  if (one.action === "session.refused") return one.login || o("audit.unknown_login");
  if (!one.byAgent) return o("audit.system");
  const known = people.value.find(({ id }) => id === one.actorId);
  return known ? (known.name === one.actor || !one.actor ? known.name : `${known.name} (${one.actor})`) : one.actor;
}

function Where({ of }: { readonly of: Deed }) {
  const known = of.browser ? browserOf(of.browser) : null;
  return (
    <>
      {of.remote}
      {known && (
        <span class="hint" title={of.browser}>
          {known.system ? o("audit.browser", { browser: known.browser, system: known.system }) : known.browser}
        </span>
      )}
    </>
  );
}

function What({ of }: { readonly of: Deed }) {
  const sign = of.action === "session.opened" ? "success" : of.action === "session.refused" ? "failure" : null;
  return (
    <>
      <b>{deedWords(of)}</b>{" "}
      {sign && (
        <span class={`mark ${sign === "success" ? "good" : "bad"}`}>
          <Icon name={sign === "success" ? "check" : "alert"} size={13} /> {o(`audit.${sign}`)}
        </span>
      )}
      <Changes of={of.changes} />
    </>
  );
}

/** Who did what, with the value before and after. */
export function Audit() {
  useEffect(() => void needCatalogues(), []);
  const asked = useAsked("at", true);
  const pages = usePages(pathOf("audit", asked), readDeed, 50);
  const about = (one: Deed) => (one.entity === "session" ? "" : `${named("entity", one.entity)}${one.entityId ? ` ${one.entityId}` : ""}`);
  const columns: readonly ListColumn<Deed>[] = [
    { key: "at", label: o("audit.when"), sort: "at", filter: { is: "days", key: "at" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    { key: "actor", label: o("audit.actor"), sort: "actor_name", filter: { is: "choice", key: "actor", all: people.value.map(({ id, name }) => [String(id), name] as const) }, show: actorWords },
    { key: "action", label: o("audit.action"), sort: "action", show: (one) => <What of={one} /> },
    { key: "entity", label: o("audit.entity"), sort: "entity", filter: { is: "choice", key: "entity", all: entities.map((one) => [one, named("entity", one)] as const) }, show: about },
    { key: "remote", label: o("column.address_from"), sort: "remote", filter: { is: "text", key: "remote" }, show: (one) => <Where of={one} /> },
  ];
  return (
    <>
      <Heading text={o("manage.audit")} />
      <div class="place-body">
        <Listed label={o("manage.audit")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "history", text: o("audit.none") }} />
      </div>
    </>
  );
}
