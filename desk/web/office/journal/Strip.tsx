import { useRef, useState } from "preact/hooks";
import { IconButton } from "../../ui/parts";
import { o } from "../words";
import { dayLine, monthLine, weekdayShort } from "./days";
import { addDays, daysFrom, mondayOf, weekdayOf } from "./zone";

interface DayProps {
  readonly day: string;
  readonly today: string;
  readonly shown: readonly string[];
  readonly choose: (day: string) => void;
}

function Day({ day, today, shown, choose }: DayProps) {
  return (
    <button type="button" class={`date${day === today ? " today" : ""}`} aria-label={dayLine(day)} aria-current={shown.includes(day) ? "date" : undefined} data-day={day} onClick={() => choose(day)}>
      {Number(day.slice(8))}
    </button>
  );
}

const notch = 60; // pixels of the wheel that are a day

/** Two weeks of days; the wheel and the arrows beside go on to others. */
export function Strip({ day, step, ...rest }: Omit<DayProps, "day"> & { readonly day: string; readonly step: number }) {
  const turned = useRef(0);
  const first = mondayOf(day);
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    turned.current += Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
    const days = Math.trunc(turned.current / notch);
    if (days === 0) return;
    turned.current -= days * notch;
    rest.choose(addDays(day, days * step));
  };
  return (
    <div class="strip" role="group" aria-label={o("journal.days")} onWheel={wheel}>
      <IconButton icon="back" label={o(step === 7 ? "journal.week_before" : "journal.day_before")} onClick={() => rest.choose(addDays(day, -step))} />
      {Array.from({ length: 14 }, (_, index) => addDays(first, index)).map((one) => (
        <span key={one} class={`strip-day${weekdayOf(one) > 5 ? " weekend" : ""}`}>
          <small aria-hidden="true">{weekdayShort(weekdayOf(one))}</small>
          <Day day={one} {...rest} />
        </span>
      ))}
      <IconButton icon="back" class="forward" label={o(step === 7 ? "journal.week_after" : "journal.day_after")} onClick={() => rest.choose(addDays(day, step))} />
    </div>
  );
}

/** The small calendar of a month. */
export function MiniCalendar({ day, ...rest }: DayProps) {
  const [at, setAt] = useState(day.slice(0, 7));
  const [known, setKnown] = useState(day);
  if (day !== known) {
    setKnown(day);
    setAt(day.slice(0, 7));
  }
  const month = `${at}-01`;
  const turn = (months: number) => {
    const date = new Date(`${month}T00:00:00Z`);
    date.setUTCMonth(date.getUTCMonth() + months);
    setAt(date.toISOString().slice(0, 7));
  };
  const first = mondayOf(month);
  const weeks = Math.ceil((daysFrom(first, month) + new Date(Date.UTC(Number(at.slice(0, 4)), Number(at.slice(5)), 0)).getUTCDate()) / 7);
  return (
    <section class="mini" aria-label={o("journal.calendar")}>
      <header>
        <IconButton icon="back" label={o("journal.month_before")} onClick={() => turn(-1)} />
        <b aria-live="polite">{monthLine(month)}</b>
        <IconButton icon="back" class="forward" label={o("journal.month_after")} onClick={() => turn(1)} />
      </header>
      <div class="mini-days">
        {[1, 2, 3, 4, 5, 6, 7].map((number) => (
          <small key={number} aria-hidden="true">
            {weekdayShort(number)}
          </small>
        ))}
        {Array.from({ length: weeks * 7 }, (_, index) => addDays(first, index)).map((one) => (
          <span key={one} class={one.startsWith(at) ? "" : "beside"}>
            <Day day={one} {...rest} />
          </span>
        ))}
      </div>
    </section>
  );
}
