// By what a conversation goes on, and what may be said there now: above the field for an answer.

import { bag, moment, readAll, text, whole } from "../../model/wire";
import type { Head } from "../../model/types";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { attempt, useLoad } from "../../office/load";
import { named, o } from "../../office/words";
import { draft } from "../draft";
import { longMoment } from "../format";
import { channelIcon, Icon } from "../icons";
import { SmsParts } from "./SmsParts";

interface Way {
  readonly addressId: number;
  readonly channel: string;
  readonly value: string;
  readonly current: boolean;
  /** Why nothing can be said there now. */
  readonly why: string | null;
  readonly closesAt: number | null;
  readonly costs: boolean;
  readonly can: { readonly textChars: number; readonly files: boolean; readonly changes: boolean } | null;
}

function readWay(value: unknown): Way | null {
  const raw = bag(value);
  const [addressId, channel] = [whole(raw["address_id"]), text(raw["channel"])];
  if (addressId === null || channel === null) return null;
  const can = raw["can"] === null ? null : bag(raw["can"]);
  return {
    addressId,
    channel,
    value: text(raw["value"]) ?? "",
    current: raw["current"] === true,
    why: text(raw["text"]),
    closesAt: moment(raw["closes_at"]),
    costs: raw["costs"] === true,
    can: can && { textChars: whole(can["text_chars"]) ?? 0, files: (whole(can["file_mb"]) ?? 0) > 0, changes: can["edits"] === true && can["deletes"] === true },
  };
}

/** What is to be known of an answer that goes there: that it cannot, that it costs, until when it can, and what cannot. */
function notesOf(way: Way): readonly string[] {
  if (way.why !== null) return [way.why];
  const { can, closesAt } = way;
  if (!can) return [];
  const parts = Math.ceil(draft.value.text.length / Math.max(can.textChars, 1));
  return [
    way.costs ? o("ways.costs") : closesAt === null ? "" : closesAt > now.value ? o("ways.closes", { when: longMoment(closesAt, now.value) }) : o("ways.closed"),
    can.files ? "" : o("ways.no_files"),
    can.changes ? "" : o("ways.no_changes"),
    parts > 1 && way.channel !== "sms" ? o("ways.parts", { count: parts }) : "",
  ].filter((note) => note);
}

const nameOf = ({ channel, value }: Way) => (value && channel !== "web" ? `${named("channel", channel)} · ${value}` : named("channel", channel));

export function Ways({ of }: { readonly of: Head }) {
  const { now: loaded, again } = useLoad(
    () => call("GET", `conversations/${of.id}/channels`).then((answer) => readAll(bag(answer)["items"], readWay)),
    [of.id, of.channel, of.waitingSince],
  );
  const ways = loaded.is === "ready" ? loaded.value : [];
  const current = ways.find((way) => way.current);
  if (!current || (current.channel === "web" && ways.length < 2)) return null;
  const choose = (id: number) => void attempt(() => call("POST", `conversations/${of.id}/channel`, { address_id: id })).then(again);
  const bad = current.why !== null || current.costs || (current.closesAt !== null && current.closesAt <= now.value);
  return (
    <div class={`ways${bad ? " bad" : ""}`}>
      {ways.length > 1 ? (
        <label>
          <Icon name={channelIcon(current.channel)} size={14} />
          <span>{o("ways.by")}</span>
          <select value={current.addressId} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {ways.map((way) => (
              <option key={way.addressId} value={way.addressId} disabled={way.why !== null && !way.current}>
                {way.why === null || way.current ? nameOf(way) : `${nameOf(way)} — ${way.why}`}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <span>
          <Icon name={channelIcon(current.channel)} size={14} /> {nameOf(current)}
        </span>
      )}
      <p role="status">
        {bad && <Icon name="alert" size={14} />} {notesOf(current).join(" · ")}
      </p>
      {current.channel === "sms" && <SmsParts of={of} />}
    </div>
  );
}
