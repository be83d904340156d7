// When the firm, a branch, a team or a colleague works: the week, days that differ, public holidays; and what that
// means for a visitor at this moment.

import { useEffect, useId, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { barsOf, days, isWholeDay, readSpans, wallMoment, writeSpans, type Day, type Spans, type Weekly } from "../../model/hours";
import type { Named } from "../../model/types";
import { bag, list, moment, readAll, readNamed, text } from "../../model/wire";
import { timeText } from "../../i18n";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf, go, route } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { say, useLoad } from "../load";
import { Failed, Heading, Menu, Problem, Segments, Skeletons } from "../parts";
import { named, o } from "../words";
import { DaysThatDiffer, type OtherDay } from "./OtherDays";
import { Holidays } from "./Holidays";

export interface Hours {
  readonly weekly: Weekly | null;
  readonly exceptions: readonly OtherDay[];
  readonly holidays: boolean | null;
  readonly inForce: { readonly weekly: Weekly; readonly from: string | null; readonly holidays: boolean; readonly holidaysFrom: string | null };
  readonly timezone: string;
  readonly place: string;
  readonly country: string;
  readonly now: { readonly open: boolean; readonly opensAt: number | null; readonly closesAt: number | null; readonly text: string };
}

/** Whose hours they may set: the server's rule. */
const kinds = [["branch", "teams.manage"], ["team", "teams.manage"], ["agent", "agents.manage"]] as const;
const pathOf = (kind: string, id: string) => (kind === "firm" ? "hours" : `${kind === "branch" ? "branches" : `${kind}s`}/${id}/hours`);
const readSpanList = (value: unknown): Spans => list(value).map((one) => [text(list(one)[0]) ?? "", text(list(one)[1]) ?? ""] as const);
const readWeekly = (value: unknown): Weekly => Object.fromEntries(days.map((day) => [day, readSpanList(bag(value)[day])]));

function readOtherDay(value: unknown): OtherDay | null {
  const date = text(bag(value)["date"]);
  return date === null ? null : { date, name: text(bag(value)["name"]) ?? "", hours: readSpanList(bag(value)["hours"]) };
}

export function readHours(value: unknown): Hours {
  const raw = bag(value);
  const [inForce, state] = [bag(raw["effective"]), bag(raw["now"])];
  const flag = (one: unknown) => (typeof one === "boolean" ? one : null);
  return {
    weekly: raw["weekly"] === null ? null : readWeekly(raw["weekly"]),
    exceptions: readAll(raw["exceptions"], readOtherDay),
    holidays: flag(raw["holidays"]),
    inForce: {
      weekly: readWeekly(inForce["weekly"]),
      from: text(bag(inForce["weekly_from"])["kind"]),
      holidays: inForce["holidays"] === true,
      holidaysFrom: text(bag(inForce["holidays_from"])["kind"]),
    },
    timezone: text(raw["timezone"]) ?? "UTC",
    place: text(raw["place"]) ?? "",
    country: text(raw["country_name"]) ?? text(raw["country"]) ?? "",
    now: { open: state["open"] === true, opensAt: moment(state["opens_at"]), closesAt: moment(state["closes_at"]), text: text(state["text"]) ?? "" },
  };
}

const loadNamed = async (path: string) => readAll(bag(await call("GET", `${path}?sort=name&limit=200`))["items"], readNamed);

