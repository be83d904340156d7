// Small parts of the widget's page: fields of a draft, words by language, moving and removing.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { languageNames, languages, type Language } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { o } from "../../words";
import type { Words } from "./model";

export function Row({ label, hint, children }: { label: string; hint?: string; children: ComponentChildren }) {
  return (
    <label class="draft-row">
      <span>{label}</span>
      {children}
      {hint && <small class="hint">{hint}</small>}
    </label>
  );
}

export function Line({ label, value, max, change, hint, placeholder, type = "text" }: { label: string; value: string; max: number; change: (to: string) => void; hint?: string; placeholder?: string; type?: "text" | "number" }) {
  const common = { value, placeholder, autoComplete: "off", onInput: (event: { currentTarget: { value: string } }) => change(event.currentTarget.value) } as const;
  return (
    <Row label={label} {...(hint === undefined ? {} : { hint })}>
      {type === "number" ? <input {...common} type="number" min={0} /> : <input {...common} type="text" maxLength={max} />}
    </Row>
  );
}

export function Choice<T extends string>({ label, value, all, words, change }: { label: string; value: T; all: readonly T[]; words: (one: T) => string; change: (to: T) => void }) {
  return (
    <Row label={label}>
      <select value={value} onChange={(event) => change(event.currentTarget.value as T)}>
        {all.map((one) => (
          <option key={one} value={one}>
            {words(one)}
          </option>
        ))}
      </select>
    </Row>
  );
}

export function Check({ label, on, change }: { label: string; on: boolean; change: (to: boolean) => void }) {
  return (
    <label class="draft-check">
      <input type="checkbox" checked={on} onChange={(event) => change(event.currentTarget.checked)} /> <span>{label}</span>
    </label>
  );
}

/** A text in the language that is being written; which languages have none yet is said below. */
export function Said({ label, words, language, max, change, lines, hint }: { label: string; words: Words; language: Language; max: number; change: (to: Words) => void; lines?: number; hint?: string }) {
  const id = useId();
  const write = (text: string) => {
    const rest = Object.fromEntries(Object.entries(words).filter(([one]) => one !== language));
    change(text ? { ...rest, [language]: text } : rest);
  };
  const common = {
    id,
    value: words[language] ?? "",
    maxLength: max,
    lang: language,
    placeholder: words.en ?? Object.values(words)[0] ?? "",
    autoComplete: "off",
    onInput: (event: { currentTarget: { value: string } }) => write(event.currentTarget.value),
  };
  const missing = Object.keys(words).length > 0 ? languages.filter((one) => !words[one]) : [];
  return (
    <div class="draft-row">
      <label for={id}>{label}</label>
      {lines ? <textarea {...common} rows={lines} /> : <input {...common} />}
      {hint && <small class="hint">{hint}</small>}
      {missing.length > 0 && <small class="hint">{o("widget.missing", { languages: missing.map((one) => languageNames[one]).join(", ") })}</small>}
    </div>
  );
}

/** One of a list that is put in order: up, down, away. */
export function Item({ title, index, count, move, remove, children }: { title: string; index: number; count: number; move: (by: -1 | 1) => void; remove: () => void; children: ComponentChildren }) {
  const act = (icon: "up" | "down" | "trash", label: string, run: () => void, disabled = false) => (
    <button type="button" class="button icon-only" aria-label={`${label}: ${title}`} title={label} disabled={disabled} onClick={run}>
      <Icon name={icon} size={15} />
    </button>
  );
  return (
    <li class="draft-item">
      <div class="draft-item-head">
        <strong>{title}</strong>
        {act("up", o("widget.up"), () => move(-1), index === 0)}
        {act("down", o("widget.down"), () => move(1), index === count - 1)}
        {act("trash", o("widget.remove"), remove)}
      </div>
      {children}
    </li>
  );
}

export function Add({ text, add }: { text: string; add: () => void }) {
  return (
    <button type="button" class="button" onClick={add}>
      <Icon name="plus" /> {text}
    </button>
  );
}

export const replaced = <T,>(all: readonly T[], index: number, one: T) => all.map((old, at) => (at === index ? one : old));
export const without = <T,>(all: readonly T[], index: number) => all.filter((_, at) => at !== index);
export function moved<T>(all: readonly T[], index: number, by: -1 | 1): readonly T[] {
  const next = [...all];
  const [one] = next.splice(index, 1);
  if (one !== undefined) next.splice(index + by, 0, one);
  return next;
}
