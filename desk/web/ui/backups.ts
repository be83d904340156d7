// Whether the firm's copies are young enough: asked by those who may make one, now and then.

import { signal } from "@preact/signals";
import { bag, moment, text, whole } from "../model/wire";
import { Failure } from "../net/errors";
import { call } from "../net/rest";

export interface Backup {
  readonly name: string;
  readonly at: number | null;
  readonly size: number | null;
  readonly ok: boolean;
  readonly upgrade: boolean;
}

export interface Backups {
  readonly lastAt: number | null;
  readonly nextAt: number | null;
  readonly overdue: boolean;
  readonly folder: string;
  readonly gone: boolean;
  /** One is being made just now. */
  readonly running: boolean;
  /** Why the last attempt failed; empty where it did not. */
  readonly error: string;
}

export const backups = signal<Backups | null>(null);

export function readBackup(value: unknown): Backup | null {
  const raw = bag(value);
  const name = text(raw["name"]);
  const upgrade = raw["kind"] === "upgrade";
  return name === null ? null : { name, at: moment(raw["at"]), size: whole(raw["size"]), ok: raw["ok"] !== false, upgrade };
}

/** Asks the server. Raises Failure. */
export async function needBackups(): Promise<Backups> {
  const raw = bag(await call("GET", "backups?limit=1"));
  const read: Backups = {
    lastAt: moment(raw["last_at"]),
    nextAt: moment(raw["next_at"]),
    overdue: raw["overdue"] === true,
    folder: text(raw["folder"]) ?? "",
    gone: raw["gone"] === true,
    running: raw["running"] === true,
    error: text(raw["error"]) ?? "",
  };
  backups.value = read;
  return read;
}

const everyMs = 30 * 60_000;

/** Asks; where it cannot be known, nothing is said. */
export function askBackups(): void {
  needBackups().catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
  });
}

/** Asks from time to time. Returns how to stop. */
export function watchBackups(): () => void {
  askBackups();
  const timer = setInterval(askBackups, everyMs);
  return () => {
    clearInterval(timer);
    backups.value = null;
  };
}