/** Working hours of whom the address names: the firm, or `branch/3`, `team/2`, `agent/5`. */
export function HoursPlace() {
  const owners = useLoad(async () => Promise.all(kinds.map(([one, permission]) => (may(permission) ? loadNamed(one === "branch" ? "branches" : `${one}s`) : []))), []);
  const lists: readonly (readonly Named[])[] = owners.now.is === "ready" ? owners.now.value : [];
  const first = lists.flatMap((all, at) => all.map((owner) => [kinds[at]?.[0] ?? "", String(owner.id)]))[0];
  const [kind, id = ""] = route.value.rest.length > 1 ? route.value.rest.slice(1) : may("settings.edit") ? ["firm"] : (first ?? []);
  const whose = useId();
  return (
    <>
      <Heading text={o("manage.hours")} />
      <div class="place-body hours-place">
        <div class="hours-whose">
          <label for={whose}>{o("hours.whose")}</label>
          <select id={whose} value={kind === "firm" ? "firm" : `${kind}/${id}`} onChange={(event) => go(addressOf("manage", ["hours", ...event.currentTarget.value.split("/")]))}>
            {may("settings.edit") && <option value="firm">{o("hours.firm")}</option>}
            {kinds.map(([one], at) => {
              const all = lists[at] ?? [];
              return (
                all.length > 0 && (
                  <optgroup key={one} label={o(one === "branch" ? "hours.branches" : one === "team" ? "sharing.teams" : "sharing.people")}>
                    {all.map((owner) => (
                      <option key={owner.id} value={`${one}/${owner.id}`}>
                        {owner.name}
                      </option>
                    ))}
                  </optgroup>
                )
              );
            })}
          </select>
        </div>
        {owners.now.is === "failed" && <Failed failure={owners.now.failure} again={owners.again} />}
        {kind ? <OneOwner key={`${kind}/${id}`} kind={kind} id={id} /> : owners.now.is === "loading" && <Skeletons />}
      </div>
    </>
  );
}

