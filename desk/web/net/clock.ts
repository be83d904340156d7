// The present, as the server sees it: a ticking signal, so that waiting times run without redrawing more than their digits.

import { signal } from "@preact/signals";

let skew = 0;
let skewKnown = false;

/** Takes the server's Date header (whole seconds) as the truth where this machine's clock is off by more than 3 s. */
export function setServerClock(server: number | null, asked: number): void {
  if (server === null || skewKnown) return;
  const off = server + 500 - (asked + Date.now()) / 2;
  skew = Math.abs(off) > 3000 ? off : 0;
  skewKnown = true;
}

export const serverNow = () => Date.now() + skew;

/** The moment, moved every second while the page is looked at. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = serverNow();
}, 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) now.value = serverNow();
});
