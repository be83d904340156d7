// A table of a list: its headers sort, and the line below them filters; both are asked of the server.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../ui/icons";
import { ColumnFilter, type Filter } from "./contacts/Filters";
import { withQuery, type Pages } from "./load";
import { Empty, Failed, Skeletons } from "./parts";
import { o } from "./words";
import type { IconName } from "../ui/icons";

export interface ListColumn<T> {
  readonly key: string;
  readonly label: string;
  /** The server's name of the sort; without it the column does not sort. */
  readonly sort?: string;
  readonly filter?: Filter;
  readonly show: (item: T) => ComponentChildren;
  /** A column of buttons has a name only for who cannot see. */
  readonly quiet?: boolean;
}

export type Part = Readonly<Record<string, string | null>>;

/** What is asked of a list. `sort` and `down`: its own order. */
export interface Asked {
  readonly query: URLSearchParams;
  readonly set: (part: Part) => void;
  readonly sort: string;
  readonly down: boolean;
}

export function useAsked(sort: string, down = false, first: Part = {}): Asked {
  const [query, setQuery] = useState(() => new URLSearchParams(withQuery("", first).slice(1)));
  const set = (part: Part) => {
    const next = new URLSearchParams(query);
    for (const [key, value] of Object.entries(part)) {
      if (value === null || value === "") next.delete(key);
      else next.set(key, value);
    }
    setQuery(next);
  };
  return { query, set, sort, down };
}

export const pathOf = (path: string, { query }: Asked) => withQuery(path, Object.fromEntries(query));

/** The name of a column, which sorts by it; once more turns the order round. */
export function SortHead({ label, sort, asked, quiet }: { label: string; sort?: string | undefined; asked: Asked; quiet?: boolean | undefined }) {
  const now = asked.query.get("sort") ?? asked.sort;
  const down = (asked.query.get("order") ?? (asked.query.has("sort") ? "asc" : asked.down ? "desc" : "asc")) === "desc";
  const by = sort !== undefined && sort === now;
  return (
    <th scope="col" aria-sort={by ? (down ? "descending" : "ascending") : undefined}>
      {sort ? (
        <button type="button" class="sort" onClick={() => asked.set({ sort, order: by && !down ? "desc" : "asc" })}>
          {label}
          {by && <Icon name={down ? "down" : "up"} size={12} />}
        </button>
      ) : (
        <span class={quiet ? "hidden" : ""}>{label}</span>
      )}
    </th>
  );
}

interface ListedProps<T> {
  readonly label: string;
  readonly columns: readonly ListColumn<T>[];
  readonly pages: Pages<T>;
  readonly asked: Asked;
  readonly keyOf: (item: T) => string | number;
  readonly rowClass?: (item: T) => string;
  readonly none: { readonly icon: IconName; readonly text: string };
}

export function Listed<T>({ label, columns, pages, asked, keyOf, rowClass, none }: ListedProps<T>) {
  const filtered = [...asked.query.keys()].some((key) => key !== "sort" && key !== "order");
  if (pages.failure && pages.items.length === 0) return <Failed failure={pages.failure} again={pages.again} />;
  if (pages.next === undefined) return <Skeletons />;
  if (pages.items.length === 0 && !filtered) return <Empty icon={none.icon} text={none.text} />;
  return (
    <>
      <div class="table-box listed-box" role="region" aria-label={label} tabIndex={0}>
        <table class="listed" aria-busy={pages.busy}>
          <thead>
            <tr>
              {columns.map((column) => (
                <SortHead key={column.key} label={column.label} sort={column.sort} asked={asked} quiet={column.quiet} />
              ))}
            </tr>
            {columns.some(({ filter }) => filter) && (
              <tr class="filters">
                {columns.map((column) => (
                  <td key={column.key}>
                    <ColumnFilter column={column} query={asked.query} set={asked.set} />
                  </td>
                ))}
              </tr>
            )}
          </thead>
          <tbody>
            {pages.items.map((item) => (
              <tr key={keyOf(item)} class={rowClass?.(item) ?? ""}>
                {columns.map((column) => (
                  <td key={column.key}>{column.show(item)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {pages.items.length === 0 && <Empty icon={none.icon} text={none.text} />}
      </div>
      {typeof pages.next === "string" && (
        <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
          {o("more")}
        </button>
      )}
    </>
  );
}
