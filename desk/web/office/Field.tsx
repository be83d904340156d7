// A field that is changed where it stands. What was typed is never lost: a refusal is said beside it and the words stay,
// also when the card was left meanwhile and is come back to.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { Failure } from "../net/errors";
import { Icon } from "../ui/icons";
import { o } from "./words";

interface Unsaved {
  readonly text: string;
  readonly problem: string;
}

/** Words that the server has not taken yet, by field. */
const unsaved = new Map<string, Unsaved>();

export interface FieldProps {
  /** Names the field among all, so that its unsaved words are found again. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly save: (value: string) => Promise<unknown>;
  readonly type?: "text" | "tel" | "email" | "date" | "number" | "datetime-local" | "password";
  readonly lines?: boolean;
  readonly choices?: readonly (readonly [string, string])[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly max?: number;
  readonly hideLabel?: boolean;
  /** Shown right of the field: a link to call, a mark. */
  readonly beside?: preact.ComponentChildren;
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function Field(props: FieldProps) {
  const { name, label, value, save, lines, choices, type = "text", disabled } = props;
  const left = unsaved.get(name);
  const [text, setText] = useState(left?.text ?? value);
  const [problem, setProblem] = useState(left?.problem ?? "");
  const [state, setState] = useState<"" | "busy" | "saved">("");
  const alive = useRef(true);
  const known = useRef(value);
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => () => void (alive.current = false), []);
  useEffect(() => {
    if (known.current === value) return;
    const untouched = text === known.current || !unsaved.has(name);
    known.current = value;
    if (untouched) setText(value);
  }, [value]);
  useLayoutEffect(() => {
    const field = area.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }, [text]);

  const write = (to: string) => {
    setText(to);
    setState("");
    if (to === known.current) unsaved.delete(name);
    else unsaved.set(name, { text: to, problem: "" });
  };
  const commit = async (to: string) => {
    const words = to.trim();
    if (words === known.current) {
      setText(known.current);
      setProblem("");
      return void unsaved.delete(name);
    }
    if (state === "busy") return;
    unsaved.set(name, { text: to, problem: "" });
    setProblem("");
    setState("busy");
    try {
      await save(words);
      if (unsaved.get(name)?.text === to) unsaved.delete(name);
      if (alive.current && !unsaved.has(name)) setState("saved"); // what was written since is not
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const sentence = sentenceOf(error);
      unsaved.set(name, { text: unsaved.get(name)?.text ?? to, problem: sentence });
      if (!alive.current) return;
      setState("");
      setProblem(sentence);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !lines) {
      event.preventDefault();
      void commit((event.currentTarget as Input).value);
    } else if (event.key === "Escape" && (text !== value || problem)) {
      event.stopPropagation();
      setText(value);
      setProblem("");
      unsaved.delete(name);
    }
  };
  const common = {
    id,
    disabled,
    value: text,
    placeholder: props.placeholder ?? "—",
    "aria-invalid": problem !== "" || undefined,
    "aria-describedby": problem ? `${id}-problem` : undefined,
    onKeyDown: keys,
  };
  const leave = (event: FocusEvent) => void commit((event.currentTarget as Input).value);
  return (
    <div class={`field${problem ? " wrong" : ""}${text === "" ? " blank" : ""}`}>
      <label for={id} class={props.hideLabel ? "hidden" : ""}>
        {label}
      </label>
      <div class="field-line">
        {choices ? (
          <select
            {...common}
            onChange={(event) => {
              write(event.currentTarget.value);
              void commit(event.currentTarget.value);
            }}
          >
            {choices.map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        ) : lines ? (
          <textarea {...common} ref={area} rows={1} dir="auto" maxLength={props.max ?? 5000} onInput={(event) => write(event.currentTarget.value)} onBlur={leave} />
        ) : (
          <input
            {...common}
            type={type as "text"}
            dir={type === "text" ? "auto" : undefined}
            autoComplete={type === "password" ? "new-password" : "off"}
            maxLength={props.max ?? 200}
            onInput={(event) => write(event.currentTarget.value)}
            onBlur={leave}
          />
        )}
        <span class="field-mark" role="status">
          {state === "busy" && (
            <>
              <span class="spinner" aria-hidden="true" />
              <span class="hidden">{o("saving")}</span>
            </>
          )}
          {state === "saved" && (
            <span class="saved">
              <Icon name="check" size={14} />
              <span class="hidden">{o("saved")}</span>
            </span>
          )}
        </span>
        {props.beside}
      </div>
      {problem && (
        <p class="field-problem" id={`${id}-problem`} role="alert">
          <span>{problem}</span>
          <button type="button" class="link" onClick={() => void commit(text)}>
            {o("try_again")}
          </button>
        </p>
      )}
    </div>
  );
}
