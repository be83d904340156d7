// What the forms of booking share: a window that warns before words are lost, and names by language.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { language, languageNames, languages } from "../../i18n";
import { Failure } from "../../net/errors";
import { Modal, Problem } from "../parts";
import { o } from "../words";
import type { Forms } from "./wire";

interface FormWindowProps {
  readonly title: string;
  /** What is filled in; when it is other than at first, leaving is asked about. */
  readonly filled: unknown;
  readonly save: () => Promise<unknown>;
  readonly close: () => void;
  /** Beside the buttons, at the left. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The same with every drawing, so that it is taken once and what is typed beside it stays where it is. */
const takeFocus = (button: HTMLElement | null) => button?.focus();

/** A form in a window: it saves, says what was refused, and does not close over words that were not saved. */
export function FormWindow({ title, filled, save, close, beside, children }: FormWindowProps) {
  const first = useRef(JSON.stringify(filled));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const dirty = JSON.stringify(filled) !== first.current;
  const leave = () => (dirty ? setLeaving(true) : close());
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [dirty]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await save();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={title} close={close} leave={leave} wide>
      <form class="stacked-form bookable-form" onSubmit={(event) => void submit(event)}>
        {children}
        <Problem text={problem} />
        {leaving ? (
          <div class="bookable-leave" role="alertdialog" aria-label={o("bookable.unsaved")}>
            <p>{o("bookable.unsaved")}</p>
            <div class="sheet-buttons">
              <button type="button" class="button danger" onClick={close}>
                {o("bookable.discard")}
              </button>
              <button type="button" class="button primary" ref={takeFocus} onClick={() => setLeaving(false)}>
                {o("bookable.keep_editing")}
              </button>
            </div>
          </div>
        ) : (
          <div class="sheet-buttons">
            {beside}
            <button type="button" class="button" onClick={leave}>
              {o("cancel")}
            </button>
            <button type="submit" class="button primary" disabled={busy}>
              {o("canned.save")}
            </button>
          </div>
        )}
      </form>
    </Modal>
  );
}

interface NamesProps {
  readonly label: string;
  readonly forms: Forms;
  readonly set: (forms: Forms) => void;
  readonly lines?: boolean;
  readonly needed?: boolean;
  readonly max: number;
}

/** A name in the reader's language, and behind it in the others. */
export function Names({ label, forms, set, lines, needed, max }: NamesProps) {
  const order = [language.value, ...languages.filter((code) => code !== language.value)];
  const none = Object.values(forms).every((one) => !one?.trim());
  const field = (code: (typeof order)[number], title: string) => {
    const common = { lang: code, maxLength: max, value: forms[code] ?? "", autoComplete: "off" as const, onInput: (event: { currentTarget: { value: string } }) => set({ ...forms, [code]: event.currentTarget.value }) };
    return (
      <label key={code}>
        {title}
        {lines ? <textarea rows={2} {...common} /> : <input {...common} required={needed === true && none && code === order[0]} />}
      </label>
    );
  };
  const [mine, ...others] = order;
  const filled = others.filter((code) => forms[code]?.trim());
  return (
    <div class="bookable-names">
      {mine && field(mine, label)}
      <details>
        <summary>
          {o("bookable.other_languages")} <span class="hint">{filled.map((code) => languageNames[code]).join(", ")}</span>
        </summary>
        {others.map((code) => field(code, languageNames[code]))}
      </details>
    </div>
  );
}

interface CheckProps {
  readonly label: ComponentChildren;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

export function Check({ label, on, set }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly least?: number;
  readonly most: number;
  readonly needed?: boolean;
}

export function NumberField({ label, value, set, least = 0, most, needed }: NumberProps) {
  return (
    <label>
      {label}
      <input type="number" inputMode="numeric" min={least} max={most} required={needed} value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  );
}
