import { useEffect, useState } from "preact/hooks";
import { bag, readAll, readNamed, text, whole } from "../../model/wire";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { calendarNews } from "../../store";
import { Icon } from "../../ui/icons";
import { o } from "../words";
import { dateLine } from "./days";
import { like, likes } from "./state";
import type { Journal } from "./wire";

interface Wish {
  readonly id: number;
  readonly contact: { readonly id: number; readonly name: string } | null;
  readonly services: readonly number[];
  readonly providerId: number | null;
  readonly fromDay: string;
  readonly toDay: string;
  readonly fromTime: string | null;
  readonly toTime: string | null;
  readonly note: string;
  readonly offered: boolean;
}

function readWish(value: unknown): Wish | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  return {
    id,
    contact: readNamed(raw["contact"]),
    services: readAll(raw["service_ids"], whole),
    providerId: whole(raw["provider_id"]),
    fromDay: text(raw["from_day"]) ?? "",
    toDay: text(raw["to_day"]) ?? "",
    fromTime: text(raw["from_time"]),
    toTime: text(raw["to_time"]),
    note: text(raw["note"]) ?? "",
    offered: raw["state"] === "offered",
  };
}

/** Who waits for a time that is not free. Nothing is shown where nobody can wait. */
export function Waiting({ journal }: { readonly journal: Journal }) {
  const [wishes, setWishes] = useState<readonly Wish[] | null>(null);
  const news = calendarNews.value;
  useEffect(() => {
    let late = false;
    call("GET", "waitlist?state=waiting,offered&limit=50").then(
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
  const names = new Map(journal.resources.map(({ id, name }) => [id, name]));
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
              <span>{[...wish.services.map((id) => journal.services.get(id)?.name), wish.providerId === null ? null : names.get(wish.providerId)].filter(Boolean).join(", ")}</span>
              <small>
                {wish.fromDay === wish.toDay ? dateLine(wish.fromDay) : `${dateLine(wish.fromDay)} – ${dateLine(wish.toDay)}`}
                {wish.fromTime && ` · ${wish.fromTime}–${wish.toTime ?? "24:00"}`}
              </small>
              {wish.offered && <small class="offered">{o("journal.offered")}</small>}
              {wish.note && <small>{wish.note}</small>}
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
