import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { call } from "../../net/rest";
import { now } from "../../net/clock";
import { addressOf, go, route } from "../../route";
import { calendarNews, phase } from "../../store";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { useLoad, withQuery } from "../load";
import { Failed, Heading, Segments, Skeletons } from "../parts";
import { o } from "../words";
import { draw, inOrder } from "./columns";
import type { Ground, VisitEntry } from "./carry";
import { Conflict } from "./Conflict";
import { DayList } from "./DayList";
import { dayLine } from "./days";
import { Filters, type Asked } from "./Filters";
import { Grid } from "./Grid";
import { clockPlace, statusIcon, statusName } from "./look";
import { NewVisit } from "./NewVisit";
import { Leaving } from "./Panel";
import { leaveFor, like, likes, said, show, side, unsaved } from "./state";
import { MiniCalendar, Strip } from "./Strip";
import { BusyPanel, SessionPanel, VisitPanel } from "./VisitPanel";
import { Waiting } from "./Waiting";
import { readJournal, statuses, type Journal } from "./wire";
import { addDays, isDay, mondayOf, wallOf } from "./zone";

const views = ["day", "week"] as const;
type View = (typeof views)[number];

function readAsked(query: URLSearchParams): Asked {
  const number = (name: string) => Number(query.get(name)) || null;
  const staff = (query.get("staff") ?? "").split(",").map(Number).filter((id) => id > 0);
  return { branch: number("branch"), service: number("service"), team: number("team"), staff };
}

/** The journal: calendars side by side, everything about a visit at the side. */
export function JournalPlace() {
  const { query } = route.value;
  const view: View = query.get("view") === "week" ? "week" : "day";
  const [zone, seeZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const today = useMemo(() => computed(() => wallOf(now.value, zone).day), [zone]).value; // another one at midnight
  const asked = query.get("day");
  const held = useRef(today); // midnight takes no words away that are being written
  if (!unsaved.value) held.current = today;
  const day = isDay(asked) ? asked : held.current;
  const filters = readAsked(query);
  const from = view === "week" ? mondayOf(day) : day;
  const to = view === "week" ? addDays(from, 6) : day;
  const { branch, service, team } = filters;
  const path = withQuery("journal", { from, to, branch_id: branch, service_id: service, team_id: team });
  const load = useLoad(async () => readJournal(await call("GET", path)), [path]);
  const shown = useRef<Journal | null>(null);
  if (load.now.is === "ready") shown.current = load.now.value;
  useEffect(() => {
    if (load.now.is === "ready") seeZone(load.now.value.zone); // today is the place's, wherever the agent sits
  }, [load.now]);
  useNews(load.again);
  const goTo = (next: Partial<Record<"day" | "view" | "branch" | "service" | "team" | "staff", string | number | null>>) => {
    const now_ = { day: asked, view: view === "week" ? view : null, branch, service, team, staff: filters.staff.join(",") || null };
    const on = () => go(addressOf("journal", [], { ...now_, ...next }));
    if (side.value?.is === "new") on(); // the form stays, and takes the time that is clicked there
    else leaveFor(on);
  };
  const journal = shown.current;
  return (
    <main class="office journal-place">
      <Heading text={o("journal.title")}>
        <span class="hint no-phone">{[view === "day" ? dayLine(day) : "", journal && clockPlace(journal, now.peek())].filter(Boolean).join(" · ")}</span>
        {may("appointments.edit") && (
          <button type="button" class="button primary" onClick={() => show({ is: "new", resourceId: null, day, minute: nextHour(zone) })}>
            <Icon name="plus" /> {o("journal.new")}
          </button>
        )}
      </Heading>
      <div class="toolbar">
        <button type="button" class="button" aria-pressed={asked === null || day === today} onClick={() => goTo({ day: null })}>
          {o("journal.today")}
        </button>
        <Segments label={o("journal.view")} all={views} chosen={view} words={(one) => o(`journal.${one}`)} choose={(one) => goTo({ view: one === "week" ? one : null })} />
        {journal && <Filters journal={journal} asked={filters} set={goTo} />}
        <IconButton icon="swap" label={o("journal.across")} pressed={likes.value.across} onClick={() => like({ across: !likes.value.across })} class="no-phone" />
        <IconButton icon="door" label={o("journal.rooms")} pressed={likes.value.rooms} onClick={() => like({ rooms: !likes.value.rooms })} />
        <IconButton icon="eye" label={o("journal.gone")} pressed={likes.value.gone} onClick={() => like({ gone: !likes.value.gone })} />
        <IconButton icon="calendar" label={o("journal.calendar")} pressed={likes.value.calendar} onClick={() => like({ calendar: !likes.value.calendar })} />
        <IconButton icon="print" label={o("journal.print")} onClick={() => window.print()} class="no-phone" />
      </div>
      <Strip day={day} today={today} step={view === "week" ? 7 : 1} shown={view === "week" ? [0, 1, 2, 3, 4, 5, 6].map((one) => addDays(from, one)) : [day]} choose={(one) => goTo({ day: one })} />
      <p class="hidden" role="status" aria-live="assertive">
        {said.value}
      </p>
      <div class="journal-body">
        {likes.value.calendar && (
          <div class="journal-side no-print">
            <MiniCalendar day={day} today={today} shown={[day]} choose={(one) => goTo({ day: one })} />
            <Legend />
          </div>
        )}
        {journal ? <Shown journal={journal} filters={filters} view={view} reload={load.again} /> : load.now.is === "failed" ? <Failed failure={load.now.failure} again={load.again} /> : <Skeletons />}
      </div>
      <Leaving />
    </main>
  );
}

const nextHour = (zone: string) => Math.min(Math.ceil((wallOf(now.peek(), zone).minute + 1) / 60) * 60, 1380);

/** What a colleague changed is there without a reload; after a lost line everything is asked for again. */
function useNews(again: () => void): void {
  const news = calendarNews.value;
  const line = phase.value;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else if (line === "live") again();
  }, [news, line === "live"]);
}

