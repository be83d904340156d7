// Who this visitor is to the server: a token that all tabs of a browser share, kept beside the conversation's marks.

import type { Person } from "./config";
import type { Shelf } from "./outbox";

/** Set while there is something to connect for without being asked. */
export const LIVE = "live";

/** What this installation's entries in the browser's store begin with. */
export function shelfPrefix(base: URL, inbox: string): string {
  return `barev ${base.href} ${inbox} `;
}

export class Identity {
  #token: string | null = null;
  /** The solution of a challenge, for the next attempt. */
  proof = "";

  constructor(
    private readonly shelf: Shelf,
    private readonly inbox: string,
  ) {}

  get known(): boolean {
    return this.shelf.get("token") !== null;
  }

  /** Another tab has put a token there since this one connected. */
  get replaced(): boolean {
    const stored = this.shelf.get("token");
    return stored !== null && stored !== this.#token;
  }

  /** What is said at the start of a connection. */
  introduce(language: string, person: Person | null): object {
    this.#token = this.shelf.get("token");
    return {
      ...(this.#token !== null && { token: this.#token }),
      page_url: location.href.slice(0, 2_000),
      page_title: document.title.slice(0, 300),
      referrer: document.referrer.slice(0, 2_000),
      language,
      timezone: window.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone, // the first use of Intl is slow
      ...(this.inbox && { widget: this.inbox }),
      ...person,
      ...(this.proof && { altcha: this.proof }),
    };
  }

  keep(token: string): void {
    this.#token = token;
    if (this.shelf.get("token") !== token) this.shelf.set("token", token);
  }

  /** The token was refused; one that another tab got meanwhile stays. */
  forget(): void {
    if (!this.replaced) this.shelf.remove("token");
  }

  /** What the visitor says of himself in the form, until the server has it. */
  get answers(): Record<string, string> {
    try {
      return Object(JSON.parse(this.shelf.get("answers") ?? "")) as Record<string, string>;
    } catch {
      return {};
    }
  }

  set answers(answers: Record<string, string>) {
    if (Object.keys(answers).length > 0) this.shelf.set("answers", JSON.stringify(answers));
    else this.shelf.remove("answers");
  }

  /** Lets the next page know whether to connect at once. */
  mark(live: boolean): void {
    if (live) this.shelf.set(LIVE, "1");
    else this.shelf.remove(LIVE);
  }
}
