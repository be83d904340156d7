import { useState } from "preact/hooks";
import { bag, moment, readNamed, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Moment } from "../../ui/parts";
import { nameOf } from "../card/acts";
import { AskBlock } from "../card/BlockVisitor";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { say, usePages } from "../load";
import { Ask, Heading } from "../parts";
import { named, o } from "../words";

const kinds = ["contact", "address", "network"] as const;

interface Blocked {
  readonly id: number;
  readonly kind: string;
  readonly contactId: number | null;
  readonly who: string;
  readonly reason: string;
  readonly by: string;
  readonly since: number | null;
  readonly until: number | null;
  readonly holds: boolean;
}

function readBlocked(value: unknown): Blocked | null {
  const raw = bag(value);
  const [id, kind, contact] = [whole(raw["id"]), text(raw["kind"]), readNamed(raw["contact"])];
  if (id === null || kind === null) return null;
  return {
    id,
    kind,
    contactId: contact?.id ?? null,
    who: contact ? nameOf(contact) : (text(raw["network"]) ?? text(bag(raw["address"])["value"]) ?? ""),
    reason: text(raw["reason"]) ?? "",
    by: text(raw["created_by"]) ?? "",
    since: moment(raw["created_at"]),
    until: moment(raw["until"]),
    holds: raw["holds"] === true,
  };
}

const when = (at: number | null) => at !== null && <Moment at={at} text={longMoment(at, now.value)} />;

function Until({ of }: { readonly of: Blocked }) {
  if (of.until === null) return <>{o("block.span.ever")}</>;
  return (
    <>
      {when(of.until)} {!of.holds && <span class="hint">{o("blocks.over")}</span>}
    </>
  );
}

/** Who may not write, and the way to let him again. */
export function Blocks() {
  const asked = useAsked("created_at", true);
  const pages = usePages(pathOf("blocks", asked), readBlocked, 50);
  const [adding, setAdding] = useState(false);
  const [lifted, setLifted] = useState<Blocked | null>(null);
  const lift = async (one: Blocked) => {
    await call("DELETE", `blocks/${one.id}`);
    pages.change((items) => items.filter((other) => other.id !== one.id));
    say(o("blocks.lifted"));
  };
  const columns: readonly ListColumn<Blocked>[] = [
    { key: "who", label: o("blocks.who"), sort: "who", filter: { is: "text", key: "who" }, show: (one) => (one.contactId === null ? <b>{one.who}</b> : <a href={addressOf("contacts", [one.contactId])}>{one.who}</a>) },
    { key: "kind", label: o("blocks.kind"), sort: "kind", filter: { is: "choice", key: "kind", all: kinds.map((kind) => [kind, o(`blocks.kind.${kind}`)] as const) }, show: (one) => named("blocks.kind", one.kind) },
    { key: "reason", label: o("block.reason"), sort: "reason", filter: { is: "text", key: "reason" }, show: (one) => one.reason },
    { key: "by", label: o("column.by"), sort: "created_by", filter: { is: "text", key: "created_by" }, show: (one) => one.by },
    { key: "since", label: o("blocks.since"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => when(one.since) },
    { key: "until", label: o("blocks.until"), sort: "until", filter: { is: "days", key: "until" }, show: (one) => <Until of={one} /> },
    {
      key: "lift",
      label: o("block.lift"),
      quiet: true,
      show: (one) => (
        <button type="button" class="button" onClick={() => setLifted(one)} aria-label={o("blocks.lift_named", { name: one.who })}>
          {o("block.lift")}
        </button>
      ),
    },
  ];
  return (
    <>
      <Heading text={o("manage.blocks")}>
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          <Icon name="plus" /> <span class="label">{o("blocks.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <p class="hint">{o("blocks.lead")}</p>
        <Listed label={o("manage.blocks")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "lock", text: o("blocks.none") }} />
      </div>
      {adding && <AskBlock conversationId={null} done={pages.again} close={() => setAdding(false)} />}
      {lifted && <Ask title={o("block.lift")} text={o("blocks.lift_ask", { name: lifted.who })} go={o("block.lift")} act={() => lift(lifted)} close={() => setLifted(null)} />}
    </>
  );
}