interface ShownProps {
  readonly journal: Journal;
  readonly filters: Asked;
  readonly view: View;
  readonly reload: () => void;
}

function Shown({ journal, filters, view, reload }: ShownProps) {
  const { across, gone, rooms } = likes.value;
  const staff = filters.staff.join(",");
  const drawn = useMemo(() => {
    const chosen = journal.resources.filter(({ id, kind }) => filters.staff.length === 0 || kind !== "provider" || filters.staff.includes(id));
    return draw(journal, inOrder(chosen, rooms), gone);
  }, [journal, staff, rooms, gone]);
  const ground: Ground = { journal, drawn, across, locked: isLocked };
  const held = useRef(ground);
  held.current = ground;
  const ask = useRef(() => held.current).current;
  const at = side.value;
  const visit = at?.is === "visit" ? journal.appointments.get(at.id) : undefined;
  const lost = (at?.is === "visit" && !visit) || (at?.is === "session" && !journal.sessions.has(at.id)) || (at?.is === "busy" && !journal.busy.some(({ id }) => id === at.id));
  useEffect(() => {
    if (!lost) return;
    unsaved.value = false;
    side.value = null;
  }, [lost]);
  if (journal.resources.length === 0) return <NoCalendars filtered={Boolean(filters.branch ?? filters.service ?? filters.team)} />;
  return (
    <>
      <Grid ground={ask} drawn={drawn} across={across} several={view === "week"} />
      <DayList journal={journal} drawn={drawn} add={(day) => show({ is: "new", resourceId: null, day, minute: nextHour(journal.zone) })} />
      {at === null && <Waiting journal={journal} />}
      {visit && <VisitPanel key={visit.id} visit={visit} journal={journal} reload={reload} />}
      {at?.is === "new" && <NewVisit key={`${at.contact?.id ?? ""} ${at.serviceId ?? ""}`} at={at} journal={journal} reload={reload} />}
      {at?.is === "busy" && <BusyPanel key={at.id} id={at.id} journal={journal} reload={reload} />}
      {at?.is === "session" && <SessionPanel key={at.id} id={at.id} journal={journal} />}
      <Conflict journal={journal} />
      <p id="journal-keys" class="hidden">
        {o("journal.keys")}
      </p>
    </>
  );
}

/** What is over stays where it was; so does a seat of a group session, which has its own time. */
const isLocked = ({ visit, item }: VisitEntry) => !["booked", "confirmed", "arrived"].includes(visit.status) || item === null || item.sessionId !== null;

function NoCalendars({ filtered }: { readonly filtered: boolean }) {
  return (
    <div class="empty">
      <Icon name="calendar" size={36} />
      <p>{o(filtered ? "journal.none_fit" : "journal.none")}</p>
    </div>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label={o("journal.colours")}>
      {statuses.map((status) => (
        <li key={status} class={`st-${status}`}>
          <Icon name={statusIcon[status]} size={14} /> {statusName(status)}
        </li>
      ))}
    </ul>
  );
}
