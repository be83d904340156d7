import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { uuid } from "../../model/outbox";
import { bag, moment, readAll } from "../../model/wire";
import { language } from "../../i18n";
import { iso } from "../../ui/format";
import { toast } from "../../store";
import { Icon } from "../../ui/icons";
import { IconButton } from "../../ui/parts";
import { sources } from "../catalogues";
import { Problem, Segments } from "../parts";
import { Standing } from "../card/Booking";
import { named, o } from "../words";
import { ContactPick, SubjectChoice, useSubjects, type Whom } from "./ContactPick";
import { attempt, bookVisit, byWay, putOnWaitlist, takeTime, type Way } from "./deeds";
import { dateLine } from "./days";
import { digitsOf, money, signOf } from "./look";
import { Panel } from "./Panel";
import { show, spot, unsaved, type Side } from "./state";
import { When, type WhenValue } from "./When";
import { kinds, priceOn, type Journal } from "./wire";
import { addDays, momentOf, wallOf } from "./zone";

const entries = [...kinds, "break"] as const;
type EntryKind = (typeof entries)[number];

interface Row {
  readonly serviceId: number | null;
  readonly providerId: number | null;
  /** As it was typed. */
  readonly discount?: string;
}

/** So long he waits for a time, from the day that was asked for. */
const waitDays = 13;

const rhythms = ["none", "day", "week", "month"] as const;
type Rhythm = (typeof rhythms)[number];

interface NewProps {
  readonly at: Extract<Side, { readonly is: "new" }>;
  readonly journal: Journal;
  readonly reload: () => void;
}

