import { Icon } from "../../ui/icons";
import { named, o } from "../words";
import { bookAt, carry, keepStill, press, startAt, type Ground } from "./carry";
import type { Column, Entry } from "./columns";
import { servicesOf, statusIcon, statusName, timeOf, whoseName } from "./look";
import { show, side } from "./state";
import { clock } from "./zone";

/** Where it is drawn: the style sheet turns minutes and lanes into places. */
export const place = ({ from, to }: { readonly from: number; readonly to: number }, lane = 0, lanes = 1) => ({ "--from": from, "--to": to, "--lane": lane, "--lanes": lanes });

/** The time under the pointer is shown before it is clicked. */
function spot(event: PointerEvent, ground: Ground, free: Entry): void {
  const button = event.currentTarget as HTMLElement;
  const minute = startAt(event, ground, free);
  button.style.setProperty("--spot", String(minute));
  button.dataset["spot"] = clock(minute);
}

/** Minutes below which three lines have no room: two are shown then, and the whole of it is told under the pointer. */
const brief = 35;

interface BlockProps {
  readonly entry: Entry;
  readonly column: Column;
  readonly ground: () => Ground;
  readonly tab: boolean;
}

export function Block({ entry, column, ground, tab }: BlockProps) {
  const { drawn, journal } = ground();
  const clipped = { from: Math.max(entry.from, drawn.shown.from), to: Math.min(entry.to, drawn.shown.to) };
  if (clipped.from >= clipped.to) return null;
  const common = {
    type: "button" as const,
    style: place(clipped, entry.lane, entry.lanes),
    "data-entry": entry.key,
    "data-from": clipped.from,
    tabIndex: tab ? 0 : -1,
  };
  const time = `${clock(Math.max(entry.from, 0))}–${clock(Math.min(entry.to, 1440))}`;
  if (entry.is === "free") {
    return (
      <button {...common} class="free" aria-label={o("journal.free_from", { time })} onPointerMove={(event) => spot(event, ground(), entry)} onClick={(event) => bookAt(event, ground(), column, entry)}>
        <Icon name="plus" size={14} />
      </button>
    );
  }
  if (entry.is === "busy") {
    return (
      <button {...common} class={`busy busy-${entry.busy.kind}`} onClick={() => show({ is: "busy", id: entry.busy.id })}>
        <span class="visit-time">{time}</span> {named("journal.busy", entry.busy.kind)} {entry.busy.note && <small>{entry.busy.note}</small>}
      </button>
    );
  }
  if (entry.is === "session") {
    const { session } = entry;
    return (
      <button {...common} class="visit group" aria-expanded={side.value?.is === "session" && side.value.id === session.id} onClick={() => show({ is: "session", id: session.id })}>
        <span class="visit-time">{timeOf(session.from, session.to, journal.zone)}</span>
        <b>{journal.services.get(session.serviceId)?.name}</b>
        <span class="visit-seats">
          <Icon name="team" size={14} /> {o("journal.seats", { taken: session.taken, capacity: session.capacity })}
        </span>
      </button>
    );
  }
  const { visit, item } = entry;
  const carried = carry.value?.entry.key === entry.key;
  const shown = item ?? visit;
  const times = timeOf(shown.from, shown.to, journal.zone);
  const what = item?.serviceId ? journal.services.get(item.serviceId)?.name : servicesOf(visit, journal);
  const whole = [times, statusName(visit.status), whoseName(visit), what, visit.warning].filter(Boolean).join(", ");
  return (
    <button
      {...common}
      class={`visit st-${visit.status}${carried ? " carried" : ""}${clipped.to - clipped.from < brief ? " brief" : ""}`}
      aria-expanded={side.value?.is === "visit" && side.value.id === visit.id}
      onPointerEnter={(event) => void (event.currentTarget.title = whole)}
      onPointerDown={(event) => press(event, ground, entry, column)}
      onTouchMove={keepStill}
      onContextMenu={keepStill}
      onClick={() => show({ is: "visit", id: visit.id })}
    >
      <span class="visit-time">
        <Icon name={statusIcon[visit.status]} size={14} />
        <span>
          {times.slice(0, 5)}
          <span class="visit-end">{times.slice(5)}</span>
        </span>
        <span class="hidden">{statusName(visit.status)}</span>
        {visit.warning && <Icon name="alert" size={14} />}
      </span>
      <b>{whoseName(visit)}</b>
      <span class="visit-what">{what}</span>
      {visit.warning && <span class="hidden">{visit.warning}</span>}
      <span class="visit-grip" />
    </button>
  );
}
