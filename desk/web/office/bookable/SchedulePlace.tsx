// Who works when: a line for each, a column for each day. Days are painted by mouse or keys, or filled by a rule.

import { useRef, useState } from "preact/hooks";
import { timeText } from "../../i18n";
import { readSpans, type Spans } from "../../model/hours";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { attempt, say, useLoad } from "../load";
import { Empty, Failed, Heading, Menu, Segments, Skeletons, type MenuItem } from "../parts";
import { o } from "../words";
import { daysIn, monthOf, numberOf, shiftFrom, shortHours, stepOf, today, weekdayOf, type View } from "./days";
import { RuleForm } from "./RuleForm";
import { kinds, loadSchedule, loadSettings, type Day, type Kind, type Line } from "./wire";

type Brush = "shift" | "off" | "rule";
const views = ["week", "month"] as const;
const brushes = ["shift", "off", "rule"] as const;

export function SchedulePlace() {
  const settings = useLoad(loadSettings, []);
  if (settings.now.is === "loading") return <Skeletons />;
  if (settings.now.is === "failed") return <Failed failure={settings.now.failure} again={settings.again} />;
  const { day_start: start, shift_min: minutes } = settings.now.value;
  return <Schedule shift={shiftFrom(typeof start === "string" ? start : "10:00", Number(minutes ?? 600))} />;
}

