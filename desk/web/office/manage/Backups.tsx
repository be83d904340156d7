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
import { askBackups, backups, needBackups, type Backup } from "../../ui/backups";
import { say, useLoad } from "../load";
import { Empty, Failed, Heading, Problem, Skeletons } from "../parts";
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
            {all.items.length === 0 ? <Empty icon="clock" text={o("backups.none")} /> : <Copies items={all.items} />}
          </>
        )}
      </div>
    </>
  );
}

function Copies({ items }: { readonly items: readonly Backup[] }) {
  return (
    <ul class="rowed">
      {items.map((one) => (
        <li key={one.name}>
          <Icon name={one.ok ? "check" : "alert"} />
          <span class="rowed-body">
            <b>{one.name}</b>
            <span class="hint">
              {one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} />}
              {one.size !== null && ` · ${sizeWords(one.size)}`}
              {one.upgrade && ` · ${o("backups.upgrade")}`}
            </span>
          </span>
          {!one.ok && <span class="mark bad">{o("backups.broken")}</span>}
        </li>
      ))}
    </ul>
  );
}
