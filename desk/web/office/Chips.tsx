// Entries of a catalogue as chips. Typing filters what there is; Enter adds it, or makes it where it is new.

import { useId, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import type { Named } from "../model/types";
import { Failure } from "../net/errors";
import { Icon } from "../ui/icons";
import { may } from "../ui/may";
import { addEntry } from "./catalogues";
import { o } from "./words";

type Entry = Named & { readonly colour?: string };

export function Chip({ entry, remove }: { readonly entry: Entry; readonly remove?: (() => void) | undefined }) {
  return (
    <span class="chip">
      {entry.colour && <span class="chip-dot" style={{ background: entry.colour }} aria-hidden="true" />}
      <span>{entry.name}</span>
      {remove && (
        <button type="button" aria-label={o("chips.remove", { name: entry.name })} title={o("chips.remove", { name: entry.name })} onClick={remove}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}

interface ChipsProps {
  readonly label: string;
  readonly kind: "groups" | "categories";
  readonly chosen: readonly Entry[];
  readonly all: readonly Entry[];
  readonly save: (ids: readonly number[]) => Promise<unknown>;
  readonly disabled?: boolean;
}

export function Chips({ label, kind, chosen, all, save, disabled }: ChipsProps) {
  const [words, setWords] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const asked = words.trim().toLocaleLowerCase();
  const left = all.filter((one) => !chosen.some(({ id: had }) => had === one.id));
  const found = left.filter(({ name }) => name.toLocaleLowerCase().includes(asked)).slice(0, 8);
  const isNew = asked !== "" && may("catalogues.edit") && ![...all, ...chosen].some(({ name }) => name.toLocaleLowerCase() === asked);
  const count = found.length + (isNew ? 1 : 0);
  const held = useRef<readonly number[]>([]);
  held.current = chosen.map((one) => one.id);
  const before = useRef<Promise<unknown>>(Promise.resolve());
  const run = async (change: () => Promise<readonly number[]>, typed: string) => {
    setProblem("");
    try {
      const ids = await change();
      await save(ids);
      held.current = ids;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setWords((now) => now || typed);
      setProblem(sentenceOf(error));
    }
  };
  /** One change after the other, each of what the one before it left. */
  const inTurn = (change: () => Promise<readonly number[]>, typed = "") => {
    before.current = before.current.then(() => run(change, typed));
  };
  const add = (place: number) => {
    const entry = found[place];
    if (!entry && !isNew) return;
    inTurn(async () => [...held.current, entry?.id ?? (await addEntry(kind, words.trim())).id], words);
    setWords(""); // now: what is typed from here on is the next entry
    setAt(0);
  };
  const remove = (entry: Entry) => {
    inTurn(() => Promise.resolve(held.current.filter((one) => one !== entry.id)));
    field.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setOpen(true);
      if (count > 0) setAt((at + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter") {
      if (open || words) add(Math.min(at, count - 1));
    } else if (event.key === "Backspace" && words === "" && chosen.length > 0) {
      const last = chosen[chosen.length - 1];
      if (last) remove(last);
      return;
    } else if (event.key === "Escape" && (open || words)) {
      setOpen(false);
      setWords("");
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  const listed = open && count > 0;
  return (
    <div class={`field chips-field${problem ? " wrong" : ""}`}>
      <label for={id}>{label}</label>
      <div class="chips">
        {chosen.map((entry) => (
          <Chip key={entry.id} entry={entry} remove={disabled ? undefined : () => remove(entry)} />
        ))}
        {!disabled && (
          <span class="chips-add">
            <input
              ref={field}
              id={id}
              role="combobox"
              aria-expanded={listed}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={listed ? `${id}-${Math.min(at, count - 1)}` : undefined}
              autoComplete="off"
              maxLength={100}
              placeholder={o("chips.add")}
              value={words}
              onFocus={() => setOpen(true)}
              onBlur={() => setOpen(false)}
              onInput={(event) => {
                setWords(event.currentTarget.value);
                setAt(0);
                setOpen(true);
              }}
              onKeyDown={keys}
            />
            <div id={`${id}-list`} role="listbox" aria-label={label} class="suggest" hidden={!listed}>
              {found.map((entry, place) => (
                <div
                  key={entry.id}
                  id={`${id}-${place}`}
                  role="option"
                  aria-selected={place === at}
                  onPointerDown={(event) => {
                    event.preventDefault();
                    add(place);
                  }}
                >
                  {entry.colour && <span class="chip-dot" style={{ background: entry.colour }} aria-hidden="true" />}
                  {entry.name}
                </div>
              ))}
              {isNew && (
                <div
                  id={`${id}-${found.length}`}
                  role="option"
                  aria-selected={at >= found.length}
                  onPointerDown={(event) => {
                    event.preventDefault();
                    add(found.length);
                  }}
                >
                  <Icon name="plus" size={14} /> {o("chips.make", { name: words.trim() })}
                </div>
              )}
            </div>
          </span>
        )}
      </div>
      {problem && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
