// What browsers offer, with a way out where they do not: shared storage, locks between tabs, identifiers.

import type { Shelf } from "./outbox";

/** A part of localStorage or sessionStorage; in memory where the browser forbids them or they are full. */
export class BrowserShelf implements Shelf {
  #memory = new Map<string, string>();

  constructor(
    private readonly kind: "localStorage" | "sessionStorage",
    readonly prefix: string,
  ) {}

  get(key: string): string | null {
    return this.#memory.get(key) ?? this.#try((area) => area.getItem(this.prefix + key)) ?? null;
  }

  set(key: string, value: string): void {
    const kept = this.#try((area) => {
      area.setItem(this.prefix + key, value);
      return true;
    });
    if (kept) this.#memory.delete(key);
    else this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    this.#try((area) => area.removeItem(this.prefix + key));
  }

  keys(): string[] {
    const stored = this.#try((area) => Object.keys(area)) ?? [];
    const mine = stored.filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
    return [...new Set([...mine, ...this.#memory.keys()])];
  }

  #try<T>(use: (area: Storage) => T): T | undefined {
    try {
      return use(window[this.kind]);
    } catch {
      return undefined; // forbidden, full, or a page without an origin
    }
  }
}

/** Runs `work` while no other tab holds `name`; without locks, or after `patience_ms`, all the same. */
export async function withLock<T>(name: string, work: () => Promise<T>, patience_ms: number): Promise<T> {
  const locks = navigator.locks as LockManager | undefined; // secure pages only
  if (!locks) return work();
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), patience_ms);
  let entered = false;
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      entered = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    clearTimeout(timer);
    if (entered) throw error;
    return work();
  }
}

/** A random UUID, version 4 (RFC 9562); `crypto.randomUUID` exists on secure pages only. */
export function makeUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
