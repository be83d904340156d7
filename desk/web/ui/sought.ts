// A message somebody wants to see in its dialog, as the address says (#/dialogs/12?seq=40 or ?message=7): its part is
// loaded, then shown.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { loadOlder } from "../net/live";
import { Failure } from "../net/errors";
import type { Thread } from "../model/thread";
import { addressOf, go, route } from "../route";

/** The message that was looked for and is marked in its dialog. */
export const sought = signal<number | null>(null);

/** The `seq` or the `message` in the address, where it is of this dialog. */
function soughtIn(id: number, by: "seq" | "message"): number | null {
  const { place, rest, query } = route.value;
  const number = Number(query.get(by));
  return place === "dialogs" && rest[0] === String(id) && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** Loads back to the sought message and brings it into view; `leave` stops the thread from keeping to its end. */
export function useSought(id: number, thread: Thread, pane: { readonly current: HTMLElement | null }, leave: () => void): void {
  const [seq, message] = [soughtIn(id, "seq"), soughtIn(id, "message")];
  const first = thread.messages[0]?.seq ?? 0;
  useEffect(() => () => void (sought.value = null), [id]);
  useEffect(() => {
    if ((seq === null && message === null) || !thread.loaded) return;
    const before = seq === null ? (thread.messages[0]?.id ?? 0) > (message ?? 0) : first > seq; // ids rise with seq
    if (before && thread.moreBefore) {
      leave();
      loadOlder(id).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error; // shown from where it is, then
      });
      return;
    }
    const found = thread.messages.find((one) => (seq === null ? one.id === message : one.seq >= seq));
    sought.value = found?.id ?? null;
    go(addressOf("dialogs", [id]), true);
    requestAnimationFrame(() => {
      leave(); // now: an earlier scroll, told of at the beginning of this frame, may have said that it is at its end
      const article = pane.current?.querySelector<HTMLElement>(`[data-id="${found?.id ?? 0}"]`);
      article?.scrollIntoView({ block: "center" });
      if (!document.activeElement?.closest(".composer")) article?.focus({ preventScroll: true }); // else he writes already
    });
  }, [seq, message, first, thread.loaded]);
}
