import { useEffect } from "preact/hooks";
import { bag, moment, readNamed, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { Moment } from "../../ui/parts";
import { needCatalogues, people } from "../catalogues";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { attempt, say, usePages } from "../load";
import { Heading, Segments } from "../parts";
import { o } from "../words";

const kinds = ["contact", "note", "task", "subject"] as const;

interface Deleted {
  readonly kind: string;
  readonly id: number;
  readonly title: string;
  readonly at: number | null;
  readonly by: string;
  readonly purgedAt: number | null;
}

function readDeleted(value: unknown): Deleted | null {
  const raw = bag(value);
  const [id, kind] = [whole(raw["id"]), text(raw["kind"])];
  if (id === null || kind === null) return null;
  const by = raw["deleted_by"];
  return { kind, id, title: text(raw["title"]) ?? "", at: moment(raw["deleted_at"]), by: text(by) ?? readNamed(by)?.name ?? "", purgedAt: moment(raw["purged_at"]) };
}

/** What was deleted and can still be had back. */
export function Bin() {
  useEffect(() => void needCatalogues(), []);
  const asked = useAsked("deleted_at", true, { kind: "contact" });
  const kind = kinds.find((one) => one === asked.query.get("kind")) ?? "contact";
  const pages = usePages(pathOf("bin", asked), readDeleted, 50);
  const restore = async (one: Deleted) => {
    if ((await attempt(() => call("POST", `bin/${one.kind}/${one.id}/restore`).then(() => true))) === null) return;
    pages.change((items) => items.filter((other) => other !== one));
    say(o("bin.restored"));
  };
  const columns: readonly ListColumn<Deleted>[] = [
    { key: "title", label: o(`bin.${kind}`), sort: "title", filter: { is: "text", key: "title" }, show: (one) => <b>{one.title || `${o(`bin.${kind}`)} ${one.id}`}</b> },
    { key: "deleted", label: o("column.deleted"), sort: "deleted_at", filter: { is: "days", key: "deleted" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    { key: "by", label: o("column.by"), sort: "deleted_by", filter: { is: "choice", key: "deleted_by", all: people.value.map(({ id, name }) => [String(id), name] as const) }, show: (one) => one.by },
    {
      key: "restore",
      label: o("bin.restore"),
      quiet: true,
      show: (one) => (
        <>
          <button type="button" class="button" onClick={() => void restore(one)} aria-label={o("bin.restore_named", { name: one.title })}>
            {o("bin.restore")}
          </button>
          {one.purgedAt !== null && <span class="hint">{o("bin.until", { moment: longMoment(one.purgedAt, now.value) })}</span>}
        </>
      ),
    },
  ];
  return (
    <>
      <Heading text={o("manage.bin")} />
      <div class="place-body">
        <p class="hint">{o("bin.lead")}</p>
        <Segments label={o("bin.kind")} all={kinds} chosen={kind} words={(one) => o(`bin.${one}`)} choose={(one) => asked.set({ kind: one })} />
        <Listed
          label={o("manage.bin")}
          columns={columns}
          pages={pages}
          asked={asked}
          keyOf={(one) => `${one.kind}.${one.id}`}
          none={{ icon: "trash", text: o("bin.none") }}
        />
      </div>
    </>
  );
}
