import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { languageNames, type Language } from "../../i18n";
import { bag, moment, readAll, readNamed, text, whole } from "../../model/wire";
import type { Named } from "../../model/types";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf, numberIn, route } from "../../route";
import { Icon } from "../../ui/icons";
import { needCatalogues, people } from "../catalogues";
import { Field } from "../Field";
import { Listed, pathOf, useAsked, type Asked, type ListColumn } from "../Listed";
import { attempt, useLoad, usePages, withQuery, type Pages } from "../load";
import { Ask, Failed, Heading, Modal, Problem, Skeletons } from "../parts";
import { counted, o } from "../words";

interface Team {
  readonly id: number;
  readonly name: string;
  readonly branch: Named | null;
  readonly agents: readonly Named[];
  readonly archived: boolean;
}

interface Branch {
  readonly id: number;
  readonly name: string;
  readonly timezone: string;
  readonly country: string;
  readonly language: string;
  readonly city: string;
  readonly address: string;
  readonly phone: string;
  readonly archived: boolean;
}

function readTeam(value: unknown): Team | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return { id, name: text(raw["name"]) ?? "", branch: readNamed(raw["branch"]), agents: readAll(raw["agents"], readNamed), archived: moment(raw["archived_at"]) !== null };
}

function readBranch(value: unknown): Branch | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const word = (key: string) => text(raw[key]) ?? "";
  return {
    id, name: word("name"), timezone: word("timezone"), country: word("country"), language: word("language"), city: word("city"),
    address: word("address"), phone: word("phone"), archived: moment(raw["archived_at"]) !== null,
  };
}

const zoneHint = "Asia/Yerevan";
const loadBranches = async () => readAll(bag(await call("GET", withQuery("branches", { archived: "false", sort: "name", limit: 200 })))["items"], readBranch);

/** Who answers together, and where the firm works. */
export function Places() {
  const [kind, id] = [route.value.rest[1], numberIn(route.value, 2)];
  useEffect(() => void needCatalogues(), []);
  if (id !== null && kind === "team") return <OneTeam key={id} id={id} />;
  if (id !== null && kind === "branch") return <OneBranch key={id} id={id} />;
  return <Both />;
}

const archivedMark = (archived: boolean) => archived && <span class="mark">{o("places.archived")}</span>;

