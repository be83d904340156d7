// What booking adds to a contact: how reliable he was, where he is told of his visits, his documents.

import { useRef, useState } from "preact/hooks";
import { bag, list, moment, readAll, readFile, text, whole } from "../../model/wire";
import type { Attachment } from "../../model/types";
import { uuid } from "../../model/outbox";
import { call } from "../../net/rest";
import { upload } from "../../net/upload";
import { Files } from "../../ui/Files";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { attempt, say, useLoad } from "../load";
import { Ask } from "../parts";
import { counted, o } from "../words";

const needs = ["nothing", "warn", "prepayment", "deny"] as const;
type Need = (typeof needs)[number];

async function loadStanding(id: number) {
  const raw = bag(await call("GET", `contacts/${id}/booking`));
  const need: Need = needs.find((one) => one === raw["need"]) ?? "nothing";
  return { missed: whole(raw["no_shows"]) ?? 0, late: whole(raw["late_cancels"]) ?? 0, need };
}

/** How often he did not come or cancelled late, and what follows by the firm's rule. Nothing where there is nothing. */
export function Standing({ contactId, turn = 0 }: { readonly contactId: number; readonly turn?: number }) {
  const { now } = useLoad(() => loadStanding(contactId), [contactId, turn]);
  if (now.is !== "ready") return null;
  const { missed, late, need } = now.value;
  if (missed + late === 0) return null;
  const counts = [missed > 0 && counted("journal.missed", missed), late > 0 && counted("journal.cancelled_late", late)].filter(Boolean).join(", ");
  return (
    <p class={`booking-standing${need === "nothing" ? "" : " marked"}`} role={need === "nothing" ? undefined : "note"}>
      <Icon name={need === "nothing" ? "clock" : "alert"} size={16} />
      <span>
        {counts}
        {need !== "nothing" && <b> {o(`journal.need_${need}`)}</b>}
      </span>
    </p>
  );
}

const ways = ["auto", "talk", "sms", "email", "none"] as const;

/** Where he wants to be told of his visits. */
export function Reach({ contactId }: { readonly contactId: number }) {
  const path = `contacts/${contactId}/reach`;
  const { now, put } = useLoad(async () => text(bag(await call("GET", path))["way"]) ?? "auto", [contactId]);
  if (now.is !== "ready") return null;
  const choose = async (way: string) => {
    const before = now.value;
    put(way);
    const done = await attempt(() => call("PUT", path, { way }).then(() => true));
    if (done) say(o("saved"));
    else put(before);
  };
  return (
    <section class="card-section booking-reach">
      <label>
        {o("journal.reach")}
        <select name="reach" value={now.value} disabled={!may("contacts.edit")} onChange={(event) => void choose(event.currentTarget.value)}>
          {ways.map((one) => (
            <option key={one} value={one}>
              {o(`journal.reach_${one}`)}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

interface Kept {
  readonly file: Attachment;
  readonly appointmentId: number | null;
  readonly at: number | null;
}

function readKept(value: unknown): Kept | null {
  const raw = bag(value);
  const file = readFile(raw["file"]);
  return file && { file, appointmentId: whole(raw["appointment_id"]), at: moment(raw["at"]) };
}

const readFiles = (answer: unknown) => readAll(list(bag(answer)["files"]), readKept);

interface DocumentsProps {
  readonly contactId: number;
  /** Only those of this visit, and new ones are of it. */
  readonly appointmentId?: number;
}

/** Files kept with the card, or with a visit. */
export function Documents({ contactId, appointmentId }: DocumentsProps) {
  const path = `contacts/${contactId}/files`;
  const { now, put } = useLoad(async () => readFiles(await call("GET", path)), [contactId]);
  const [busy, setBusy] = useState(false);
  const [removed, setRemoved] = useState<Kept | null>(null);
  const input = useRef<HTMLInputElement>(null);
  if (now.is !== "ready") return null;
  const shown = appointmentId === undefined ? now.value : now.value.filter((one) => one.appointmentId === appointmentId);
  const mine = may("contacts.edit");
  if (!mine && shown.length === 0) return null;
  const bring = async (files: FileList | null) => {
    if (!files?.length) return;
    setBusy(true);
    const kept = await attempt(async () => {
      const brought = [];
      for (const file of files) brought.push((await upload(file, uuid(), () => undefined, new AbortController().signal)).id);
      return readFiles(await call("POST", path, { attachments: brought, ...(appointmentId === undefined ? {} : { appointment_id: appointmentId }) }));
    });
    if (kept) put(kept);
    setBusy(false);
    if (input.current) input.current.value = "";
  };
  return (
    <section class="card-section booking-documents" aria-label={o("journal.documents")}>
      <h3>{o("journal.documents")}</h3>
      <ul class="plain">
        {shown.map((one) => (
          <li key={one.file.id}>
            <Files files={[one.file]} />
            {mine && <IconButton icon="trash" label={o("remove_named", { name: one.file.name })} onClick={() => setRemoved(one)} />}
          </li>
        ))}
      </ul>
      {mine && (
        <>
          <button type="button" class="button" disabled={busy} onClick={() => input.current?.click()}>
            <Icon name="upload" size={16} /> {o("journal.add_document")}
          </button>
          <input ref={input} type="file" multiple hidden aria-label={o("journal.add_document")} onChange={(event) => void bring(event.currentTarget.files)} />
        </>
      )}
      {removed && (
        <Ask
          title={o("remove_named", { name: removed.file.name })}
          text={o("journal.document_gone")}
          go={o("catalogue.remove")}
          danger
          act={() => call("DELETE", `${path}/${removed.file.id}`).then(() => put(now.value.filter((one) => one !== removed)))}
          close={() => setRemoved(null)}
        />
      )}
    </section>
  );
}
