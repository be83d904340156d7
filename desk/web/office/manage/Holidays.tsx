import { useState } from "preact/hooks";
import { bag, readAll, text } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { IconButton } from "../../ui/parts";
import { useLoad, withQuery } from "../load";
import { Failed, Segments, Skeletons } from "../parts";
import { named, o } from "../words";
import type { Hours } from "./Hours";
import { dateWords } from "./OtherDays";

interface DayOff {
  readonly date: string;
  readonly name: string;
  readonly worked: boolean;
}

function readDayOff(value: unknown): DayOff | null {
  const raw = bag(value);
  const [date, name] = [text(raw["date"]), text(raw["name"])];
  return date === null || name === null ? null : { date, name, worked: raw["worked"] === true };
}

interface HolidaysProps {
  readonly kind: string;
  readonly id: string;
  readonly hours: Hours;
  readonly chosen: "inherit" | "off" | "worked";
  readonly choose: (one: "inherit" | "off" | "worked") => void;
}

/** Whether public holidays are days off, and which they are in a year. */
export function Holidays({ kind, id, hours, chosen, choose }: HolidaysProps) {
  const [year, setYear] = useState(new Date(now.peek()).getFullYear());
  const [open, setOpen] = useState(false);
  const all = kind === "firm" ? (["off", "worked"] as const) : (["inherit", "off", "worked"] as const);
  const words = { inherit: o("hours.inherit"), off: o("hours.holidays_off"), worked: o("hours.holidays_worked") };
  const { holidays, holidaysFrom } = hours.inForce;
  return (
    <section class="panel">
      <h2>{o("hours.holidays")}</h2>
      <p class="hint">{o("hours.holidays_lead", { country: hours.country })}</p>
      <Segments label={o("hours.holidays")} all={all} chosen={kind === "firm" && chosen === "inherit" ? "worked" : chosen} words={(one) => words[one]} choose={choose} />
      {chosen === "inherit" && kind !== "firm" && hours.holidays === null && (
        <p class="hint">
          {words[holidays ? "off" : "worked"]}
          {holidaysFrom !== null && ` (${named("hours", `from_${holidaysFrom}`)})`}
        </p>
      )}
      <details class="hours-year" onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
        <summary>{o("hours.year_list", { year })}</summary>
        <div class="hours-years">
          <IconButton icon="back" label={o("hours.previous_year")} onClick={() => setYear(year - 1)} />
          <b>{year}</b>
          <span class="flip">
            <IconButton icon="back" label={o("hours.next_year")} onClick={() => setYear(year + 1)} />
          </span>
        </div>
        {open && <Year kind={kind} id={id} year={year} />}
      </details>
    </section>
  );
}

function Year({ kind, id, year }: { readonly kind: string; readonly id: string; readonly year: number }) {
  const path = withQuery("hours/holidays", { year, ...(kind !== "firm" && { [`${kind}_id`]: id }) });
  const loaded = useLoad(async () => readAll(bag(await call("GET", path))["items"], readDayOff), [path]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  if (loaded.now.value.length === 0) return <p class="hint">{o("hours.no_holidays")}</p>;
  return (
    <ul class="hours-days">
      {loaded.now.value.map((one) => (
        <li key={one.date}>
          <time dateTime={one.date}>{dateWords(one.date)}</time>
          <span>{one.name}</span>
          <span class="hint">{o(one.worked ? "hours.worked" : "hours.day_off")}</span>
        </li>
      ))}
    </ul>
  );
}
