import { useState } from "preact/hooks";
import { readHappening, type Happening } from "../../model/card";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton, Moment } from "../../ui/parts";
import { loadCard } from "../cards";
import { Changes } from "../Changes";
import { attempt, say, usePages, withQuery } from "../load";
import { Failed, Skeletons } from "../parts";
import { named, o } from "../words";

const kinds = ["", "conversation", "note", "task", "change", "merge", "import", "consent", "agreed", "letters"] as const;
type Kind = (typeof kinds)[number];

const icons: Readonly<Record<string, IconName>> = {
  conversation: "unknown", note: "note", task: "tasks", change: "edit", merge: "merge", import: "upload", consent: "shield", agreed: "shield", letters: "shield",
};

/** Everything that happened with a contact, the latest first. `turn` rises when something was added here. */
export function History({ contactId, turn }: { readonly contactId: number; readonly turn: number }) {
  const [kind, setKind] = useState<Kind>("");
  const pages = usePages(withQuery(`contacts/${contactId}/history`, { kind }), readHappening, 30, turn);
  if (pages.failure?.code === "not_found") return null;
  return (
    <section class="card-section history">
      <div class="section-head">
        <h3>{o("history.title")}</h3>
        <label class="compact-select">
          <span class="hidden">{o("history.kind")}</span>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one === "" ? o("history.all") : o(`history.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      {pages.next === undefined && !pages.failure && <Skeletons count={4} />}
      {pages.next !== undefined && pages.items.length === 0 && <p class="hint">{o("history.none")}</p>}
      <ol class="happenings" aria-busy={pages.busy}>
        {pages.items.map((one) => (
          <Line key={one.key} one={one} contactId={contactId} again={pages.again} />
        ))}
      </ol>
      {typeof pages.next === "string" && (
        <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
          {o("more")}
        </button>
      )}
    </section>
  );
}

function Line({ one, contactId, again }: { readonly one: Happening; readonly contactId: number; readonly again: () => void }) {
  const [editing, setEditing] = useState(false);
  const own = one.kind === "note" && one.id !== null && may("contacts.edit");
  const remove = async () => {
    const done = await attempt(() => call("DELETE", `contacts/${contactId}/notes/${one.id}`));
    if (done === null && one.id === null) return;
    again();
    say(o("note.removed"), { label: o("undo"), run: () => void attempt(() => call("POST", `bin/note/${one.id}/restore`)).then(again) });
  };
  const undoMerge = async () => {
    if ((await attempt(() => call("POST", `merges/${one.mergeId}/undo`).then(() => true))) === null) return;
    say(o("merge.undone"));
    await attempt(() => loadCard(contactId));
    again();
  };
  return (
    <li class={`happening ${one.kind}`}>
      <Icon name={icons[one.kind] ?? "history"} size={15} />
      <div class="happening-body">
        <p class="happening-head">
          <b>{one.kind === "note" ? one.author : one.title || named("history", one.kind)}</b>
          <span class="hint">
            {one.kind !== "note" && one.author && `${one.author} · `}
            <Moment at={one.at} text={longMoment(one.at, now.value)} />
          </span>
        </p>
        {editing ? (
          <NoteEdit one={one} contactId={contactId} done={() => (setEditing(false), again())} />
        ) : (
          one.text && <p class="happening-text">{one.text}</p>
        )}
        <Changes of={one.changes} />
        {one.conversationId !== null && (
          <a class="happening-link" href={addressOf("dialogs", [one.conversationId])}>
            {o("history.open")}
          </a>
        )}
        {one.mergeId !== null && may("contacts.merge") && (
          <button type="button" class="link" onClick={() => void undoMerge()}>
            {o("merge.undo")}
          </button>
        )}
      </div>
      {own && !editing && (
        <span class="happening-acts">
          <IconButton icon="edit" label={o("note.change")} onClick={() => setEditing(true)} />
          <IconButton icon="trash" label={o("note.remove")} onClick={() => void remove()} />
        </span>
      )}
    </li>
  );
}

function NoteEdit({ one, contactId, done }: { readonly one: Happening; readonly contactId: number; readonly done: () => void }) {
  const [words, setWords] = useState(one.text);
  const save = async () => {
    if ((await attempt(() => call("PATCH", `contacts/${contactId}/notes/${one.id}`, { text: words.trim() }).then(() => true))) !== null) done();
  };
  return (
    <form
      class="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim()) void save();
      }}
    >
      <textarea aria-label={o("note.change")} rows={3} value={words} autofocus dir="auto" onInput={(event) => setWords(event.currentTarget.value)} />
      <div class="sheet-buttons">
        <button type="button" class="button" onClick={done}>
          {o("cancel")}
        </button>
        <button type="submit" class="button primary" disabled={!words.trim()}>
          {o("save")}
        </button>
      </div>
    </form>
  );
}
