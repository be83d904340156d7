// The way to the search box from anywhere.

import { signal } from "@preact/signals";
import { addressOf, go, route } from "../route";

/** Rises when the search box is asked to take the keyboard. */
export const searchWanted = signal(0);

export function openSearch(): void {
  if (route.value.place !== "search") go(addressOf("search"));
  searchWanted.value += 1;
}
