import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Named } from "../../model/types";
import { bag, readAll, readNamed } from "../../model/wire";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { now } from "../../net/clock";
import { state } from "../../store";
import { Icon } from "../../ui/icons";
import { o } from "../words";
import { clockPlace } from "./look";
import type { Journal } from "./wire";

/** Which calendars are asked for; no staff chosen: all. */
export interface Asked {
  readonly branch: number | null;
  readonly service: number | null;
  readonly team: number | null;
  readonly staff: readonly number[];
}

interface FiltersProps {
  readonly journal: Journal;
  readonly asked: Asked;
  readonly set: (next: Partial<Record<"branch" | "service" | "team" | "staff", string | number | null>>) => void;
}

async function load(path: string): Promise<readonly Named[]> {
  try {
    return readAll(bag(await call("GET", path))["items"], readNamed);
  } catch (error) {
    if (error instanceof Failure) return []; // then it is no filter
    throw error;
  }
}

/** Whose calendars: of a branch, of who does a service, of a team, or of some chosen by name; on paper, in words. */
export function Filters({ journal, asked, set }: FiltersProps) {
  const [teams, setTeams] = useState<readonly Named[]>([]);
  const [branches, setBranches] = useState<readonly Named[]>([]);
  useEffect(() => {
    void load("teams").then(setTeams);
    void load("branches").then(setBranches);
  }, []);
  const services = [...journal.services.values()].filter(({ archived }) => !archived);
  const staff = journal.resources.filter(({ id }) => asked.staff.includes(id)).map(({ name }) => name);
  const line = (label: string, names: readonly string[]) => names.length > 0 && `${label}: ${names.join(", ")}`;
  const one = (label: string, all: readonly Named[], chosen: number | null) => line(label, all.filter(({ id }) => id === chosen).map(({ name }) => name));
  const onPaper = [one(o("journal.branch"), branches, asked.branch), one(o("journal.service"), services, asked.service), one(o("journal.team"), teams, asked.team), line(o("journal.staff"), staff)];
  return (
    <>
      {branches.length > 1 && <One label={o("journal.branch")} all={branches} chosen={asked.branch} choose={(branch) => set({ branch, staff: null })} />}
      {services.length > 0 && <One label={o("journal.service")} all={services} chosen={asked.service} choose={(service) => set({ service, staff: null })} />}
      {teams.length > 1 && <One label={o("journal.team")} all={teams} chosen={asked.team} choose={(team) => set({ team, staff: null })} />}
      <Staff journal={journal} chosen={asked.staff} choose={(staff) => set({ staff: staff.join(",") || null })} />
      <p class="on-paper">{[state.value.business, clockPlace(journal, now.peek()), ...onPaper].filter(Boolean).join(" · ")}</p>
    </>
  );
}

function One({ label, all, chosen, choose }: { label: string; all: readonly Named[]; chosen: number | null; choose: (id: number | null) => void }) {
  return (
    <select class="journal-filter" aria-label={label} title={label} value={chosen ?? ""} onChange={(event) => choose(Number(event.currentTarget.value) || null)}>
      <option value="">{o("journal.any_of", { what: label })}</option>
      {all.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Staff({ journal, chosen, choose }: { journal: Journal; chosen: readonly number[]; choose: (ids: readonly number[]) => void }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const staff = journal.resources.filter(({ kind }) => kind === "provider");
  useLayoutEffect(() => {
    if (!open) return;
    box.current?.querySelector("input")?.focus();
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  if (staff.length < 2) return null;
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  return (
    <div class="menu" ref={box} onKeyDown={close}>
      <button type="button" class="button" aria-expanded={open} aria-pressed={chosen.length > 0} onClick={() => setOpen(!open)}>
        <Icon name="team" /> {o("journal.staff")} {chosen.length > 0 && `(${chosen.length})`}
      </button>
      {open && (
        <div class="staff-choice" role="group" aria-label={o("journal.staff")}>
          {staff.map(({ id, name }) => (
            <label key={id} class="check">
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])} /> {name}
            </label>
          ))}
          {chosen.length > 0 && (
            <button type="button" class="link" onClick={() => choose([])}>
              {o("journal.all_staff")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