/** A new entry of the journal, with day, hour and specialist as they were clicked. */
export function NewVisit({ at, journal, reload }: NewProps) {
  const asked = journal.resources.find(({ id }) => id === at.resourceId);
  const provider = asked?.kind === "provider" ? asked.id : null;
  const first: WhenValue = { day: at.day, minute: at.minute, minutes: 60, providerId: provider };
  const [kind, setKind] = useState<EntryKind>("visit");
  const [when, setWhen] = useState(first);
  const [rows, setRows] = useState<readonly Row[]>([{ serviceId: at.serviceId ?? null, providerId: provider }]);
  const [together, setTogether] = useState(false);
  const [whom, setWhom] = useState<Whom | null>(at.contact ? { ...at.contact, phone: "" } : null);
  const [title, setTitle] = useState("");
  const [subject, setSubject] = useState<number | null>(null);
  const [source, setSource] = useState("");
  const [discount, setDiscount] = useState("");
  const [note, setNote] = useState("");
  const [consent, setConsent] = useState(false);
  const [rhythm, setRhythm] = useState<Rhythm>("none");
  const [times, setTimes] = useState(4);
  const [seats, setSeats] = useState(1);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useRef(uuid()); // the same with every retry, so that nothing is booked twice
  const subjects = useSubjects(whom?.id ?? null);
  const services = [...journal.services.values()].filter(({ archived }) => !archived);
  const chosen = rows.map(({ serviceId }) => (serviceId === null ? undefined : journal.services.get(serviceId))).filter((one) => one !== undefined);
  const currency = chosen.find((one) => one.currency)?.currency ?? null;
  const digits = digitsOf(currency);
  const minorOf = (typed: string) => Math.max(0, Math.round(Number(typed.replace(",", ".") || 0) * 10 ** digits)) || 0;
  const off = minorOf(discount);
  const priced = (row: Row) => {
    const one = row.serviceId === null ? undefined : journal.services.get(row.serviceId);
    return one ? (priceOn(one, when.day, row.providerId) ?? 0) * seats : 0;
  };
  const sum = rows.reduce((all, row) => all + Math.max(0, priced(row) - minorOf(row.discount ?? "")), 0);
  const isVisit = kind === "visit";
  const group = chosen.some(({ capacity }) => capacity > 1);
  unsaved.value = whom !== null || note !== "" || title !== "" || rows.some(({ serviceId }, place) => serviceId !== (place === 0 ? (at.serviceId ?? null) : null));

  useLayoutEffect(() => {
    setWhen((held) => ({ ...held, day: at.day, minute: at.minute, providerId: provider }));
    setRows((held) => held.map((row) => ({ ...row, providerId: provider })));
  }, [at]);

  const missing = () => {
    if (isVisit && (!whom || (whom.id === null && !whom.name.trim() && !whom.phone.trim()))) return o("journal.need_customer");
    if (isVisit && chosen.length < rows.length) return o("journal.need_service");
    if (!isVisit && when.providerId === null) return o("journal.need_provider");
    return isVisit && whom?.id === null && !consent ? o("journal.need_consent") : "";
  };
  const book = (startsAt: number, providerId: number | null, way: Way) => {
    const [only] = rows;
    const contact = whom?.id ? { contact_id: whom.id } : { contact: { name: whom?.name.trim() ?? "", phone: whom?.phone.trim() ?? "" } };
    const what = isVisit
      ? rows.length === 1 && !minorOf(only?.discount ?? "")
        ? { service_id: only?.serviceId, provider_id: providerId }
        : { services: rows.map((row) => ({ service_id: row.serviceId, provider_id: rows.length === 1 ? providerId : row.providerId, seats: group ? seats : 1, discount_minor: minorOf(row.discount ?? "") })), order: together ? "parallel" : "sequence" }
      : { kind, title: title.trim(), provider_id: providerId, duration_min: when.minutes };
    return bookVisit(
      {
        ...what,
        ...(whom ? contact : {}),
        starts_at: iso(startsAt),
        source: "desk",
        language: language.value,
        ...(note.trim() ? { note: note.trim() } : {}),
        ...(subject === null ? {} : { subject_id: subject }),
        ...(source && journal.asksSource ? { source_id: Number(source) } : {}),
        ...(off > 0 ? { discount_minor: off } : {}),
        ...(group && seats > 1 ? { seats } : {}),
        ...(rhythm === "none" ? {} : { repeat: { every: rhythm, count: times, skip_taken: way.skip } }),
        ...(consent ? { consent } : {}),
        ...byWay(way),
      },
      key.current,
    );
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const lacking = missing();
    setProblem(lacking);
    if (lacking) return;
    setBusy(true);
    const startsAt = momentOf(when, journal.zone);
    const providerId = isVisit ? (rows[0]?.providerId ?? null) : when.providerId;
    let left: readonly number[] = [];
    await attempt(
      async (way) => {
        if (way.slot || way.anyway || way.skip) key.current = uuid(); // another time is another request
        const ends = iso(startsAt + when.minutes * 60_000);
        if (kind === "break") await takeTime({ resource_id: when.providerId, kind, starts_at: iso(startsAt), ends_at: ends, note: note.trim() });
        else left = readAll(bag(await book(startsAt, providerId, way))["skipped"], moment);
      },
      () => {
        unsaved.value = false;
        show(null);
        if (providerId !== null) spot.at = { column: `${when.day}/${providerId}`, minute: when.minute };
        toast(left.length > 0 ? o("journal.booked_without", { days: left.map((at) => dateLine(wallOf(at, journal.zone).day)).join(", ") }) : o("journal.booked"));
        reload();
      },
      rhythm !== "none",
    );
    setBusy(false);
  };
  const wait = async () => {
    const lacking = missing();
    setProblem(lacking);
    if (lacking || !whom || busy) return;
    setBusy(true);
    const services = chosen.map(({ id }) => id);
    const provider = rows[0]?.providerId ?? null;
    await attempt(
      () => putOnWaitlist(whom, { service_ids: services, provider_id: provider, from_day: when.day, to_day: addDays(when.day, waitDays), ...(note.trim() ? { note: note.trim() } : {}) }),
      () => {
        unsaved.value = false;
        show(null);
        toast(o("journal.waits"));
        reload();
      },
    );
    setBusy(false);
  };
  const put = (place: number, part: Partial<Row>) => setRows(rows.map((row, index) => (index === place ? { ...row, ...part } : row)));
  return (
    <Panel title={o("journal.new")} of={`new ${at.day} ${at.minute} ${at.resourceId}`}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <Segments label={o("journal.kind")} all={entries} chosen={kind} words={(one) => named("journal.kind", one)} choose={setKind} />
        {kind !== "break" && <ContactPick whom={whom} set={setWhom} />}
        {isVisit && whom?.id && <Standing contactId={whom.id} />}
        {isVisit ? (
          <fieldset class="rows">
            <legend>{o("journal.services")}</legend>
            {rows.map((row, place) => (
              <div key={place} class="service-row">
                <select name="service" aria-label={o("journal.service")} value={row.serviceId ?? ""} onChange={(event) => put(place, { serviceId: Number(event.currentTarget.value) || null })}>
                  <option value="">{o("journal.choose_service")}</option>
                  {services
                    .filter((one) => row.providerId === null || one.providers.length === 0 || one.providers.includes(row.providerId) || one.id === row.serviceId)
                    .map((one) => (
                      <option key={one.id} value={one.id}>
                        {[one.name, `${one.durationMin} ${o("journal.min")}`, money(priceOn(one, when.day, row.providerId), one.currency)].filter(Boolean).join(" · ")}
                      </option>
                    ))}
                </select>
                <select name="provider" aria-label={o("journal.provider")} value={row.providerId ?? ""} onChange={(event) => put(place, { providerId: Number(event.currentTarget.value) || null })}>
                  <option value="">{o("journal.anybody")}</option>
                  {journal.resources
                    .filter(({ id, kind: what }) => what === "provider" && (!row.serviceId || !journal.services.get(row.serviceId)?.providers.length || journal.services.get(row.serviceId)?.providers.includes(id)))
                    .map((one) => (
                      <option key={one.id} value={one.id}>
                        {one.name}
                      </option>
                    ))}
                </select>
                {priced(row) > 0 && (
                  <input
                    class="row-discount"
                    name="row-discount"
                    inputMode="decimal"
                    aria-label={`${o("journal.discount")}, ${journal.services.get(row.serviceId ?? 0)?.name ?? ""}`}
                    placeholder={`−${signOf(currency)}`}
                    value={row.discount ?? ""}
                    maxLength={12}
                    autoComplete="off"
                    onInput={(event) => put(place, { discount: event.currentTarget.value })}
                  />
                )}
                {rows.length > 1 && <IconButton icon="close" label={o("journal.less")} onClick={() => setRows(rows.filter((_, index) => index !== place))} />}
              </div>
            ))}
            <button type="button" class="link" onClick={() => setRows([...rows, { serviceId: null, providerId: null }])}>
              <Icon name="plus" size={14} /> {o("journal.more")}
            </button>
            {rows.length > 1 && (
              <label class="check">
                <input type="checkbox" checked={together} onChange={(event) => setTogether(event.currentTarget.checked)} /> {o("journal.together")}
              </label>
            )}
          </fieldset>
        ) : (
          kind !== "break" && (
            <label>
              {o("journal.about")}
              <input name="title" value={title} maxLength={200} dir="auto" autoComplete="off" onInput={(event) => setTitle(event.currentTarget.value)} />
            </label>
          )
        )}
        <When value={when} set={setWhen} journal={journal} {...(isVisit ? { timeOnly: true, whoId: rows[0]?.providerId ?? chosen[0]?.providers[0] } : { serviceId: null })} />
        {group && (
          <label>
            {o("journal.seat_count")}
            <input name="seats" type="number" min={1} max={100} value={seats} onInput={(event) => setSeats(event.currentTarget.valueAsNumber || 1)} />
          </label>
        )}
        {subjects.length > 0 && <SubjectChoice subjects={subjects} chosen={subject} set={setSubject} />}
        {isVisit && journal.asksSource && sources.value.length > 0 && (
          <label>
            {o("journal.heard_of_us")}
            <select name="source" value={source} onChange={(event) => setSource(event.currentTarget.value)}>
              <option value="">—</option>
              {sources.value.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {isVisit && sum > 0 && (
          <label>
            {o("journal.discount")} {signOf(currency)}
            <input name="discount" inputMode="decimal" value={discount} maxLength={12} autoComplete="off" onInput={(event) => setDiscount(event.currentTarget.value)} />
          </label>
        )}
        {isVisit && (
          <div class="pair">
            <label>
              {o("journal.repeat")}
              <select name="repeat" value={rhythm} onChange={(event) => setRhythm(event.currentTarget.value as Rhythm)}>
                {rhythms.map((one) => (
                  <option key={one} value={one}>
                    {o(`journal.repeat_${one}`)}
                  </option>
                ))}
              </select>
            </label>
            {rhythm !== "none" && (
              <label>
                {o("journal.times")}
                <input name="times" type="number" min={2} max={52} value={times} onInput={(event) => setTimes(event.currentTarget.valueAsNumber || 2)} />
              </label>
            )}
          </div>
        )}
        <label>
          {o("journal.note")}
          <textarea name="note" rows={2} maxLength={2000} dir="auto" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        {isVisit && (
          <label class="check">
            <input name="consent" type="checkbox" checked={consent} onChange={(event) => setConsent(event.currentTarget.checked)} /> {o("journal.consent")}
          </label>
        )}
        {isVisit && sum > 0 && (
          <p class="total">
            {o("journal.total")}: <b>{money(Math.max(0, sum - off), currency)}</b>
          </p>
        )}
        <Problem text={problem} />
        <button type="submit" class="button primary" disabled={busy}>
          {o(kind === "break" ? "journal.take_time" : "journal.book")}
        </button>
        {isVisit && (
          <button type="button" class="button" disabled={busy} onClick={() => void wait()}>
            <Icon name="clock" /> {o("journal.wait")}
          </button>
        )}
      </form>
    </Panel>
  );
}
