// All contacts: one line each, only those near the eye in the document, fetched page by page.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { readLine, type ContactLine } from "../../model/card";
import { addressOf, go, route } from "../../route";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { usePages, withQuery } from "../load";
import { saveFile } from "../card/acts";
import { Empty, Failed, Heading, Skeletons } from "../parts";
import { counted, o } from "../words";
import { allColumns, chosenColumns, csvOf, type Column } from "./columns";
import { ColumnsSheet } from "./ColumnsSheet";
import { ColumnFilter, RestedInput } from "./Filters";
import { NewContact } from "./NewContact";

const rowRem = 2.75;
const spare = 8;
const narrow = matchMedia("(max-width: 43.99rem)");
const onPhone = signal(narrow.matches);
narrow.addEventListener("change", () => (onPhone.value = narrow.matches));
/** Kept while the desk is open: coming back to the list finds it as it was left. */
const filtersShown = signal(false);

const readOne = (value: unknown): ContactLine | null => readLine(value);

export function ContactsPlace() {
  const { query } = route.value;
  const [sheet, setSheet] = useState<"new" | "columns" | null>(query.has("new") ? "new" : null);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const all = allColumns();
  const wanted = chosenColumns.value.map((key) => all.find((one) => one.key === key)).filter((one): one is Column => one !== undefined);
  const columns = onPhone.value ? wanted.slice(0, 2) : wanted;
  const asked = new URLSearchParams(query);
  asked.delete("new");
  const words = asked.toString();
  const pages = usePages(withQuery(`contacts${words ? `?${words}` : ""}`, { sort: asked.has("sort") ? null : "last_seen_at", order: asked.has("sort") ? null : "desc" }), readOne, 100);
  const set = (part: Readonly<Record<string, string | null>>) => {
    const next = Object.fromEntries(new URLSearchParams(route.peek().query));
    delete next["new"];
    go(addressOf("contacts", [], { ...next, ...part }), true);
  };
  const filtered = [...asked.keys()].some((key) => key !== "sort" && key !== "order");
  const exportChosen = () => {
    const picked = pages.items.filter(({ id }) => chosen.has(id));
    saveFile("contacts.csv", csvOf(wanted, picked), "text/csv;charset=utf-8");
  };
  return (
    <main class="office contacts-place">
      <Heading text={o("contacts.title")}>
        {may("contacts.import") && (
          <a class="button" href={addressOf("manage", ["import"])}>
            <Icon name="upload" /> <span class="label">{o("import.title")}</span>
          </a>
        )}
        {may("contacts.edit") && (
          <button type="button" class="button primary" onClick={() => setSheet("new")}>
            <Icon name="plus" /> <span class="label">{o("contacts.new")}</span>
          </button>
        )}
      </Heading>
      <div class="toolbar">
        <span class="toolbar-search">
          <Icon name="search" size={16} />
          <RestedInput label={o("contacts.find")} placeholder={o("contacts.find")} value={query.get("q") ?? ""} set={(q) => set({ q })} />
        </span>
        <button type="button" class="button" aria-pressed={filtersShown.value} aria-label={o("filter.title")} title={o("filter.title")} onClick={() => (filtersShown.value = !filtersShown.value)}>
          <Icon name="filter" size={16} /> <span class="label">{o("filter.title")}</span>
        </button>
        {filtered && (
          <button type="button" class="link" onClick={() => go(addressOf("contacts"), true)}>
            {o("filter.clear")}
          </button>
        )}
        <button type="button" class="button" aria-label={o("columns.title")} title={o("columns.title")} onClick={() => setSheet("columns")}>
          <Icon name="columns" size={16} /> <span class="label">{o("columns.title")}</span>
        </button>
        <span class="toolbar-count hint" role="status">
          {chosen.size > 0 ? counted("count.chosen", chosen.size) : pages.next === null ? counted("count.contacts", pages.items.length) : ""}
        </span>
        {chosen.size > 0 && (
          <>
            {may("contacts.export") && (
              <button type="button" class="button" onClick={exportChosen}>
                <Icon name="download" size={16} /> {o("contacts.export")}
              </button>
            )}
            <button type="button" class="link" onClick={() => setChosen(new Set())}>
              {o("contacts.unchoose")}
            </button>
          </>
        )}
      </div>
      {pages.failure && pages.items.length === 0 ? (
        <Failed failure={pages.failure} again={pages.again} />
      ) : pages.next === undefined ? (
        <Skeletons count={10} />
      ) : (
        <Table columns={columns} items={pages.items} busy={pages.busy} more={pages.more} query={query} set={set} chosen={chosen} choose={setChosen} total={pages.next === null ? pages.items.length : -1}>
          {pages.items.length === 0 && (
            <Empty icon="contacts" text={filtered ? o("contacts.none_found") : o("contacts.none")}>
              {filtered && (
                <button type="button" class="button" onClick={() => go(addressOf("contacts"), true)}>
                  {o("filter.clear")}
                </button>
              )}
            </Empty>
          )}
        </Table>
      )}
      {sheet === "new" && <NewContact close={() => setSheet(null)} name={query.get("q") ?? ""} />}
      {sheet === "columns" && <ColumnsSheet all={all} close={() => setSheet(null)} />}
    </main>
  );
}

