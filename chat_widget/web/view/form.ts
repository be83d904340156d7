// The start form: what the business asks of a stranger. Nothing is required unless the server says so.

import { findLinks } from "../links";
import type { Field, Refusal } from "../protocol";
import style from "../styles/form.css";
import type { Words } from "../words";
import { el, painted, setAttribute, setText } from "./dom";

export { style };

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
  readonly #inputs = new Map<string, HTMLInputElement | HTMLSelectElement>();
  /** Nobody sees it; what fills it in is no person. */
  readonly #trap = el("input", { name: "website", class: "trap", tabindex: -1, autocomplete: "off", "aria-hidden": "true" });
  #labels = new Map<string, string>();
  #shown = "";

  constructor(
    private readonly words: Words,
    private readonly actions: FormActions,
  ) {
    this.#button = el("button", { class: "primary" }, words.say("extra.form.start"));
    this.element = el(
      "form",
      { class: "card", novalidate: true, hidden: true, "aria-labelledby": "form-title" },
      el("h3", { id: "form-title" }, words.say("extra.form.title")),
      this.#hint,
      this.#fields,
      this.#trap,
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
      setText(this.#hint, fields.some((field) => field.required) ? "" : this.words.say("extra.form.hint"));
      void this.#reveal();
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
    const agree = missing[1].type === "checkbox";
    const text = agree ? this.words.say("extra.form.agree") : this.words.say("extra.form.missing", { field: this.#labels.get(missing[0]) ?? "" });
    this.#complain(text, missing[0]);
    missing[1].focus();
    return false;
  }

  /** A field with each picture, so that the page has its turn between them. */
  async #reveal(): Promise<void> {
    const parts = [...this.#fields.children, this.#button] as HTMLElement[];
    for (const { style } of parts) style.display = "none";
    for (const { style } of parts) {
      await painted();
      style.display = "";
    }
  }

  #answers(): Record<string, string> {
    const answers: Record<string, string> = {};
    for (const [key, input] of this.#inputs) {
      const value = input instanceof HTMLInputElement && input.type === "checkbox" && !input.checked ? "" : input.value.trim();
      if (value) answers[key] = value;
    }
    if (this.#trap.value) answers["website"] = this.#trap.value;
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
    const { key: name, label, type, required, choices = [], version } = field;
    if (type === "consent") return this.#consent(name, label, String(version ?? 1), value);
    const optional = !required && el("span", { class: "optional" }, this.words.say("extra.form.optional"));
    const autocomplete = FILLED_BY[name] ?? "on";
    const input =
      type === "choice"
        ? el("select", { name, required }, ...["", ...choices].map((one) => el("option", { value: one, selected: one === value }, one)))
        : el("input", { name, type, autocomplete, value, required, maxlength: 300 });
    this.#inputs.set(name, input);
    return el("label", {}, el("span", {}, label, " ", optional), input);
  }

  /** The text may be long, and may hold a link: the box stands beside it. */
  #consent(name: string, text: string, version: string, value: string): HTMLElement {
    const input = el("input", { name, type: "checkbox", value: version, required: true });
    input.checked = value === version;
    this.#inputs.set(name, input);
    return el("label", { class: "consent" }, input, el("span", { dir: "auto" }, ...findLinks(text).map(({ text: part, href }) => (href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, part) : part))));
  }
}
