// The start form: what the business asks of a stranger. Nothing is required unless the server says so.

import type { Field, Refusal } from "../protocol";
import type { Words } from "../words";
import { el, setAttribute, setText } from "./dom";

const FILLED_BY: Readonly<Record<string, string>> = { name: "name", phone: "tel", email: "email" };

export interface FormActions {
  start(): void;
  keep(answers: Record<string, string>): void;
}

export class StartForm {
  readonly element: HTMLFormElement;
  readonly #alert = el("p", { class: "alert", id: "form-alert", role: "alert" });
  readonly #fields = el("div", { class: "fields" });
  readonly #hint = el("p", { class: "hint" });
  readonly #button: HTMLButtonElement;
  readonly #inputs = new Map<string, HTMLInputElement>();
  #labels = new Map<string, string>();
  #shown = "";

  constructor(
    private readonly words: Words,
    private readonly actions: FormActions,
  ) {
    this.#button = el("button", { class: "primary" }, words.say("form.start"));
    this.element = el(
      "form",
      { class: "card", novalidate: true, hidden: true, "aria-labelledby": "form-title" },
      el("h3", { id: "form-title" }, words.say("form.title")),
      this.#hint,
      this.#fields,
      this.#alert,
      this.#button,
    );
    this.element.addEventListener("input", () => actions.keep(this.#answers()));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.check()) actions.start();
    });
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  /** `kept`: answers given before and not yet taken by the server. */
  render(fields: readonly Field[], kept: Record<string, string>, starting: boolean, refusal: Refusal | null): void {
    const shown = JSON.stringify(fields);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#inputs.clear();
      this.#labels = new Map(fields.map((field) => [field.key, field.label]));
      this.#fields.replaceChildren(...fields.map((field) => this.#row(field, kept[field.key] ?? field.value ?? "")));
      setText(this.#hint, fields.some((field) => field.required) ? "" : this.words.say("form.hint"));
    }
    this.element.hidden = fields.length === 0;
    this.#button.disabled = starting;
    if (refusal) this.#complain(refusal.message, refusal.field);
  }

  /** Keeps the answers; says what is missing and points there. */
  check(): boolean {
    const answers = this.#answers();
    this.actions.keep(answers);
    const missing = [...this.#inputs].find(([key, input]) => input.required && !answers[key]);
    this.#complain("");
    if (!missing) return true;
    this.#complain(this.words.say("form.missing", { field: this.#labels.get(missing[0]) ?? "" }), missing[0]);
    missing[1].focus();
    return false;
  }

  #answers(): Record<string, string> {
    const answers: Record<string, string> = {};
    for (const [key, input] of this.#inputs) if (input.value.trim()) answers[key] = input.value.trim();
    return answers;
  }

  #complain(text: string, key?: string): void {
    setText(this.#alert, text);
    for (const [name, input] of this.#inputs) {
      setAttribute(input, "aria-invalid", name === key ? "true" : null);
      setAttribute(input, "aria-describedby", name === key ? "form-alert" : null);
    }
  }

  #row(field: Field, value: string): HTMLElement {
    const { key: name, label, type, required } = field;
    const autocomplete = FILLED_BY[name] ?? "on";
    const input = el("input", { name, type, autocomplete, value, required, maxlength: 300 });
    this.#inputs.set(name, input);
    const optional = !required && el("span", { class: "optional" }, this.words.say("form.optional"));
    return el("label", {}, el("span", {}, label, " ", optional), input);
  }
}
