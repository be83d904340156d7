// Small things of the later places: a question, a menu, an empty place, a failure, a heading with its way back.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import type { Failure } from "../net/errors";
import { t } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import { IconButton } from "../ui/parts";
import { o } from "./words";

interface ModalProps {
  readonly title: string;
  readonly close: () => void;
  /** What the close button, Escape and a click beside it do in place of closing at once. */
  readonly leave?: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** A modal window on the browser's own dialog: it holds the focus, closes by Escape and gives the focus back. */
export function Modal({ title, close, leave = close, wide, children }: ModalProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = box.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={box}
      class={`sheet${wide ? " wide" : ""}`}
      aria-labelledby={id}
      onClose={close}
      onCancel={(event) => {
        if (leave === close) return;
        event.preventDefault();
        leave();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.target === box.current && leave()}
    >
      <div class="sheet-body">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={t("close")} onClick={leave} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface AskProps {
  readonly title: string;
  readonly text: string;
  readonly go: string;
  readonly danger?: boolean;
  /** Words that must be typed first; null: none. */
  readonly typed?: { readonly label: string; readonly words: string };
  /** Does it; what it raises as Failure is said in the window. */
  readonly act: () => Promise<unknown>;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

/** Asks before something that is not easily undone. */
export function Ask({ title, text, go, danger, typed, act, close, children }: AskProps) {
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const fits = !typed || words.trim() === typed.words.trim();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!fits || busy) return;
    setBusy(true);
    setProblem("");
    try {
      await act();
      close();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={title} close={close}>
      <form class="stacked-form" onSubmit={(event) => void submit(event)}>
        <p>{text}</p>
        {children}
        {typed && (
          <label>
            {typed.label}
            <input value={words} autoComplete="off" onInput={(event) => setWords(event.currentTarget.value)} />
          </label>
        )}
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class={`button ${danger ? "danger" : "primary"}`} disabled={!fits || busy}>
            {go}
          </button>
        </div>
      </form>
    </Modal>
  );
}

export function Problem({ text }: { readonly text: string }) {
  return (
    <div role="alert" class="form-problem">
      {text && (
        <p>
          <Icon name="alert" /> {text}
        </p>
      )}
    </div>
  );
}

/** A list or a card could not be had. Where it does not exist here at all, it is left out. */
export function Failed({ failure, again }: { readonly failure: Failure; readonly again: () => void }) {
  return (
    <div class="empty" role="alert">
      <p>{failure.code === "not_found" ? o("not_here") : sentenceOf(failure)}</p>
      {failure.code !== "not_found" && (
        <button type="button" class="button" onClick={again}>
          <Icon name="retry" /> {o("try_again")}
        </button>
      )}
    </div>
  );
}

export function Empty({ icon, text, children }: { icon: IconName; text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={36} />
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Skeletons({ count = 6 }: { readonly count?: number }) {
  return (
    <div class="skeletons-flat" aria-busy="true">
      {Array.from({ length: count }, (_, index) => (
        <span key={index} class="skeleton" />
      ))}
    </div>
  );
}

export interface MenuItem {
  readonly text: string;
  readonly icon: IconName;
  readonly danger?: boolean;
  readonly act?: () => void;
  /** Instead of an act: where it leads. */
  readonly href?: string;
}

/** A button with a few more acts behind it. */
export function Menu({ label, items, icon = "more" }: { label: string; items: readonly MenuItem[]; icon?: IconName }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  if (items.length === 0) return null;
  const shut = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (!open) return;
    const entries = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = entries.findIndex((entry) => entry === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.code];
    if (event.code === "Escape") shut();
    else if (event.code === "Tab") return setOpen(false);
    else if (to !== undefined) entries[(to + entries.length) % entries.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={box} onKeyDown={keys}>
      <button type="button" class="button icon-only" aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label} onClick={() => setOpen(!open)}>
        <Icon name={icon} />
      </button>
      {open && (
        <div role="menu" aria-label={label}>
          {items.map((item) =>
            item.href ? (
              <a key={item.text} role="menuitem" tabIndex={-1} href={item.href} onClick={() => setOpen(false)}>
                <Icon name={item.icon} /> {item.text}
              </a>
            ) : (
              <button
                key={item.text}
                type="button"
                role="menuitem"
                tabIndex={-1}
                class={item.danger ? "danger" : ""}
                onClick={() => {
                  shut();
                  item.act?.();
                }}
              >
                <Icon name={item.icon} /> {item.text}
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}

/** The heading of a place or a section; takes the focus when the place is come to, so that it is read out. */
export function Heading({ text, back, children }: { text: string; back?: { readonly href: string; readonly text: string }; children?: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const free = document.activeElement === document.body || document.activeElement?.closest(".rail, .manage-nav") !== null;
    if (free && matchMedia("(min-width: 44rem)").matches === false) head.current?.focus();
  }, []);
  return (
    <header class="place-head">
      {back && (
        <a class="button icon-only" href={back.href} aria-label={back.text} title={back.text}>
          <Icon name="back" />
        </a>
      )}
      <h1 ref={head} tabIndex={-1}>
        {text}
      </h1>
      <div class="place-acts">{children}</div>
    </header>
  );
}

/** One of a few: shown as buttons side by side. */
export function Segments<T extends string>({ label, all, chosen, words, choose }: { label: string; all: readonly T[]; chosen: T; words: (one: T) => string; choose: (one: T) => void }) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {all.map((one) => (
        <button key={one} type="button" aria-pressed={one === chosen} onClick={() => choose(one)}>
          {words(one)}
        </button>
      ))}
    </div>
  );
}
