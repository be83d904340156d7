// Days in words.

import { t, timeText } from "../../i18n";
import { named } from "../words";
import { weekdayOf } from "./zone";

/** Monday, 23 November. */
export function dayLine(day: string): string {
  return t("time.weekday_date", { weekday: timeText(`weekday.${weekdayOf(day)}`), date: dateLine(day) });
}

/** 23 November; with the year where it is not this one. */
export function dateLine(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return timeText(year === new Date().getFullYear() ? "date" : "date_year", { day: date, month: timeText(`month.${month}`), year });
}

/** November 2026, standing alone. */
export function monthLine(day: string): string {
  const [year, month = 1] = day.split("-").map(Number);
  return `${named("journal.month", String(month))} ${year}`;
}

export const weekdayShort = (number: number) => named("journal.weekday", String(number));
