import { Icon } from "../../ui/icons";
import { named, o } from "../words";
import type { Column, Drawn, Entry } from "./columns";
import { dayLine } from "./days";
import { servicesOf, statusIcon, statusName, timeOf, whoseName } from "./look";
import { show } from "./state";
import type { Journal } from "./wire";
import { clock } from "./zone";

interface Line {
  readonly column: Column;
  readonly entry: Entry;
}

/** The same as a list: what a phone shows, and what is printed. */
export function DayList({ journal, drawn, add }: { readonly journal: Journal; readonly drawn: Drawn; readonly add: (day: string) => void }) {
  return (
    <div class="day-list">
      {journal.days.map((day) => {
        const lines = linesOf(drawn, day);
        return (
          <section key={day} aria-label={dayLine(day)}>
            <h2>{dayLine(day)}</h2>
            {lines.length === 0 && <p class="hint">{o("journal.nothing")}</p>}
            <ul>
              {lines.map(({ column, entry }) => (
                <li key={`${column.key} ${entry.key}`}>
                  <ListLine journal={journal} column={column} entry={entry} />
                </li>
              ))}
            </ul>
            <button type="button" class="button no-print" onClick={() => add(day)}>
              <Icon name="plus" /> {o("journal.new")}
            </button>
          </section>
        );
      })}
    </div>
  );
}

/** By the hour, each visit once: rooms tell nothing that its people do not. */
function linesOf({ columns }: Drawn, day: string): Line[] {
  const lines = columns
    .filter((column) => column.day === day)
    .flatMap((column) => column.entries.filter((entry) => entry.is !== "free" && (entry.is === "busy" || column.resource?.kind === "provider" || !column.resource)).map((entry) => ({ column, entry })));
  return lines.sort((left, right) => left.entry.from - right.entry.from);
}

function ListLine({ journal, column, entry }: Line & { readonly journal: Journal }) {
  const who = column.resource?.name;
  if (entry.is === "visit") {
    const { visit } = entry;
    return (
      <button type="button" class={`list-visit st-${visit.status}`} onClick={() => show({ is: "visit", id: visit.id })}>
        <b>{timeOf(entry.item?.from ?? visit.from, entry.item?.to ?? visit.to, journal.zone)}</b>
        <span>
          {whoseName(visit)} {visit.contact?.phone && <small>{visit.contact.phone}</small>}
        </span>
        <span>{[entry.item?.serviceId ? journal.services.get(entry.item.serviceId)?.name : servicesOf(visit, journal), who].filter(Boolean).join(" · ")}</span>
        <span class="list-status">
          <Icon name={statusIcon[visit.status]} size={14} /> {statusName(visit.status)}
        </span>
        {(visit.note || visit.warning) && <small class="list-note">{[visit.warning, visit.note].filter(Boolean).join(" · ")}</small>}
      </button>
    );
  }
  if (entry.is === "session") {
    const { session } = entry;
    return (
      <button type="button" class="list-visit group" onClick={() => show({ is: "session", id: session.id })}>
        <b>{timeOf(session.from, session.to, journal.zone)}</b>
        <span>{journal.services.get(session.serviceId)?.name}</span>
        <span>{who}</span>
        <span class="list-status">{o("journal.seats", { taken: session.taken, capacity: session.capacity })}</span>
      </button>
    );
  }
  if (entry.is === "free") return null;
  return (
    <button type="button" class="list-visit busy" onClick={() => show({ is: "busy", id: entry.busy.id })}>
      <b>
        {clock(Math.max(entry.from, 0))}–{clock(Math.min(entry.to, 1440))}
      </b>
      <span>{named("journal.busy", entry.busy.kind)}</span>
      <span>{who}</span>
      {entry.busy.note && <small class="list-note">{entry.busy.note}</small>}
    </button>
  );
}
