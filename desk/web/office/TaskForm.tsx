import { useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { Failure } from "../net/errors";
import { call } from "../net/rest";
import { me } from "../store";
import { people } from "./catalogues";
import { Problem } from "./parts";
import { o } from "./words";

const two = (number: number) => String(number).padStart(2, "0");

/** A local moment as `datetime-local` wants it. */
export function localValue(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

interface TaskFormProps {
  readonly contactId?: number | undefined;
  readonly conversationId?: number | undefined;
  readonly added: () => void;
}

/** Something to be done: what, by when, by whom. */
export function TaskForm({ contactId, conversationId, added }: TaskFormProps) {
  const [title, setTitle] = useState("");
  const [due, setDue] = useState("");
  const [assignee, setAssignee] = useState(me.value?.id ?? 0);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !title.trim()) return;
    setBusy(true);
    setProblem("");
    setTitle(""); // now: what is typed from here on is the next task
    setDue("");
    try {
      await call("POST", "tasks", {
        title: title.trim(),
        ...(due ? { due_at: new Date(due).toISOString() } : {}),
        ...(assignee ? { assignee_id: assignee } : {}),
        ...(contactId === undefined ? {} : { contact_id: contactId }),
        ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
      });
      added();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setTitle((typed) => typed || title);
      setDue((typed) => typed || due);
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="task-form" onSubmit={(event) => void save(event)}>
      <label class="task-what">
        <span class="hidden">{o("task.title")}</span>
        <input name="title" placeholder={o("task.placeholder")} value={title} maxLength={300} dir="auto" autoComplete="off" onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label>
        <span>{o("task.due")}</span>
        <input type="datetime-local" name="due" value={due} onInput={(event) => setDue(event.currentTarget.value)} />
      </label>
      <label>
        <span>{o("task.assignee")}</span>
        <select value={assignee} onChange={(event) => setAssignee(Number(event.currentTarget.value))}>
          {people.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button primary" disabled={busy || !title.trim()}>
        {o("task.add")}
      </button>
      <Problem text={problem} />
    </form>
  );
}
