// Where the visitor writes. The draft is kept per tab and survives a reload.

import type { BrowserShelf } from "../browser";
import type { Words } from "../words";
import { button, el, icon, setText } from "./dom";

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
  readonly #alert = el("p", { class: "alert", role: "alert" });
  #typingSince = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(
    words: Words,
    private readonly drafts: BrowserShelf,
    private readonly actions: ComposerActions,
  ) {
    const label = words.say("compose");
    this.#field = el("textarea", { rows: 1, placeholder: label, "aria-label": label, dir: "auto", enterkeyhint: "send" });
    this.#field.value = drafts.get("draft") ?? "";
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229; // an input method uses Enter for itself
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      this.#send();
    });
    this.#button = button("send", () => this.#send(), icon("send"), words.say("compose.send"));
    this.element = el("div", { class: "foot" }, this.#alert, el("div", { class: "composer" }, this.#field, this.#button));
    this.#button.disabled = !this.#field.value.trim();
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

  /** Makes the field as high as its text; to be called when the element is shown, since only then it has a height. */
  fit(): void {
    const { style, scrollHeight } = this.#field;
    if (!scrollHeight) return;
    style.height = "auto";
    style.height = `${this.#field.scrollHeight}px`;
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
    this.#button.disabled = !value.trim();
    this.fit();
    this.#sayTyping(!this.#button.disabled);
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
