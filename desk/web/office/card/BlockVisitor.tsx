// Keeps the visitor of the open dialog from writing: him alone, or all of his network; with a reason, for a while or for good.

import { useState } from "preact/hooks";
import { bag, list, moment, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { now } from "../../net/clock";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { attempt, say, useLoad } from "../load";
import { Modal, Problem } from "../parts";
import { named, o } from "../words";

const DAY_MS = 86_400_000;
const spans = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, ever: null } as const;
type Span = keyof typeof spans;

interface Standing {
  readonly id: number;
  readonly reason: string;
  readonly by: string;
  readonly until: number | null;
}

function readStanding(value: unknown): Standing | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null || raw["holds"] !== true) return null;
  return { id, reason: text(raw["reason"]) ?? "", by: text(raw["created_by"]) ?? "", until: moment(raw["until"]) };
}

export function BlockVisitor({ contactId, conversationId }: { readonly contactId: number; readonly conversationId: number }) {
  return may("visitors.block") ? <Corner contactId={contactId} conversationId={conversationId} /> : null;
}

function Corner({ contactId, conversationId }: { readonly contactId: number; readonly conversationId: number }) {
  const loaded = useLoad(async () => list(bag(await call("GET", `blocks?contact=${contactId}&limit=20`))["items"]).map(readStanding).find((one) => one !== null) ?? null, [contactId]);
  const [asking, setAsking] = useState(false);
  if (loaded.now.is !== "ready") return null;
  const standing = loaded.now.value;
  const lift = () => attempt(() => call("DELETE", `blocks/${standing?.id}`)).then(loaded.again);
  return (
    <div class="block-visitor">
      {standing ? (
        <>
          <p class="hint">
            {o("block.stands", { name: standing.by })} {standing.reason}
            {standing.until !== null && ` · ${longMoment(standing.until, now.value)}`}
          </p>
          <button type="button" class="button" onClick={() => void lift()}>
            {o("block.lift")}
          </button>
        </>
      ) : (
        <button type="button" class="button danger" onClick={() => setAsking(true)}>
          <Icon name="lock" /> {o("block.title")}
        </button>
      )}
      {asking && <AskBlock conversationId={conversationId} done={loaded.again} close={() => setAsking(false)} />}
    </div>
  );
}

/** Asks whom, for how long and why; without a dialog, which network. */
export function AskBlock({ conversationId, done, close }: { readonly conversationId: number | null; readonly done: () => void; readonly close: () => void }) {
  const [network, setNetwork] = useState("");
  const [kind, setKind] = useState<"contact" | "network">("contact");
  const [span, setSpan] = useState<Span>("ever");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const block = async () => {
    setBusy(true);
    const lasts = spans[span];
    const until = lasts === null ? {} : { until: new Date(now.value + lasts).toISOString() };
    try {
      const whom = conversationId === null ? { kind: "network", network: network.trim() } : { kind, conversation_id: conversationId };
      await call("POST", "blocks", { ...whom, reason: reason.trim(), ...until });
      say(o("block.done"));
      done();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={o(conversationId === null ? "blocks.new" : "block.title")} close={close}>
      <form
        class="stacked-form"
        onSubmit={(event) => {
          event.preventDefault();
          void block();
        }}
      >
        <p>{o("block.lead")}</p>
        {conversationId === null ? (
          <label>
            {o("blocks.network")}
            <input value={network} required minLength={2} maxLength={50} autoComplete="off" spellcheck={false} autofocus onInput={(event) => setNetwork(event.currentTarget.value)} />
          </label>
        ) : (
          <label>
            {o("block.whom")}
            <select value={kind} onChange={(event) => setKind(event.currentTarget.value === "network" ? "network" : "contact")}>
              {(["contact", "network"] as const).map((one) => (
                <option key={one} value={one}>
                  {named("block.kind", one)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {o("block.span")}
          <select value={span} onChange={(event) => setSpan(event.currentTarget.value as Span)}>
            {(Object.keys(spans) as Span[]).map((one) => (
              <option key={one} value={one}>
                {named("block.span", one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {o("block.reason")}
          <input value={reason} maxLength={500} autoComplete="off" onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("block.cancel")}
          </button>
          <button type="submit" class="button danger" disabled={busy}>
            {o("block.title")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
