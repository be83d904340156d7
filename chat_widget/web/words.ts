// The texts of one language, and times put into its words. Browsers lack Armenian, Georgian and Kazakh calendars (Chromium
// has none of the three), so the names of days and months come from the catalogue.

import { loadLaterTexts, loadTexts, type Language, type LaterTexts, type TextKey, type Texts } from "./generated/texts";

export type Fields = Readonly<Record<string, string | number>>;

export class Words {
  readonly #months: readonly string[];
  readonly #weekdays: readonly string[];

  constructor(
    readonly language: Language,
    private texts: Texts & Partial<LaterTexts>,
  ) {
    this.#months = texts.months.split(",");
    this.#weekdays = texts.weekdays.split(",");
  }

  static async load(language: Language): Promise<Words> {
    return new Words(language, await loadTexts[language]());
  }

  /** The text of a key, its `{fields}` filled in. */
  say(key: TextKey, fields: Fields = {}): string {
    return (this.texts[key] ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(fields[name] ?? whole));
  }

  /** Fetches the texts of what is rarely needed, once. */
  async loadLater(): Promise<this> {
    this.texts = { ...this.texts, ...(await loadLaterTexts[this.language]()) };
    return this;
  }

  /** `09:05`, in the visitor's time zone as all times here. */
  time(moment: Date): string {
    return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  }

  /** Today, yesterday, `Tuesday, 24 November`, or with the year where it is another one. */
  day(moment: Date, now: Date): string {
    const age = Math.round((midnight(now) - midnight(moment)) / 86_400_000);
    if (age === 0) return this.say("day.today");
    if (age === 1) return this.say("day.yesterday");
    return this.say(moment.getFullYear() === now.getFullYear() ? "day.near" : "day.far", this.#parts(moment));
  }

  /** The whole truth: weekday, date, time with seconds, distance from UTC. */
  full(moment: Date): string {
    const offset = -moment.getTimezoneOffset();
    const zone = `UTC${offset < 0 ? "−" : "+"}${Math.floor(Math.abs(offset) / 60)}${offset % 60 ? `:${two(Math.abs(offset) % 60)}` : ""}`;
    const time = `${this.time(moment)}:${two(moment.getSeconds())} (${zone})`;
    return `${this.say("day.far", this.#parts(moment))}, ${time}`;
  }

  /** `10:00` today, else with its day. */
  moment(moment: Date, now: Date): string {
    const time = this.time(moment);
    return midnight(moment) === midnight(now) ? time : `${this.say("day.near", this.#parts(moment))}, ${time}`;
  }

  #parts(moment: Date): Fields {
    return {
      weekday: this.#weekdays[moment.getDay()] ?? "",
      day: moment.getDate(),
      month: this.#months[moment.getMonth()] ?? "",
      year: moment.getFullYear(),
    };
  }
}

function two(count: number): string {
  return String(count).padStart(2, "0");
}

function midnight(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}
