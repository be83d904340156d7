// After a conversation: five stars, a word if he likes, once and again if he changes his mind; and what was said, to keep.

import type { Conversation } from "../protocol";
import type { Words } from "../words";
import style from "../styles/rating.css";
import { button, drawing, el, setAttribute, setText } from "./dom";

export { style };

const STAR = "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.8-5.2 2.8 1-5.8L3.6 9.7l5.8-.8z";

export interface RatingActions {
  rate(score: number, text: string): Promise<boolean>;
  /** Offers the transcript. */
  keep(): void;
}

export class Rating {
  readonly element: HTMLElement;
  readonly #thanks = el("p", { class: "hint", role: "status" });
  readonly #stars: HTMLButtonElement[];
  readonly #comment: HTMLElement;
  #score = 0;

  constructor(
    private readonly words: Words,
    private readonly actions: RatingActions,
  ) {
    this.#stars = [1, 2, 3, 4, 5].map((score) => button("plain", () => void actions.rate(score, ""), drawing(STAR), words.say("extra.rate.score", { score })));
    const label = words.say("extra.rate.comment");
    const field = el("input", { maxlength: 2_000, "aria-label": label, placeholder: label, dir: "auto" });
    field.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && void this.#say(field));
    const send = button("small", () => void this.#say(field), words.say("compose.send"));
    this.#comment = el("div", { class: "comment", hidden: true }, field, send);
    this.element = el(
      "div",
      { class: "card rating", hidden: true },
      el("p", { class: "hint" }, words.say("resolved")),
      button("small", () => actions.keep(), words.say("transcript")),
      el("p", { id: "rate-title" }, words.say("extra.rate")),
      el("div", { class: "stars", role: "group", "aria-labelledby": "rate-title" }, ...this.#stars),
      this.#thanks,
      this.#comment,
    );
  }

  render(head: Conversation | null): void {
    this.element.hidden = head?.status !== "resolved";
    const score = head?.rating ?? 0;
    if (score !== this.#score) this.#comment.hidden = score === 0;
    this.#score = score;
    this.#stars.forEach((star, place) => {
      star.classList.toggle("on", place < score);
      setAttribute(star, "aria-pressed", String(place + 1 === score));
    });
    setText(this.#thanks, score ? this.words.say("extra.rate.thanks") : "");
  }

  async #say(field: HTMLInputElement): Promise<void> {
    const text = field.value.trim();
    if (!text || !(await this.actions.rate(this.#score, text))) return;
    field.value = "";
    const focused = this.#comment.contains((this.element.getRootNode() as ShadowRoot).activeElement);
    this.#comment.hidden = true;
    if (focused) this.#stars[this.#score - 1]?.focus();
  }
}
