import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Moment } from "../../ui/parts";
import { addressOf } from "../../route";
import { may } from "../../ui/may";
import { askBackups, backups, needBackups, readBackup, type Backup } from "../../ui/backups";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { say, useLoad, usePages } from "../load";
import { Failed, Heading, Problem, Skeletons } from "../parts";
import { o } from "../words";

/** A size as people read it. */
export function sizeWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

const pollMs = 700;

/** The copies there are, when the next is made, and one now. */
export function Backups() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const loaded = useLoad(() => needBackups(), []);
  const all = backups.value;
  const asked = useRef(false);
  useEffect(() => {
    if (all?.running) {
      const timer = setTimeout(askBackups, pollMs);
      return () => clearTimeout(timer);
    }
    if (all && asked.current && !all.error) say(o("backups.made"));
    asked.current = false;
    return undefined;
  }, [all]);
  const make = async () => {
    setBusy(true);
    setProblem("");
    try {
      await call("POST", "backups", {});
      asked.current = true;
      await needBackups();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const working = busy || all?.running === true;
  const failed = all?.error && !working ? o("backups.failed", { reason: all.error }) : "";
  return (
    <>
      <Heading text={o("manage.backups")}>
        <button type="button" class="button primary" disabled={working} onClick={() => void make()}>
          {working ? <span class="spinner" aria-hidden="true" /> : <Icon name="download" />} <span class="label">{o(working ? "backups.busy" : "backups.now")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <Problem text={problem || failed} />
        {!all && loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {all && (
          <>
            <section class={`panel backup-sum${all.overdue ? " overdue" : ""}`}>
              <Icon name={all.overdue ? "alert" : all.lastAt === null ? "clock" : "check"} size={24} />
              <div>
                <p>
                  <b>{all.lastAt === null ? o("backups.never") : o("backups.last", { moment: longMoment(all.lastAt, now.value) })}</b>
                </p>
                {all.gone && <p>{o("backups.gone")}</p>}
                <p class="hint">
                  {all.nextAt !== null && `${o("backups.next", { moment: longMoment(all.nextAt, now.value) })} `}
                  {all.folder && o("backups.folder", { folder: all.folder })}
                </p>
                {may("settings.edit") && <a href={addressOf("manage", ["store"])}>{o("backups.settings")}</a>}
              </div>
            </section>
            <Copies last={all.lastAt} />
          </>
        )}
      </div>
    </>
  );
}

const kinds = ["schedule", "upgrade"] as const;

/** The files themselves; `last`: when the latest was made, since then the list is another. */
function Copies({ last }: { readonly last: number | null }) {
  const asked = useAsked("at", true);
  const pages = usePages(pathOf("backups", asked), readBackup, 50, last ?? 0);
  const soundness = [["true", o("backups.sound")], ["false", o("backups.broken")]] as const;
  const columns: readonly ListColumn<Backup>[] = [
    { key: "name", label: o("import.file"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => one.name },
    { key: "at", label: o("column.made"), sort: "at", filter: { is: "days", key: "at" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    { key: "size", label: o("column.size"), sort: "size", show: (one) => one.size !== null && sizeWords(one.size) },
    { key: "kind", label: o("field.kind"), sort: "kind", filter: { is: "choice", key: "kind", all: kinds.map((kind) => [kind, o(`backups.${kind}`)] as const) }, show: (one) => o(`backups.${one.upgrade ? "upgrade" : "schedule"}`) },
    { key: "ok", label: o("column.state"), sort: "ok", filter: { is: "choice", key: "ok", all: soundness }, show: (one) => <span class={`mark${one.ok ? "" : " bad"}`}>{o(one.ok ? "backups.sound" : "backups.broken")}</span> },
  ];
  return <Listed label={o("manage.backups")} columns={columns} pages={pages} asked={asked} keyOf={({ name }) => name} none={{ icon: "clock", text: o("backups.none") }} />;
}
