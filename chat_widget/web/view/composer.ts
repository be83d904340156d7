// Where the visitor writes. The draft is kept per tab and survives a reload.

import type { BrowserShelf } from "../browser";
import type { Words } from "../words";
import { el, icon, setText } from "./dom";

const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 4_000;

export interface ComposerActions {
  /** False: not now (something above has to be filled in first). */
  send(text: string): boolean;
  typing(on: boolean): void;
}

export class Composer {
  readonly element: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #alert = el("p", { class: "alert", attrs: { role: "alert" } });
  #typingSince = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(
    words: Words,
    private readonly drafts: BrowserShelf,
    private readonly actions: ComposerActions,
  ) {
    const label = words.say("compose");
    this.#field = el("textarea", { rows: 1, placeholder: label, ariaLabel: label, dir: "auto", enterKeyHint: "send", value: drafts.get("draft") ?? "" });
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229; // an input method uses Enter for itself
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      this.#send();
    });
    this.#button = el("button", { type: "submit", class: "send", ariaLabel: words.say("compose.send"), title: words.say("compose.send") }, icon("send"));
    const form = el("form", { class: "composer", noValidate: true }, this.#field, this.#button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.element = el("div", { class: "foot" }, this.#alert, form);
    this.#fit();
  }

  focus(): void {
    this.#field.focus({ preventScroll: true });
  }

  /** Puts a text back for editing, before what is being written. */
  edit(text: string): void {
    this.#field.value = [text, this.#field.value.trim()].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  alert(text: string): void {
    setText(this.#alert, text);
  }

  /** To be called once the element is shown: only then its height can be measured. */
  fit(): void {
    this.#fit();
  }

  #send(): void {
    const text = this.#field.value.trim();
    if (!text || !this.actions.send(text)) return this.focus();
    this.#field.value = "";
    this.#changed();
    this.focus();
  }

  #changed(): void {
    const { value } = this.#field;
    if (value) this.drafts.set("draft", value);
    else this.drafts.remove("draft");
    this.alert("");
    this.#fit();
    this.#sayTyping(value.trim() !== "");
  }

  #fit(): void {
    const { style } = this.#field;
    style.setProperty("height", "auto");
    if (this.#field.scrollHeight) style.setProperty("height", `${this.#field.scrollHeight}px`);
    this.#button.disabled = !this.#field.value.trim();
  }

  #sayTyping(on: boolean): void {
    clearTimeout(this.#typingEnds);
    if (on) this.#typingEnds = setTimeout(() => this.#sayTyping(false), TYPING_ENDS_MS);
    const now = Date.now();
    const said = this.#typingSince > 0;
    if (on ? now - this.#typingSince < TYPING_EVERY_MS : !said) return;
    this.#typingSince = on ? now : 0;
    this.actions.typing(on);
  }
}
