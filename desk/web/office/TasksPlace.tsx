import { useState } from "preact/hooks";
import { readTask } from "../model/card";
import { addressOf, go, route } from "../route";
import { Icon } from "../ui/icons";
import { RestedInput } from "./contacts/Filters";
import { TaskForm } from "./TaskForm";
import { TaskList } from "./Tasks";
import { usePages, withQuery } from "./load";
import { Empty, Failed, Heading, Segments, Skeletons } from "./parts";
import { counted, o } from "./words";

const whose = ["mine", "all"] as const;
const sorts = ["due_at", "title", "assignee", "contact", "created_at"] as const;
const states = ["open", "overdue", "done"] as const;
type State = (typeof states)[number];

/** Everything to be done. */
export function TasksPlace() {
  const [turn, setTurn] = useState(0);
  const { query } = route.value;
  const who = query.get("whose") === "all" ? "all" : "mine";
  const state: State = states.find((one) => one === query.get("state")) ?? "open";
  const sort = sorts.find((one) => one === query.get("sort")) ?? "due_at";
  const down = query.get("order") === "desc";
  const title = query.get("title") ?? "";
  const asked = { whose: who, state, sort, order: down ? "desc" : null, title };
  const show = (next: Partial<Record<keyof typeof asked, string | null>>) => go(addressOf("tasks", [], { ...asked, ...next }));
  const path = withQuery("tasks", { assignee: who === "mine" ? "me" : null, state, sort, order: asked.order, title });
  const pages = usePages(path, readTask, 100, turn);
  const again = () => setTurn((times) => times + 1);
  return (
    <main class="office tasks-place">
      <Heading text={o("tasks.title")} />
      <div class="toolbar">
        <Segments label={o("tasks.whose")} all={whose} chosen={who} words={(one) => o(`tasks.${one}`)} choose={(one) => show({ whose: one })} />
        <Segments label={o("tasks.state")} all={states} chosen={state} words={(one) => o(`tasks.${one}`)} choose={(one) => show({ state: one })} />
        <RestedInput label={o("tasks.find")} placeholder={o("tasks.find")} value={title} set={(words) => show({ title: words })} />
        <label class="compact-select">
          <span>{o("tasks.sort")}</span>
          <select value={sort} onChange={(event) => show({ sort: event.currentTarget.value, order: null })}>
            {sorts.map((one) => (
              <option key={one} value={one}>
                {o(`field.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button icon-only" aria-pressed={down} aria-label={o("tasks.order")} title={o("tasks.order")} onClick={() => show({ order: down ? null : "desc" })}>
          <Icon name={down ? "down" : "up"} size={16} />
        </button>
        <span class="hint toolbar-count" role="status">
          {pages.next === null && counted("count.tasks", pages.items.length)}
        </span>
      </div>
      <div class="place-body">
        <TaskForm added={again} />
        {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
        {pages.next === undefined && !pages.failure && <Skeletons />}
        {pages.next !== undefined && pages.items.length === 0 && <Empty icon="tasks" text={o(`tasks.none_${state}`)} />}
        {pages.items.length > 0 && <TaskList pages={pages} label={o("tasks.title")} withContact />}
        <p class="hint keys-hint">{o("tasks.keys")}</p>
      </div>
    </main>
  );
}
