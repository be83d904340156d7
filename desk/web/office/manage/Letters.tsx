import { useState } from "preact/hooks";
import { t } from "../../i18n";
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
const channels = ["telegram", "viber", "sms", "email"] as const;

interface Letter {
  readonly id: number;
  readonly channel: string;
  readonly purpose: string;
  readonly to: string;
  readonly state: string;
  readonly reason: string;
  readonly contactId: number | null;
  readonly conversationId: number | null;
  readonly messageId: number | null;
  readonly at: number | null;
  readonly again: boolean;
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
    conversationId: whole(raw["conversation_id"]),
    messageId: whole(raw["message_id"]),
    at: moment(raw["created_at"]),
    again: raw["again"] === true,
  };
}

/** Letters that have the same state, channel and reason. */
interface Kind {
  readonly state: string;
  readonly channel: string;
  readonly reason: string;
  readonly count: number;
}

function kindsOf(letters: readonly Letter[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { state, channel, reason } of letters.filter(({ again }) => again)) {
    const key = JSON.stringify([state, channel, reason]);
    kinds.set(key, { state, channel, reason, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return [...kinds.values()].filter(({ count }) => count > 1);
}

/** All of a kind, of which several are in the list, at once; what may have arrived only after a second word. */
function AllAgain({ kind, done }: { readonly kind: Kind; readonly done: () => void }) {
  const [asking, setAsking] = useState(false);
  const name = [named("channel", kind.channel), named("letters.state", kind.state), kind.reason].filter((word) => word).join(" · ");
  const again = async () => {
    setAsking(false);
    const { state, channel, reason } = kind;
    const answer = bag(await call("POST", "letters/send-again", reason ? { state, channel, reason } : { state, channel }));
    say(o("letters.all_done", { count: whole(answer["count"]) ?? 0 }));
    done();
  };
  return (
    <li>
      {asking && <span>{o("letters.all_asks")}</span>}
      <button type="button" class="button" onClick={() => (kind.state === "uncertain" && !asking ? setAsking(true) : void attempt(again))}>
        {o("letters.all", { kind: name })}
      </button>
      {asking && (
        <button type="button" class="button" onClick={() => setAsking(false)}>
          {t("cancel")}
        </button>
      )}
    </li>
  );
}

function Whom({ of: { to, contactId, conversationId, messageId } }: { readonly of: Letter }) {
  if (conversationId !== null && messageId !== null) {
    return (
      <a href={addressOf("dialogs", [conversationId], { message: messageId })} title={o("letters.open_talk", { name: to })}>
        {to}
      </a>
    );
  }
  return contactId === null ? <b>{to}</b> : <a href={addressOf("contacts", [contactId])}>{to}</a>;
}

/** What was sent to phones, mailboxes and messengers, waits, or failed and why. */
export function Letters() {
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("letters", asked), readLetter, 50);
  const again = async (one: Letter) => {
    const changed = readLetter(await call("POST", `letters/${one.id}/send-again`));
    if (changed) pages.change((items) => items.map((other) => (other.id === one.id ? changed : other)));
    say(o("letters.again_done"));
  };
  const columns: readonly ListColumn<Letter>[] = [
    { key: "to", label: o("letters.to"), sort: "to", filter: { is: "text", key: "to" }, show: (one) => <Whom of={one} /> },
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
        one.again && (
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
        <ul class="letter-kinds">
          {kindsOf(pages.items).map((kind) => (
            <AllAgain key={`${kind.state} ${kind.channel} ${kind.reason}`} kind={kind} done={pages.again} />
          ))}
        </ul>
        <Listed label={o("manage.letters")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "email", text: o("letters.none") }} />
      </div>
    </>
  );
}
