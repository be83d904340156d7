import { useState } from "preact/hooks";
import { addressOf } from "../../route";
import { toast } from "../../store";
import { iso } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton, Wait } from "../../ui/parts";
import { sources } from "../catalogues";
import { Documents, Standing } from "../card/Booking";
import { Ask, Modal, Segments } from "../parts";
import { named, o } from "../words";
import { attempt, byWay, cancelVisit, changeVisit, copyVisit, giveTimeBack, moveVisit, type Scope } from "./deeds";
import { SubjectChoice, useSubjects } from "./ContactPick";
import { ItemAct } from "./ItemAct";
import { digitsOf, money, servicesOf, signOf, statusIcon, statusName, thereOf, timeOf, whoseName } from "./look";
import { Panel } from "./Panel";
import { Slip } from "./Slip";
import { side, unsaved } from "./state";
import { When, type WhenValue } from "./When";
import type { Appointment, Item, Journal, Status } from "./wire";
import { momentOf, wallOf } from "./zone";

interface Step {
  readonly to: Status;
  readonly icon: IconName;
  readonly strong: boolean;
}

/** Where a visit goes from where it is: the next step first, then the ways aside and back. */
const steps: Readonly<Record<Status, readonly Step[]>> = {
  booked: [{ to: "arrived", icon: "user", strong: true }, { to: "confirmed", icon: "check", strong: false }, { to: "no_show", icon: "alert", strong: false }],
  confirmed: [{ to: "arrived", icon: "user", strong: true }, { to: "no_show", icon: "alert", strong: false }],
  arrived: [{ to: "done", icon: "checks", strong: true }, { to: "confirmed", icon: "reopen", strong: false }],
  done: [{ to: "paid", icon: "coin", strong: true }, { to: "arrived", icon: "reopen", strong: false }],
  paid: [{ to: "done", icon: "reopen", strong: false }],
  no_show: [{ to: "booked", icon: "reopen", strong: false }],
  cancelled: [{ to: "booked", icon: "reopen", strong: false }],
};

/** A visit: who, when, what, how far it is; everything may be changed where it stands. */
export function VisitPanel({ visit, journal, reload }: { readonly visit: Appointment; readonly journal: Journal; readonly reload: () => void }) {
  const [asking, setAsking] = useState<"cancel" | "copy" | "slip" | null>(null);
  const mine = may("appointments.edit");
  const put = async (change: Readonly<Record<string, unknown>>, words = o("saved")) => {
    const done = await attempt((way) => changeVisit(visit.id, { version: visit.version, ...change, ...byWay(way) }), () => toast(words));
    reload();
    return done;
  };
  const who = whoseName(visit);
  const there = thereOf(journal, journal.resources.find(({ id }) => id === visit.items[0]?.providerId), visit.from, visit.to);
  return (
    <Panel title={who} of={`visit ${visit.id}`}>
      <p class={`status-line st-${visit.status}`}>
        <Icon name={statusIcon[visit.status]} /> <b>{statusName(visit.status)}</b>
        {visit.status === "arrived" && visit.arrivedAt !== null && (
          <span class="timer">
            <Icon name="clock" size={14} /> {o("journal.since")} <Wait since={visit.arrivedAt} />
          </span>
        )}
        {visit.cancelReason && <span>{visit.cancelReason}</span>}
      </p>
      {visit.warning && (
        <p class="warned">
          <Icon name="alert" /> {visit.warning}
        </p>
      )}
      {mine && (
        <div class="status-path" role="group" aria-label={o("journal.path")}>
          {steps[visit.status].map(({ to, icon, strong }) => (
            <button key={to} type="button" class={`button${strong ? " primary" : ""}`} onClick={() => void put({ status: to }, statusName(to))}>
              <Icon name={icon} /> {named("journal.step", icon === "reopen" ? `back_${to}` : to)}
            </button>
          ))}
          {!["done", "paid", "cancelled"].includes(visit.status) && (
            <button type="button" class="button danger" onClick={() => setAsking("cancel")}>
              <Icon name="close" /> {o("journal.cancel")}
            </button>
          )}
        </div>
      )}
      {visit.contact && <Standing contactId={visit.contact.id} turn={visit.version} />}
      <dl class="facts">
        {visit.contact && (
          <div>
            <dt>{o("journal.customer")}</dt>
            <dd>
              <a href={addressOf("contacts", [visit.contact.id])}>{visit.contact.name || o("journal.nameless")}</a>
              {visit.contact.phone && <a href={`tel:${visit.contact.phone.replace(/\s/g, "")}`}>{visit.contact.phone}</a>}
            </dd>
          </div>
        )}
        {visit.subject && (
          <div>
            <dt>{o("journal.subject")}</dt>
            <dd>{visit.subject.name}</dd>
          </div>
        )}
        <div>
          <dt>{o("journal.time")}</dt>
          <dd>
            {timeOf(visit.from, visit.to, journal.zone)}
            {there && <br />}
            {there}
          </dd>
        </div>
        <div>
          <dt>{o("journal.came_by")}</dt>
          <dd>{[named("journal.source", visit.source), sources.value.find(({ id }) => id === visit.sourceId)?.name].filter(Boolean).join(" · ")}</dd>
        </div>
      </dl>
      <Items visit={visit} journal={journal} mine={mine} reload={reload} />
      {mine && (
        <VisitForm key={`${visit.id} ${visit.version}`} visit={visit} journal={journal} put={put} />
      )}
      <div class="visit-acts">
        {mine && journal.copies && visit.status !== "cancelled" && (
          <button type="button" class="button" onClick={() => setAsking("copy")}>
            <Icon name="card" /> {o("journal.copy")}
          </button>
        )}
        <button type="button" class="button" onClick={() => setAsking("slip")}>
          <Icon name="print" /> {o("journal.slip")}
        </button>
      </div>
      {visit.contact && <Documents contactId={visit.contact.id} appointmentId={visit.id} />}
      {asking === "slip" && <Slip visit={visit} journal={journal} done={() => setAsking(null)} />}
      {asking === "cancel" && <CancelAsk visit={visit} who={who} close={() => setAsking(null)} reload={reload} />}
      {asking === "copy" && <CopyAsk visit={visit} journal={journal} close={() => setAsking(null)} reload={reload} />}
    </Panel>
  );
}

