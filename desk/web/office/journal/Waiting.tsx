import { useEffect, useState } from "preact/hooks";
import type { Named } from "../../model/types";
import { bag, moment, readAll, readNamed, text, whole } from "../../model/wire";
import { Failure } from "../../net/errors";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { calendarNews, toast } from "../../store";
import { Icon } from "../../ui/icons";
import { o } from "../words";
import { dateLine } from "./days";
import { attempt } from "./deeds";
import { may } from "../../ui/may";
import { like, likes, show, type Side } from "./state";
import type { Journal } from "./wire";
import { clock, readClock, wallOf } from "./zone";

interface Wish {
  readonly id: number;
  readonly contact: Named | null;
  readonly phone: string;
  readonly services: readonly Named[];
  readonly provider: Named | null;
  readonly fromDay: string;
  readonly toDay: string;
  readonly fromTime: string | null;
  readonly toTime: string | null;
  readonly note: string;
  readonly seats: number;
  /** The time that is offered, and until when; null: it waits. */
  readonly offered: number | null;
  readonly until: number | null;
  /** He hears of an offer by himself; else he is to be phoned. */
  readonly reachable: boolean;
}

function readWish(value: unknown): Wish | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    contact: readNamed(raw["contact"]),
    phone: text(bag(raw["contact"])["phone"]) ?? "",
    services: readAll(raw["services"], readNamed),
    provider: readNamed(raw["provider"]),
    fromDay: text(raw["from_day"]) ?? "",
    toDay: text(raw["to_day"]) ?? "",
    fromTime: text(raw["from_time"]),
    toTime: text(raw["to_time"]),
    note: text(raw["note"]) ?? "",
    seats: whole(raw["seats"]) ?? 1,
    offered: moment(bag(raw["offer"])["starts_at"]),
    until: moment(bag(raw["offer"])["expires_at"]),
    reachable: raw["reachable"] !== false,
  };
}

function offeredAt(at: number, zone: string): string {
  const wall = wallOf(at, zone);
  return `${dateLine(wall.day)}, ${clock(wall.minute)}`;
}

/** What he said to the time that is offered to him, as on the phone. */
function Answers({ wish }: { readonly wish: Wish }) {
  const say = (yes: boolean) => {
    void attempt(
      () => call("POST", `waitlist/${wish.id}/answer`, { yes }),
      () => toast(o(yes ? "journal.said_yes" : "journal.said_no")),
    );
  };
  return (
    <span class="answers">
      <button type="button" class="link" onClick={() => say(true)}>{o("journal.takes")}</button>
      <button type="button" class="link" onClick={() => say(false)}>{o("journal.declines")}</button>
    </span>
  );
}

/** The form of a new visit with what he wishes: on his first day, on today where that is over. */
function bookFor(wish: Wish, contact: Named | null, zone: string): Side {
  const minute = readClock(wish.fromTime ?? "") ?? 600;
  const today = wallOf(now.peek(), zone).day;
  return { is: "new", resourceId: wish.provider?.id ?? null, day: wish.fromDay < today ? today : wish.fromDay, minute, serviceId: wish.services[0]?.id ?? null, contact };
}

/** Who waits for a time that is not free. Nothing is shown where nobody can wait. */
export function Waiting({ journal }: { readonly journal: Journal }) {
  const [wishes, setWishes] = useState<readonly Wish[] | null>(null);
  const news = calendarNews.value;
  useEffect(() => {
    let late = false;
    call("GET", "waitlist?limit=50").then(
      (answer) => !late && setWishes(readAll(bag(answer)["items"], readWish)),
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (!late && error.code === "not_found") setWishes(null);
      },
    );
    return () => void (late = true);
  }, [news]);
  if (!wishes || wishes.length === 0) return null;
  const open = likes.value.waiting;
  return (
    <aside class={`waiting no-print${open ? "" : " shut"}`} aria-label={o("journal.waiting")}>
      <button type="button" class="button" aria-expanded={open} onClick={() => like({ waiting: !open })}>
        <Icon name="clock" /> {o("journal.waiting")} ({wishes.length})
      </button>
      {open && (
        <ul>
          {wishes.map((wish) => (
            <li key={wish.id}>
              {wish.contact && <a href={addressOf("contacts", [wish.contact.id])}>{wish.contact.name || o("journal.nameless")}</a>}
              <span>{[...wish.services, wish.provider].map((one) => one?.name).filter(Boolean).join(", ")}{wish.seats > 1 && ` × ${wish.seats}`}</span>
              <small>
                {wish.fromDay === wish.toDay ? dateLine(wish.fromDay) : `${dateLine(wish.fromDay)} – ${dateLine(wish.toDay)}`}
                {wish.fromTime && ` · ${wish.fromTime}–${wish.toTime ?? "24:00"}`}
              </small>
              {wish.offered !== null && (
                <small class="offered">
                  {o("journal.offered")}: {offeredAt(wish.offered, journal.zone)}
                  {wish.until !== null && ` · ${o("journal.kept_until", { time: clock(wallOf(wish.until, journal.zone).minute) })}`}
                </small>
              )}
              {!wish.reachable && (
                <small class="unreached">{wish.phone ? o("journal.to_phone", { phone: wish.phone }) : o("journal.no_way")}</small>
              )}
              {wish.note && <small>{wish.note}</small>}
              {wish.offered !== null && may("appointments.edit") && <Answers wish={wish} />}
              {wish.contact && wish.offered === null && may("appointments.edit") && (
                <button type="button" class="link" onClick={() => show(bookFor(wish, wish.contact, journal.zone))}>
                  {o("journal.book")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
