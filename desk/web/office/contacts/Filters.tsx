import { useEffect, useState } from "preact/hooks";
import { useRested } from "../load";
import { o } from "../words";
import { timeText } from "../../i18n";

/** How a column is filtered: `key` is the server's name of it; of `days` its beginning, before _from and _to. */
export type Filter =
  | { readonly is: "text"; readonly key: string }
  | { readonly is: "choice"; readonly key: string; readonly all: readonly (readonly [string, string])[] }
  | { readonly is: "month" }
  | { readonly is: "days"; readonly key: string };

interface FilterProps {
  readonly column: { readonly label: string; readonly filter?: Filter };
  readonly query: URLSearchParams;
  readonly set: (part: Readonly<Record<string, string | null>>) => void;
}

/** A text that is sent when the typing rests; what comes from outside (the back button) is shown. */
export function RestedInput({ label, value, set, placeholder, id }: { label: string; value: string; set: (value: string) => void; placeholder?: string; id?: string }) {
  const [text, setText] = useState(value);
  const rested = useRested(text, 250);
  const [known, setKnown] = useState(value);
  useEffect(() => {
    if (value !== known) {
      setKnown(value);
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (rested === known) return;
    setKnown(rested);
    set(rested);
  }, [rested]);
  return <input id={id} type="search" aria-label={label} placeholder={placeholder ?? ""} value={text} maxLength={200} autoComplete="off" onInput={(event) => setText(event.currentTarget.value)} />;
}

const monthName = (number: number) => timeText(`month_alone.${number}`) || timeText(`month.${number}`);

const two = (number: number) => String(number).padStart(2, "0");

/** The filter under a column's name. */
export function ColumnFilter({ column, query, set }: FilterProps) {
  const { filter } = column;
  if (!filter) return null;
  const label = o("filter.by", { column: column.label });
  if (filter.is === "text") {
    return <RestedInput label={label} value={query.get(filter.key) ?? ""} set={(value) => set({ [filter.key]: value })} />;
  }
  if (filter.is === "choice") {
    return (
      <select aria-label={label} value={query.get(filter.key) ?? ""} onChange={(event) => set({ [filter.key]: event.currentTarget.value })}>
        <option value="">{o("filter.any")}</option>
        {filter.all.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    );
  }
  if (filter.is === "month") {
    const month = /^(\d\d)-01$/.exec(query.get("birthday_from") ?? "")?.[1] ?? "";
    return (
      <select
        aria-label={label}
        value={month}
        onChange={(event) => {
          const to = event.currentTarget.value;
          set({ birthday_from: to && `${to}-01`, birthday_to: to && `${to}-31` });
        }}
      >
        <option value="">{o("filter.any")}</option>
        {Array.from({ length: 12 }, (_, index) => (
          <option key={index} value={two(index + 1)}>
            {monthName(index + 1)}
          </option>
        ))}
      </select>
    );
  }
  const day = (part: "from" | "to") => (
    <input
      type="date"
      aria-label={`${label}: ${o(`filter.${part}`)}`}
      value={(query.get(`${filter.key}_${part}`) ?? "").slice(0, 10)}
      onChange={(event) => set({ [`${filter.key}_${part}`]: event.currentTarget.value })}
    />
  );
  return (
    <span class="filter-days">
      {day("from")}
      {day("to")}
    </span>
  );
}
