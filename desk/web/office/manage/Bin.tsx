import { useState } from "preact/hooks";
import { bag, moment, readNamed, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { Moment } from "../../ui/parts";
import { attempt, say, usePages, withQuery } from "../load";
import { Empty, Failed, Heading, Segments, Skeletons } from "../parts";
import { o } from "../words";

const kinds = ["contact", "note", "task", "subject"] as const;
type Kind = (typeof kinds)[number];

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
  const [kind, setKind] = useState<Kind>("contact");
  const pages = usePages(withQuery("bin", { kind }), readDeleted, 50);
  const restore = async (one: Deleted) => {
    if ((await attempt(() => call("POST", `bin/${one.kind}/${one.id}/restore`).then(() => true))) === null) return;
    pages.change((items) => items.filter((other) => other !== one));
    say(o("bin.restored"));
  };
  return (
    <>
      <Heading text={o("manage.bin")} />
      <div class="place-body">
        <p class="hint">{o("bin.lead")}</p>
        <Segments label={o("bin.kind")} all={kinds} chosen={kind} words={(one) => o(`bin.${one}`)} choose={setKind} />
        {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
        {pages.next === undefined && !pages.failure && <Skeletons />}
        {pages.next !== undefined && pages.items.length === 0 && <Empty icon="trash" text={o("bin.none")} />}
        <ul class="rowed">
          {pages.items.map((one) => (
            <li key={`${one.kind}.${one.id}`}>
              <span class="rowed-body">
                <b>{one.title || `${o(`bin.${kind}`)} ${one.id}`}</b>
                <span class="hint">
                  {one.at !== null && (
                    <>
                      {o("bin.deleted")} <Moment at={one.at} text={longMoment(one.at, now.value)} />
                    </>
                  )}
                  {one.by && ` · ${one.by}`}
                  {one.purgedAt !== null && ` · ${o("bin.until", { moment: longMoment(one.purgedAt, now.value) })}`}
                </span>
              </span>
              <button type="button" class="button" onClick={() => void restore(one)} aria-label={o("bin.restore_named", { name: one.title })}>
                {o("bin.restore")}
              </button>
            </li>
          ))}
        </ul>
        {typeof pages.next === "string" && (
          <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
            {o("more")}
          </button>
        )}
      </div>
    </>
  );
}
