import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { language } from "../../i18n";
import { now } from "../../net/clock";
import { Icon } from "../../ui/icons";
import { o } from "../words";
import { Block, place } from "./Blocks";
import { carry, carryKey, giveUp, hints, type Ground } from "./carry";
import type { Column, Drawn, Entry } from "./columns";
import { dayLine } from "./days";
import { aboutOf } from "./look";
import { side, spot } from "./state";
import { clock, wallOf } from "./zone";

interface ColumnProps {
  readonly column: Column;
  readonly drawn: Drawn;
  readonly ground: () => Ground;
  /** The key of the entry that Tab comes to. */
  readonly tab: string | null;
}

const timed = (left: Entry, right: Entry) => left.from - right.from || left.lane - right.lane;

/** One calendar of one day. */
function Lane({ column, drawn, ground, tab }: ColumnProps) {
  const held = carry.value?.column === column.key ? carry.value : null;
  const { from, to } = drawn.shown;
  const moment = wallOf(now.value, ground().journal.zone);
  return (
    <div class={`journal-column${column.resource ? "" : " loose"}`} data-column={column.key} role="group" aria-label={nameOf(column)}>
      {column.worked.map((span) => (
        <span key={span.from} class="worked" style={place({ from: Math.max(span.from, from), to: Math.min(span.to, to) })} />
      ))}
      {hints.value.get(column.key)?.map((span) => <span key={span.from} class="hint-free" style={place(span)} />)}
      {[...column.entries].sort(timed).map((entry) => (
        <Block key={entry.key} entry={entry} column={column} ground={ground} tab={tab === `${column.key} ${entry.key}`} />
      ))}
      {held && (
        <div class="carried-here" style={place(held)} aria-hidden="true">
          {clock(held.from)}–{clock(held.to)}
        </div>
      )}
      {column.day === moment.day && moment.minute >= from && moment.minute < to && <span class="now-line" style={place({ from: moment.minute, to: moment.minute })} />}
    </div>
  );
}

/** Who and when, for a column that stands alone. */
const nameOf = ({ day, resource }: Column) => `${resource?.name ?? o("journal.nobody")}, ${dayLine(day)}`;

interface GridProps {
  readonly ground: () => Ground;
  readonly drawn: Drawn;
  readonly across: boolean;
  readonly several: boolean;
}