interface ItemsProps {
  readonly visit: Appointment;
  readonly journal: Journal;
  readonly mine: boolean;
  readonly reload: () => void;
}

function Items({ visit, journal, mine, reload }: ItemsProps) {
  const [chosen, setChosen] = useState<Item | null>(null);
  const apart = mine && visit.items.length > 1 && ["booked", "confirmed", "arrived"].includes(visit.status);
  const names = new Map(journal.resources.map(({ id, name }) => [id, name]));
  return (
    <>
    <table class="items">
      <caption class="hidden">{o("journal.services")}</caption>
      <tbody>
        {visit.items.map((item) => (
          <tr key={item.id}>
            <td>
              {(item.serviceId !== null && journal.services.get(item.serviceId)?.name) || servicesOf(visit, journal)}
              {item.seats > 1 && ` × ${item.seats}`}
              <small>{[item.providerId, ...item.resources].map((id) => (id === null ? "" : (names.get(id) ?? ""))).filter(Boolean).join(", ")}</small>
            </td>
            <td>{timeOf(item.from, item.to, journal.zone)}</td>
            <td class="sum">
              {money(item.priceMinor === null ? null : item.priceMinor * item.seats, visit.currency)}
              {item.discountMinor > 0 && <small>−{money(item.discountMinor, visit.currency)}</small>}
            </td>
            {apart && (
              <td class="item-act">
                <IconButton icon="edit" label={o("journal.item_act", { name: (item.serviceId !== null && journal.services.get(item.serviceId)?.name) || "" })} onClick={() => setChosen(item)} />
              </td>
            )}
          </tr>
        ))}
        {visit.discountMinor > 0 && (
          <tr>
            <td colSpan={2}>{o("journal.discount")}</td>
            <td class="sum">−{money(visit.discountMinor, visit.currency)}</td>
            {apart && <td />}
          </tr>
        )}
        {visit.totalMinor !== null && (
          <tr class="total">
            <th scope="row" colSpan={2}>
              {o("journal.total")}
            </th>
            <td class="sum">{money(visit.totalMinor, visit.currency)}</td>
            {apart && <td />}
          </tr>
        )}
      </tbody>
    </table>
    {chosen && <ItemAct visit={visit} item={chosen} journal={journal} close={() => setChosen(null)} reload={reload} />}
    </>
  );
}

interface FormProps {
  readonly visit: Appointment;
  readonly journal: Journal;
  readonly put: (change: Readonly<Record<string, unknown>>) => Promise<boolean>;
}

