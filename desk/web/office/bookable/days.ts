// Days by their dates. Pure.

import { writeSpans, type Spans } from "../../model/hours";

const at = (day: string) => new Date(`${day}T00:00:00Z`);
const dateOf = (moment: Date) => moment.toISOString().slice(0, 10);

export const addDays = (day: string, count: number) => dateOf(new Date(at(day).getTime() + count * 86_400_000));
/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = (day: string) => at(day).getUTCDay() || 7;
export const monthOf = (day: string) => Number(day.slice(5, 7));
export const numberOf = (day: string) => Number(day.slice(8));

export function today(): string {
  const now = new Date();
  return dateOf(new Date(now.getTime() - now.getTimezoneOffset() * 60_000));
}

export type View = "week" | "month";

/** The days that a view shows about a day. */
export function daysIn(view: View, day: string): readonly string[] {
  const first = view === "week" ? addDays(day, 1 - weekdayOf(day)) : `${day.slice(0, 8)}01`;
  const length = view === "week" ? 7 : new Date(Date.UTC(Number(day.slice(0, 4)), monthOf(day), 0)).getUTCDate();
  return Array.from({ length }, (_, number) => addDays(first, number));
}

/** The same view one step further. */
export function stepOf(view: View, day: string, step: 1 | -1): string {
  if (view === "week") return addDays(day, 7 * step);
  const [year, month] = [Number(day.slice(0, 4)), monthOf(day)];
  return dateOf(new Date(Date.UTC(year, month - 1 + step, 1)));
}

/** Hours as short as they are read: "10–20", "9:30–13, 14–18". */
export const shortHours = (hours: Spans) => writeSpans(hours).replaceAll(":00", "").replace(/(?<![:\d])0(?=\d)/g, "");

/** "10:00" and so many minutes later; midnight at the latest. */
export function shiftFrom(start: string, minutes: number): Spans {
  const end = Math.min(Number(start.slice(0, 2)) * 60 + Number(start.slice(3)) + minutes, 1440);
  return [[start, `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`]];
}
