import { useState } from "preact/hooks";
import { readCard, readLikeness, type Card, type ContactLine, type Likeness } from "../../model/card";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { bag, readAll, whole } from "../../model/wire";
import { addressOf } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { loadCard, warned } from "../cards";
import { attempt, say, useLoad } from "../load";
import { Modal } from "../parts";
import { named, o, type OfficeKey } from "../words";
import { sentenceOf } from "../../actions";

/** Others that may be the same person; each can be compared, joined, or said to be somebody else. */
export function Duplicates({ card, merged }: { readonly card: Card; readonly merged: () => void }) {
  const news = warned.value.get(card.id)?.map(({ id }) => id).join() ?? "";
  const found = useLoad(async () => readAll(bag(await call("GET", `contacts/${card.id}/duplicates`))["items"], readLikeness), [card.id, card.phone, card.email, card.name, news]);
  const [compared, setCompared] = useState<Likeness | null>(null);
  if (found.now.is !== "ready" || found.now.value.length === 0) return null;
  const differ = async (other: ContactLine) => {
    const well = await attempt(() => call("POST", `contacts/${card.id}/distinct`, { other_id: other.id }).then(() => true));
    if (well !== null) found.again();
  };
  return (
    <section class="card-section duplicates" aria-label={o("duplicates.title")}>
      <h3>
        <Icon name="alert" size={15} /> {o("duplicates.title")}
      </h3>
      <ul class="plain">
        {found.now.value.map((one) => (
          <li key={one.contact.id}>
            <a href={addressOf("contacts", [one.contact.id])}>{one.contact.name || o("nameless", { number: one.contact.id })}</a>
            <span class="hint">{one.why.map((reason) => named("why", reason)).join(", ")}</span>
            <span class="duplicate-acts">
              {may("contacts.merge") && (
                <button type="button" class="button" onClick={() => setCompared(one)}>
                  <Icon name="merge" size={15} /> {o("duplicates.compare")}
                </button>
              )}
              {may("contacts.edit") && (
                <button type="button" class="button" onClick={() => void differ(one.contact)}>
                  {o("duplicates.differ")}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {compared && (
        <Compare
          card={card}
          other={compared.contact}
          close={() => setCompared(null)}
          merged={() => {
            setCompared(null);
            found.again();
            merged();
          }}
        />
      )}
    </section>
  );
}

const compared: readonly [OfficeKey, (card: Card) => string][] = [
  ["field.name", (card) => card.name],
  ["field.phone", (card) => card.phone],
  ["field.email", (card) => card.email],
  ["card.addresses", (card) => card.addresses.map(({ display }) => display).join(", ")],
  ["field.birthday", (card) => card.birthday],
  ["field.code", (card) => card.code],
  ["field.categories", (card) => card.categories.map(({ name }) => name).join(", ")],
  ["field.groups", (card) => card.groups.map(({ name }) => name).join(", ")],
  ["field.curator", (card) => card.curator?.name ?? ""],
  ["field.source", (card) => card.source?.name ?? ""],
  ["card.subjects", (card) => card.subjects.map(({ name, plate }) => name || plate).join(", ")],
  ["field.note", (card) => card.note],
  ["field.created_at", (card) => (card.createdAt === null ? "" : longMoment(card.createdAt, now.value))],
  ["column.conversations", (card) => String(card.conversations)],
];

/** Both cards side by side, what differs marked; only then they can be joined. */
export function Compare({ card, other, close, merged }: { card: Card; other: ContactLine; close: () => void; merged: (keptId: number) => void }) {
  const full = useLoad(async () => readCard(await call("GET", `contacts/${other.id}`)), [other.id]);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const join = async () => {
    setBusy(true);
    setProblem("");
    try {
      const answer = bag(await call("POST", `contacts/${card.id}/merge`, { other_id: other.id }));
      const mergeId = whole(answer["merge_id"]);
      await loadCard(card.id);
      merged(card.id);
      say(o("merge.done"), mergeId === null ? undefined : { label: o("merge.undo"), run: () => void undo(mergeId) });
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  const undo = async (mergeId: number) => {
    if ((await attempt(() => call("POST", `merges/${mergeId}/undo`).then(() => true))) === null) return;
    await attempt(() => loadCard(card.id));
    merged(card.id);
    say(o("merge.undone"));
  };
  return (
    <Modal title={o("merge.title")} wide close={close}>
      <p>{o("merge.lead")}</p>
      {full.now.is === "failed" && <p role="alert">{sentenceOf(full.now.failure)}</p>}
      <div class="compare-box" tabIndex={0} role="region" aria-label={o("merge.title")}>
        <table class="compare">
          <thead>
            <tr>
              <td />
              <th scope="col">{o("merge.stays")}</th>
              <th scope="col">{o("merge.joins")}</th>
            </tr>
          </thead>
          <tbody>
            {compared.map(([key, read]) => {
              const left = read(card);
              const right = full.now.is === "ready" ? read(full.now.value) : "…";
              if (left === "" && right === "") return null;
              return (
                <tr key={key} class={left !== right && full.now.is === "ready" ? "differs" : ""}>
                  <th scope="row">{o(key)}</th>
                  <td>{left || "—"}</td>
                  <td>{right || "—"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="form-problem" role="alert">
        {problem}
      </p>
      <div class="sheet-buttons">
        <button type="button" class="button" onClick={close}>
          {o("cancel")}
        </button>
        <button type="button" class="button primary" disabled={busy || full.now.is !== "ready"} onClick={() => void join()}>
          <Icon name="merge" /> {o("merge.go")}
        </button>
      </div>
    </Modal>
  );
}