/** Time, specialist, for whom, discount, note and warning: changed here, saved together. */
function VisitForm({ visit, journal, put }: FormProps) {
  const item = visit.items[0];
  const wall = wallOf(visit.from, journal.zone);
  const digits = digitsOf(visit.currency);
  const first: WhenValue = { day: wall.day, minute: wall.minute, minutes: Math.round((visit.to - visit.from) / 60_000), providerId: item?.providerId ?? null };
  const [when, setWhen] = useState(first);
  const [note, setNote] = useState(visit.note);
  const [warning, setWarning] = useState(visit.warning);
  const [discount, setDiscount] = useState(visit.discountMinor ? String(visit.discountMinor / 10 ** digits) : "");
  const [cuts, setCuts] = useState<Readonly<Record<number, string>>>(Object.fromEntries(visit.items.map((one) => [one.id, one.discountMinor ? String(one.discountMinor / 10 ** digits) : ""])));
  const [subject, setSubject] = useState(visit.subject?.id ?? null);
  const subjects = useSubjects(visit.contact?.id ?? null);
  const [scope, setScope] = useState<Scope>("this");
  const [busy, setBusy] = useState(false);
  const minorOf = (typed: string) => Math.round(Number(typed.replace(",", ".") || 0) * 10 ** digits);
  const cut = visit.items.map((one) => ({ id: one.id, discount_minor: minorOf(cuts[one.id] ?? "") })).filter((one, place) => one.discount_minor !== visit.items[place]?.discountMinor);
  const minor = Math.round(Number(discount.replace(",", ".") || 0) * 10 ** digits);
  const moved = when.day !== first.day || when.minute !== first.minute || when.providerId !== first.providerId;
  const stretched = when.minutes !== first.minutes;
  const told = { ...(note === visit.note ? {} : { note }), ...(warning === visit.warning ? {} : { warning }), ...(minor === visit.discountMinor ? {} : { discount_minor: minor }), ...(subject === (visit.subject?.id ?? null) ? {} : { subject_id: subject }), ...(cut.length ? { items: cut } : {}) };
  const dirty = moved || stretched || Object.keys(told).length > 0;
  unsaved.value = dirty;
  const save = async (event: Event) => {
    event.preventDefault();
    if (!dirty || busy || [minor, ...cut.map((one) => one.discount_minor)].some((one) => !Number.isFinite(one) || one < 0)) return;
    setBusy(true);
    const startsAt = momentOf(when, journal.zone);
    const elsewhen = when.day !== first.day || when.minute !== first.minute;
    const providerId = when.providerId === first.providerId ? null : when.providerId;
    const target = { startsAt: elsewhen ? startsAt : null, endsAt: stretched ? startsAt + when.minutes * 60_000 : null, providerId };
    const done = await (moved || stretched ? moveVisit(visit, target, o("saved"), told, scope) : put(told));
    setBusy(false);
    if (done) unsaved.value = false;
  };
  return (
    <form class="stacked-form" onSubmit={(event) => void save(event)}>
      <When value={when} set={setWhen} journal={journal} serviceId={visit.items.length === 1 ? (item?.serviceId ?? null) : undefined} />
      {visit.seriesId !== null && (moved || stretched) && <ScopeChoice scope={scope} set={setScope} />}
      {subjects.length > 0 && <SubjectChoice subjects={subjects} chosen={subject} set={setSubject} />}
      {visit.items.length > 1 &&
        visit.items.map(
          (one) =>
            one.priceMinor !== null && (
              <label key={one.id}>
                {o("journal.discount")}, {journal.services.get(one.serviceId ?? 0)?.name} {signOf(visit.currency)}
                <input name="item-discount" inputMode="decimal" value={cuts[one.id] ?? ""} maxLength={12} autoComplete="off" onInput={(event) => setCuts({ ...cuts, [one.id]: event.currentTarget.value })} />
              </label>
            ),
        )}
      <label>
        {o("journal.discount")} {signOf(visit.currency)}
        <input inputMode="decimal" value={discount} maxLength={12} autoComplete="off" onInput={(event) => setDiscount(event.currentTarget.value)} />
      </label>
      <label>
        {o("journal.note")}
        <textarea rows={2} maxLength={2000} dir="auto" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <label>
        {o("journal.warning")}
        <input value={warning} maxLength={200} dir="auto" autoComplete="off" onInput={(event) => setWarning(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button primary" disabled={!dirty || busy}>
        {o("journal.save")}
      </button>
    </form>
  );
}

interface AskingProps {
  readonly visit: Appointment;
  readonly close: () => void;
  readonly reload: () => void;
}

/** Of a visit that recurs: whether what is done is meant for the later ones too. */
function ScopeChoice({ scope, set }: { readonly scope: Scope; readonly set: (scope: Scope) => void }) {
  return <Segments label={o("journal.scope")} all={["this", "following"] as const} chosen={scope} words={(one) => o(`journal.scope_${one}`)} choose={set} />;
}

const reasons = ["customer", "ill", "moved", "mistake"] as const;

function CancelAsk({ visit, who, close, reload }: AskingProps & { readonly who: string }) {
  const [reason, setReason] = useState("");
  const [scope, setScope] = useState<Scope>("this");
  return (
    <Modal title={o("journal.cancel_title", { who })} close={close}>
      <form
        class="stacked-form"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          void attempt(() => cancelVisit(visit.id, reason.trim(), scope), () => toast(statusName("cancelled"))).then(reload);
        }}
      >
        {visit.seriesId !== null && <ScopeChoice scope={scope} set={setScope} />}
        <label>
          {o("journal.reason")}
          <input name="reason" list="cancel-reasons" value={reason} maxLength={200} dir="auto" autoComplete="off" autofocus onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <datalist id="cancel-reasons">
          {reasons.map((one) => (
            <option key={one} value={o(`journal.reason.${one}`)} />
          ))}
        </datalist>
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("journal.keep")}
          </button>
          <button type="submit" class="button danger">
            {o("journal.cancel")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function CopyAsk({ visit, journal, close, reload }: AskingProps & { readonly journal: Journal }) {
  const wall = wallOf(visit.from, journal.zone);
  const [when, setWhen] = useState<WhenValue>({ day: wall.day, minute: wall.minute, minutes: Math.round((visit.to - visit.from) / 60_000), providerId: visit.items[0]?.providerId ?? null });
  return (
    <Modal title={o("journal.copy")} close={close}>
      <form
        class="stacked-form"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          const startsAt = momentOf(when, journal.zone);
          void attempt((way) => copyVisit(visit.id, { starts_at: iso(startsAt), ...byWay(way) }), () => toast(o("journal.copied"))).then(reload);
        }}
      >
        <When value={when} set={setWhen} journal={journal} timeOnly />
        <div class="sheet-buttons">
          <button type="submit" class="button primary">
            {o("journal.copy_go")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** A break, an absence, a hold, time that is taken outside. What was entered by hand may be given back. */
export function BusyPanel({ id, journal, reload }: { readonly id: number; readonly journal: Journal; readonly reload: () => void }) {
  const [asking, setAsking] = useState(false);
  const busy = journal.busy.find((one) => one.id === id);
  if (!busy) return null;
  const byHand = ["break", "absence", "repair"].includes(busy.kind);
  return (
    <Panel title={named("journal.busy", busy.kind)} of={`busy ${id}`}>
      <p>
        {journal.resources.find((one) => one.id === busy.resourceId)?.name}, {timeOf(busy.from, busy.to, journal.zone)}
      </p>
      {busy.note && <p>{busy.note}</p>}
      {byHand && may("appointments.edit") && (
        <button type="button" class="button danger" onClick={() => setAsking(true)}>
          <Icon name="trash" /> {o("journal.give_back")}
        </button>
      )}
      {asking && (
        <Ask
          title={o("journal.give_back")}
          text={o("journal.give_back_ask")}
          go={o("journal.give_back")}
          danger
          act={async () => {
            await giveTimeBack(id);
            side.value = null;
            reload();
          }}
          close={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}

/** A group session, and who has a seat in it. */
export function SessionPanel({ id, journal }: { readonly id: number; readonly journal: Journal }) {
  const session = journal.sessions.get(id);
  if (!session) return null;
  const members = [...journal.appointments.values()].filter((visit) => visit.status !== "cancelled" && visit.items.some(({ sessionId }) => sessionId === id));
  const wall = wallOf(session.from, journal.zone);
  return (
    <Panel title={journal.services.get(session.serviceId)?.name ?? ""} of={`session ${id}`}>
      <p>
        {timeOf(session.from, session.to, journal.zone)} · {o("journal.seats", { taken: session.taken, capacity: session.capacity })}
      </p>
      <ul class="members">
        {members.map((visit) => (
          <li key={visit.id}>
            <button type="button" class="list-visit" onClick={() => (side.value = { is: "visit", id: visit.id })}>
              <b>{whoseName(visit)}</b>
              <span class="list-status">
                <Icon name={statusIcon[visit.status]} size={14} /> {statusName(visit.status)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {session.taken < session.capacity && may("appointments.edit") && (
        <button
          type="button"
          class="button primary"
          onClick={() => (side.value = { is: "new", resourceId: session.providerId, day: wall.day, minute: wall.minute, serviceId: session.serviceId })}
        >
          <Icon name="plus" /> {o("journal.take_seat")}
        </button>
      )}
    </Panel>
  );
}
