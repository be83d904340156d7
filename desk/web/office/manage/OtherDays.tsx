import { useId, useState } from "preact/hooks";
import { readSpans, writeSpans, type Spans } from "../../model/hours";
import { now } from "../../net/clock";
import { dayMonth } from "../../ui/format";
import { IconButton } from "../../ui/parts";
import { Problem } from "../parts";
import { o } from "../words";

export interface OtherDay {
  readonly date: string;
  readonly name: string;
  readonly hours: Spans;
}

export const dateWords = (date: string) => dayMonth(Date.parse(`${date}T12:00`), now.value);

/** Days whose hours are not those of the week: a list, and a line to add to it. */
export function DaysThatDiffer({ all, change }: { readonly all: readonly OtherDay[]; readonly change: (all: readonly OtherDay[]) => void }) {
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState("");
  const id = useId();
  const field = () => document.getElementById(`${id}-date`) as HTMLInputElement | null;
  const add = () => {
    if (field()?.reportValidity() === false) return;
    const spans = readSpans(words);
    if (typeof spans === "string") return setProblem(o(spans === "wrong" ? "hours.wrong" : "hours.overlap"));
    if (all.some((one) => one.date === date)) return setProblem(o("hours.day_twice"));
    change([...all, { date, name: name.trim(), hours: spans }].sort((one, other) => one.date.localeCompare(other.date)));
    for (const set of [setDate, setName, setWords, setProblem]) set("");
    field()?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // adds the day; the hours are saved by their own button
    if (date) add();
  };
  return (
    <section class="panel">
      <h2>{o("hours.days")}</h2>
      <p class="hint">{o("hours.days_lead")}</p>
      {all.length === 0 && <p class="hint">{o("hours.no_days")}</p>}
      {all.length > 0 && (
        <ul class="hours-days">
          {all.map((one) => (
            <li key={one.date}>
              <time dateTime={one.date}>{dateWords(one.date)}</time>
              <span>{one.name}</span>
              <span>{writeSpans(one.hours) || o("hours.day_closed")}</span>
              <IconButton icon="close" label={o("hours.remove_day", { day: dateWords(one.date) })} onClick={() => change(all.filter((other) => other !== one))} />
            </li>
          ))}
        </ul>
      )}
      <div class="hours-add" onKeyDown={keys}>
        <label>
          {o("hours.date")}
          <input id={`${id}-date`} type="date" min="2000-01-01" max="2099-12-31" value={date} onInput={(event) => setDate(event.currentTarget.value)} />
        </label>
        <label>
          {o("hours.times")}
          <input value={words} placeholder={o("hours.day_closed")} autoComplete="off" maxLength={200} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <label>
          {o("hours.name")}
          <input value={name} autoComplete="off" maxLength={100} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="button" class="button" disabled={date === ""} onClick={add}>
          {o("hours.add_day")}
        </button>
      </div>
      <Problem text={problem} />
    </section>
  );
}
