// Moments as people read them. The calendar's words come from the catalogue: browsers know neither hy nor ka nor kk well.

import { t, timeText } from "../i18n";

const two = (number: number) => String(number).padStart(2, "0");

/** `340 kB`. */
export const sizeText = (bytes: number) => `${Math.ceil(bytes / 1e3)} kB`;

export function clockTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Days from the day of `at` to the day of `now`, by the local calendar. */
function daysBetween(at: number, now: number): number {
  const noon = (moment: number) => new Date(moment).setHours(12, 0, 0, 0);
  return Math.round((noon(now) - noon(at)) / 86_400_000);
}

/** 21 November, with the year where it is not this one. */
export function dayMonth(at: number, now: number): string {
  const date = new Date(at);
  const fields = { day: date.getDate(), month: timeText(`month.${date.getMonth() + 1}`), year: date.getFullYear() };
  return timeText(date.getFullYear() === new Date(now).getFullYear() ? "date" : "date_year", fields);
}

/** A line of its own begins with a capital letter. Georgian has none; the Armenian և stays as it is. */
const begun = (words: string) => words.replace(/^[a-zа-яёәіңғүұқөһա-ֆ]/u, (letter) => letter.toUpperCase());

/** Today, yesterday, or "Saturday, 21 November": for the line between two days. */
export function dayName(at: number, now: number): string {
  return begun(dayWords(at, now));
}

function dayWords(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return timeText("today");
  if (days === 1) return timeText("yesterday");
  if (days === -1) return timeText("tomorrow");
  const weekday = timeText(`weekday.${((new Date(at).getDay() + 6) % 7) + 1}`);
  return Math.abs(days) < 330 ? t("time.weekday_date", { weekday, date: dayMonth(at, now) }) : dayMonth(at, now);
}

/** As short as it stays clear: the hour today, else yesterday, else the day. */
export function shortMoment(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return clockTime(at);
  if (days === 1) return timeText("yesterday");
  const date = new Date(at);
  const short = `${two(date.getDate())}.${two(date.getMonth() + 1)}`;
  return days < 330 ? short : `${short}.${date.getFullYear()}`;
}

/** Day and hour: "today, 14:05". */
export function longMoment(at: number, now: number): string {
  const days = Math.abs(daysBetween(at, now));
  return timeText("moment", { day: days < 2 ? dayWords(at, now) : dayMonth(at, now), time: clockTime(at) });
}

/** To the second, for the tooltip. */
export function exactMoment(at: number): string {
  const date = new Date(at);
  return `${dayMonth(at, 0)}, ${clockTime(at)}:${two(date.getSeconds())}`;
}

/** A running wait: 0:42, 12:05, then hours and minutes, then days and hours. */
export function waitTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t("time.hours", { hours, minutes: minutes % 60 });
  return t("time.days", { days: Math.floor(hours / 24), hours: hours % 24 });
}

export const iso = (at: number) => new Date(at).toISOString();

/** One or two letters for a face that has no photo. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return first + last;
}

/** One of eight hues, always the same for the same person. */
export function hueOf(id: number): number {
  return (id * 5) % 8;
}

/** An address as shown: without its scheme and with a bound on its length. Null where it is no web address. */
export function webAddress(url: string | null): { readonly href: string; readonly shown: string } | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return null;
    let path = parsed.pathname;
    try {
      path = decodeURI(path);
    } catch {
      // shown as it came
    }
    const shown = parsed.host + (path === "/" ? "" : path);
    return { href: parsed.href, shown: shown.length > 60 ? `${shown.slice(0, 59)}…` : shown };
  } catch {
    return null;
  }
}
