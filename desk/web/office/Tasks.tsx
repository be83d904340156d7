// Tasks in a list: a mark to be done, what, by when, by whom. Space or D on a task does it.

import { useState } from "preact/hooks";
import { readTask, type Task } from "../model/card";
import { now } from "../net/clock";
import { call } from "../net/rest";
import { addressOf } from "../route";
import { longMoment } from "../ui/format";
import { Icon } from "../ui/icons";
import { Moment } from "../ui/parts";
import { people } from "./catalogues";
import { Field } from "./Field";
import { attempt, say, usePages, withQuery, type Pages } from "./load";
import { Menu, Modal } from "./parts";
import { localValue } from "./TaskForm";
import { o } from "./words";

interface TaskListProps {
  readonly pages: Pages<Task>;
  readonly label: string;
  readonly withContact?: boolean;
  readonly changed?: (() => void) | undefined;
}

/** Moves between the tasks and marks them, all from the keyboard. */
function listKeys(event: KeyboardEvent): void {
  const field = event.target as HTMLElement;
  if (!field.matches(".task-done") || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...(field.closest("ul")?.querySelectorAll<HTMLInputElement>(".task-done") ?? [])];
  const at = all.findIndex((one) => one === field);
  const step = { ArrowDown: 1, KeyJ: 1, ArrowUp: -1, KeyK: -1 }[event.code];
  if (step !== undefined) all[at + step]?.focus();
  else if (event.code === "KeyD" || event.code === "Enter") field.click();
  else return;
  event.preventDefault();
}

export function TaskList({ pages, label, withContact, changed }: TaskListProps) {
  const [edited, setEdited] = useState<number | null>(null);
  const put = (task: Task) => pages.change((items) => items.map((one) => (one.id === task.id ? task : one)));
  const mark = async (task: Task, done: boolean) => {
    put({ ...task, doneAt: done ? Date.now() : null });
    const answer = await attempt(() => call("PATCH", `tasks/${task.id}`, { done }));
    if (answer === null) return put(task);
    put(readTask(answer) ?? { ...task, doneAt: done ? Date.now() : null });
    if (done) say(o("task.done"), { label: o("undo"), run: () => void mark(task, false) });
    changed?.();
  };
  const remove = async (task: Task) => {
    if ((await attempt(() => call("DELETE", `tasks/${task.id}`).then(() => true))) === null) return;
    pages.change((items) => items.filter(({ id }) => id !== task.id));
    const back = () => void attempt(() => call("POST", `bin/task/${task.id}/restore`)).then(pages.again);
    say(o("task.removed"), { label: o("undo"), run: back });
    changed?.();
  };
  const open = pages.items.find(({ id }) => id === edited);
  return (
    <>
      <ul class="tasks" aria-label={label} onKeyDown={listKeys}>
        {pages.items.map((task) => {
          const late = task.doneAt === null && task.dueAt !== null && task.dueAt < now.value;
          return (
            <li key={task.id} class={`task${late ? " late" : ""}${task.doneAt !== null ? " done" : ""}`}>
              <input
                type="checkbox"
                class="task-done"
                checked={task.doneAt !== null}
                aria-label={o("task.mark", { title: task.title })}
                aria-keyshortcuts="D"
                onChange={(event) => void mark(task, event.currentTarget.checked)}
              />
              <div class="task-body">
                <span class="task-title">{task.title}</span>
                <span class="task-facts hint">
                  {task.dueAt !== null && (
                    <span class={late ? "late-word" : ""}>
                      {late && <Icon name="alert" size={13} />}
                      {late && `${o("task.overdue")}: `}
                      <Moment at={task.dueAt} text={longMoment(task.dueAt, now.value)} />
                    </span>
                  )}
                  {task.assignee && <span>{task.assignee.name}</span>}
                  {withContact && task.contact && <a href={addressOf("contacts", [task.contact.id])}>{task.contact.name || o("nameless", { number: task.contact.id })}</a>}
                  {task.conversationId !== null && <a href={addressOf("dialogs", [task.conversationId])}>{o("history.open")}</a>}
                </span>
                {task.note && <span class="task-note">{task.note}</span>}
              </div>
              <Menu
                label={o("task.more", { title: task.title })}
                items={[
                  { text: o("task.change"), icon: "edit", act: () => setEdited(task.id) },
                  { text: o("task.remove"), icon: "trash", danger: true, act: () => void remove(task) },
                ]}
              />
            </li>
          );
        })}
      </ul>
      {typeof pages.next === "string" && (
        <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
          {o("more")}
        </button>
      )}
      {open && <TaskEdit task={open} put={put} close={() => setEdited(null)} />}
    </>
  );
}

function TaskEdit({ task, put, close }: { readonly task: Task; readonly put: (task: Task) => void; readonly close: () => void }) {
  const save = (key: string) => async (value: string) => {
    const body = key === "due_at" ? (value ? new Date(value).toISOString() : null) : key === "assignee_id" ? (value ? Number(value) : null) : value;
    const answer = readTask(await call("PATCH", `tasks/${task.id}`, { [key]: body }));
    if (answer) put(answer);
  };
  const choices = [["", "—"] as const, ...people.value.map(({ id, name }) => [String(id), name] as const)];
  return (
    <Modal title={o("task.change")} close={close}>
      <Field name={`task.${task.id}.title`} label={o("task.title")} value={task.title} save={save("title")} />
      <Field name={`task.${task.id}.note`} label={o("field.note")} value={task.note} lines save={save("note")} />
      <Field name={`task.${task.id}.due`} label={o("task.due")} value={task.dueAt === null ? "" : localValue(task.dueAt)} type="datetime-local" save={save("due_at")} />
      <Field name={`task.${task.id}.assignee`} label={o("task.assignee")} value={task.assignee ? String(task.assignee.id) : ""} choices={choices} save={save("assignee_id")} />
    </Modal>
  );
}

/** The open tasks about a contact. */
export function ContactTasks({ contactId, turn, changed }: { readonly contactId: number; readonly turn: number; readonly changed: () => void }) {
  const pages = usePages(withQuery("tasks", { contact: contactId, state: "open", sort: "due_at" }), readTask, 50, turn);
  if (pages.items.length === 0) return null;
  return (
    <section class="card-section">
      <h3>{o("tasks.title")}</h3>
      <TaskList pages={pages} label={o("tasks.title")} changed={changed} />
    </section>
  );
}
