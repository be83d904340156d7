// Hours as people write them: "9–13, 14–18", "22-6" over midnight, "0–24" the whole day. Pure.

export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof days)[number];
export type Span = readonly [string, string];
export type Spans = readonly Span[];
export type Weekly = Readonly<Partial<Record<Day, Spans>>>;
export type Fault = "wrong" | "overlap";

const dayMinutes = 24 * 60;
const spanForm = /^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—‒]\s*(\d{1,2})(?:[:.](\d{2}))?$/;

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const two = (number: number) => String(number).padStart(2, "0");

function timeOf(hour: string | undefined, minute: string | undefined): string | null {
  const [h, m] = [Number(hour), Number(minute ?? "0")];
  return h * 60 + m <= dayMinutes && m < 60 ? `${two(h)}:${two(m)}` : null;
}

/** From and to in minutes since midnight; the end of a night's shift is above 1440. */
export function stretchOf([from, to]: Span): readonly [number, number] {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return [start, end > start ? end : end + dayMinutes];
}

/** What was written as spans in their order, none for a closed day; or what is wrong with it. */
export function readSpans(words: string): Spans | Fault {
  const parts = words.split(/[,;]/).map((part) => part.trim()).filter(Boolean);
  const spans: Span[] = [];
  for (const part of parts) {
    const found = spanForm.exec(part);
    const [from, to] = [timeOf(found?.[1], found?.[2]), timeOf(found?.[3], found?.[4])];
    if (!found || from === null || to === null || from === to || from === "24:00") return "wrong";
    spans.push([from, to]);
  }
  spans.sort((one, other) => minutesOf(one[0]) - minutesOf(other[0]));
  const crossed = spans.some((span, at) => {
    const following = spans[at + 1];
    return following !== undefined && minutesOf(following[0]) < stretchOf(span)[1];
  });
  return crossed ? "overlap" : spans;
}

export const writeSpans = (spans: Spans) => spans.map(([from, to]) => `${from}–${to}`).join(", ");
export const isWholeDay = (spans: Spans) => spans.length === 1 && spans[0]?.[0] === "00:00" && spans[0]?.[1] === "24:00";

/** The parts of a day, in percent of its length, that are worked: its own and what is left of the night before. */
export function barsOf(today: Spans, before: Spans): readonly (readonly [number, number])[] {
  const own = today.map(stretchOf).map(([start, end]) => [start, Math.min(end, dayMinutes)] as const);
  const left = before.map(stretchOf).flatMap(([, end]) => (end > dayMinutes ? [[0, end - dayMinutes] as const] : []));
  return [...left, ...own].map(([start, end]) => [(start / dayMinutes) * 100, ((end - start) / dayMinutes) * 100] as const);
}

/** A moment as the wall clock of a zone shows it, as if it were the local one; a zone that is not known is the local. */
export function wallMoment(at: number, zone: string): number {
  try {
    return Date.parse(new Date(at).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T"));
  } catch {
    return at;
  }
}
