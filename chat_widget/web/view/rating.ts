// After a conversation: five stars, once and again if he changes his mind.

import type { Conversation } from "../protocol";
import type { Words } from "../words";
import { el, icon, setAttribute, setText } from "./dom";

export class Rating {
  readonly element: HTMLElement;
  readonly #thanks = el("p", { class: "hint", attrs: { role: "status" } });
  readonly #stars: HTMLButtonElement[];

  constructor(
    private readonly words: Words,
    rate: (score: number) => void,
  ) {
    this.#stars = [1, 2, 3, 4, 5].map((score) => {
      const name = words.say("rate.score", { score });
      const star = el("button", { type: "button", class: "plain", ariaLabel: name, title: name }, icon("star"));
      star.addEventListener("click", () => rate(score));
      return star;
    });
    const title = el("p", { id: "rate-title" }, words.say("rate"));
    const stars = el("div", { class: "stars", attrs: { role: "group", "aria-labelledby": "rate-title" } }, ...this.#stars);
    this.element = el("div", { class: "rating", hidden: true }, el("p", { class: "hint" }, words.say("resolved")), title, stars, this.#thanks);
  }

  render(head: Conversation | null): void {
    this.element.hidden = head?.status !== "resolved";
    const score = head?.rating ?? 0;
    this.#stars.forEach((star, place) => {
      star.classList.toggle("on", place < score);
      setAttribute(star, "aria-pressed", String(place + 1 === score));
    });
    setText(this.#thanks, score ? this.words.say("rate.thanks") : "");
  }
}
