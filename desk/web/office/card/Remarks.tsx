// A note or a task to be written about a contact.

import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { Problem, Segments } from "../parts";
import { TaskForm } from "../TaskForm";
import { o } from "../words";

/** Notes not yet saved, by contact: leaving the card loses none. */
const drafts = new Map<number, string>();

export function Remarks({ contactId, conversationId, added }: { contactId: number; conversationId?: number | undefined; added: () => void }) {
  const [mode, setMode] = useState<"note" | "task">("note");
  return (
    <section class="card-section remarks">
      <Segments label={o("remarks.label")} all={["note", "task"] as const} chosen={mode} words={(one) => o(`remarks.${one}`)} choose={setMode} />
      {mode === "note" ? (
        <NoteForm contactId={contactId} added={added} />
      ) : (
        <TaskForm contactId={contactId} conversationId={conversationId} added={added} />
      )}
    </section>
  );
}

function NoteForm({ contactId, added }: { readonly contactId: number; readonly added: () => void }) {
  const [words, setWords] = useState(drafts.get(contactId) ?? "");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const write = (to: string) => {
    setWords(to);
    drafts.set(contactId, to);
  };
  const save = async () => {
    if (busy || !words.trim()) return;
    setBusy(true);
    setProblem("");
    write(""); // now: what is typed from here on is the next note
    try {
      await call("POST", `contacts/${contactId}/notes`, { text: words.trim() });
      added();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      write([words, drafts.get(contactId)].filter(Boolean).join("\n"));
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="remark-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        aria-label={o("note.label")}
        placeholder={o("note.placeholder")}
        rows={2}
        dir="auto"
        maxLength={5000}
        value={words}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        }}
      />
      <Problem text={problem} />
      {words.trim() && (
        <div class="sheet-buttons">
          <button type="submit" class="button primary" disabled={busy}>
            {o("note.add")}
          </button>
        </div>
      )}
    </form>
  );
}
