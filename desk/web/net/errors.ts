// One shape for every refusal and failure, whether it came by REST, by an acknowledgement or not at all.

import { bag, text } from "../model/wire";

export type FailureCode =
  | "invalid" | "unauthorized" | "forbidden" | "not_found" | "conflict" | "already_taken" | "slot_taken" | "too_large"
  | "too_many" | "unavailable" | "offline";

export class Failure extends Error {
  constructor(
    readonly code: string,
    /** The server's sentence in the agent's language; empty where it said none. */
    message: string,
    readonly retryAfterS: number | null = null,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** Whether the same request may pass later without anything changed. */
  get passing(): boolean {
    return this.code === "unavailable" || this.code === "too_many" || this.code === "offline";
  }
}

/** Reads an acknowledgement's `error`, a connect_error's data or a problem+json body. */
export function readFailure(value: unknown, otherwise = "unavailable"): Failure {
  const raw = bag(value);
  const wait = raw["retry_after_s"];
  const message = text(raw["message"]) ?? text(raw["detail"]) ?? text(raw["title"]) ?? "";
  return new Failure(text(raw["code"]) ?? otherwise, message, typeof wait === "number" ? wait : null, raw);
}

export const offline = () => new Failure("offline", "");
