import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { languageNames, type Language } from "../../i18n";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { bag, list, moment, readAll, text, whole } from "../../model/wire";
import { addressOf, numberIn, route } from "../../route";
import { me } from "../../store";
import { Icon } from "../../ui/icons";
import { longMoment } from "../../ui/format";
import { Face, Moment } from "../../ui/parts";
import { Field } from "../Field";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, useLoad, usePages, withQuery } from "../load";
import { Failed, Heading, Modal, Problem, Skeletons } from "../parts";
import { named, o } from "../words";
import { loadPermissions, loadRoles, type Role } from "./Roles";

interface Person {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly role: string;
  readonly language: string;
  readonly capacity: number | null;
  readonly disabled: boolean;
  readonly seenAt: number | null;
  readonly grant: readonly string[];
  readonly deny: readonly string[];
}

function readPerson(value: unknown): Person | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    name: text(raw["name"]) ?? "",
    login: text(raw["login"]) ?? "",
    role: text(raw["role"]) ?? text(bag(raw["role"])["name"]) ?? "",
    language: text(raw["language"]) ?? "",
    capacity: whole(raw["capacity"]),
    disabled: raw["disabled"] === true,
    seenAt: moment(raw["last_seen_at"]),
    grant: readAll(raw["grant"], text),
    deny: readAll(raw["deny"], text),
  };
}

const labelOf = (roles: readonly Role[], name: string) => roles.find((role) => role.name === name)?.label ?? name;

/** Who works here, and what each may do. */
export function People() {
  const roles = useLoad(() => loadRoles().catch(() => [] as Role[]), []);
  const id = numberIn(route.value, 1);
  if (roles.now.is === "loading") return <Skeletons />;
  if (roles.now.is === "failed") return <Failed failure={roles.now.failure} again={roles.again} />;
  return id === null ? <Everybody roles={roles.now.value} /> : <Somebody key={id} id={id} roles={roles.now.value} />;
}

