// The top of the panel: who answers and when, the language, the way out.

import type { Client } from "../client";
import { languages, type Language } from "../generated/texts";
import { ownNames } from "../language";
import { readAddress } from "../links";
import type { Words } from "../words";
import { avatar, button, el, icon, painted, setText } from "./dom";

export interface HeaderActions {
  close(): void;
  language(language: Language): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly languages: HTMLSelectElement;
  readonly #title = el("h2", { class: "title" });
  readonly #line = el("p", { class: "line" });
  readonly #face = el("div");
  #shown = "";

  constructor(
    private readonly words: Words,
    actions: HeaderActions,
  ) {
    const { language } = words;
    const select = el("select", { "aria-label": words.say("language"), title: words.say("language") }, option(language));
    select.addEventListener("change", () => actions.language(select.value as Language));
    this.languages = select;
    const shown = el("span", { lang: language, "aria-hidden": "true" }, ownNames[language].slice(0, 3));
    this.element = el(
      "header",
      {},
      this.#face,
      el("div", { class: "who" }, this.#title, this.#line),
      el("div", { class: "languages" }, shown, icon("down"), select),
      button("plain", () => actions.close(), icon("close"), words.say("close")),
    );
  }

  /** Offers the other languages, piece by piece: a browser has to find a font for each of their scripts, which
   * messages then have. */
  async offer(): Promise<void> {
    if (this.languages.length > 1) return;
    for (const one of languages) {
      if (one === this.words.language) continue;
      await painted();
      this.element.append(el("span", { class: "hidden", lang: one, "aria-hidden": "true" }, ownNames[one]));
      await painted();
      this.languages.append(option(one));
    }
  }

  render({ profile, talk }: Client, base: URL): void {
    const business = profile?.business?.name ?? "";
    const { agent, logo } = profile?.theme ?? {};
    const assignee = talk.head?.assignee ?? agent;
    const name = assignee?.name || business;
    const picture = assignee ? assignee.photo : logo;
    const photo = picture ? readAddress(picture, base) : null;
    if (this.#shown !== `${name} ${photo}`) {
      this.#shown = `${name} ${photo}`;
      this.#face.replaceChildren(...(name ? [avatar(name, photo)] : []));
    }
    setText(this.#title, name || this.words.say("label.plain"));
    const expected = profile ? this.#expected(profile.reply_expected) : "";
    setText(this.#line, assignee && business ? `${business} · ${expected}` : expected);
    this.#line.classList.toggle("now", profile?.reply_expected.now === true);
  }

  #expected({ now, at, text }: { now: boolean; at: string | null; text?: string }): string {
    if (text) return text;
    if (now) return this.words.say("reply.now");
    return at ? this.words.say("reply.at", { time: this.words.moment(new Date(at), new Date()) }) : this.words.say("reply.later");
  }
}

function option(language: Language): HTMLOptionElement {
  return el("option", { value: language, lang: language }, ownNames[language]);
}
