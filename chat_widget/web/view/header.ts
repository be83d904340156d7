// The top of the panel: who answers and when, the language, the way out.

import type { Client } from "../client";
import { languages, type Language } from "../generated/texts";
import { ownNames } from "../language";
import { readAddress } from "../links";
import type { Words } from "../words";
import { avatar, el, icon, setText } from "./dom";

export interface HeaderActions {
  close(): void;
  language(language: Language): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly #title = el("h2", { class: "title" });
  readonly #line = el("p", { class: "line" });
  readonly #face = el("div", { class: "face" });
  readonly #languages: HTMLSelectElement;
  #shown = "";

  constructor(
    private readonly words: Words,
    actions: HeaderActions,
  ) {
    const choice = el("select", { ariaLabel: words.say("language"), title: words.say("language") });
    for (const language of languages) {
      choice.append(el("option", { value: language, lang: language, selected: language === words.language }, ownNames[language]));
    }
    choice.addEventListener("change", () => actions.language(choice.value as Language));
    this.#languages = choice;
    const shown = el("span", { lang: words.language, attrs: { "aria-hidden": "true" } }, ownNames[words.language].slice(0, 3));
    const close = el("button", { class: "plain", type: "button", ariaLabel: words.say("close"), title: words.say("close") }, icon("close"));
    close.addEventListener("click", () => actions.close());
    this.element = el("header", { class: "header" }, this.#face, el("div", { class: "who" }, this.#title, this.#line), el("div", { class: "languages" }, shown, icon("down"), choice), close);
  }

  focusLanguages(): void {
    this.#languages.focus();
  }

  render(client: Client, base: URL): void {
    const business = client.profile?.business?.name ?? "";
    const assignee = client.talk.head?.assignee;
    const name = assignee?.name ?? business;
    const photo = assignee?.photo ? readAddress(assignee.photo, base) : null;
    if (this.#shown !== `${name} ${photo}`) {
      this.#shown = `${name} ${photo}`;
      this.#face.replaceChildren(...(name ? [avatar(name, photo)] : []));
    }
    setText(this.#title, name || this.words.say("label.plain"));
    const expected = this.#expected(client);
    setText(this.#line, assignee && business ? `${business} · ${expected}` : expected);
    this.#line.classList.toggle("now", client.profile?.reply_expected.now === true);
  }

  #expected(client: Client): string {
    const expected = client.profile?.reply_expected;
    if (!expected) return "";
    if (expected.text) return expected.text;
    if (expected.now) return this.words.say("reply.now");
    if (!expected.at) return this.words.say("reply.later");
    return this.words.say("reply.at", { time: this.words.moment(new Date(expected.at), new Date()) });
  }
}
