// What the frame and the shop's page say to each other: only within one origin, and only these words.

export interface Say {
  readonly barev: "say";
  readonly text: string;
}

export interface Shown {
  readonly barev: "shown";
  readonly title: string;
  readonly path: string;
  readonly language: string;
}

/** A word of ours from a window of ours, else null. */
export function heard<T extends Say | Shown>(event: MessageEvent, kind: T["barev"], from: Window | null): T | null {
  if (event.origin !== location.origin || event.source !== from || from === null) return null;
  const data: unknown = event.data;
  if (typeof data !== "object" || data === null || (data as T).barev !== kind) return null;
  return data as T;
}

export function tell(to: Window, words: Say | Shown): void {
  to.postMessage(words, location.origin);
}
