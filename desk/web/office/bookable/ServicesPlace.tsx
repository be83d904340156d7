// The catalogue: services and their groups.

import { useRef, useState } from "preact/hooks";
import { bag, list, readAll, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { RestedInput } from "../contacts/Filters";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, say, useLoad, usePages, withQuery } from "../load";
import { Ask, Failed, Heading, Menu, Segments, Skeletons } from "../parts";
import { counted, o } from "../words";
import { FormWindow, Names } from "./parts";
import { ServiceForm } from "./ServiceForm";
import { loadGroups, loadResources, loadSettings, readService, typedOf, type Forms, type Group, type Service } from "./wire";

const load = async () => {
  const [groups, resources, settings] = await Promise.all([loadGroups(), loadResources(), loadSettings()]);
  return { groups, resources, minutes: Number(settings["duration_min"] ?? 60) };
};

export function ServicesPlace() {
  const asked = useAsked("position");
  const [archived, setArchived] = useState(false);
  const [edited, setEdited] = useState<Service | "new" | null>(null);
  const [removed, setRemoved] = useState<Service | null>(null);
  const [grouped, setGrouped] = useState<Group | "new" | null>(null);
  const known = useLoad(load, []);
  const pages = usePages<Service>(withQuery(pathOf("services", asked), { archived: archived ? "true" : null }), readService, 100);
  if (known.now.is === "loading") return <Skeletons />;
  if (known.now.is === "failed") return <Failed failure={known.now.failure} again={known.again} />;
  const { groups, resources, minutes } = known.now.value;
  const edits = may("services.edit");
  const refresh = () => {
    pages.again();
    known.again();
  };
  const archive = async (one: Service) => {
    const done = await attempt(() => call("PATCH", `services/${one.id}`, { archived: !one.archived }).then(() => true));
    if (done) refresh();
  };
  const acts = (one: Service) => [
    { text: o(one.archived ? "places.bring_back" : "places.archive"), icon: "history" as const, act: () => void archive(one) },
    ...(one.bookings === 0 ? [{ text: o("catalogue.remove"), icon: "trash" as const, danger: true, act: () => setRemoved(one) }] : []),
  ];
  const columns: readonly ListColumn<Service>[] = [
    {
      key: "name", label: o("field.name"), sort: "name",
      show: (one) => (edits ? <button type="button" class="link" onClick={() => setEdited(one)}>{one.name}</button> : one.name),
    },
    {
      key: "group", label: o("bookable.group"), sort: "group", show: (one) => one.group?.name ?? "",
      filter: { is: "choice", key: "group_id", all: [...groups.map(({ id, name }) => [String(id), name] as const), ["none", o("bookable.no_group")]] },
    },
    { key: "duration", label: o("bookable.duration_short"), sort: "duration_min", show: (one) => counted("bookable.minutes", one.duration) },
    { key: "price", label: o("bookable.price"), sort: "price_minor", show: (one) => one.price },
    { key: "seats", label: o("bookable.seats"), sort: "capacity", show: (one) => one.capacity },
    { key: "code", label: o("bookable.code"), sort: "code", filter: { is: "text", key: "code" }, show: (one) => one.code },
    { key: "promotion", label: o("bookable.promotion"), sort: "promotion", filter: { is: "text", key: "promotion" }, show: (one) => one.promotion },
    { key: "promoted", label: o("bookable.promoted"), sort: "promoted", filter: { is: "choice", key: "promoted", all: [["true", o("yes")], ["false", o("no")]] }, show: (one) => typedOf(one.promoPriceMinor, one.digits) },
    { key: "online", label: o("bookable.online"), sort: "online", filter: { is: "choice", key: "online", all: [["true", o("yes")], ["false", o("no")]] }, show: (one) => o(one.online ? "yes" : "no") },
    { key: "bookings", label: o("bookable.bookings"), sort: "bookings", show: (one) => one.bookings },
    ...(edits ? [{ key: "acts", label: o("bookable.acts"), quiet: true, show: (one: Service) => <Menu label={o("bookable.acts_of", { name: one.name })} items={acts(one)} /> }] : []),
  ];
  const empty = pages.next !== undefined && pages.items.length === 0 && !archived && [...asked.query.keys()].length === 0;
  return (
    <>
      <Heading text={o("manage.services")}>
        {edits && <PriceList taken={refresh} />}
        {edits && (
          <button type="button" class="button primary" onClick={() => setEdited("new")}>
            <Icon name="plus" /> {o("bookable.new_service")}
          </button>
        )}
      </Heading>
      <div class="place-body">
        <div class="bookable-tools">
          <RestedInput label={o("bookable.find")} placeholder={o("bookable.find")} value={asked.query.get("q") ?? ""} set={(q) => asked.set({ q })} />
          <Segments label={o("bookable.which")} all={["current", "archived"] as const} chosen={archived ? "archived" : "current"} words={(one) => o(`bookable.${one}`)} choose={(one) => setArchived(one === "archived")} />
        </div>
        {empty && edits && <Presets filled={refresh} />}
        <Listed label={o("manage.services")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "star", text: o("bookable.no_services") }} />
        <section class="panel bookable-groups">
          <h2>{o("bookable.groups")}</h2>
          <ul class="plain">
            {groups.map((one) => (
              <li key={one.id}>
                <span>{one.name}</span> <span class="hint">{counted("bookable.services", one.services)}</span>
                {edits && (
                  <span class="bookable-acts">
                    <IconButton icon="edit" label={o("bookable.edit_named", { name: one.name })} onClick={() => setGrouped(one)} />
                    <IconButton icon="trash" label={o("remove_named", { name: one.name })} onClick={() => void attempt(() => call("DELETE", `service-groups/${one.id}`).then(refresh))} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          {groups.length > 0 && <p class="hint">{o("bookable.groups_hint")}</p>}
          {edits && (
            <button type="button" class="button" onClick={() => setGrouped("new")}>
              <Icon name="plus" /> {o("bookable.new_group")}
            </button>
          )}
        </section>
      </div>
      {edited && <ServiceForm one={edited === "new" ? null : edited} groups={groups} resources={resources} minutes={minutes} done={refresh} close={() => setEdited(null)} />}
      {grouped && <GroupForm one={grouped === "new" ? null : grouped} done={refresh} close={() => setGrouped(null)} />}
      {removed && (
        <Ask title={o("catalogue.remove")} text={o("bookable.remove_ask", { name: removed.name })} go={o("catalogue.remove")} danger act={() => call("DELETE", `services/${removed.id}`).then(refresh)} close={() => setRemoved(null)} />
      )}
    </>
  );
}

function GroupForm({ one, done, close }: { readonly one: Group | null; readonly done: () => void; readonly close: () => void }) {
  const [names, setNames] = useState<Forms>(one?.names ?? {});
  const save = async () => {
    await call(one ? "PATCH" : "POST", one ? `service-groups/${one.id}` : "service-groups", { names });
    done();
  };
  return (
    <FormWindow title={one ? one.name : o("bookable.new_group")} filled={names} save={save} close={close}>
      <Names label={o("field.name")} forms={names} set={setNames} needed max={200} />
    </FormWindow>
  );
}

interface Preset {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

function readPreset(value: unknown): Preset | null {
  const raw = bag(value);
  const name = text(raw["name"]);
  return name === null ? null : { name, title: text(raw["title"]) ?? name, about: text(raw["about"]) ?? "" };
}

/** Offered while there is nothing: a kind of business fills the catalogue. */
function Presets({ filled }: { readonly filled: () => void }) {
  const loaded = useLoad(async () => readAll(bag(await call("GET", "booking-presets"))["items"], readPreset), []);
  const [busy, setBusy] = useState(false);
  if (loaded.now.is !== "ready") return null;
  const fill = async (one: Preset) => {
    setBusy(true);
    const done = await attempt(() => call("POST", `booking-presets/${one.name}`).then(() => true));
    setBusy(false);
    if (!done) return;
    say(o("bookable.preset_done", { name: one.title }));
    filled();
  };
  return (
    <section class="panel">
      <h2>{o("bookable.presets")}</h2>
      <p class="hint">{o("bookable.presets_hint")}</p>
      <ul class="plain bookable-presets">
        {loaded.now.value.map((one) => (
          <li key={one.name}>
            <button type="button" class="button" disabled={busy} onClick={() => void fill(one)}>
              {one.title}
            </button>
            <span class="hint">{one.about}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Tried {
  readonly added: number;
  readonly changed: number;
  readonly problems: readonly { readonly row: number; readonly message: string }[];
}

function readTried(value: unknown): Tried {
  const raw = bag(value);
  const problems = list(raw["problems"]).map((one) => ({ row: whole(bag(one)["row"]) ?? 0, message: text(bag(one)["message"]) ?? "" }));
  return { added: whole(raw["added"]) ?? 0, changed: whole(raw["changed"]) ?? 0, problems };
}

/** Takes a table of services: what would come of it is shown first. */
function PriceList({ taken }: { readonly taken: () => void }) {
  const chosen = useRef<HTMLInputElement>(null);
  const [tried, setTried] = useState<{ readonly file: File; readonly of: Tried } | null>(null);
  const send = (file: File, check: boolean) => {
    const form = new FormData();
    form.append("file", file);
    return call("POST", `services/import?check=${check}`, form, 120_000);
  };
  const look = async (file: File | undefined) => {
    if (!file) return;
    const of = await attempt(() => send(file, true).then(readTried));
    if (of) setTried({ file, of });
  };
  return (
    <>
      <input
        ref={chosen}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        accept=".csv,.xlsx,.jsonl,.txt"
        onChange={(event) => {
          void look(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <button type="button" class="button icon-only" aria-label={o("bookable.price_list")} title={o("bookable.price_list")} onClick={() => chosen.current?.click()}>
        <Icon name="upload" />
      </button>
      {tried && (
        <Ask title={o("bookable.price_list")} text={o("bookable.price_list_ask", { added: tried.of.added, changed: tried.of.changed, problems: tried.of.problems.length })} go={o("bookable.price_list_go")} act={() => send(tried.file, false).then(taken)} close={() => setTried(null)}>
          {tried.of.problems.length > 0 && (
            <ul class="plain bookable-problems">
              {tried.of.problems.map(({ row, message }) => (
                <li key={row}>{o("bookable.row", { row, message })}</li>
              ))}
            </ul>
          )}
        </Ask>
      )}
    </>
  );
}
