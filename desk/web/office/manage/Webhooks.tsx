// Other programs that are told of what happens: where, of what, and what became of each delivery.

import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { bag, moment, readAll, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { IconButton, Moment } from "../../ui/parts";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, say, useLoad, usePages } from "../load";
import { Ask, Failed, Heading, Modal, Problem } from "../parts";
import { counted, named, o } from "../words";
import { Code } from "./widget/Sites";

const events = ["booked", "moved", "cancelled", "confirmed", "arrived", "done", "paid", "missed", "changed"] as const;
const states = ["queued", "leased", "done", "failed"] as const;

interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly givenUp: number;
}

interface Delivery {
  readonly id: number;
  readonly webhookId: number;
  readonly event: string;
  readonly state: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: number | null;
}

function readWebhook(value: unknown): Webhook | null {
  const raw = bag(value);
  const [id, url] = [whole(raw["id"]), text(raw["url"])];
  if (id === null || url === null) return null;
  return { id, url, events: readAll(raw["events"], text), active: raw["active"] === true, givenUp: whole(raw["given_up"]) ?? 0 };
}

function readDelivery(value: unknown): Delivery | null {
  const raw = bag(value);
  const [id, state] = [whole(raw["id"]), text(raw["state"])];
  if (id === null || state === null) return null;
  return {
    id,
    state,
    webhookId: whole(raw["webhook_id"]) ?? 0,
    event: text(raw["event"]) ?? "",
    reason: text(raw["reason"]) ?? "",
    attempts: whole(raw["attempts"]) ?? 0,
    at: moment(raw["created_at"]),
  };
}

const load = () => call("GET", "webhooks").then((answer) => readAll(bag(answer)["items"], readWebhook));

export function Webhooks() {
  const hooks = useLoad(load, []);
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("webhook-deliveries", asked), readDelivery, 50);
  const [making, setMaking] = useState(false);
  const all = hooks.now.is === "ready" ? hooks.now.value : [];
  const again = async (one: Delivery) => {
    const changed = readDelivery(await call("POST", `webhook-deliveries/${one.id}/send-again`));
    if (changed) pages.change((items) => items.map((other) => (other.id === one.id ? changed : other)));
    say(o("letters.again_done"));
  };
  const hostOf = (id: number) => all.find((one) => one.id === id)?.url ?? String(id);
  const columns: readonly ListColumn<Delivery>[] = [
    { key: "event", label: o("links.event"), sort: "event", filter: { is: "text", key: "event" }, show: (one) => <b>{named("links.event", one.event.replace("appointment.", ""))}</b> },
    { key: "webhook", label: o("links.to"), filter: { is: "choice", key: "webhook", all: all.map((one) => [String(one.id), one.url] as const) }, show: (one) => hostOf(one.webhookId) },
    { key: "state", label: o("letters.state"), sort: "state", filter: { is: "choice", key: "state", all: states.map((one) => [one, o(`links.state.${one}`)] as const) }, show: (one) => named("links.state", one.state) },
    { key: "reason", label: o("letters.reason"), filter: { is: "text", key: "reason" }, show: (one) => one.reason },
    { key: "at", label: o("letters.at"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    {
      key: "again",
      label: o("letters.again"),
      quiet: true,
      show: (one) =>
        one.state === "failed" && (
          <button type="button" class="button" onClick={() => void attempt(() => again(one))} aria-label={o("letters.again_named", { name: hostOf(one.webhookId) })}>
            {o("letters.again")}
          </button>
        ),
    },
  ];
  return (
    <>
      <Heading text={o("manage.webhooks")}>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          <Icon name="plus" /> <span class="label">{o("links.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <p class="hint">{o("links.lead")}</p>
        {hooks.now.is === "failed" && <Failed failure={hooks.now.failure} again={hooks.again} />}
        {all.length > 0 && (
          <div>
            {all.map((one) => (
              <Row key={one.id} one={one} again={hooks.again} sent={pages.again} />
            ))}
          </div>
        )}
        <h2>{o("links.deliveries")}</h2>
        <Listed label={o("links.deliveries")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "send", text: o("links.none") }} />
      </div>
      {making && <NewWebhook close={() => setMaking(false)} made={hooks.again} />}
    </>
  );
}

function Row({ one, again, sent }: { readonly one: Webhook; readonly again: () => void; readonly sent: () => void }) {
  const [removed, setRemoved] = useState(false);
  const turn = async () => {
    await call("PATCH", `webhooks/${one.id}`, { active: !one.active });
    again();
  };
  const ping = async () => {
    await call("POST", `webhooks/${one.id}/ping`);
    say(o("links.pinged"));
    sent();
  };
  return (
    <section class="panel">
      <p>
        <b>{one.url}</b>
      </p>
      <p class="hint">
        {one.events.map((event) => named("links.event", event.replace("appointment.", ""))).join(", ")}
        {one.givenUp > 0 && ` · ${counted("links.given_up", one.givenUp)}`}
      </p>
      <p class="bar">
        <button type="button" class="button" onClick={() => void attempt(ping)} aria-label={o("links.ping_named", { url: one.url })}>
          {o("links.ping")}
        </button>
        <button type="button" class="button" onClick={() => void attempt(turn)} aria-label={o(one.active ? "links.off_named" : "links.on_named", { url: one.url })}>
          {o(one.active ? "links.off" : "links.on")}
        </button>
        <IconButton icon="trash" label={o("links.remove_named", { url: one.url })} onClick={() => setRemoved(true)} />
      </p>
      {removed && <Ask title={o("links.remove")} text={o("links.remove_ask", { url: one.url })} go={o("links.remove")} danger act={() => call("DELETE", `webhooks/${one.id}`).then(again)} close={() => setRemoved(false)} />}
    </section>
  );
}

function NewWebhook({ close, made }: { readonly close: () => void; readonly made: () => void }) {
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState("");
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setProblem("");
    try {
      const answer = bag(await call("POST", "webhooks", { url: String(data.get("url") ?? "").trim(), events: data.getAll("event").map((one) => `appointment.${String(one)}`) }));
      setSecret(text(answer["secret"]) ?? "");
      made();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  if (secret)
    return (
      <Modal title={o("links.secret")} close={close}>
        <p>{o("links.secret_once")}</p>
        <Code text={secret} />
      </Modal>
    );
  return (
    <Modal title={o("links.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("links.to")}
          <input name="url" type="url" required placeholder="https://" autoComplete="off" />
        </label>
        <fieldset>
          <legend>{o("links.events")}</legend>
          {events.map((one) => (
            <label key={one} class="check">
              <input type="checkbox" name="event" value={one} defaultChecked /> {o(`links.event.${one}`)}
            </label>
          ))}
        </fieldset>
        <Problem text={problem} />
        <button class="button primary">{o("links.add")}</button>
      </form>
    </Modal>
  );
}