interface TableProps {
  readonly columns: readonly Column[];
  readonly items: readonly ContactLine[];
  readonly busy: boolean;
  readonly more: () => void;
  readonly query: URLSearchParams;
  readonly set: (part: Readonly<Record<string, string | null>>) => void;
  readonly chosen: ReadonlySet<number>;
  readonly choose: (chosen: ReadonlySet<number>) => void;
  readonly total: number;
  readonly children: preact.ComponentChildren;
}

function Table({ columns, items, busy, more, query, set, chosen, choose, total, children }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 900 });
  const height = rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const first = Math.max(0, Math.floor(view.top / height) - spare);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / height) + spare);
  const look = () => {
    const pane = box.current;
    if (!pane) return;
    setView({ top: pane.scrollTop, height: pane.clientHeight });
    if (pane.scrollTop + pane.clientHeight > pane.scrollHeight - 800) more();
  };
  useEffect(() => {
    const watch = new ResizeObserver(look);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(look, [items.length]);
  const sort = query.get("sort") ?? "last_seen_at";
  const down = (query.get("order") ?? (query.has("sort") ? "asc" : "desc")) === "desc";
  const pick = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    choose(next);
  };
  const all = items.length > 0 && items.every(({ id }) => chosen.has(id));
  const move = (event: KeyboardEvent) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>(".contact-link");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (!link || step === undefined) return;
    event.preventDefault();
    const row = link.closest("tr");
    const next = (step > 0 ? row?.nextElementSibling : row?.previousElementSibling)?.querySelector<HTMLElement>(".contact-link");
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div class="table-box" ref={box} onScroll={look} onKeyDown={move} tabIndex={-1}>
      <table class="contacts" aria-busy={busy} aria-rowcount={total < 0 ? -1 : total + 1}>
        <colgroup>
          <col class="pick-col" />
          {columns.map(({ key, rem }) => (
            <col key={key} style={{ width: `${rem}rem` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col" class="pick">
              <input type="checkbox" checked={all} aria-label={o("contacts.choose_all")} onChange={(event) => choose(event.currentTarget.checked ? new Set(items.map(({ id }) => id)) : new Set())} />
            </th>
            {columns.map((column) => {
              const by = column.sort !== undefined && column.sort === sort;
              return (
                <th key={column.key} scope="col" aria-sort={by ? (down ? "descending" : "ascending") : undefined}>
                  {column.sort ? (
                    <button type="button" class="sort" onClick={() => set({ sort: column.sort ?? null, order: by && !down ? "desc" : "asc" })}>
                      {column.label}
                      {by && <Icon name={down ? "down" : "up"} size={12} />}
                    </button>
                  ) : (
                    column.label
                  )}
                </th>
              );
            })}
          </tr>
          {filtersShown.value && (
            <tr class="filters">
              <td class="pick" />
              {columns.map((column) => (
                <td key={column.key}>
                  <ColumnFilter column={column} query={query} set={set} />
                </td>
              ))}
            </tr>
          )}
        </thead>
        <tbody>
          {first > 0 && <tr aria-hidden="true" style={{ height: `${first * height}px` }} />}
          {items.slice(first, last).map((one, index) => (
            <tr key={one.id} aria-rowindex={first + index + 2} class={chosen.has(one.id) ? "picked" : ""} onClick={(event) => openRow(event, one.id)}>
              <td class="pick">
                <input type="checkbox" checked={chosen.has(one.id)} aria-label={o("contacts.choose", { name: one.name || o("nameless", { number: one.id }) })} onChange={(event) => pick(one.id, event.currentTarget.checked)} />
              </td>
              {columns.map((column) => (
                <td key={column.key}>{column.show(one)}</td>
              ))}
            </tr>
          ))}
          {last < items.length && <tr aria-hidden="true" style={{ height: `${(items.length - last) * height}px` }} />}
        </tbody>
      </table>
      {children}
    </div>
  );
}

/** A click anywhere in a line opens it; links and marks in it keep their own meaning. */
function openRow(event: MouseEvent, id: number): void {
  const target = event.target as HTMLElement;
  if (target.closest("a, input, button") || String(getSelection() ?? "") !== "") return;
  go(addressOf("contacts", [id]));
}
