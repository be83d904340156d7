import { Modal } from "../parts";
import { o } from "../words";
import { dayLine } from "./days";
import { conflict } from "./state";
import type { Journal } from "./wire";
import { clock, wallOf } from "./zone";

/** The wished time is taken, or not one to book: what is free instead, to be taken by one click. */
export function Conflict({ journal }: { readonly journal: Journal }) {
  const now = conflict.value;
  if (!now) return null;
  const close = () => (conflict.value = null);
  const wall = now.at === null ? null : wallOf(now.at, journal.zone);
  const offers = now.nearest.length > 0 || (now.taken && now.at === null);
  return (
    <Modal title={o(now.taken ? "journal.taken" : "journal.refused")} close={close}>
      {wall && (
        <p>
          <strong>
            {dayLine(wall.day)}, {clock(wall.minute)}
          </strong>
        </p>
      )}
      <p>{now.text}</p>
      {offers && <p>{o(now.nearest.length > 0 ? "journal.nearest" : "journal.nothing_near")}</p>}
      <ul class="nearest">
        {now.nearest.map((slot) => {
          const wall = wallOf(slot.from, journal.zone);
          const who = journal.resources.find(({ id }) => id === slot.providerId)?.name;
          return (
            <li key={`${slot.from} ${slot.providerId}`}>
              <button
                type="button"
                class="button"
                onClick={() => {
                  close();
                  now.take(slot);
                }}
              >
                {dayLine(wall.day)}, {clock(wall.minute)} {who && `· ${who}`}
              </button>
            </li>
          );
        })}
      </ul>
      {(now.anyway ?? now.skip) && (
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("journal.refused_leave")}
          </button>
          {now.anyway && <Go words={o("journal.anyway")} go={now.anyway} strong={!now.skip} />}
          {now.skip && <Go words={o("journal.skip")} go={now.skip} strong />}
        </div>
      )}
    </Modal>
  );
}

function Go({ words, go, strong }: { readonly words: string; readonly go: () => void; readonly strong: boolean }) {
  return (
    <button
      type="button"
      class={`button${strong ? " primary" : ""}`}
      onClick={() => {
        conflict.value = null;
        go();
      }}
    >
      {words}
    </button>
  );
}
