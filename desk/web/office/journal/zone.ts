// Walls and moments. The journal shows the wall of the place that it is of, wherever the browser stands.

const makers = new Map<string, Intl.DateTimeFormat>();

function maker(zone: string): Intl.DateTimeFormat {
  let made = makers.get(zone);
  if (!made) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
    made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...parts });
    makers.set(zone, made);
  }
  return made;
}

export interface Wall {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** Minutes that the clock shows after midnight. */
  readonly minute: number;
}

export function wallOf(at: number, zone: string): Wall {
  const found: Record<string, string> = {};
  for (const { type, value } of maker(zone).formatToParts(at)) found[type] = value;
  return { day: `${found["year"]}-${found["month"]}-${found["day"]}`, minute: Number(found["hour"]) * 60 + Number(found["minute"]) };
}

const asUtc = ({ day, minute }: Wall) => Date.parse(`${day}T00:00:00Z`) + minute * 60_000;

/** The moment at which the wall shows this; of an hour that is there twice the first; of one that the clock jumped over
 * as much after the jump. Minutes of 24 h and more are of the next days. */
export function momentOf(wall: Wall, zone: string): number {
  const meant = asUtc(wall);
  const off = (at: number) => asUtc(wallOf(at, zone)) - at;
  const early = meant - off(meant - 86_400_000);
  const late = meant - off(meant + 86_400_000);
  return off(early) !== meant - early && off(late) === meant - late ? late : early;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const daysFrom = (day: string, to: string) => Math.round((Date.parse(to) - Date.parse(day)) / 86_400_000);

/** 1 for Monday ... 7 for Sunday. */
export const weekdayOf = (day: string) => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

export const mondayOf = (day: string) => addDays(day, 1 - weekdayOf(day));

const two = (number: number) => String(number).padStart(2, "0");

/** 570: 09:30. Past midnight the clock begins anew; 24:00 stays. */
export function clock(minute: number): string {
  const shown = minute > 1440 ? minute % 1440 : minute;
  return `${two(Math.floor(shown / 60))}:${two(shown % 60)}`;
}

/** 09:30: 570. Null for what is no time. */
export function readClock(words: string): number | null {
  const found = /^(\d\d?):(\d\d)$/.exec(words.trim());
  if (!found) return null;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minute <= 1440 ? minute : null;
}

export const isDay = (words: string | null): words is string => words !== null && /^\d{4}-\d\d-\d\d$/.test(words) && !Number.isNaN(Date.parse(words));
