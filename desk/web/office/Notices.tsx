// Where one is told what waits while no desk is open, and what of: one's own Telegram, phone and mailbox.

import { useEffect, useState } from "preact/hooks";
import { bag, list, readAll, text } from "../model/wire";
import { call } from "../net/rest";
import { Icon } from "../ui/icons";
import { clockTime } from "../ui/format";
import { Field } from "./Field";
import { attempt, useLoad } from "./load";
import { Failed } from "./parts";
import { o } from "./words";

const flags = ["assigned", "waiting", "answers", "tasks", "digest", "at_desk", "off_hours"] as const;
const lookMs = 3_000;

interface Own {
  readonly addresses: ReadonlyMap<string, string>;
  readonly choices: Readonly<Record<string, unknown>>;
  readonly ways: readonly string[];
}

function readOwn(value: unknown): Own {
  const raw = bag(value);
  const addresses = list(raw["addresses"]).map((one) => [text(bag(one)["channel"]) ?? "", text(bag(one)["display"]) ?? ""] as const);
  return { addresses: new Map(addresses), choices: bag(raw["choices"]), ways: readAll(raw["ways"], text) };
}

const ask = async (method: "GET" | "PATCH" | "PUT" | "DELETE", path = "", body?: Record<string, unknown>) => readOwn(await call(method, `me/notices${path}`, body));

export function Notices() {
  const loaded = useLoad(() => ask("GET"), []);
  const now = loaded.now;
  return (
    <details class="own-password own-notices">
      <summary>
        <Icon name="bell" size={16} /> {o("notices.title")}
      </summary>
      {now.is === "failed" && <Failed failure={now.failure} again={loaded.again} />}
      {now.is === "ready" && (now.value.ways.length ? <Chosen own={now.value} put={loaded.put} again={loaded.again} /> : <p class="hint">{o("notices.none")}</p>)}
    </details>
  );
}

interface Props {
  readonly own: Own;
  readonly put: (own: Own) => void;
  readonly again: () => void;
}

function Chosen({ own, put, again }: Props) {
  const has = (way: string) => own.ways.includes(way) || own.addresses.has(way);
  const choose = async (chosen: Record<string, unknown>) => {
    const answer = await attempt(() => ask("PATCH", "", chosen));
    if (answer === null) again();
    else put(answer);
  };
  const address = (kind: "phone" | "email") => async (said: string) =>
    put(await (said.trim() ? ask("PUT", `/addresses/${kind}`, { address: said.trim() }) : ask("DELETE", `/addresses/${kind}`)));
  return (
    <div class="stacked-form">
      <p class="hint">{o("notices.lead")}</p>
      {has("telegram") && <Telegram own={own} put={put} again={again} />}
      {has("sms") && <Field name="notices.phone" label={o("notices.phone")} type="tel" value={own.addresses.get("sms") ?? ""} save={address("phone")} max={60} />}
      {has("email") && <Field name="notices.email" label={o("notices.email")} type="email" value={own.addresses.get("email") ?? ""} save={address("email")} max={254} />}
      <fieldset class="plain-choices">
        <legend>{o("notices.tell")}</legend>
        {flags.map((flag) => (
          <label key={flag} class="check">
            <input type="checkbox" checked={own.choices[flag] === true} onChange={(event) => void choose({ [flag]: event.currentTarget.checked })} />
            {o(`notices.${flag}`)}
          </label>
        ))}
      </fieldset>
      {own.choices["waiting"] === true && (
        <Field name="notices.wait_min" label={o("notices.wait_min")} type="number" value={String(own.choices["wait_min"] ?? "")} save={async (said) => put(await ask("PATCH", "", { wait_min: Number(said) }))} />
      )}
    </div>
  );
}

function Telegram({ own, put, again }: Props) {
  const [link, setLink] = useState<{ readonly url: string; readonly until: number } | null>(null);
  const linked = own.addresses.get("telegram");
  useEffect(() => {
    if (link === null || linked !== undefined) return undefined;
    const timer = setInterval(() => (Date.now() < link.until ? again() : setLink(null)), lookMs);
    return () => clearInterval(timer);
  }, [link, linked]);
  const make = async () => {
    const made = await attempt(() => call("POST", "me/notices/link", { channel: "telegram" }));
    const url = text(bag(made)["url"]);
    if (url?.startsWith("https://")) setLink({ url, until: Date.parse(text(bag(made)["expires_at"]) ?? "") });
  };
  const unlink = async () => {
    const answer = await attempt(() => ask("DELETE", "/addresses/telegram"));
    setLink(null);
    if (answer !== null) put(answer);
  };
  return (
    <div class="setting" aria-live="polite">
      <span>
        {o("notices.telegram")}
        {linked !== undefined && <small class="hint">{linked}</small>}
        {linked === undefined && link !== null && <small class="hint">{o("notices.link_hint", { time: clockTime(link.until), start: "Start" })}</small>}
      </span>
      {linked !== undefined ? (
        <button type="button" class="button" onClick={() => void unlink()}>
          {o("notices.unlink")}
        </button>
      ) : link === null ? (
        <button type="button" class="button" onClick={() => void make()}>
          {o("notices.link")}
        </button>
      ) : (
        <a class="button primary" href={link.url} target="_blank" rel="noreferrer">
          {o("notices.open")}
        </a>
      )}
    </div>
  );
}
