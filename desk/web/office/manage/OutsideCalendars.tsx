// Calendars kept elsewhere: whose they are, when they were last read, what went wrong, in words; paused, read now, taken away.

import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { bag, moment, readAll, text, whole } from "../../model/wire";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { IconButton, Moment } from "../../ui/parts";
import { loadResources, type Resource } from "../bookable/wire";
import { attempt, useLoad } from "../load";
import { Ask, Failed, Heading, Modal, Problem, Skeletons } from "../parts";
import { o } from "../words";

interface Calendar {
  readonly id: number;
  readonly resourceId: number;
  readonly name: string;
  readonly url: string;
  readonly busy: number;
  readonly active: boolean;
  readonly problem: string;
  readonly readAt: number | null;
}

function readCalendar(value: unknown): Calendar | null {
  const raw = bag(value);
  const [id, resourceId, url] = [whole(raw["id"]), whole(raw["resource_id"]), text(raw["url"])];
  if (id === null || resourceId === null || url === null) return null;
  return { id, resourceId, url, name: text(raw["name"]) ?? "", busy: whole(raw["busy"]) ?? 0, active: raw["active"] !== false, problem: text(raw["message"]) ?? "", readAt: moment(raw["fetched_at"]) };
}

/** What it is called: its name, else the site that it is on. The rest of the address is a secret. */
const titleOf = (one: Calendar) => one.name || (URL.canParse(one.url) ? new URL(one.url).host : one.url);
const load = async () => {
  const [calendars, resources] = await Promise.all([call("GET", "outside-calendars"), loadResources()]);
  return { calendars: readAll(bag(calendars)["items"], readCalendar), resources };
};
const lookAgainMs = 3_000;
/** As the server takes it, whatever is pasted around it, and with a capital that a phone has put there. */
const addressPattern = String.raw`\s*([Hh]ttps?|[Ww]ebcal):\/\/[^\s\/?#@\\]+([\/?#][^\s\\]*)?\s*`;

export function OutsideCalendars() {
  const loaded = useLoad(load, []);
  const [making, setMaking] = useState(false);
  const here = loaded.now.is === "ready" ? loaded.now.value : null;
  const waits = here?.calendars.some((one) => one.active && one.readAt === null && one.problem === "") ?? false;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(loaded.again, lookAgainMs);
    return () => clearTimeout(timer);
  }, [waits, here]);
  const staff = here?.resources.filter(({ archived }) => !archived) ?? [];
  return (
    <>
      <Heading text={o("manage.calendars")}>
        <button type="button" class="button primary" disabled={staff.length === 0} onClick={() => setMaking(true)}>
          <Icon name="plus" /> <span class="label">{o("calendars.new")}</span>
        </button>
      </Heading>
      <div class="place-body">
        <p class="hint">{o("calendars.lead")}</p>
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {here !== null && staff.length === 0 && <p class="hint">{o("calendars.nobody")}</p>}
        {here?.calendars.length === 0 && staff.length > 0 && <p class="hint">{o("calendars.none")}</p>}
        {here?.calendars.map((one) => (
          <Row key={one.id} one={one} whose={here.resources.find(({ id }) => id === one.resourceId)?.name ?? ""} again={loaded.again} />
        ))}
      </div>
      {making && <NewCalendar staff={staff} close={() => setMaking(false)} made={loaded.again} />}
    </>
  );
}

function Row({ one, whose, again }: { readonly one: Calendar; readonly whose: string; readonly again: () => void }) {
  const [removed, setRemoved] = useState(false);
  const name = `${titleOf(one)} (${whose})`;
  const turn = () => call("PATCH", `outside-calendars/${one.id}`, { active: !one.active }).then(again);
  const read = () => call("POST", `outside-calendars/${one.id}/read`).then(() => setTimeout(again, lookAgainMs));
  return (
    <section class="panel" aria-label={name}>
      <p>
        <b>{titleOf(one)}</b> · {whose}
      </p>
      <p class="hint">
        {one.active ? (
          <>
            {o("calendars.read")}: {one.readAt === null ? o("calendars.not_read") : <Moment at={one.readAt} text={longMoment(one.readAt, now.value)} />} · {o("calendars.busy")}: {one.busy}
          </>
        ) : (
          o("calendars.paused")
        )}
      </p>
      <Problem text={one.problem} />
      <p class="bar">
        {one.active && (
          <button type="button" class="button" onClick={() => void attempt(read)} aria-label={o("calendars.again_named", { name })}>
            {o("calendars.again")}
          </button>
        )}
        <button type="button" class="button" onClick={() => void attempt(turn)} aria-label={o(one.active ? "calendars.pause_named" : "calendars.on_named", { name })}>
          {o(one.active ? "calendars.pause" : "calendars.on")}
        </button>
        <IconButton icon="trash" label={o("calendars.remove_named", { name })} onClick={() => setRemoved(true)} />
      </p>
      {removed && <Ask title={o("calendars.remove")} text={o("calendars.remove_ask", { name })} go={o("calendars.remove")} danger act={() => call("DELETE", `outside-calendars/${one.id}`).then(again)} close={() => setRemoved(false)} />}
    </section>
  );
}

function NewCalendar({ staff, close, made }: { readonly staff: readonly Resource[]; readonly close: () => void; readonly made: () => void }) {
  const [problem, setProblem] = useState("");
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const said = (name: string) => String(data.get(name) ?? "").trim();
    setProblem("");
    try {
      await call("POST", "outside-calendars", { resource_id: Number(said("resource")), url: said("url").replace(/^[HW]/, (letter) => letter.toLowerCase()), name: said("name") });
      close();
      made();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <Modal title={o("calendars.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("calendars.whose")}
          <select name="resource">
            {staff.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {o("calendars.address")}
          <input name="url" required placeholder="https://" autoComplete="off" inputMode="url" pattern={addressPattern} title={o("calendars.address_hint")} aria-describedby="calendar-hint" />
        </label>
        <p class="hint" id="calendar-hint">
          {o("calendars.address_hint")}
        </p>
        <label>
          {o("calendars.name")}
          <input name="name" maxLength={100} autoComplete="off" />
        </label>
        <Problem text={problem} />
        <button class="button primary">{o("calendars.add")}</button>
      </form>
    </Modal>
  );
}
