// Where the desk stands, as its address says: #/dialogs/12, #/contacts?group=3, #/manage/roles. Reload and the back button work.

import { effect, signal, untracked } from "@preact/signals";
import { current } from "./store";

export const places = ["dialogs", "journal", "contacts", "tasks", "knowledge", "search", "manage"] as const;
export type Place = (typeof places)[number];

export interface Route {
  readonly place: Place;
  /** What follows the place: a number, a section. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads an address's `#` part; one nobody knows is the dialogs. */
export function readRoute(hash: string): Route {
  const [path = "", words = ""] = hash.replace(/^#/, "").split("?", 2);
  const [name, ...rest] = path.split("/").filter(Boolean).map(decoded);
  const place = places.find((known) => known === name);
  return { place: place ?? "dialogs", rest: place ? rest : [], query: new URLSearchParams(words) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** The address of a place, as a link's `href`. */
export function addressOf(place: Place, rest: readonly (string | number)[] = [], query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") words.set(key, String(value));
  const path = [place, ...rest.map((part) => encodeURIComponent(String(part)))].join("/");
  const asked = words.toString();
  return `#/${path}${asked ? `?${asked}` : ""}`;
}

/** The number that follows the place, where one does. */
export function numberIn(route: Route, index = 0): number | null {
  const number = Number(route.rest[index]);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

const startKey = "barev.desk.start";

/** Where the desk begins: with the dialogs, unless this agent likes the journal better. */
export function startPlace(): Place {
  try {
    return localStorage.getItem(startKey) === "journal" ? "journal" : "dialogs";
  } catch {
    return "dialogs";
  }
}

export function startWith(place: Place): void {
  try {
    localStorage.setItem(startKey, place);
  } catch {
    // as before, then
  }
}

const here = () => readRoute(typeof location === "undefined" ? "" : location.hash || addressOf(startPlace()));

export const route = signal<Route>(here());

/** Asked before another place is gone to, as long as what stands here may be lost by it; it goes on, or not. */
export const gate: { ask: ((goOn: () => void) => void) | null } = { ask: null };

/** Goes there; `replace` leaves no step for the back button. */
export function go(address: string, replace = false): void {
  if (address === location.hash) return;
  if (gate.ask && readRoute(address).place !== route.value.place) gate.ask(() => pass(address, replace));
  else pass(address, replace);
}

function pass(address: string, replace: boolean): void {
  if (replace || window !== window.top) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  route.value = readRoute(address);
}

/** Keeps the address and the open dialog the same, beginning with what the address says. Returns how to stop. */
export function followDialogs(show: (id: number | null) => void): () => void {
  const unheed = effect(() => {
    const to = route.value;
    if (to.place !== "dialogs") return;
    const id = numberIn(to);
    if (id !== current.peek()) untracked(() => show(id));
  });
  const unfollow = effect(() => {
    const id = current.value;
    const at = route.peek();
    if (at.place === "dialogs" && numberIn(at) !== id) untracked(() => go(addressOf("dialogs", id === null ? [] : [id])));
  });
  return () => {
    unheed();
    unfollow();
  };
}

if (typeof window !== "undefined") {
  const moved = () => (route.value = here());
  window.addEventListener("hashchange", moved);
  window.addEventListener("popstate", moved);
}