function Schedule({ shift }: { readonly shift: Spans }) {
  const [view, setView] = useState<View>("week");
  const [day, setDay] = useState(today);
  const [kind, setKind] = useState<Kind>("provider");
  const [brush, setBrush] = useState<Brush>("shift");
  const [typed, setTyped] = useState(shortHours(shift));
  const [ruled, setRuled] = useState<readonly number[] | null>(null);
  const days = daysIn(view, day);
  const [first, last] = [days[0] ?? day, days.at(-1) ?? day];
  const loaded = useLoad(() => loadSchedule(first, last, kind), [first, last, kind]);
  const edits = may("schedules.edit");
  const read = readSpans(typed);
  const spans = typeof read === "string" ? null : read;
  const lines = loaded.now.is === "ready" ? loaded.now.value : [];

  const send = async (line: Line, chosen: readonly Day[], hours: (one: Day) => Spans | null) => {
    const body = { days: chosen.map((one) => ({ day: one.day, hours: hours(one), note: "" })) };
    const done = await attempt(() => call("PUT", `resources/${line.id}/days`, body).then(() => true));
    loaded.again();
    return done;
  };
  const paint = async (line: Line, chosen: readonly Day[]) => {
    if (!edits || chosen.length === 0 || (brush === "shift" && spans === null)) return;
    const hours = brush === "shift" ? spans : brush === "off" ? [] : null;
    if (!(await send(line, chosen, () => hours))) return;
    const undo = () => void send(line, chosen, (one) => (one.by === "day" ? one.hours : null));
    say(o("bookable.painted", { name: line.name }), { label: o("bookable.undo"), run: undo });
  };
  const removeRule = async (id: number) => {
    if (await attempt(() => call("DELETE", `schedules/${id}`).then(() => true))) loaded.again();
  };
  const actsOf = (line: Line): readonly MenuItem[] => [
    { text: o("bookable.fill_line"), icon: "edit", act: () => void paint(line, line.days) },
    { text: o("bookable.fill_rule"), icon: "history", act: () => setRuled([line.id]) },
    ...line.rules.map((rule): MenuItem => ({
      text: o(rule.kind === "cycle" ? "bookable.drop_cycle" : "bookable.drop_weekly", { on: rule.on, off: rule.off, from: rule.from, until: rule.until ?? "…" }),
      icon: "trash", danger: true, act: () => void removeRule(rule.id),
    })),
  ];
  const title = view === "week" ? `${shown(first)} – ${shown(last)}` : `${timeText(`month.${monthOf(first)}`)} ${first.slice(0, 4)}`;
  return (
    <>
      <Heading text={o("manage.schedule")}>
        {edits && (
          <button type="button" class="button primary" disabled={lines.length === 0} onClick={() => setRuled(lines.map(({ id }) => id))}>
            <Icon name="history" /> {o("bookable.fill_rule")}
          </button>
        )}
      </Heading>
      <div class="place-body schedule-body">
        <div class="bookable-tools">
          <Segments label={o("bookable.view")} all={views} chosen={view} words={(one) => o(`bookable.${one}`)} choose={setView} />
          <span class="schedule-step">
            <IconButton icon="back" label={o("bookable.earlier")} onClick={() => setDay(stepOf(view, day, -1))} />
            <strong aria-live="polite">{title}</strong>
            <IconButton icon="next" label={o("bookable.later")} onClick={() => setDay(stepOf(view, day, 1))} />
            <button type="button" class="button" onClick={() => setDay(today())}>
              {o("bookable.now")}
            </button>
          </span>
          <label class="schedule-kind">
            <span class="hidden">{o("bookable.kind")}</span>
            <select value={kind} onChange={(event) => setKind(kinds.find((one) => one === event.currentTarget.value) ?? "provider")}>
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {o(`bookable.kinds_${one}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
        {edits && (
          <div class="bookable-tools schedule-brush">
            <Segments label={o("bookable.brush")} all={brushes} chosen={brush} words={(one) => o(`bookable.brush_${one}`)} choose={setBrush} />
            {brush === "shift" && (
              <label>
                <span class="hidden">{o("bookable.shift")}</span>
                <input value={typed} maxLength={100} aria-invalid={spans === null} title={o("bookable.shift_hint")} onInput={(event) => setTyped(event.currentTarget.value)} />
              </label>
            )}
            <p class="hint">{spans === null ? o("bookable.shift_wrong") : o("bookable.brush_hint")}</p>
          </div>
        )}
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {loaded.now.is === "ready" && lines.length === 0 && <Empty icon="team" text={o("bookable.no_lines")} />}
        {lines.length > 0 && <Grid lines={lines} days={days} edits={edits} acts={actsOf} paint={(line, chosen) => void paint(line, chosen)} />}
        <p class="hint schedule-legend">
          <span class="by-rule">{o("bookable.by_rule")}</span> <span class="by-day">{o("bookable.by_day")}</span> <span class="by-place">{o("bookable.by_place")}</span>
        </p>
      </div>
      {ruled && <RuleForm lines={lines} chosen={ruled} from={first} shift={spans ?? shift} done={loaded.again} close={() => setRuled(null)} />}
    </>
  );
}

const shown = (day: string) => timeText("date", { day: numberOf(day), month: timeText(`month.${monthOf(day)}`) });

interface GridProps {
  readonly lines: readonly Line[];
  readonly days: readonly string[];
  readonly edits: boolean;
  readonly acts: (line: Line) => readonly MenuItem[];
  readonly paint: (line: Line, days: readonly Day[]) => void;
}

interface Stroke {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

const steps: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The days of everybody. One cell at a time is in the order of Tab; arrows go on from it, Shift with them draws. */
function Grid({ lines, days, edits, acts, paint }: GridProps) {
  const box = useRef<HTMLTableElement>(null);
  const [here, setHere] = useState<readonly [number, number]>([0, 0]);
  const [stroke, setStroke] = useState<Stroke | null>(null);
  const drawn = (line: number, at: number) => stroke !== null && stroke.line === line && at >= Math.min(stroke.from, stroke.to) && at <= Math.max(stroke.from, stroke.to);
  const finish = (done: Stroke | null = stroke) => {
    setStroke(null);
    const line = done && lines[done.line];
    if (line) paint(line, line.days.slice(Math.min(done.from, done.to), Math.max(done.from, done.to) + 1));
  };
  const keys = (event: KeyboardEvent) => {
    const step = steps[event.code];
    if (event.code === "Escape" && stroke) setStroke(null);
    else if (event.code === "Enter" || event.code === "Space") finish(stroke ?? { line: here[0], from: here[1], to: here[1] });
    else if (step) {
      const to = [Math.min(Math.max(here[0] + step[0], 0), lines.length - 1), Math.min(Math.max(here[1] + step[1], 0), days.length - 1)] as const;
      setHere(to);
      if (event.shiftKey && edits && step[0] === 0) setStroke({ line: here[0], from: stroke?.from ?? here[1], to: to[1] });
      else setStroke(null);
      box.current?.querySelector<HTMLElement>(`[data-cell="${to[0]}.${to[1]}"]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const now = today();
  return (
    <div class="table-box schedule-box">
      <table class={`schedule${days.length > 7 ? " month" : ""}`} role="grid" aria-label={o("manage.schedule")} ref={box} onPointerUp={() => finish()} onPointerLeave={() => setStroke(null)}>
        <thead>
          <tr>
            <th scope="col">{o("field.name")}</th>
            {days.map((day) => (
              <th key={day} scope="col" class={`${day === now ? "now" : ""}${weekdayOf(day) > 5 ? " rest" : ""}`}>
                <span class="hidden">{shown(day)}, </span>
                <span>{timeText(`weekday.${weekdayOf(day)}`).slice(0, 3)}</span> <b aria-hidden="true">{numberOf(day)}</b>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <tr key={line.id}>
              <th scope="row">
                <span>{line.name}</span>
                {edits && <Menu label={o("bookable.acts_of", { name: line.name })} items={acts(line)} />}
              </th>
              {line.days.map((one, at) => (
                <td key={one.day} class={`by-${one.by}${one.hours.length === 0 ? " off" : ""}${drawn(row, at) ? " drawn" : ""}`}>
                  <button
                    type="button"
                    data-cell={`${row}.${at}`}
                    tabIndex={here[0] === row && here[1] === at ? 0 : -1}
                    title={one.note || undefined}
                    onFocus={() => setHere([row, at])}
                    onKeyDown={keys}
                    onPointerDown={(event) => {
                      if (!edits || event.button !== 0) return;
                      event.currentTarget.releasePointerCapture(event.pointerId);
                      setStroke({ line: row, from: at, to: at });
                    }}
                    onPointerEnter={() => stroke?.line === row && setStroke({ ...stroke, to: at })}
                  >
                    <span class="hidden">
                      {line.name}, {shown(one.day)}
                      {one.note && `, ${one.note}`}:{" "}
                    </span>
                    {one.hours.length === 0 && (
                      <>
                        <span aria-hidden="true">—</span>
                        <span class="hidden">{o("bookable.off")}</span>
                      </>
                    )}
                    {one.hours.map((span, part) => (
                      <span key={span[0]}>
                        {shortHours([span])}
                        {part < one.hours.length - 1 && <span class="hidden">, </span>}
                      </span>
                    ))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