function OneOwner({ kind, id }: { readonly kind: string; readonly id: string }) {
  const path = pathOf(kind, id);
  const loaded = useLoad(async () => readHours(await call("GET", path)), [path]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const hours = loaded.now.value;
  return <Editor key={JSON.stringify(hours)} kind={kind} id={id} hours={hours} put={(value) => loaded.put(readHours(value))} />;
}

type Written = Readonly<Record<Day, string>>;
const written = (weekly: Weekly): Written => Object.fromEntries(days.map((day) => [day, writeSpans(weekly[day] ?? [])])) as Record<Day, string>;

interface EditorProps {
  readonly kind: string;
  readonly id: string;
  readonly hours: Hours;
  readonly put: (value: unknown) => void;
}

function Editor({ kind, id, hours, put }: EditorProps) {
  const [own, setOwn] = useState(hours.weekly !== null);
  const [words, setWords] = useState<Written>(written(hours.inForce.weekly));
  const [others, setOthers] = useState(hours.exceptions);
  const [off, setOff] = useState<"inherit" | "off" | "worked">(hours.holidays === null ? "inherit" : hours.holidays ? "off" : "worked");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const read = days.map((day) => readSpans(words[day]));
  const faulty = own && read.some((one) => typeof one === "string");
  const body = {
    weekly: own ? Object.fromEntries(days.map((day, at) => [day, typeof read[at] === "string" ? [] : read[at]])) : null,
    exceptions: others.map(({ date, name, hours: spans }) => ({ date, name, hours: spans })),
    holidays: off === "inherit" ? null : off === "off",
  };
  const same = JSON.stringify(body) === JSON.stringify({ weekly: hours.weekly, exceptions: hours.exceptions, holidays: hours.holidays });
  useEffect(() => {
    if (same) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [same]);
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || faulty) return;
    setBusy(true);
    setProblem("");
    try {
      put(await call("PUT", pathOf(kind, id), body));
      say(o("hours.saved"));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const undo = () => {
    setOwn(hours.weekly !== null);
    setWords(written(hours.inForce.weekly));
    setOthers(hours.exceptions);
    setOff(hours.holidays === null ? "inherit" : hours.holidays ? "off" : "worked");
    setProblem("");
  };
  return (
    <form class="hours-form" onSubmit={(event) => void save(event)}>
      <State hours={hours} />
      <section class="panel">
        <h2>{o("hours.week")}</h2>
        <Segments
          label={o("hours.week")}
          all={["inherit", "own"] as const}
          chosen={own ? "own" : "inherit"}
          words={(one) => o(one === "own" ? "hours.own" : kind === "firm" ? "hours.always" : "hours.inherit")}
          choose={(one) => setOwn(one === "own")}
        />
        {own ? <Week words={words} write={setWords} /> : <Inherited kind={kind} hours={hours} />}
      </section>
      <DaysThatDiffer all={others} change={setOthers} />
      <Holidays kind={kind} id={id} hours={hours} chosen={off} choose={setOff} />
      <div class="hours-acts">
        <Problem text={problem} />
        <button type="submit" class="button primary" disabled={same || busy || faulty}>
          {o("hours.save")}
        </button>
        {!same && (
          <button type="button" class="button" onClick={undo}>
            {o("hours.undo")}
          </button>
        )}
        <span class="hint" role="status">
          {same ? "" : o("hours.unsaved")}
        </span>
      </div>
    </form>
  );
}

/** What holds now, and what a visitor reads. */
function State({ hours: { now: state, timezone, place } }: { readonly hours: Hours }) {
  const at = state.open ? state.closesAt : state.opensAt;
  const time = at === null ? null : longMoment(wallMoment(at, timezone), wallMoment(now.value, timezone));
  const words = state.open ? (time === null ? o("hours.open") : o("hours.open_until", { time })) : time === null ? o("hours.closed") : o("hours.closed_until", { time });
  return (
    <section class={`panel hours-state${state.open ? " open" : ""}`}>
      <Icon name={state.open ? "check" : "snooze"} size={22} />
      <div>
        <p>
          <b>{words}</b>
        </p>
        <p class="hint">{o("hours.by_clock", { place })}</p>
      </div>
      {!state.open && (
        <figure>
          <figcaption class="hint">{o("hours.visitor_reads")}</figcaption>
          <blockquote>{state.text}</blockquote>
        </figure>
      )}
    </section>
  );
}

function Inherited({ kind, hours }: { readonly kind: string; readonly hours: Hours }) {
  if (hours.weekly !== null) return null; // its own until it is saved: what holds above it is not known yet
  const { from, weekly } = hours.inForce;
  if (from === null) return <p class="hint">{o("hours.nobody_set")}</p>;
  return (
    <>
      {kind !== "firm" && <p class="hint">{o("hours.inherited_from", { whose: named("hours", `from_${from}`) })}</p>}
      <dl class="hours-read">
        {days.map((day, at) => (
          <div key={day}>
            <dt>{timeText(`weekday.${at + 1}`)}</dt>
            <dd>{writeSpans(weekly[day] ?? []) || o("hours.day_closed")}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The week, a line a day: what is written, and a picture of it. */
function Week({ words, write }: { readonly words: Written; readonly write: (words: Written) => void }) {
  const id = useId();
  const read = days.map((day) => readSpans(words[day]));
  const spansOf = (at: number): Spans => {
    const one = read[(at + 7) % 7];
    return one === undefined || typeof one === "string" ? [] : one;
  };
  const tidy = (day: Day) => {
    const one = readSpans(words[day]);
    if (typeof one !== "string") write({ ...words, [day]: writeSpans(one) });
  };
  return (
    <>
      <p class="hint" id={`${id}-lead`}>
        {o("hours.week_lead")}
      </p>
      <div class="hours-week">
        {days.map((day, at) => {
          const [one, label] = [read[at], timeText(`weekday.${at + 1}`)];
          const fault = typeof one === "string" ? o(one === "wrong" ? "hours.wrong" : "hours.overlap") : "";
          const next = days[at + 1];
          const copies = [
            ...(next ? [{ text: o("hours.copy_down"), icon: "down" as const, act: () => write({ ...words, [next]: words[day] }) }] : []),
            { text: o("hours.copy_all"), icon: "columns" as const, act: () => write(Object.fromEntries(days.map((to) => [to, words[day]])) as Record<Day, string>) },
          ];
          return (
            <div class={`hours-day${fault ? " wrong" : ""}`} key={day}>
              <label for={`${id}-${day}`}>{label}</label>
              <input
                id={`${id}-${day}`}
                value={words[day]}
                placeholder={o("hours.day_closed")}
                autoComplete="off"
                maxLength={200}
                aria-invalid={fault !== "" || undefined}
                aria-describedby={fault ? `${id}-${day}-fault` : `${id}-lead`}
                onInput={(event) => write({ ...words, [day]: event.currentTarget.value })}
                onBlur={() => tidy(day)}
              />
              <Menu label={`${label}: ${o("hours.copy_down")}`} items={copies} />
              <span class="hours-bar" aria-hidden="true">
                {barsOf(spansOf(at), spansOf(at - 1)).map(([left, width]) => (
                  <span key={left} style={{ left: `${left}%`, width: `${width}%` }} />
                ))}
              </span>
              {isWholeDay(spansOf(at)) && <span class="hint hours-note">{o("hours.whole_day")}</span>}
              {fault && (
                <p class="field-problem" id={`${id}-${day}-fault`} role="alert">
                  {fault}
                </p>
              )}
            </div>
          );
        })}
      </div>
    </>
  );
}
