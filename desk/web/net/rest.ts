// The desk's few REST calls. The session is the HttpOnly cookie; the token of a fresh login is held in memory only.

import { bag, moment, readAgent, readHeads, text } from "../model/wire";
import type { Agent, Head } from "../model/types";
import { Failure, offline, readFailure } from "./errors";
import { setServerClock } from "./clock";

let token: string | null = null;
let language = "en";

export const heldToken = () => token;
export const heldLanguage = () => language;
export function speak(to: string): void {
  language = to;
}

/** Asks the REST API; a `FormData` is sent as it is, anything else as JSON. What comes again under the same `key` is
 * done once. Raises Failure: a refusal, or offline. */
export async function call(method: string, path: string, body?: unknown, timeoutMs = 15_000, key?: string): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language };
  if (key) headers["Idempotency-Key"] = key;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const asked = Date.now();
  let response: Response;
  try {
    const init: RequestInit = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(timeoutMs) };
    response = await fetch(`/api/v1/${path}`, body === undefined ? init : { ...init, body: form ? body : JSON.stringify(body) });
  } catch {
    throw offline();
  }
  setServerClock(moment(response.headers.get("Date")), asked);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const wait = Number(response.headers.get("Retry-After")) || null;
  const failure = readFailure(answer, codeOf(response.status));
  throw failure.retryAfterS === null ? new Failure(failure.code, failure.message, wait, failure.extra) : failure;
}

function codeOf(status: number): string {
  const codes: Record<number, string> = { 400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 413: "too_large", 429: "too_many" };
  return codes[status] ?? "unavailable";
}

/** Signs in. Raises Failure unauthorized, too_many (throttled), offline. */
export async function signIn(login: string, password: string): Promise<Agent> {
  const answer = bag(await call("POST", "session", { login, password }));
  token = text(answer["token"]);
  return readAgent(answer["agent"]);
}

/** Who is signed in by the cookie. Raises Failure unauthorized where nobody is: the mark beside the cookie says so
 * before the server is troubled (the cookie itself is not for scripts). */
export async function whoAmI(): Promise<Agent> {
  if (!/(?:^|; )barev_signed_in=/.test(document.cookie)) throw new Failure("unauthorized", "");
  const answer = bag(await call("GET", "session"));
  return readAgent(answer["agent"] ?? answer);
}

export async function signOut(): Promise<void> {
  await call("DELETE", "session");
  token = null;
}

export function dropToken(): void {
  token = null;
}

export interface Page {
  readonly heads: readonly Head[];
  readonly next: string | null;
}

/** One page of conversations; `query` holds status, assignee, contact, after, limit as the API names them. */
export async function listConversations(query: Readonly<Record<string, string | number>>): Promise<Page> {
  const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const answer = bag(await call("GET", `conversations?${words}`));
  return { heads: readHeads(answer["items"]), next: text(answer["next"]) };
}

/** Whether anything of the demo business is still there. */
export async function demoPresent(): Promise<boolean> {
  return bag(await call("GET", "demo"))["present"] === true;
}

export interface NewOwner {
  readonly login: string;
  readonly password: string;
  readonly name: string;
}

/** Removes what the demo seeded and nothing else. Raises Failure conflict where no other owner would be left. */
export async function removeDemo(owner?: NewOwner): Promise<void> {
  await call("DELETE", "demo", owner ? { owner } : undefined);
}
