// After a conversation: five stars, once and again if he changes his mind.

import type { Conversation } from "../protocol";
import type { Words } from "../words";
import { button, el, icon, setAttribute, setText } from "./dom";

export class Rating {
  readonly element: HTMLElement;
  readonly #thanks = el("p", { class: "hint", role: "status" });
  readonly #stars: HTMLButtonElement[];

  constructor(
    private readonly words: Words,
    rate: (score: number) => void,
  ) {
    this.#stars = [1, 2, 3, 4, 5].map((score) => button("plain", () => rate(score), icon("star"), words.say("rate.score", { score })));
    this.element = el(
      "div",
      { class: "card rating", hidden: true },
      el("p", { class: "hint" }, words.say("resolved")),
      el("p", { id: "rate-title" }, words.say("rate")),
      el("div", { class: "stars", role: "group", "aria-labelledby": "rate-title" }, ...this.#stars),
      this.#thanks,
    );
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
