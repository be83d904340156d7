import { bag, moment, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { longMoment } from "../../ui/format";
import { Moment } from "../../ui/parts";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, say, usePages } from "../load";
import { Heading } from "../parts";
import { named, o } from "../words";

const states = ["queued", "leased", "sent", "failed", "uncertain", "expired"] as const;
const channels = ["sms", "email"] as const;
/** What nothing follows by itself, and may be sent again. */
const dead = ["failed", "uncertain", "expired"];

interface Letter {
  readonly id: number;
  readonly channel: string;
  readonly purpose: string;
  readonly to: string;
  readonly state: string;
  readonly reason: string;
  readonly contactId: number | null;
  readonly at: number | null;
  readonly expiresAt: number | null;
}

function readLetter(value: unknown): Letter | null {
  const raw = bag(value);
  const [id, state] = [whole(raw["id"]), text(raw["state"])];
  if (id === null || state === null) return null;
  return {
    id,
    state,
    channel: text(raw["channel"]) ?? "",
    purpose: text(raw["purpose"]) ?? "",
    to: text(raw["to"]) ?? "",
    reason: text(raw["reason"]) ?? "",
    contactId: whole(raw["contact_id"]),
    at: moment(raw["created_at"]),
    expiresAt: moment(raw["expires_at"]),
  };
}

const mayGoAgain = (one: Letter) => dead.includes(one.state) && (one.expiresAt === null || one.expiresAt > now.value);

/** What was sent to phones and mailboxes, waits, or failed and why. */
export function Letters() {
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("letters", asked), readLetter, 50);
  const again = async (one: Letter) => {
    const changed = readLetter(await call("POST", `letters/${one.id}/send-again`));
    if (changed) pages.change((items) => items.map((other) => (other.id === one.id ? changed : other)));
    say(o("letters.again_done"));
  };
  const columns: readonly ListColumn<Letter>[] = [
    { key: "to", label: o("letters.to"), sort: "to", filter: { is: "text", key: "to" }, show: (one) => (one.contactId === null ? <b>{one.to}</b> : <a href={addressOf("contacts", [one.contactId])}>{one.to}</a>) },
    { key: "channel", label: o("letters.by"), sort: "channel", filter: { is: "choice", key: "channel", all: channels.map((one) => [one, named("channel", one)] as const) }, show: (one) => named("channel", one.channel) },
    { key: "purpose", label: o("letters.purpose"), sort: "purpose", show: (one) => named("letters.purpose", one.purpose) },
    { key: "state", label: o("letters.state"), sort: "state", filter: { is: "choice", key: "state", all: states.map((one) => [one, o(`letters.state.${one}`)] as const) }, show: (one) => named("letters.state", one.state) },
    { key: "reason", label: o("letters.reason"), sort: "reason", filter: { is: "text", key: "reason" }, show: (one) => one.reason },
    { key: "at", label: o("letters.at"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    {
      key: "again",
      label: o("letters.again"),
      quiet: true,
      show: (one) =>
        mayGoAgain(one) && (
          <button type="button" class="button" onClick={() => void attempt(() => again(one))} aria-label={o("letters.again_named", { name: one.to })}>
            {o("letters.again")}
          </button>
        ),
    },
  ];
  return (
    <>
      <Heading text={o("manage.letters")} />
      <div class="place-body">
        <p class="hint">{o("letters.lead")}</p>
        <Listed label={o("manage.letters")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "email", text: o("letters.none") }} />
      </div>
    </>
  );
}