/** Calendars side by side, hours down; or, with the axes swapped, calendars below each other and hours across. */
export function Grid({ ground, drawn, across, several }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useState<string | null>(null);
  const keys = new Set(drawn.columns.flatMap(({ key, entries }) => entries.map((entry) => `${key} ${entry.key}`)));
  const first = firstOf(drawn, ground().journal.zone);
  const reached = tab !== null && keys.has(tab) ? tab : first;
  const hours = Array.from({ length: (drawn.shown.to - drawn.shown.from) / 60 }, (_, index) => drawn.shown.from + index * 60);
  const days = [...new Set(drawn.columns.map(({ day }) => day))];
  const today = wallOf(now.peek(), ground().journal.zone);

  useLayoutEffect(() => {
    if (box.current) lookAtNow(box.current, across);
  }, [across, drawn.columns[0]?.day]);

  useEffect(() => {
    if (document.activeElement !== document.body || side.peek() !== null) return;
    const at = spot.at && entryAt(box.current, spot.at.column, spot.at.minute);
    (at ?? box.current?.querySelector<HTMLElement>("[data-entry][tabindex='0']"))?.focus({ preventScroll: !at });
  }, [drawn]);

  const keyDown = (event: KeyboardEvent) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-entry]");
    const home = drawn.columns.find(({ key }) => key === button?.closest<HTMLElement>("[data-column]")?.dataset["column"]);
    const entry = home?.entries.find(({ key }) => key === button?.dataset["entry"]);
    if (!button || !home || !entry) return;
    const done = (entry.is === "visit" && carryKey(event, ground(), entry, home)) || walk(event, drawn, home, button, across, box.current);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class={`journal-scroll${across ? " across" : ""}`}
      role="region"
      aria-label={o("journal.title")}
      aria-describedby="journal-keys"
      onKeyDown={keyDown}
      onFocusIn={(event) => {
        const button = (event.target as HTMLElement).closest<HTMLElement>("[data-entry]");
        const column = button?.closest<HTMLElement>("[data-column]")?.dataset["column"];
        if (!button || !column) return;
        setTab(`${column} ${button.dataset["entry"]}`);
        spot.at = { column, minute: Number(button.dataset["from"]) };
      }}
      onFocusOut={() => carry.peek()?.by === "keys" && giveUp()}
    >
      <div class="journal-grid" style={{ "--begin": drawn.shown.from, "--end": drawn.shown.to }} lang={language.value}>
        <div class="journal-hours" aria-hidden="true">
          <span class="journal-corner" />
          {hours.map((minute) => (
            <span key={minute} class="journal-hour">
              {clock(minute)}
            </span>
          ))}
        </div>
        {days.map((day) => (
          <section key={day} class={`journal-day${day === today.day ? " today" : ""}`} aria-label={dayLine(day)}>
            {several && <h2 class="journal-day-name">{dayLine(day)}</h2>}
            <div class="journal-columns">
              {drawn.columns
                .filter((column) => column.day === day)
                .map((column) => (
                  <div key={column.key} class={`journal-one${!column.resource || column.resource.kind === "provider" ? "" : " beside"}`}>
                    <p class="journal-who" title={column.resource?.name}>
                      {column.resource && column.resource.kind !== "provider" && <Icon name="door" size={14} />}
                      <b>{column.resource?.name ?? o("journal.nobody")}</b>
                      {column.resource && <small>{aboutOf(column.resource, ground().journal, now.peek())}</small>}
                    </p>
                    <Lane column={column} drawn={drawn} ground={ground} tab={reached} />
                  </div>
                ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

/** What Tab comes to first: what is now with the first specialist, else the first that stands there. */
function firstOf({ columns }: Drawn, zone: string): string | null {
  const moment = wallOf(now.peek(), zone);
  const [column] = [...columns.filter(({ day, resource }) => resource?.kind === "provider" && day === moment.day), ...columns.filter(({ resource }) => resource?.kind === "provider"), ...columns].filter(({ entries }) => entries.length > 0);
  const entries = [...(column?.entries ?? [])].sort(timed);
  const entry = (column?.day === moment.day && entries.find(({ to }) => to > moment.minute)) || entries[0];
  return column && entry ? `${column.key} ${entry.key}` : null;
}

/** What stands at a minute of a calendar: a visit there goes before the free time. */
function entryAt(box: HTMLElement | null, column: string, minute: number): HTMLElement | null {
  const all = [...(box?.querySelectorAll<HTMLElement>(`[data-column="${column}"] [data-entry]`) ?? [])].filter((one) => Number(one.dataset["from"]) <= minute);
  return all.reduce<HTMLElement | null>((best, one) => (best && Number(best.dataset["from"]) > Number(one.dataset["from"]) ? best : one), null);
}

/** Today and now come into sight, else where the day begins to be taken. */
function lookAtNow(box: HTMLElement, across: boolean): void {
  const outer = box.getBoundingClientRect();
  const today = box.querySelector<HTMLElement>(".journal-day.today");
  const visits = [...(today ?? box).querySelectorAll<HTMLElement>(".visit")];
  const earliest = visits.reduce<HTMLElement | null>((best, one) => (best && Number(best.dataset["from"]) <= Number(one.dataset["from"]) ? best : one), null);
  const line = (today ?? box).querySelector<HTMLElement>(".now-line") ?? earliest;
  const [day, inner] = [today?.getBoundingClientRect(), line?.getBoundingClientRect()];
  const along = inner ? (across ? inner.left - outer.left - outer.width / 3 : inner.top - outer.top - outer.height / 3) : 0;
  const aside = day ? (across ? day.top - outer.top - 28 : day.left - outer.left - 52) : across ? -box.scrollTop : -box.scrollLeft;
  box.scrollBy(across ? along : aside, across ? aside : along);
}

/** Arrows go from entry to entry: along the hours within a calendar, across them to the one beside. */
function walk(event: KeyboardEvent, drawn: Drawn, home: Column, button: HTMLElement, across: boolean, box: HTMLElement | null): boolean {
  if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
  const along = across ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const beside = across ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const entriesOf = (key: string) => [...(box?.querySelectorAll<HTMLElement>(`[data-column="${key}"] [data-entry]`) ?? [])];
  const back = event.code === "ArrowUp" || event.code === "ArrowLeft" ? -1 : 1;
  if (along.includes(event.code)) {
    const all = entriesOf(home.key);
    const next = all[all.indexOf(button) + back];
    next?.focus();
    return true;
  }
  if (!beside.includes(event.code)) return false;
  const from = Number(button.dataset["from"]);
  for (let place = drawn.columns.indexOf(home) + back; drawn.columns[place]; place += back) {
    const all = entriesOf(drawn.columns[place]?.key ?? "");
    const near = all.reduce<HTMLElement | null>((best, one) => (!best || Math.abs(Number(one.dataset["from"]) - from) < Math.abs(Number(best.dataset["from"]) - from) ? one : best), null);
    if (near) {
      near.focus();
      break;
    }
  }
  return true;
}