function Both() {
  const [adding, setAdding] = useState<"team" | "branch" | null>(null);
  const [all, setAll] = useState(false);
  const branches = useLoad(loadBranches, []);
  const known = branches.now.is === "ready" ? branches.now.value : [];
  const askedTeams = useAsked("name");
  const askedBranches = useAsked("name");
  const only = (asked: Asked, path: string) => withQuery(pathOf(path, asked), { archived: all ? null : "false", sort: asked.query.has("sort") ? null : "name" });
  const teams: Pages<Team> = usePages(only(askedTeams, "teams"), readTeam, 100);
  const places: Pages<Branch> = usePages(only(askedBranches, "branches"), readBranch, 100);
  const teamColumns: readonly ListColumn<Team>[] = [
    { key: "name", label: o("field.name"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => <><a href={addressOf("manage", ["teams", "team", one.id])}>{one.name}</a> {archivedMark(one.archived)}</> },
    { key: "branch", label: o("field.branch"), sort: "branch", filter: { is: "choice", key: "branch", all: [["none", o("places.no_branch")], ...known.map(({ id, name }) => [String(id), name] as const)] }, show: (one) => one.branch?.name ?? <span class="hint">{o("places.no_branch")}</span> },
    { key: "agents", label: o("column.members"), sort: "agents", show: (one) => (one.agents.length > 0 ? <span title={one.agents.map(({ name }) => name).join(", ")}>{counted("count.members", one.agents.length)}</span> : <span class="hint">{o("places.no_members")}</span>) },
  ];
  const branchColumns: readonly ListColumn<Branch>[] = [
    { key: "name", label: o("field.name"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => <><a href={addressOf("manage", ["teams", "branch", one.id])}>{one.name}</a> {archivedMark(one.archived)}</> },
    { key: "city", label: o("field.city"), sort: "city", filter: { is: "text", key: "city" }, show: (one) => one.city },
    { key: "address", label: o("field.address"), sort: "address", filter: { is: "text", key: "address" }, show: (one) => one.address },
    { key: "phone", label: o("field.phone"), sort: "phone", filter: { is: "text", key: "phone" }, show: (one) => one.phone },
    { key: "country", label: o("field.country"), sort: "country", filter: { is: "text", key: "country" }, show: (one) => one.country },
    { key: "language", label: o("field.language"), sort: "language", filter: { is: "choice", key: "language", all: Object.entries(languageNames) }, show: (one) => languageNames[one.language as Language] ?? one.language },
    { key: "timezone", label: o("field.timezone"), sort: "timezone", filter: { is: "text", key: "timezone" }, show: (one) => one.timezone },
  ];
  const added = () => {
    teams.again();
    places.again();
    branches.again();
  };
  return (
    <>
      <Heading text={o("manage.teams")}>
        <button type="button" class="button" onClick={() => setAdding("branch")}>
          <Icon name="plus" /> <span class="label">{o("places.new_branch")}</span>
        </button>
        <button type="button" class="button primary" onClick={() => setAdding("team")}>
          <Icon name="plus" /> <span class="label">{o("places.new_team")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <label class="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> {o("places.show_archived")}
        </label>
        <section class="place-section">
          <h2>{o("places.teams")}</h2>
          <Listed label={o("places.teams")} columns={teamColumns} pages={teams} asked={askedTeams} keyOf={({ id }) => id} none={{ icon: "team", text: o("places.no_members") }} />
        </section>
        <section class="place-section">
          <h2>{o("places.branches")}</h2>
          <Listed label={o("places.branches")} columns={branchColumns} pages={places} asked={askedBranches} keyOf={({ id }) => id} none={{ icon: "team", text: o("places.no_members") }} />
        </section>
      </div>
      {adding && <NewPlace kind={adding} branches={known} close={() => setAdding(null)} added={added} />}
    </>
  );
}

function NewPlace({ kind, branches, close, added }: { readonly kind: "team" | "branch"; readonly branches: readonly Branch[]; readonly close: () => void; readonly added: () => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const like = branches[0];
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const word = (key: string) => String(data.get(key) ?? "").trim();
    const body =
      kind === "team"
        ? { name: word("name"), branch_id: word("branch") ? Number(word("branch")) : null }
        : { name: word("name"), timezone: word("timezone"), country: word("country").toUpperCase(), language: word("language"), city: word("city"), address: word("address"), phone: word("phone") || null };
    setBusy(true);
    setProblem("");
    try {
      await call("POST", kind === "team" ? "teams" : "branches", body);
      added();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={o(kind === "team" ? "places.new_team" : "places.new_branch")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("field.name")}
          <input name="name" required maxLength={100} autoComplete="off" autofocus />
        </label>
        {kind === "team" ? (
          <label>
            {o("field.branch")}
            <select name="branch">
              <option value="">{o("places.no_branch")}</option>
              {branches.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <>
            <label>
              {o("field.city")}
              <input name="city" maxLength={100} autoComplete="off" />
            </label>
            <label>
              {o("field.address")}
              <input name="address" maxLength={300} autoComplete="off" />
            </label>
            <label>
              {o("field.phone")}
              <input name="phone" type="tel" maxLength={40} autoComplete="off" />
            </label>
            <label>
              {o("field.country")}
              <input name="country" required maxLength={2} pattern="[A-Za-z]{2}" defaultValue={like?.country ?? ""} autoComplete="off" />
            </label>
            <label>
              {o("field.timezone")}
              <input name="timezone" required maxLength={60} defaultValue={like?.timezone ?? ""} placeholder={zoneHint} autoComplete="off" spellcheck={false} />
            </label>
            <label>
              {o("field.language")}
              <select name="language">
                {Object.entries(languageNames).map(([key, words]) => (
                  <option key={key} value={key} selected={key === like?.language}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          </>
        )}
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {o("people.create")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Puts it into the archive, after a question, or takes it out. */
function ArchiveButton({ name, archived, set }: { readonly name: string; readonly archived: boolean; readonly set: (archived: boolean) => Promise<unknown> }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class={`button${archived ? "" : " danger"}`} onClick={() => (archived ? void attempt(() => set(false)) : setAsking(true))}>
        {o(archived ? "places.bring_back" : "places.archive")}
      </button>
      {asking && <Ask title={o("places.archive")} text={o("places.archive_ask", { name })} go={o("places.archive")} danger act={() => set(true)} close={() => setAsking(false)} />}
    </>
  );
}

const back = () => ({ href: addressOf("manage", ["teams"]), text: o("manage.teams") });

function OneTeam({ id }: { readonly id: number }) {
  const loaded = useLoad(async () => ({ team: readTeam(await call("GET", `teams/${id}`)), branches: await loadBranches() }), [id]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const { team, branches } = loaded.now.value;
  if (!team) return null;
  const patch = async (body: Readonly<Record<string, unknown>>) => {
    const changed = readTeam(await call("PATCH", `teams/${id}`, body));
    if (changed) loaded.put({ team: changed, branches });
  };
  const offered = [
    ["", o("places.no_branch")] as const,
    ...(team.branch && !branches.some((one) => one.id === team.branch?.id) ? [[String(team.branch.id), team.branch.name] as const] : []),
    ...branches.map((one) => [String(one.id), one.name] as const),
  ];
  return (
    <>
      <Heading text={team.name} back={back()}>
        <ArchiveButton name={team.name} archived={team.archived} set={(archived) => patch({ archived })} />
      </Heading>
      <div class="place-body person-body">
        <section class="panel">
          {archivedMark(team.archived)}
          <Field name={`team.${id}.name`} value={team.name} label={o("field.name")} max={100} save={(name) => patch({ name })} />
          <Field name={`team.${id}.branch`} value={team.branch ? String(team.branch.id) : ""} label={o("field.branch")} choices={offered} save={(to) => patch({ branch_id: to === "" ? null : Number(to) })} />
        </section>
        <section class="panel">
          <h2>{o("column.members")}</h2>
          <ul class="plain members">
            {people.value.map((one) => (
              <li key={one.id}>
                <label class="check">
                  <input
                    type="checkbox"
                    checked={team.agents.some((member) => member.id === one.id)}
                    onChange={(event) => {
                      const rest = team.agents.map((member) => member.id).filter((member) => member !== one.id);
                      void attempt(() => patch({ agent_ids: event.currentTarget.checked ? [...rest, one.id] : rest }));
                    }}
                  />{" "}
                  {one.name}
                </label>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function OneBranch({ id }: { readonly id: number }) {
  const loaded = useLoad(async () => readBranch(await call("GET", `branches/${id}`)), [id]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const branch = loaded.now.value;
  if (!branch) return null;
  const patch = async (body: Readonly<Record<string, unknown>>) => {
    const changed = readBranch(await call("PATCH", `branches/${id}`, body));
    if (changed) loaded.put(changed);
  };
  const field = (key: "name" | "timezone" | "country" | "language" | "city" | "address" | "phone") => ({ name: `branch.${id}.${key}`, value: branch[key], label: o(`field.${key}`) });
  return (
    <>
      <Heading text={branch.name} back={back()}>
        <ArchiveButton name={branch.name} archived={branch.archived} set={(archived) => patch({ archived })} />
      </Heading>
      <div class="place-body">
        <section class="panel">
          {archivedMark(branch.archived)}
          <Field {...field("name")} max={100} save={(name) => patch({ name })} />
          <Field {...field("city")} max={100} save={(city) => patch({ city })} />
          <Field {...field("address")} max={300} save={(address) => patch({ address })} />
          <Field {...field("phone")} type="tel" max={40} save={(phone) => patch({ phone: phone || null })} />
          <Field {...field("country")} max={2} save={(country) => patch({ country: country.toUpperCase() })} />
          <Field {...field("timezone")} max={60} placeholder={zoneHint} save={(timezone) => patch({ timezone })} />
          <Field {...field("language")} choices={Object.entries(languageNames)} save={(language) => patch({ language })} />
        </section>
      </div>
    </>
  );
}
