// Who and what is booked: specialists, rooms, chairs and devices.

import { useEffect, useState } from "preact/hooks";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import type { Named } from "../../model/types";
import { needCatalogues, people } from "../catalogues";
import { RestedInput } from "../contacts/Filters";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, useLoad, usePages, withQuery } from "../load";
import { Failed, Heading, Menu, Segments, Skeletons } from "../parts";
import { counted, o } from "../words";
import { Check, FormWindow, Names } from "./parts";
import { kinds, loadBranches, loadServices, readResource, type Forms, type Kind, type Resource, type Service } from "./wire";

const load = async () => {
  const [services, branches] = await Promise.all([loadServices(), loadBranches()]);
  return { services, branches };
};

export function StaffPlace() {
  const asked = useAsked("position");
  const [archived, setArchived] = useState(false);
  const [edited, setEdited] = useState<Resource | "new" | null>(null);
  const known = useLoad(load, []);
  const pages = usePages<Resource>(withQuery(pathOf("resources", asked), { archived: archived ? "true" : null }), readResource, 100);
  useEffect(() => void needCatalogues(), []);
  if (known.now.is === "loading") return <Skeletons />;
  if (known.now.is === "failed") return <Failed failure={known.now.failure} again={known.again} />;
  const { services, branches } = known.now.value;
  const edits = may("schedules.edit");
  const archive = async (one: Resource) => {
    const done = await attempt(() => call("PATCH", `resources/${one.id}`, { archived: !one.archived }).then(() => true));
    if (done) pages.again();
  };
  const columns: readonly ListColumn<Resource>[] = [
    {
      key: "name", label: o("field.name"), sort: "name",
      show: (one) => (edits ? <button type="button" class="link" onClick={() => setEdited(one)}>{one.name}</button> : one.name),
    },
    { key: "kind", label: o("bookable.kind"), sort: "kind", filter: { is: "choice", key: "kind", all: kinds.map((one) => [one, o(`bookable.kind_${one}`)] as const) }, show: (one) => o(`bookable.kind_${one.kind}`) },
    { key: "branch", label: o("field.branch"), sort: "branch", filter: { is: "choice", key: "branch_id", all: branches.map(({ id, name }) => [String(id), name] as const) }, show: (one) => one.branch?.name ?? "" },
    { key: "level", label: o("bookable.level"), sort: "level", filter: { is: "text", key: "level" }, show: (one) => one.level },
    { key: "does", label: o("bookable.does"), show: (one) => (one.kind === "provider" ? counted("bookable.services", one.services.length) : "") },
    { key: "online", label: o("bookable.online"), sort: "online", show: (one) => o(one.online ? "yes" : "no") },
    ...(edits
      ? [{
          key: "acts", label: o("bookable.acts"), quiet: true,
          show: (one: Resource) => <Menu label={o("bookable.acts_of", { name: one.name })} items={[{ text: o(one.archived ? "places.bring_back" : "places.archive"), icon: "history", act: () => void archive(one) }]} />,
        }]
      : []),
  ];
  return (
    <>
      <Heading text={o("manage.staff")}>
        {edits && (
          <button type="button" class="button primary" onClick={() => setEdited("new")}>
            <Icon name="plus" /> {o("bookable.new_resource")}
          </button>
        )}
      </Heading>
      <div class="place-body">
        <div class="bookable-tools">
          <RestedInput label={o("bookable.find_staff")} placeholder={o("bookable.find_staff")} value={asked.query.get("q") ?? ""} set={(q) => asked.set({ q })} />
          <Segments label={o("bookable.which")} all={["current", "archived"] as const} chosen={archived ? "archived" : "current"} words={(one) => o(`bookable.${one}`)} choose={(one) => setArchived(one === "archived")} />
        </div>
        <Listed label={o("manage.staff")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "team", text: o("bookable.no_resources") }} />
      </div>
      {edited && (
        <ResourceForm one={edited === "new" ? null : edited} services={services} branches={branches} done={pages.again} close={() => setEdited(null)} />
      )}
    </>
  );
}

interface FormProps {
  readonly one: Resource | null;
  readonly services: readonly Service[];
  readonly branches: readonly Named[];
  readonly done: () => void;
  readonly close: () => void;
}

function ResourceForm({ one, services, branches, done, close }: FormProps) {
  const [names, setNames] = useState<Forms>(one?.names ?? {});
  const [abouts, setAbouts] = useState<Forms>(one?.abouts ?? {});
  const [kind, setKind] = useState<Kind>(one?.kind ?? "provider");
  const [typed, setTyped] = useState({ branch: String(one?.branch?.id ?? branches[0]?.id ?? ""), agent: String(one?.agentId ?? ""), level: one?.level ?? "", skills: (one?.skills ?? []).join(", ") });
  const [online, setOnline] = useState(one?.online ?? true);
  const [does, setDoes] = useState<readonly number[]>(one?.services ?? []);
  const put = (name: keyof typeof typed) => (value: string) => setTyped({ ...typed, [name]: value });
  const save = async () => {
    const skills = [...new Set(typed.skills.split(",").map((word) => word.trim()).filter(Boolean))];
    const body = {
      names, abouts, branch_id: typed.branch ? Number(typed.branch) : null, agent_id: typed.agent ? Number(typed.agent) : null, level: typed.level, skills, online,
      ...(kind === "provider" ? { service_ids: does } : {}), ...(one ? {} : { kind }),
    };
    await call(one ? "PATCH" : "POST", one ? `resources/${one.id}` : "resources", body);
    done();
  };
  const provider = kind === "provider";
  return (
    <FormWindow title={one ? one.name : o("bookable.new_resource")} filled={[names, abouts, kind, typed, online, does]} save={save} close={close}>
      <Names label={o("field.name")} forms={names} set={setNames} needed max={200} />
      <div class="form-row">
        {!one && (
          <label>
            {o("bookable.kind")}
            <select value={kind} onChange={(event) => setKind(kinds.find((known) => known === event.currentTarget.value) ?? kind)}>
              {kinds.map((known) => (
                <option key={known} value={known}>
                  {o(`bookable.kind_${known}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {o("field.branch")}
          <select value={typed.branch} onChange={(event) => put("branch")(event.currentTarget.value)}>
            <option value="">{o("places.no_branch")}</option>
            {branches.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {provider && (
          <label>
            {o("bookable.login")}
            <select value={typed.agent} onChange={(event) => put("agent")(event.currentTarget.value)}>
              <option value="">{o("bookable.no_login")}</option>
              {people.value.map(({ id, name }) => (
                <option key={id} value={String(id)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {provider && (
        <div class="form-row">
          <label>
            {o("bookable.level")}
            <input value={typed.level} maxLength={60} onInput={(event) => put("level")(event.currentTarget.value)} />
          </label>
          <label>
            {o("bookable.skills")}
            <input value={typed.skills} maxLength={500} placeholder={o("bookable.skills_hint")} onInput={(event) => put("skills")(event.currentTarget.value)} />
          </label>
        </div>
      )}
      <Check label={o("bookable.online_resource")} on={online} set={setOnline} />
      {provider && services.length > 0 && (
        <fieldset>
          <legend>{o("bookable.does")}</legend>
          <div class="bookable-need">
            {services.map(({ id, name }) => (
              <Check key={id} label={name} on={does.includes(id)} set={(on) => setDoes(on ? [...does, id] : does.filter((had) => had !== id))} />
            ))}
          </div>
        </fieldset>
      )}
      <Names label={o("bookable.description")} forms={abouts} set={setAbouts} lines max={2000} />
    </FormWindow>
  );
}
