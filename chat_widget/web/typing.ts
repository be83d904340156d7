// Who types at the other side; somebody whose end of typing got lost does not type for ever.

import type { Typing } from "./protocol";

const SHOWN_MS = 10_000;

export class TypingSign {
  /** The name of him who types, null where nobody does. */
  name: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  hear({ author, on }: Typing): void {
    this.clear();
    if (!on) return;
    this.#timer = setTimeout(() => this.clear(), SHOWN_MS);
    this.name = author.name;
    this.changed();
  }

  clear(): void {
    clearTimeout(this.#timer);
    const shown = this.name !== null;
    this.name = null;
    if (shown) this.changed();
  }
}