function Everybody({ roles }: { readonly roles: readonly Role[] }) {
  const [adding, setAdding] = useState(false);
  const asked = useAsked("name", false);
  const pages = usePages(withQuery(pathOf("agents", asked), asked.query.has("disabled") ? {} : { disabled: "any" }), readPerson, 100);
  const columns: readonly ListColumn<Person>[] = [
    {
      key: "name",
      label: o("field.name"),
      sort: "name",
      filter: { is: "text", key: "q" },
      show: (one) => (
        <a class="contact-link" href={addressOf("manage", ["people", one.id])}>
          <Face id={one.id} name={one.name} small />
          <span>{one.name}</span>
        </a>
      ),
    },
    { key: "login", label: o("people.login"), sort: "login", filter: { is: "text", key: "login" }, show: (one) => one.login },
    { key: "role", label: o("people.role"), sort: "role", filter: { is: "choice", key: "role", all: roles.map(({ name, label }) => [name, label] as const) }, show: (one) => <span class="mark">{labelOf(roles, one.role)}</span> },
    {
      key: "language",
      label: o("field.language"),
      sort: "language",
      filter: { is: "choice", key: "language", all: Object.entries(languageNames) },
      show: (one) => languageNames[one.language as Language] ?? one.language,
    },
    { key: "capacity", label: o("people.capacity"), sort: "capacity", show: (one) => one.capacity },
    { key: "seen", label: o("field.last_seen_at"), sort: "last_seen_at", filter: { is: "days", key: "seen" }, show: (one) => one.seenAt !== null && <Moment at={one.seenAt} text={longMoment(one.seenAt, now.value)} /> },
    {
      key: "disabled",
      label: o("people.disabled"),
      sort: "disabled_at",
      filter: { is: "choice", key: "disabled", all: [["true", o("yes")], ["false", o("no")]] },
      show: (one) => one.disabled && <span class="mark bad">{o("people.disabled")}</span>,
    },
  ];
  return (
    <>
      <Heading text={o("manage.people")}>
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          <Icon name="plus" /> <span class="label">{o("people.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <Listed label={o("manage.people")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} rowClass={(one) => (one.disabled ? "off" : "")} none={{ icon: "team", text: o("contacts.none_found") }} />
      </div>
      {adding && <NewPerson roles={roles} close={() => setAdding(false)} added={pages.again} />}
    </>
  );
}

function Somebody({ id, roles }: { readonly id: number; readonly roles: readonly Role[] }) {
  const loaded = useLoad(async () => readPerson(await call("GET", `agents/${id}`)), [id]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  return loaded.now.value && <OnePerson person={loaded.now.value} roles={roles} changed={loaded.again} />;
}

function NewPerson({ roles, close, added }: { readonly roles: readonly Role[]; readonly close: () => void; readonly added: () => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const word = (key: string) => String(data.get(key) ?? "").trim();
    setBusy(true);
    setProblem("");
    try {
      await call("POST", "agents", {
        name: word("name"),
        login: word("login"),
        password: String(data.get("password") ?? ""),
        role_id: Number(word("role")),
        language: word("language"),
      });
      added();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={o("people.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("field.name")}
          <input name="name" required maxLength={200} autoComplete="off" autofocus />
        </label>
        <label>
          {o("people.login")}
          <input name="login" required maxLength={200} autoComplete="off" autoCapitalize="none" spellcheck={false} />
        </label>
        <label>
          {o("people.password")}
          <input name="password" type="password" required maxLength={1000} autoComplete="new-password" />
        </label>
        <label>
          {o("people.role")}
          <select name="role" defaultValue={String(roles.find(({ name }) => name === "agent")?.id ?? "")}>
            {roles.map((role) => (
              <option key={role.id} value={role.id} selected={role.name === "agent"}>
                {role.label}
              </option>
            ))}
          </select>
        </label>
        <label>
          {o("field.language")}
          <select name="language">
            {Object.entries(languageNames).map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        </label>
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

interface Allowed {
  readonly name: string;
  readonly allowed: boolean;
  readonly from: readonly string[];
  readonly text: string;
}

function readAllowed(value: unknown): Allowed | null {
  const raw = bag(value);
  const name = text(raw["name"]);
  if (name === null) return null;
  return { name, allowed: raw["allowed"] === true, from: list(raw["why"]).map((one) => text(bag(one)["from"]) ?? ""), text: text(raw["text"]) ?? "" };
}

const asks = ["role", "grant", "deny"] as const;

function OnePerson({ person, roles, changed }: { readonly person: Person; readonly roles: readonly Role[]; readonly changed: () => void }) {
  const [problem, setProblem] = useState("");
  const rights = useLoad(async () => {
    const [labels, answer] = await Promise.all([loadPermissions(), call("GET", `agents/${person.id}/permissions`)]);
    return { labels: new Map(labels.map(({ name, label }) => [name, label])), items: readAll(bag(answer)["items"], readAllowed) };
  }, [person.id, person.role]);
  const patch = async (body: Readonly<Record<string, unknown>>) => {
    await call("PATCH", `agents/${person.id}`, body);
    changed();
    rights.again();
  };
  const except = async (permission: string, to: (typeof asks)[number]) => {
    setProblem("");
    const without = (all: readonly string[]) => all.filter((one) => one !== permission);
    const next = { grant: without(person.grant), deny: without(person.deny) };
    if (to !== "role") next[to].push(permission);
    try {
      await patch(next);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
  };
  const field = (key: string, value: string) => ({ name: `agent.${person.id}.${key}`, value });
  const role = roles.find(({ name }) => name === person.role);
  return (
    <>
      <Heading text={person.name} back={{ href: addressOf("manage", ["people"]), text: o("manage.people") }}>
        <button type="button" class={`button${person.disabled ? "" : " danger"}`} onClick={() => void attempt(() => patch({ disabled: !person.disabled }))}>
          {o(person.disabled ? "people.enable" : "people.disable")}
        </button>
      </Heading>
      <div class="place-body person-body">
        <section class="panel">
          <Field {...field("name", person.name)} label={o("field.name")} save={(name) => patch({ name })} />
          <Field {...field("login", person.login)} label={o("people.login")} disabled save={async () => undefined} />
          <Field
            {...field("role", role ? String(role.id) : "")}
            label={o("people.role")}
            choices={roles.map((one) => [String(one.id), one.label] as const)}
            save={(to) => patch({ role_id: Number(to) })}
          />
          <Field {...field("language", person.language)} label={o("field.language")} choices={Object.entries(languageNames)} save={(language) => patch({ language })} />
          <Field {...field("capacity", person.capacity === null ? "" : String(person.capacity))} label={o("people.capacity")} type="number" save={(to) => patch({ capacity: to === "" ? null : Number(to) })} />
          {person.id !== me.value?.id && <Field {...field("password", "")} label={o("people.new_password")} type="password" save={(password) => patch({ password })} />}
        </section>
        <section class="panel">
          <h2>{o("people.rights")}</h2>
          <p class="hint">{o("people.rights_lead")}</p>
          <Problem text={problem} />
          {rights.now.is === "loading" && <Skeletons />}
          {rights.now.is === "failed" && <Failed failure={rights.now.failure} again={rights.again} />}
          {rights.now.is === "ready" && (
            <ul class="rights">
              {rights.now.value.items.map((one) => {
                const label = rights.now.is === "ready" ? (rights.now.value.labels.get(one.name) ?? one.name) : one.name;
                const now = person.deny.includes(one.name) ? "deny" : person.grant.includes(one.name) ? "grant" : "role";
                return (
                  <li key={one.name} class={one.allowed ? "" : "not"}>
                    <Icon name={one.allowed ? "check" : "close"} size={16} />
                    <span>
                      <span class="hidden">{o(one.allowed ? "yes" : "no")}: </span>
                      {label}
                      <span class="hint">{one.text || one.from.map((from) => named("why_right", from)).join(", ")}</span>
                    </span>
                    <select aria-label={o("people.exception_for", { permission: label })} value={now} onChange={(event) => void except(one.name, event.currentTarget.value as (typeof asks)[number])}>
                      {asks.map((ask) => (
                        <option key={ask} value={ask}>
                          {o(`exception.${ask}`)}
                        </option>
                      ))}
                    </select>
                  </li>
                );
              })}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}
