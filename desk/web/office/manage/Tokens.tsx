import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { bag, moment, readAll, readNamed, text, whole } from "../../model/wire";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { IconButton, Moment } from "../../ui/parts";
import { needCatalogues, people } from "../catalogues";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { say, useLoad, usePages, withQuery } from "../load";
import { Ask, Heading, Modal, Problem } from "../parts";
import { named, o } from "../words";
import { loadPermissions } from "./Roles";

interface Token {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
  readonly agent: string;
}

/** What opens the reading of a group of data; the rest are permissions. */
const reading = ["contacts.read", "conversations.read", "tasks.read", "search.read"] as const;

function readToken(value: unknown): Token | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    name: text(raw["name"]) ?? "",
    scopes: readAll(raw["scopes"], text),
    createdAt: moment(raw["created_at"]),
    expiresAt: moment(raw["expires_at"]),
    usedAt: moment(raw["last_used_at"]),
    agent: readNamed(raw["agent"])?.name ?? "",
  };
}

const when = (at: number | null) => at !== null && <Moment at={at} text={longMoment(at, now.value)} />;

/** Keys for other programs. A key is shown once, when it is made. */
export function Tokens() {
  useEffect(() => void needCatalogues(), []);
  const asked = useAsked("id", true);
  const pages = usePages(withQuery(pathOf("api-tokens", asked), { revoked: "false" }), readToken, 50);
  const permissions = useLoad(loadPermissions, []).now;
  const labels = new Map(permissions.is === "ready" ? permissions.value.map(({ name, label }) => [name, label]) : []);
  const [making, setMaking] = useState(false);
  const [removed, setRemoved] = useState<Token | null>(null);
  const columns: readonly ListColumn<Token>[] = [
    { key: "name", label: o("tokens.name"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => <b>{one.name}</b> },
    { key: "agent", label: o("audit.actor"), sort: "agent", filter: { is: "choice", key: "agent", all: people.value.map(({ id, name }) => [String(id), name] as const) }, show: (one) => one.agent },
    { key: "scopes", label: o("tokens.scopes"), show: (one) => one.scopes.map((scope) => labels.get(scope) ?? named("scope", scope)).join(", ") },
    { key: "created", label: o("column.made"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => when(one.createdAt) },
    { key: "expires", label: o("column.until"), sort: "expires_at", filter: { is: "days", key: "expires" }, show: (one) => when(one.expiresAt) },
    { key: "used", label: o("column.used"), sort: "last_used_at", filter: { is: "days", key: "used" }, show: (one) => (one.usedAt === null ? <span class="hint">{o("tokens.unused")}</span> : when(one.usedAt)) },
    {
      key: "revoke",
      label: o("tokens.revoke"),
      quiet: true,
      show: (one) => <IconButton icon="trash" label={o("tokens.revoke_named", { name: one.name })} onClick={() => setRemoved(one)} />,
    },
  ];
  return (
    <>
      <Heading text={o("manage.tokens")}>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          <Icon name="plus" /> <span class="label">{o("tokens.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <p class="hint">{o("tokens.lead")}</p>
        <Listed label={o("manage.tokens")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "key", text: o("tokens.none") }} />
      </div>
      {making && <NewToken close={() => setMaking(false)} made={pages.again} />}
      {removed && <Ask title={o("tokens.revoke")} text={o("tokens.revoke_ask", { name: removed.name })} go={o("tokens.revoke")} danger act={() => call("DELETE", `api-tokens/${removed.id}`).then(pages.again)} close={() => setRemoved(null)} />}
    </>
  );
}

function NewToken({ close, made }: { readonly close: () => void; readonly made: () => void }) {
  const permissions = useLoad(loadPermissions, []);
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState("");
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const expires = String(data.get("expires") ?? "");
    setProblem("");
    try {
      const answer = bag(
        await call("POST", "api-tokens", {
          name: String(data.get("name") ?? "").trim(),
          scopes: data.getAll("scope").map(String),
          ...(expires ? { expires_at: new Date(`${expires}T23:59:59`).toISOString() } : {}),
        }),
      );
      setSecret(text(answer["token"]) ?? "");
      made();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
  };
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => say(o("tokens.copied")), () => undefined);
  if (secret) {
    return (
      <Modal title={o("tokens.made")} close={close}>
        <p>{o("tokens.once")}</p>
        <div class="secret">
          <input readOnly value={secret} aria-label={o("tokens.made")} onFocus={(event) => event.currentTarget.select()} autofocus />
          <button type="button" class="button primary" onClick={copy}>
            {o("tokens.copy")}
          </button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title={o("tokens.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("tokens.name")}
          <input name="name" required maxLength={100} autoComplete="off" autofocus placeholder={o("tokens.name_hint")} />
        </label>
        <fieldset>
          <legend>{o("tokens.scopes")}</legend>
          {reading.map((scope) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scope" value={scope} /> {o(`scope.${scope}`)}
            </label>
          ))}
          {permissions.now.is === "ready" &&
            permissions.now.value.map(({ name, label }) => (
              <label key={name} class="check">
                <input type="checkbox" name="scope" value={name} /> {label}
              </label>
            ))}
        </fieldset>
        <label>
          {o("tokens.expires")}
          <input name="expires" type="date" />
        </label>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("cancel")}
          </button>
          <button type="submit" class="button primary">
            {o("tokens.make")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
