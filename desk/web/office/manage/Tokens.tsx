import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { bag, moment, readAll, text, whole } from "../../model/wire";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { IconButton, Moment } from "../../ui/parts";
import { say, useLoad } from "../load";
import { Ask, Empty, Failed, Heading, Modal, Problem, Skeletons } from "../parts";
import { named, o } from "../words";
import { loadPermissions } from "./Roles";

interface Token {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
  readonly revoked: boolean;
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
    revoked: moment(raw["revoked_at"]) !== null,
  };
}

/** Keys for other programs. A key is shown once, when it is made. */
export function Tokens() {
  const loaded = useLoad(async () => readAll(bag(await call("GET", "api-tokens"))["items"], readToken), []);
  const permissions = useLoad(loadPermissions, []).now;
  const labels = new Map(permissions.is === "ready" ? permissions.value.map(({ name, label }) => [name, label]) : []);
  const [making, setMaking] = useState(false);
  const [removed, setRemoved] = useState<Token | null>(null);
  const { now: tokens } = loaded;
  return (
    <>
      <Heading text={o("manage.tokens")}>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          <Icon name="plus" /> <span class="label">{o("tokens.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <p class="hint">{o("tokens.lead")}</p>
        {tokens.is === "loading" && <Skeletons />}
        {tokens.is === "failed" && <Failed failure={tokens.failure} again={loaded.again} />}
        {tokens.is === "ready" && tokens.value.every((one) => one.revoked) && <Empty icon="key" text={o("tokens.none")} />}
        {tokens.is === "ready" && (
          <ul class="rowed">
            {tokens.value.filter((one) => !one.revoked).map((one) => (
              <li key={one.id}>
                <Icon name="key" />
                <span class="rowed-body">
                  <b>{one.name}</b>
                  <span class="hint">{one.scopes.map((scope) => labels.get(scope) ?? named("scope", scope)).join(", ")}</span>
                  <span class="hint">
                    {one.expiresAt !== null && `${o("tokens.until")} ${longMoment(one.expiresAt, now.value)} · `}
                    {one.usedAt === null ? o("tokens.unused") : <>{o("tokens.used")} <Moment at={one.usedAt} text={longMoment(one.usedAt, now.value)} /></>}
                  </span>
                </span>
                <IconButton icon="trash" label={o("tokens.revoke_named", { name: one.name })} onClick={() => setRemoved(one)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {making && <NewToken close={() => setMaking(false)} made={loaded.again} />}
      {removed && <Ask title={o("tokens.revoke")} text={o("tokens.revoke_ask", { name: removed.name })} go={o("tokens.revoke")} danger act={() => call("DELETE", `api-tokens/${removed.id}`).then(loaded.again)} close={() => setRemoved(null)} />}
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
